import { fieldsOf, integerOf, isFields, stringOf, stringsOf, type Fields } from './fields.js'
import { KIND_NAMES } from './kinds.js'

/** A block from the service, checked. */
export interface Block {
  readonly id: string
  /** `block_type`; 0 where it is missing. */
  readonly type: number
  /** The key of the block's content, also for a type that is not documented. */
  readonly kind: string
  readonly children: readonly string[]
  /** The object under that key, not checked. */
  readonly content: Fields
}

/** The blocks of a document or of one synced block, by id. */
export interface DocumentBlocks {
  readonly byId: ReadonlyMap<string, Block>
  /** The root blocks: the page or, without one, the blocks that no block has as a child. */
  readonly roots: readonly string[]
}

const PAGE = 1
const COMMON_KEYS = new Set(['block_id', 'block_type', 'parent_id', 'children', 'comment_ids'])

/**
 * Checks the blocks that the service sent. Keeps unknown types; leaves out blocks without id, which cannot be shown. Of
 * several blocks with the same id, keeps the first.
 * @param items `data.items` of all answers, in the order of the service: without a page, the root blocks keep it
 * @returns the blocks; never throws
 * Source: 获取文档所有块,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block/list
 */
export function parseBlocks(items: readonly unknown[]): DocumentBlocks {
  const byId = new Map<string, Block>()
  for (const item of items) {
    const block = parseBlock(fieldsOf(item))
    if (block.id !== '' && !byId.has(block.id)) byId.set(block.id, block)
  }
  return { byId, roots: findRoots(byId) }
}

/** Checks one block. A missing id becomes the empty text. */
function parseBlock(fields: Fields): Block {
  const type = integerOf(fields['block_type']) ?? 0
  const kind = KIND_NAMES.get(type) ?? findKind(fields)
  return {
    id: stringOf(fields['block_id']),
    type,
    kind,
    children: stringsOf(fields['children']),
    content: fieldsOf(fields[kind]),
  }
}

/** The kind of a block with an unknown type: the key of its content, or `unknown`. */
function findKind(fields: Fields): string {
  const key = Object.keys(fields).find((name) => !COMMON_KEYS.has(name) && isFields(fields[name]))
  return key !== undefined && /^[a-z]\w{0,39}$/i.test(key) ? key : 'unknown'
}

/** Finds the root blocks: see `DocumentBlocks`. */
function findRoots(byId: ReadonlyMap<string, Block>): readonly string[] {
  const blocks = [...byId.values()]
  const page = blocks.find(({ type }) => type === PAGE)
  if (page) return [page.id]
  const listed = new Set(blocks.flatMap(({ children }) => children))
  return blocks.filter(({ id }) => !listed.has(id)).map(({ id }) => id)
}
