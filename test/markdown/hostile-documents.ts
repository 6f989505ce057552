// Documents with hostile text, and what a person must see of them.
import fc from 'fast-check'
import { cleanLine, cleanText } from '../../src/markdown/clean.js'
import { hostileText } from './hostile-text.js'
import type { Seen } from './readers.js'
import { linkTo, textRun, type WireDocument } from './wire.js'

const flag = fc.boolean()
const goodUrl = fc.oneof(
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
const badUrl = fc.oneof(
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
  readonly url: { address: string; isGood: boolean } | undefined
}

const styled = fc.record({ bold: flag, italic: flag, strikethrough: flag, inline_code: fc.boolean() })
const plain = fc.constant({ bold: false, italic: false, strikethrough: false, inline_code: false })
const address = fc.oneof(
  goodUrl.map((url) => ({ address: url, isGood: true })),
  badUrl.map((url) => ({ address: url, isGood: false })),
)
const hostileRun: fc.Arbitrary<HostileRun> = fc.record({
  text: hostileText,
  style: fc.oneof(plain, styled),
  url: fc.option(address, { nil: undefined, freq: 5 }),
})

/** Adds a block to a document, and what a person must see of it to `expected`. @returns the id of the block */
export type Planned = (document: WireDocument, expected: Seen[]) => string

const NOTHING: Seen = { text: '\n', bold: false, italic: false, strikethrough: false, code: false, link: undefined }

function see(expected: Seen[], text: string, style: Partial<Seen> = {}): void {
  expected.push({ ...NOTHING, text: '\n' }, { ...NOTHING, ...style, text })
}

function elementsOf(runs: readonly HostileRun[], expected: Seen[]): object[] {
  expected.push(NOTHING)
  return runs.map(({ text, style, url }) => {
    const link = url?.isGood === true ? url.address : undefined
    const { bold, italic, strikethrough, inline_code: code } = style
    expected.push({ text: cleanText(text), bold, italic, strikethrough, code, link })
    return textRun(text, { ...style, ...(url && linkTo(url.address)) })
  })
}

const runs = fc.array(hostileRun, { minLength: 1, maxLength: 4 })

function textBlock(type: number, key: string, style: object = {}): fc.Arbitrary<Planned> {
  return runs.map(
    (all) => (document, expected) => document.add(type, key, { elements: elementsOf(all, expected), style }),
  )
}

const asset = fc.record({ token: fc.stringMatching(/^[A-Za-z0-9]{8}$/), name: hostileText })

const UNSHOWN: ReadonlyMap<number, string> = new Map([
  [20, 'chat_card'],
  [28, 'isv'],
  [41, 'jira_issue'],
  [998, 'novelty'],
])

const leaf: fc.Arbitrary<Planned> = fc.oneof(
  { weight: 6, arbitrary: textBlock(2, 'text') },
  ...Array.from({ length: 9 }, (_, level) => textBlock(level + 3, `heading${level + 1}`)),
  { weight: 2, arbitrary: textBlock(15, 'quote') },
  fc.tuple(hostileText, fc.integer({ min: 0, max: 80 })).map(([text, language]): Planned => (document, expected) => {
    see(expected, cleanText(text))
    return document.add(14, 'code', { elements: [textRun(text)], style: { language, wrap: true } })
  }),
  hostileText.map((source): Planned => (document, expected) => {
    const shown = cleanText(source).trimEnd()
    if (shown === '') see(expected, 'Not exported: add_ons, block type 40', { italic: true })
    else see(expected, shown)
    const record = JSON.stringify({ data: source, theme: 'default', view: 'chart' })
    return document.add(40, 'add_ons', { component_type_id: 'blk_631fefbbae02400430b8f9f4', record })
  }),
  fc.constant<Planned>((document) => document.add(22, 'divider', {})),
  asset.map(({ token, name }): Planned => (document, expected) => {
    see(expected, cleanLine(name))
    return document.add(27, 'image', { token, width: 1, height: 1, caption: { content: name } })
  }),
  asset.map(({ token, name }): Planned => (document, expected) => {
    const shown = cleanLine(name) || token
    see(expected, shown, { link: `Title.assets/${shown}` })
    return document.add(33, 'view', { view_type: 1 }, [document.add(23, 'file', { token, name, view_type: 1 })])
  }),
  fc.constantFrom(...UNSHOWN.keys()).map((type): Planned => (document, expected) => {
    const kind = UNSHOWN.get(type) ?? 'novelty'
    see(expected, `Not exported: ${kind}, block type ${type}`, { italic: true })
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

function tree(depth: number): fc.Arbitrary<Planned> {
  if (depth === 0) return leaf
  const below = fc.array(tree(depth - 1), { maxLength: 3 })
  const list = fc.tuple(fc.constantFrom(...LISTS), fc.constantFrom('auto', '1', '7', undefined), runs, below)
  const container = fc.tuple(fc.constantFrom(...CONTAINERS), below)
  const indented = fc.tuple(fc.constantFrom([2, 'text'], [4, 'heading2']), runs, below)
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: list.map(([[type, key], sequence, all, children]): Planned => (document, expected) => {
        if (key === 'todo') see(expected, '[ ] ')
        const elements = elementsOf(all, expected)
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
        ([[type, key], children]): Planned =>
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
      arbitrary: indented.map(([[type, key], all, children]): Planned => (document, expected) => {
        const elements = elementsOf(all, expected)
        return document.add(
          type,
          key,
          { elements },
          children.map((add) => add(document, expected)),
        )
      }),
    },
    { weight: 3, arbitrary: table(depth) },
  )
}

const cellBlock = fc.oneof(textBlock(2, 'text'), textBlock(3, 'heading1'), textBlock(12, 'bullet'), leaf)

function table(depth: number): fc.Arbitrary<Planned> {
  const line = fc.array(textBlock(2, 'text'), { maxLength: 1 })
  const lines = fc.array(depth > 1 ? fc.oneof(cellBlock, fc.constant(undefined)) : cellBlock, { maxLength: 2 })
  const spans = fc.array(
    fc.record({ row_span: fc.integer({ min: -1, max: 3 }), col_span: fc.integer({ min: 0, max: 3 }) }),
    { maxLength: 6 },
  )
  return fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), flag, fc.option(spans, { nil: undefined }))
    .chain(([rowCount, columnCount, isPlain, merge_info]) =>
      fc
        .array(fc.array(isPlain ? line : lines, { minLength: columnCount, maxLength: columnCount }), {
          minLength: rowCount,
          maxLength: rowCount,
        })
        .map((rows): Planned => (document, expected) => {
          const ids = rows.map((row) => row.map((cell) => cell.flatMap((add) => add?.(document, expected) ?? [])))
          return document.table(ids, { header_row: isPlain, ...(merge_info && { merge_info }) })
        }),
    )
}

/** The blocks of a document. */
export const hostileDocument: fc.Arbitrary<readonly Planned[]> = fc.array(tree(3), { minLength: 1, maxLength: 4 })
