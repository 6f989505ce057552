import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { logLine, summaryText } from '../../src/runner/safe-text.js'
import { renderSummary } from '../../src/runner/summary.js'
import { unicodeText } from '../unicode-text.js'

// Texts that often contain runner commands, line separators and markup.
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        '##[',
        '#',
        '[',
        ']',
        ':',
        '\n',
        '\r',
        '\u2028',
        '\u2029',
        '\u0085',
        '\u000b',
        '\u000c',
        ' ',
        '\u00a0',
        '\u3000',
        '\ufeff',
      ),
      fc.constantFrom(
        'error',
        'set-output name=x',
        '::error::x',
        '##[error]x',
        '<',
        '>',
        '&',
        '`',
        '*',
        '_',
        '|',
        '\\',
        '~',
        '!',
        '(',
        ')',
        '"',
        "'",
      ),
      unicodeText({ maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

/**
 * Whether the runner could read a line as a command: `::name props::data` at its start, after blanks of .NET's TrimStart,
 * or `##[name]` anywhere.
 */
const isCommand = (line: string): boolean => /^[\s\u0085]*::/.test(line) || line.includes('##[')

describe('logLine', () => {
  it('turns any text into one line without a command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = logLine(text)
        // eslint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
        expect(isCommand(line)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('contains no command after a prefix that the action writes on the same line', () => {
    fc.assert(fc.property(hostile, (text) => expect(isCommand(`Status: ${logLine(text)}`)).toBe(false)))
  })

  it.each([
    ['::error::x', ': :error::x'],
    [' \n::error::x', ': :error::x'],
    ['a ::error::x', 'a ::error::x'],
    ['##[error]x', '# #[error]x'],
    ['####[error]x', '### #[error]x'],
    ['##\u0000[error]x', '## [error]x'],
    ['合同 😀', '合同 😀'],
  ])('%j becomes %j', (text, line) => {
    expect(logLine(text)).toBe(line)
  })
})

describe('summaryText', () => {
  it('has no ASCII punctuation except in character references, and shows the same visible ASCII text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = summaryText(text)
        expect(escaped.replace(/&#\d+;/g, '')).not.toMatch(/[!-/:-@[-`{-~]/)
        // eslint-disable-next-line no-control-regex
        expect(escaped).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
        const shown = escaped.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        expect(shown).toBe(shown.trim())
        expect(text.toWellFormed().replace(/[^!-~]/g, '')).toBe(shown.replace(/[^!-~]/g, ''))
      }),
      { numRuns: 500 },
    )
  })
})

describe('renderSummary', () => {
  it('contains no markup from its texts, whatever they are', () => {
    const cell = fc.oneof(
      hostile,
      fc.record({ text: hostile, href: fc.oneof(hostile, fc.webUrl({ withQueryParameters: true })) }),
    )
    const summary = fc.record({
      title: hostile,
      paragraphs: fc.array(hostile, { maxLength: 2 }),
      facts: fc.array(fc.tuple(hostile, hostile), { maxLength: 3 }),
      table: fc.record({ head: fc.constant(['a', 'b']), rows: fc.array(fc.tuple(cell, cell), { maxLength: 3 }) }),
      links: fc.array(
        fc.oneof(
          hostile,
          hostile.map((text) => `https://x.test/${text}`),
        ),
        { maxLength: 3 },
      ),
    })
    fc.assert(
      fc.property(summary, (given) => {
        const { paragraphs, facts, table, links } = given
        const lines = renderSummary(given).split('\n')
        // The number of lines does not depend on the texts: no text adds one. A blank line follows each part.
        const titleLines = 2
        const paragraphLines = 2 * paragraphs.length
        const factLines = facts.length > 0 ? facts.length + 1 : 0
        const tableLines = 2 + table.rows.length + 1
        const linkLines = links.length + 1
        expect(lines).toHaveLength(titleLines + paragraphLines + factLines + tableLines + linkLines)
        for (const line of lines) {
          // Removes the markup that is always there. In the rest, all punctuation of the texts is escaped.
          const rest = line
            .replace(/<a href="https:\/\/[^\s"'<>`\\|()[\]]+">([^<]*)<\/a>/g, '$1')
            .replace(/&#\d+;/g, '')
            .replace(/^### |^- \*\*(.*?)\*\*: |^- |^\|( --- \|)+$/, '$1')
            .replace(/^\| (.*) \| (.*) \|$/, '$1$2')
          expect(rest).not.toMatch(/[!-/:-@[-`{-~]/)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('makes links only of plain https addresses', () => {
    const text = renderSummary({
      title: 'T',
      links: [
        'https://a.test/x?y=1&z',
        'http://a.test',
        'javascript:x',
        'https://a.test/"x',
        `https://a.test/${'x'.repeat(1000)}`,
      ],
    })
    expect(text.match(/<a /g)).toHaveLength(1)
    expect(text).toContain('<a href="https://a.test/x?y=1&amp;z">')
  })

  it('writes the title, then the paragraphs, then the facts', () => {
    expect(renderSummary({ title: 'It failed', paragraphs: ['Why. And now'], facts: [['Ticket', '714']] })).toBe(
      '### It failed\n\nWhy&#46; And now\n\n- **Ticket**: 714\n\n',
    )
  })
})
