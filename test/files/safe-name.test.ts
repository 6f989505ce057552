import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { safeName } from '../../src/files/safe-name.js'
import { findNameProblems } from './portable-name.js'
import { unicodeText } from '../unicode-text.js'

const text = fc.oneof(
  unicodeText({ maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      { maxLength: 100 },
    )
    .map((units) => units.join('')),
  // Texts that have a meaning on some system, in random order.
  fc
    .array(
      fc.constantFrom(
        'con',
        'NUL',
        'com1',
        'COM¹',
        'LPT9',
        'clock$',
        '\ufeff',
        'conin$',
        '.git',
        'GIT~1',
        'GITHUB~1',
        '\u200c',
        ' ',
        '.',
        '/',
        '\\',
        ':',
        '\n',
        '\u3000',
        'x',
        '..',
        '~1',
        '👩‍👩‍👧',
        'é',
        '\u0301',
        'docx',
        '.docx',
        '\ud83d',
        ' '.repeat(240),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)
const extension = fc.oneof(
  fc.constantFrom('', 'docx', '.pdf', 'XLSX', 'base', 'tar.gz', '..', '. ', 'a b', 'p/../x'),
  text,
)

describe('safeName of any text', () => {
  // With a regular expression whose time grows with the square of the length, these names would take minutes.
  test.each(['.', ' ', '\u3000', '. '])('is fast for a million characters of %j', (piece) => {
    const title = `a${piece.repeat(1_000_000 / piece.length)}b`
    expect(safeName(title, 'docx')).toBe('a.docx')
    expect(safeName(`${title}${piece.repeat(500_000)}`)).toBe('a')
  })

  test('is one path segment that Linux, macOS and Windows accept', () => {
    fc.assert(
      fc.property(text, extension, (title, ext) => {
        const name = safeName(title, ext)
        expect(findNameProblems(name)).toEqual([])
        expect(name.isWellFormed()).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('does not change when it is made safe again', () => {
    fc.assert(
      fc.property(text, extension, (title, ext) => {
        const name = safeName(title, ext)
        expect(safeName(name, ext)).toBe(name)
      }),
      { numRuns: 1000 },
    )
  })

  test('ends with the extension, once', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('docx', 'pdf', 'xlsx', 'csv', 'pptx', 'base'), (title, ext) => {
        const name = safeName(title, ext)
        expect(name.toLowerCase().endsWith(`.${ext}`)).toBe(true)
        // A long title may be cut off right after an extension in it, and then gets another one.
        if (Buffer.byteLength(title) > 200) return
        expect(safeName(`${title}x`, ext).toLowerCase().endsWith(`.${ext}.${ext}`)).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps letters, Chinese, Japanese and Korean characters, and emoji', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('合', '同', '日本語', '한', 'é', 'A', '7', '-', '(', '👩‍👩‍👧', '🇨🇳', '2️⃣', '）'), {
          minLength: 1,
          maxLength: 8,
        }),
        (parts) => {
          const title = parts.join('')
          expect(safeName(title, 'docx')).toBe(`${title}.docx`)
        },
      ),
    )
  })
})

describe('safeName', () => {
  test.each([
    ['合同 2026/Q3: "草案"?', 'docx', '合同 2026_Q3_ _草案__.docx'],
    ['report.DOCX', 'docx', 'report.DOCX'],
    ['report', '.docx', 'report.docx'],
    ['report.docx', '', 'report.docx'],
    ['v1.2', 'pdf', 'v1.2.pdf'],
    ['  padded\t', 'pdf', 'padded.pdf'],
    ['line\nbreak', 'pdf', 'line_break.pdf'],
    ['etc...', 'pdf', 'etc.pdf'],
    ['etc. . .', '', 'etc'],
    ['', 'docx', '_.docx'],
    ['', '', '_'],
    ['..', '', '_'],
    ['...', 'docx', '_.docx'],
    ['.docx', 'docx', '_.docx'],
    ['...docx', 'docx', '_.docx'],
    ['docx', 'docx', 'docx.docx'],
    ['../../etc/passwd', '', '.._.._etc_passwd'],
    ['C:\\Windows\\x', 'pdf', 'C__Windows_x.pdf'],
    ['CON', 'docx', '_CON.docx'],
    ['con .x', '', '_con .x'],
    ['nul.tar', 'gz', '_nul.tar.gz'],
    ['COM¹', '', '_COM¹'],
    ['CONIN$', '', '_CONIN$'],
    ['CONtract', 'docx', 'CONtract.docx'],
    ['com10', '', 'com10'],
    ['.git', '', '_.git'],
    ['.GiT', '', '_.GiT'],
    ['.g\u200cit', '', '_.g\u200cit'],
    ['.git::$INDEX_ALLOCATION', '', '_.git__$INDEX_ALLOCATION'],
    ['.git. .', '', '_.git'],
    ['GIT~1', '', '_GIT~1'],
    ['.github', '', '_.github'],
    ['git notes', 'docx', 'git notes.docx'],
    ['invoice\u202excod.exe', 'pdf', 'invoice_xcod.exe.pdf'],
    ['deprecated \u206a control', '', 'deprecated _ control'],
    ['unassigned \u{50000} character', '', 'unassigned _ character'],
    ['half \ud83d emoji', '', 'half _ emoji'],
    ['new emoji \u{1fae9}', '', 'new emoji \u{1fae9}'],
  ])('of the title %j and the extension %j is %j', (title, ext, expected) => {
    expect(safeName(title, ext)).toBe(expected)
  })

  test('cuts long names at whole characters, before the extension', () => {
    expect(safeName('合'.repeat(300), 'docx')).toBe(`${'合'.repeat(83)}.docx`)
    expect(safeName('a'.repeat(300), '')).toBe('a'.repeat(255))
    expect(safeName(`${'a'.repeat(300)}.xlsx`, '')).toBe(`${'a'.repeat(250)}.xlsx`)
    expect(safeName(`${'a'.repeat(240)}👩‍👩‍👧${'b'.repeat(50)}`, 'pdf')).toBe(`${'a'.repeat(240)}.pdf`)
    // The first character of these has one byte, and would be the last byte that fits.
    for (const character of ['2️⃣', 'q\u0301', 'e\u{e0100}']) {
      expect(safeName(`${'a'.repeat(254)}${character}`, '')).toBe('a'.repeat(254))
    }
    expect(Buffer.byteLength(safeName(`x${'\u0301'.repeat(500)}`, 'pdf'))).toBeGreaterThan(200)
    expect(safeName(`con${' '.repeat(300)}x`, 'pdf')).toBe('_con.pdf')
    // Cut to 255 bytes, this is a name for git, and gets a `_`.
    expect(safeName(`${'\u200b'.repeat(84)}x`, 'gitxx')).toBe(`_${'\u200b'.repeat(82)}.gitxx`)
  })
})
