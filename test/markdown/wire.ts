// Builds blocks as the service sends them, and renders them.
import { parseBlocks, type DocumentBlocks } from '../../src/markdown/parse.js'
import { renderMarkdown, type RenderedMarkdown, type RenderOptions } from '../../src/markdown/render.js'

export interface WireBlock {
  readonly block_id: string
  readonly block_type: number
  parent_id: string
  readonly children?: readonly string[]
  readonly [key: string]: unknown
}

export type Style = Readonly<Record<string, unknown>>

/** A text element; `style` adds to or replaces the fields of plain text. */
export function textRun(content: string, style: Style = {}): object {
  return { text_run: { content, text_element_style: { bold: false, inline_code: false, italic: false, ...style } } }
}

/** The style of a linked text. The service sends the address percent-encoded. */
export function linkTo(url: string): Style {
  return { link: { url: encodeURIComponent(url.toWellFormed()) } }
}

/** Collects the blocks of one document, and gives each an id. */
export class WireDocument {
  readonly items: WireBlock[] = []

  /**
   * Adds a block, and makes it the parent of its children.
   * @param key the field of the block that holds `content`
   * @param children the ids of blocks that were added before, or that are missing
   * @returns the id of the block
   */
  add(type: number, key: string, content: unknown, children: readonly string[] = []): string {
    const id = `doxcn${this.items.length}`
    for (const child of this.items.filter(({ block_id }) => children.includes(block_id))) child.parent_id = id
    const block = { block_id: id, block_type: type, parent_id: '', [key]: content }
    this.items.push(children.length > 0 ? { ...block, children } : block)
    return id
  }

  /** Adds a block of text. @returns its id */
  text(content: string | readonly object[], children: readonly string[] = []): string {
    const elements = typeof content === 'string' ? [textRun(content)] : content
    return this.add(2, 'text', { elements, style: { align: 1, folded: false } }, children)
  }

  /**
   * Adds a table.
   * @param rows for each cell of each row, the ids of the blocks in it
   * @param property adds to or replaces the fields of a table without merged cells
   * @returns the id of the table
   */
  table(rows: readonly (readonly string[][])[], property: object = {}): string {
    const cells = rows.flat().map((children) => this.add(32, 'table_cell', {}, children))
    const size = { row_size: rows.length, column_size: rows[0]?.length ?? 0 }
    const merge_info = cells.map(() => ({ row_span: 1, col_span: 1 }))
    return this.add(31, 'table', { cells, property: { ...size, merge_info, ...property } }, cells)
  }

  /** Adds the page block around the top-level blocks. @returns all blocks, the page first, as the service sends them */
  page(...children: readonly string[]): WireBlock[] {
    const others = [...this.items]
    this.add(1, 'page', { elements: [textRun('Title')] }, children)
    return [...this.items.slice(-1), ...others]
  }
}

export const OPTIONS: RenderOptions = {
  title: 'Title',
  origin: 'https://example.feishu.cn',
  assetPath: (asset) => `Title.assets/${asset.kind === 'attachment' ? asset.name : `${asset.token}.png`}`,
  documentPath: () => undefined,
  syncedBlocks: () => undefined,
}

/** Renders a document. `build` adds its blocks and returns the ids of the top-level ones. */
export function render(
  build: (document: WireDocument) => string | readonly string[],
  options: Partial<RenderOptions> = {},
): RenderedMarkdown {
  return renderMarkdown(blocksOf(build), { ...OPTIONS, ...options })
}

/** The Markdown of the content, without the title and the last line feed. `options` must not change the title. */
export function bodyOf(
  build: (document: WireDocument) => string | readonly string[],
  options: Partial<RenderOptions> = {},
): string {
  return render(build, options)
    .text.replace(/^# Title\n\n?/, '')
    .replace(/\n$/, '')
}

/** Parses the blocks that `build` adds. `build` returns the ids of the top-level ones, which get a page around them. */
export function blocksOf(build: (document: WireDocument) => string | readonly string[]): DocumentBlocks {
  const document = new WireDocument()
  const topLevel = [build(document)].flat()
  return parseBlocks(document.page(...topLevel))
}
