import type { PhrasingContent, RootContent } from 'mdast'
import type { ConvertBlock } from '../context.js'
import { fieldsOf, integerOf, listOf, stringsOf, type Fields } from '../fields.js'
import { tableToHtml, type HtmlCell } from '../output/html.js'
import type { Block } from '../parse.js'

/** The size of a merged cell. */
interface Span {
  readonly rows: number
  readonly columns: number
}

/** The content of each cell, row by row in one list. */
type Cells = readonly (readonly RootContent[])[]

/**
 * Converts a table to a GFM table if no merged cell is valid (see `validSpans`) and GFM allows each cell (see `lineOf`).
 * Any other table becomes an HTML table. A table without cells is left out.
 */
export const convertTable: ConvertBlock = (block, context) => {
  const property = fieldsOf(block.content['property'])
  const ids = cellIds(block)
  if (ids.length === 0) return []
  const columns = Math.max(1, Math.min(integerOf(property['column_size']) ?? 1, ids.length))
  const cells = ids.map((id) => context.convert([id]))

  const spans = validSpans(property, cells, columns)
  const lines = cells.map(lineOf)
  if (spans.size === 0 && lines.every((line) => line !== undefined)) return [plainTable(lines, columns)]
  return [htmlTable(cells, columns, spans, property['header_row'] === true)]
}

/** The ids of the cells, row by row: `cells`, or the children where `cells` is missing. */
function cellIds({ content, children }: Block): readonly string[] {
  const cells = stringsOf(content['cells'])
  return cells.length > 0 ? cells : children
}

/** The content of a cell as one line; undefined if a cell of a GFM table cannot have it. */
function lineOf(content: readonly RootContent[]): PhrasingContent[] | undefined {
  const [paragraph, ...rest] = content
  if (!paragraph) return []
  if (paragraph.type !== 'paragraph' || rest.length > 0 || paragraph.children.some(needsHtml)) return undefined
  return paragraph.children
}

/**
 * True for content that a cell of a GFM table cannot have: a line break, or `\|` in code or a formula. The table would
 * remove this backslash.
 */
function needsHtml(node: PhrasingContent): boolean {
  if (node.type === 'break') return true
  if (node.type === 'inlineCode' || node.type === 'inlineMath') return node.value.includes('\\|')
  return 'children' in node && node.children.some(needsHtml)
}

/** Makes the GFM table. Its first row is always the header, as GFM requires. @param lines the cells, row by row */
function plainTable(lines: readonly PhrasingContent[][], columns: number): RootContent {
  const rows = chunk(lines, columns).map((cells) => ({
    type: 'tableRow' as const,
    children: cells.map((children) => ({ type: 'tableCell' as const, children })),
  }))
  return { type: 'table', children: rows }
}

/** Makes the HTML table, without the cells that merged cells cover. @param spans the valid merged cells, by index */
function htmlTable(cells: Cells, columns: number, spans: ReadonlyMap<number, Span>, hasHeader: boolean): RootContent {
  const covered = new Set([...spans].flatMap(([index, span]) => coveredBy(index, span, columns)))
  const htmlCells = cells.map((content, index): HtmlCell | undefined => {
    if (covered.has(index)) return undefined
    const span = spans.get(index)
    return { content, isHeader: hasHeader && index < columns, rowSpan: span?.rows ?? 1, columnSpan: span?.columns ?? 1 }
  })
  const rows = chunk(htmlCells, columns).map((row) => row.filter((cell) => cell !== undefined))
  return { type: 'html', value: tableToHtml(rows) }
}

/**
 * Finds the valid merged cells, by index. A merged cell is valid if it is inside the table, covers only empty cells,
 * and overlaps no valid merged cell before it. A merged cell that is not valid is shown as a single cell.
 */
function validSpans(property: Fields, cells: Cells, columns: number): ReadonlyMap<number, Span> {
  const spans = new Map<number, Span>()
  const taken = new Set<number>()
  for (const [index, info] of listOf(property['merge_info']).slice(0, cells.length).entries()) {
    const span = {
      rows: integerOf(fieldsOf(info)['row_span']) ?? 1,
      columns: integerOf(fieldsOf(info)['col_span']) ?? 1,
    }
    const isMerged = span.rows >= 1 && span.columns >= 1 && span.rows * span.columns > 1
    const fitsInRow = (index % columns) + span.columns <= columns
    const bottomLeft = index + (span.rows - 1) * columns
    const fitsInColumn = bottomLeft < cells.length
    if (!isMerged || !fitsInRow || !fitsInColumn) continue
    const covered = coveredBy(index, span, columns)
    const overlaps = [index, ...covered].some((cell) => taken.has(cell))
    const hidesContent = covered.some((cell) => (cells[cell] ?? []).length > 0)
    if (overlaps || hidesContent) continue
    spans.set(index, span)
    for (const cell of [index, ...covered]) taken.add(cell)
  }
  return spans
}

/** The indexes of the cells that a merged cell covers, without its own index. @param span must be inside the table */
function coveredBy(index: number, span: Span, columns: number): number[] {
  const indexes = Array.from({ length: span.rows * span.columns }, (_, position) => {
    const [row, column] = [Math.floor(position / span.columns), position % span.columns]
    return index + row * columns + column
  })
  // The first one is the merged cell itself.
  return indexes.slice(1)
}

/** Splits items into groups of `size`; the last group may have fewer. */
function chunk<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
