import type { Block } from './blocks.js'

// Builders of blocks. A block that has no comment is named after its type in Feishu.

/** An element of a text as the service writes it: `{text_run: …}`, `{mention_doc: …}`, … */
export type Element = Readonly<Record<string, unknown>>

/** Text without style, or an element. */
export type Inline = string | Element

const PLAIN = { bold: false, inline_code: false, italic: false, strikethrough: false, underline: false }

/** Text in one style: `run('x', { bold: true, link: { url: 'https%3A%2F%2Fa.test' } })`. URLs are percent-encoded. */
export const run = (content: string, style: Readonly<Record<string, unknown>> = {}): Element => ({
  text_run: { content, text_element_style: { ...PLAIN, ...style } },
})

/** A formula within a text. */
export const formula = (content: string): Element => ({ equation: { content, text_element_style: PLAIN } })

/** A link to a document within a text; `objType` is the number of its type, 22 for docx. */
export const mentionDoc = (token: string, title: string, objType = 22): Element => ({
  mention_doc: {
    obj_type: objType,
    text_element_style: PLAIN,
    title,
    token,
    url: encodeURIComponent(`https://example.feishu.cn/docx/${token}`),
  },
})

/** A person within a text. */
export const mentionUser = (userId: string): Element => ({
  mention_user: { text_element_style: PLAIN, user_id: userId },
})

/** Copies a block and adds these blocks as its last children. */
export const below = (block: Block, ...children: readonly Block[]): Block => ({
  ...block,
  children: [...(block.children ?? []), ...children],
})

/** A block of any type, with its content in the member `name`: `block(21, 'diagram', { diagram_type: 1 })`. */
export const block = (type: number, name: string, content: Readonly<Record<string, unknown>> = {}): Block => ({
  block_type: type,
  [name]: content,
})

/** Makes the builder of a type of block that contains text. */
const textBlock =
  (type: number, name: string, style: Readonly<Record<string, unknown>> = {}) =>
  (...content: readonly Inline[]): Block =>
    block(type, name, {
      elements: content.map((inline) => (typeof inline === 'string' ? run(inline) : inline)),
      style: { align: 1, folded: false, ...style },
    })

export const text = textBlock(2, 'text')
/** @param level 1 to 9 */
export const heading = (level: number, ...content: readonly Inline[]): Block =>
  textBlock(level + 2, `heading${level}`)(...content)
export const bullet = textBlock(12, 'bullet')
/** An item of a numbered list. @param sequence the number that it shows, or `auto`: one more than the item before */
export const ordered = (sequence: string, ...content: readonly Inline[]): Block =>
  textBlock(13, 'ordered', { sequence })(...content)
export const todo = (done: boolean, ...content: readonly Inline[]): Block => textBlock(17, 'todo', { done })(...content)
/** @param language the service's number: 1 is plain text */
export const code = (language: number, content: string): Block =>
  textBlock(14, 'code', { language, wrap: true })(content)
export const quote = textBlock(15, 'quote')
export const quoteContainer = (...children: readonly Block[]): Block => below(block(34, 'quote_container'), ...children)
export const callout = (emojiId: string, ...children: readonly Block[]): Block =>
  below(block(19, 'callout', { background_color: 1, border_color: 1, emoji_id: emojiId }), ...children)
export const divider = (): Block => block(22, 'divider')

/** @param media a document of type `media` */
export const image = (media: { token: string }, caption?: string): Block =>
  block(27, 'image', {
    align: 2,
    height: 20,
    token: media.token,
    width: 30,
    ...(caption !== undefined && { caption: { content: caption } }),
  })
/** A file attached to the document. @param media a document of type `media`: its title is the file's name */
export const attachment = (media: { token: string; title: string }): Block =>
  below(block(33, 'view', { view_type: 1 }), block(23, 'file', { name: media.title, token: media.token }))
/** @param media a document of type `board` */
export const board = (media: { token: string }): Block => block(43, 'board', { align: 2, token: media.token })

/** A merged cell: the position of its top left cell (from 0), and how many rows and columns it takes. */
export interface Merge {
  row: number
  column: number
  rowSpan: number
  columnSpan: number
}

/**
 * A table with as many columns as its first row.
 * @param rows each cell is a text, or the blocks in the cell; the cells that a merged cell covers are among them
 */
export function table(
  rows: readonly (readonly (string | readonly Block[])[])[],
  { headerRow = true, merges = [] }: { headerRow?: boolean; merges?: readonly Merge[] } = {},
): Block {
  const cells = rows.flatMap((cellsOfRow, rowIndex) =>
    cellsOfRow.map((content, columnIndex) => {
      const merge = merges.find(({ row, column }) => row === rowIndex && column === columnIndex)
      const blocks = typeof content === 'string' ? [text(content)] : content
      return { merge, cell: below(block(32, 'table_cell'), ...blocks) }
    }),
  )
  const columns = rows[0]?.length ?? 0
  const property = {
    column_size: columns,
    column_width: Array.from({ length: columns }, () => 100),
    header_row: headerRow,
    merge_info: cells.map(({ merge }) => ({ col_span: merge?.columnSpan ?? 1, row_span: merge?.rowSpan ?? 1 })),
    row_size: rows.length,
  }
  return below(block(31, 'table', { property }), ...cells.map(({ cell }) => cell))
}

/** @param columns the blocks of each column */
export const grid = (...columns: readonly (readonly Block[])[]): Block =>
  below(
    block(24, 'grid', { column_size: columns.length }),
    ...columns.map((blocks) => below(block(25, 'grid_column', { width_ratio: 1 }), ...blocks)),
  )

/** An embedded sheet. */
export const sheet = (spreadsheetToken: string, sheetId: string): Block =>
  block(30, 'sheet', { token: `${spreadsheetToken}_${sheetId}` })
/** An embedded table of a base. */
export const bitable = (appToken: string, tableId: string): Block =>
  block(18, 'bitable', { token: `${appToken}_${tableId}`, view_type: 1 })
/** An embedded page. */
export const iframe = (url: string): Block =>
  block(26, 'iframe', { component: { type: 1, url: encodeURIComponent(url) } })
/** The id of the add-on that draws diagrams from a text. */
const TEXT_DIAGRAM_ID = 'blk_631fefbbae02400430b8f9f4'

/** A Mermaid or PlantUML diagram. @param source the text from which it is drawn */
export const textDiagram = (source: string): Block =>
  block(40, 'add_ons', {
    component_type_id: TEXT_DIAGRAM_ID,
    record: JSON.stringify({ data: source, theme: 'default', view: 'chart' }),
  })

/** Blocks that can be shown in other documents. @param id by which the other documents refer to them */
export const sourceSynced = (id: string, ...children: readonly Block[]): Block => ({
  ...below(block(49, 'source_synced', { elements: [] }), ...children),
  block_id: id,
})
/** A block that shows the source block `blockId` (see {@link sourceSynced}) of another document. */
export const referenceSynced = (documentId: string, blockId: string): Block =>
  block(50, 'reference_synced', { source_block_id: blockId, source_document_id: documentId })
