// Documents with text that looks like Markdown or HTML, and what a reader must show of them.
import fc from 'fast-check'
import { cleanLine, cleanText } from '../../src/markdown/clean.js'
import { hostileText } from './hostile-text.js'
import type { Seen } from './readers.js'
import { linkTo, textRun, type WireDocument } from './wire.js'

const flag = fc.boolean()
/** Addresses that a link may have. */
const allowedUrl = fc.oneof(
  fc.constantFrom(
    'https://example.com/x?a=1&b=2#c',
    'http://中文.example/路径',
    'mailto:a@b.c',
    'a/b.html',
    '#part',
    '//example.com/x',
  ),
  hostileText.map((text) => `https://example.com/${text}`),
)
/** Addresses that no link may have: the text of such a link is shown without a link. */
const forbiddenUrl = fc.oneof(
  fc.constantFrom(
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:x',
    '\u0001javascript:x',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    'feishu:x',
    'C:\\x',
    '',
  ),
)

interface HostileRun {
  readonly text: string
  readonly style: { bold: boolean; italic: boolean; strikethrough: boolean; inline_code: boolean }
  readonly url: { address: string; isAllowed: boolean } | undefined
}

const styled = fc.record({ bold: flag, italic: flag, strikethrough: flag, inline_code: flag })
const plain = fc.constant({ bold: false, italic: false, strikethrough: false, inline_code: false })
const address = fc.oneof(
  allowedUrl.map((url) => ({ address: url, isAllowed: true })),
  forbiddenUrl.map((url) => ({ address: url, isAllowed: false })),
)
const hostileRun: fc.Arbitrary<HostileRun> = fc.record({
  text: hostileText,
  style: fc.oneof(plain, styled),
  url: fc.option(address, { nil: undefined, freq: 5 }),
})

/**
 * Adds a generated block and its children to `document`, and what a reader must show of them to `expected`, in the order
 * of the text.
 * @returns the id of the block
 */
export type PlannedBlock = (document: WireDocument, expected: Seen[]) => string

const PLAIN = { bold: false, italic: false, strikethrough: false, code: false, link: undefined }
const LINE_BREAK: Seen = { ...PLAIN, text: '\n' }

/** Adds a text on a line of its own to `expected`. It is plain, except for the fields of `style`. */
function expectLine(expected: Seen[], text: string, style: Partial<Seen> = {}): void {
  expected.push(LINE_BREAK, { ...PLAIN, ...style, text })
}

/** Returns the text elements of a block. Adds what a reader must show of them to `expected`, on a line of its own. */
function elementsOf(runs: readonly HostileRun[], expected: Seen[]): object[] {
  expected.push(LINE_BREAK)
  return runs.map(({ text, style, url }) => {
    const link = url?.isAllowed === true ? url.address : undefined
    const { bold, italic, strikethrough, inline_code: code } = style
    expected.push({ text: cleanText(text), bold, italic, strikethrough, code, link })
    return textRun(text, { ...style, ...(url && linkTo(url.address)) })
  })
}

const hostileRuns = fc.array(hostileRun, { minLength: 1, maxLength: 4 })

/** A block of text without children, such as a paragraph or a heading. `key` is the field that holds its content. */
function textBlock(type: number, key: string): fc.Arbitrary<PlannedBlock> {
  return hostileRuns.map(
    (runs) => (document, expected) => document.add(type, key, { elements: elementsOf(runs, expected), style: {} }),
  )
}

const asset = fc.record({ token: fc.stringMatching(/^[A-Za-z0-9]{8}$/), name: hostileText })

/** Some of the kinds that Markdown cannot show. The last one is unknown. */
const PLACEHOLDER_KINDS = [
  [20, 'chat_card'],
  [28, 'isv'],
  [41, 'jira_issue'],
  [998, 'novelty'],
] as const

/** A block without children, except for an attachment, which is a `file` block inside a `view` block. */
const leaf: fc.Arbitrary<PlannedBlock> = fc.oneof(
  { weight: 6, arbitrary: textBlock(2, 'text') },
  ...Array.from({ length: 9 }, (_, level) => textBlock(level + 3, `heading${level + 1}`)),
  { weight: 2, arbitrary: textBlock(15, 'quote') },
  fc
    .tuple(hostileText, fc.integer({ min: 0, max: 80 }))
    .map(([text, language]): PlannedBlock => (document, expected) => {
      expectLine(expected, cleanText(text))
      return document.add(14, 'code', { elements: [textRun(text)], style: { language, wrap: true } })
    }),
  // The diagram widget, whose source becomes a code block.
  hostileText.map((source): PlannedBlock => (document, expected) => {
    const shown = cleanText(source).trimEnd()
    if (shown === '') expectLine(expected, 'Not exported: add_ons, block type 40', { italic: true })
    else expectLine(expected, shown)
    const record = JSON.stringify({ data: source, theme: 'default', view: 'chart' })
    return document.add(40, 'add_ons', { component_type_id: 'blk_631fefbbae02400430b8f9f4', record })
  }),
  fc.constant<PlannedBlock>((document) => document.add(22, 'divider', {})),
  asset.map(({ token, name }): PlannedBlock => (document, expected) => {
    expectLine(expected, cleanLine(name))
    return document.add(27, 'image', { token, width: 1, height: 1, caption: { content: name } })
  }),
  asset.map(({ token, name }): PlannedBlock => (document, expected) => {
    const shown = cleanLine(name) || token
    expectLine(expected, shown, { link: `Title.assets/${shown}` })
    return document.add(33, 'view', { view_type: 1 }, [document.add(23, 'file', { token, name, view_type: 1 })])
  }),
  fc.constantFrom(...PLACEHOLDER_KINDS).map(([type, kind]): PlannedBlock => (document, expected) => {
    expectLine(expected, `Not exported: ${kind}, block type ${type}`, { italic: true })
    return document.add(type, kind, {})
  }),
)

const LISTS = [
  [12, 'bullet'],
  [13, 'ordered'],
  [17, 'todo'],
] as const
const CONTAINERS = [
  [34, 'quote_container'],
  [19, 'callout'],
  [24, 'grid'],
  [49, 'source_synced'],
] as const

const cellBlock = fc.oneof(textBlock(2, 'text'), textBlock(3, 'heading1'), textBlock(12, 'bullet'), leaf)
const cellBlocks = fc.array(cellBlock, { maxLength: 2 })
/** The blocks of a cell that may be in a Markdown table. */
const cellText = fc.array(textBlock(2, 'text'), { maxLength: 1 })

const spans = fc.array(
  fc.record({ row_span: fc.integer({ min: -1, max: 3 }), col_span: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 6 },
)

/** A table of up to 3 rows and columns. Cells may span others, also in ways that the size of the table does not allow. */
const table: fc.Arbitrary<PlannedBlock> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), flag, fc.option(spans, { nil: undefined }))
  .chain(([rowCount, columnCount, isPlain, merge_info]) =>
    fc
      .array(fc.array(isPlain ? cellText : cellBlocks, { minLength: columnCount, maxLength: columnCount }), {
        minLength: rowCount,
        maxLength: rowCount,
      })
      .map((rows): PlannedBlock => (document, expected) => {
        const ids = rows.map((row) => row.map((cell) => cell.map((add) => add(document, expected))))
        return document.table(ids, { header_row: isPlain, ...(merge_info && { merge_info }) })
      }),
  )

/** A block with up to `depth` levels of children below it. What is in a table or an attachment does not count. */
function blockTree(depth: number): fc.Arbitrary<PlannedBlock> {
  if (depth === 0) return leaf
  const childBlocks = fc.array(blockTree(depth - 1), { maxLength: 3 })
  const sequences = fc.constantFrom('auto', '1', '7', undefined)
  const listItem = fc.tuple(fc.constantFrom(...LISTS), sequences, hostileRuns, childBlocks)
  const container = fc.tuple(fc.constantFrom(...CONTAINERS), childBlocks)
  const textWithChildren = fc.tuple(fc.constantFrom([2, 'text'], [4, 'heading2']), hostileRuns, childBlocks)
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: listItem.map(([[type, key], sequence, runs, children]): PlannedBlock => (document, expected) => {
        if (key === 'todo') expectLine(expected, '[ ] ')
        const elements = elementsOf(runs, expected)
        return document.add(
          type,
          key,
          { elements, style: { sequence, done: false } },
          children.map((add) => add(document, expected)),
        )
      }),
    },
    {
      weight: 2,
      arbitrary: container.map(
        ([[type, key], children]): PlannedBlock =>
          (document, expected) =>
            document.add(
              type,
              key,
              {},
              children.map((add) => add(document, expected)),
            ),
      ),
    },
    {
      weight: 1,
      arbitrary: textWithChildren.map(([[type, key], runs, children]): PlannedBlock => (document, expected) => {
        const elements = elementsOf(runs, expected)
        return document.add(
          type,
          key,
          { elements },
          children.map((add) => add(document, expected)),
        )
      }),
    },
    { weight: 3, arbitrary: table },
  )
}

/** The top-level blocks of a document. */
export const hostileDocument: fc.Arbitrary<readonly PlannedBlock[]> = fc.array(blockTree(3), {
  minLength: 1,
  maxLength: 4,
})
