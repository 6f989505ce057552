// Blocks as the service sends them.
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

export function textRun(content: string, style: Style = {}): object {
  return { text_run: { content, text_element_style: { bold: false, inline_code: false, italic: false, ...style } } }
}

export function linkTo(url: string): Style {
  return { link: { url: encodeURIComponent(url.toWellFormed()) } }
}

/** Builds the blocks of one document and numbers them. */
export class WireDocument {
  readonly items: WireBlock[] = []

  /** Adds a block whose children were added before. @returns its id */
  add(type: number, key: string, content: unknown, children: readonly string[] = []): string {
    const id = `doxcn${this.items.length}`
    for (const child of this.items.filter(({ block_id }) => children.includes(block_id))) child.parent_id = id
    const block = { block_id: id, block_type: type, parent_id: '', [key]: content }
    this.items.push(children.length > 0 ? { ...block, children } : block)
    return id
  }

  text(content: string | readonly object[], children: readonly string[] = []): string {
    const elements = typeof content === 'string' ? [textRun(content)] : content
    return this.add(2, 'text', { elements, style: { align: 1, folded: false } }, children)
  }

  table(rows: readonly (readonly string[][])[], property: object = {}): string {
    const cells = rows.flat().map((children) => this.add(32, 'table_cell', {}, children))
    const size = { row_size: rows.length, column_size: rows[0]?.length ?? 0 }
    const merge_info = cells.map(() => ({ row_span: 1, col_span: 1 }))
    return this.add(31, 'table', { cells, property: { ...size, merge_info, ...property } }, cells)
  }

  /** The page with these children, first in the list as the service has it. */
  page(...children: readonly string[]): WireBlock[] {
    this.add(1, 'page', { elements: [textRun('Title')] }, children)
    return this.items.slice(-1).concat(this.items.slice(0, -1))
  }
}

export const OPTIONS: RenderOptions = {
  title: 'Title',
  origin: 'https://example.feishu.cn',
  assetPath: (asset) => `Title.assets/${asset.kind === 'attachment' ? asset.name : `${asset.token}.png`}`,
  documentPath: () => undefined,
  syncedBlocks: () => undefined,
}

/** Renders the blocks that a function builds. */
export function render(
  build: (document: WireDocument) => string | readonly string[],
  options: Partial<RenderOptions> = {},
): RenderedMarkdown {
  const document = new WireDocument()
  const built = build(document)
  return renderMarkdown(parseBlocks(document.page(...[built].flat())), { ...OPTIONS, ...options })
}

/** The Markdown of the content alone: without the title and the last line feed. */
export function bodyOf(
  build: (document: WireDocument) => string | readonly string[],
  options: Partial<RenderOptions> = {},
): string {
  return render(build, options)
    .text.replace(/^# Title\n\n?/, '')
    .replace(/\n$/, '')
}

export function blocksOf(build: (document: WireDocument) => string | readonly string[]): DocumentBlocks {
  const document = new WireDocument()
  const built = build(document)
  return parseBlocks(document.page(...[built].flat()))
}
