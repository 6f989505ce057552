import { createHash } from 'node:crypto'
import type { EmulatedDocument } from './documents.js'

/**
 * A block as the service writes it, but with its children in place of their ids. Without an id, it gets a generated
 * one.
 */
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
  return toWire(page, '', token)
}

/** Everything below a block, without itself. @param blocks all blocks of its document in pre-order */
export function descendantsOf(blocks: readonly WireBlock[], { block_id: id }: WireBlock): WireBlock[] {
  const inside = new Set([id])
  const descendants: WireBlock[] = []
  for (const block of blocks) {
    // In pre-order, the parent was visited before.
    if (!inside.has(block.parent_id)) continue
    inside.add(block.block_id)
    descendants.push(block)
  }
  return descendants
}

/**
 * Writes a block and everything below it in pre-order.
 * @param path the document's token and the positions on the way to the block. A block without an id gets one made from
 * this path.
 */
function toWire(block: Block, parentId: string, path: string): WireBlock[] {
  const { children = [], block_id: id = makeId(path), ...members } = block
  const subtrees = children.map((child, index) => toWire(child, id, `${path}/${index}`))
  // Each subtree begins with the child itself.
  const ids = subtrees.flatMap(([child]) => (child === undefined ? [] : [child.block_id]))
  const own: WireBlock = { ...members, block_id: id, parent_id: parentId, ...(ids.length > 0 && { children: ids }) }
  // A table names its children a second time, as its cells. A test may give other cells.
  if (isObject(own['table'])) own['table'] = { cells: ids, ...own['table'] }
  return [own, ...subtrees.flat()]
}

/** An id in the form of the service; the same path gives the same id. */
function makeId(path: string): string {
  const hash = createHash('sha256').update(path).digest('base64url').replace(/[-_]/g, '0')
  return `doxcn${hash.slice(0, 22)}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
