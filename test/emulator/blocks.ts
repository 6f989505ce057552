import { createHash } from 'node:crypto'
import type { EmulatedDocument } from './documents.js'

/** A block as the service writes it, but with its children in place of their ids; an id is made up if there is none. */
export interface Block {
  block_type: number
  block_id?: string
  children?: readonly Block[]
  /** The content is in a member named after the type: `text`, `image`, … */
  [member: string]: unknown
}

/** A block as the service writes it. */
export interface WireBlock {
  block_id: string
  parent_id: string
  block_type: number
  children?: string[]
  [member: string]: unknown
}

/** All blocks of a document in pre-order, the page first. */
export function wireBlocks({ token, title, blocks }: EmulatedDocument): WireBlock[] {
  const page: Block = {
    block_id: token,
    block_type: 1,
    page: { elements: [{ text_run: { content: title, text_element_style: {} } }], style: { align: 1 } },
    children: blocks,
  }
  return written(page, '', token)
}

/** Everything below a block, in pre-order. */
export function descendantsOf(blocks: readonly WireBlock[], { block_id: id }: WireBlock): WireBlock[] {
  const inside = new Set([id])
  return blocks.filter((block) => inside.has(block.parent_id) && inside.add(block.block_id))
}

/** @param path where the block is in the tree: its id is made of it */
function written(block: Block, parentId: string, path: string): WireBlock[] {
  const { children = [], block_id: id = idOf(path), ...members } = block
  const below = children.map((child, index) => written(child, id, `${path}/${index}`))
  const ids = below.flatMap(([first]) => (first === undefined ? [] : [first.block_id]))
  const own: WireBlock = { ...members, block_id: id, parent_id: parentId, ...(ids.length > 0 && { children: ids }) }
  // A table names its cells twice.
  if (isObject(own['table'])) own['table'] = { cells: ids, ...own['table'] }
  return [own, ...below.flat()]
}

function idOf(path: string): string {
  const hash = createHash('sha256').update(path).digest('base64url').replace(/[-_]/g, '0')
  return `doxcn${hash.slice(0, 22)}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
