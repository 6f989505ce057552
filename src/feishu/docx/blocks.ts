import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Operation } from '../client/operations.js'
import type { Reply } from '../errors/failure.js'
import { pageIn, type Fields, type Page } from '../client/fields.js'
import { WrongShape } from '../client/json.js'

const PAGE_SIZE = '500'
const LATEST_REVISION = '-1'
// A document has at most 10,485,760 characters, which is 40 MiB of UTF-8; the rest is for their style. One page may hold
// the whole document, since the size of a block has no limit.
const MAX_PAGE_BYTES = 64 * 1024 * 1024

/**
 * Reads one page of the blocks of a document of type docx: up to 500 blocks as the service sends them, in pre-order.
 * The first block of the first page is the document itself. The fields `children` and `parent_id` describe the tree.
 * Source: 获取文档所有块, `GET /open-apis/docx/v1/documents/:document_id/blocks`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block/list
 * @param cursor the cursor that came with the previous page; undefined for the first page
 * @returns the page, or a failure; its code is 1770022 when the cursor is stale: begin again with the first page
 */
export function blocksPage(
  connection: Connection,
  credential: Credential,
  documentId: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<Page<Fields>>> {
  const path = pathOf(['docx', 'v1', 'documents', documentId, 'blocks'], queryOf(cursor))
  const read = (data: unknown): Page<Fields> => {
    const page = blocksIn(data)
    const isWholeList = cursor === undefined && !page.hasMore
    if (isWholeList && page.items.length === 0) throw new WrongShape('no block, not even that of the document itself')
    return page
  }
  return readPage(connection, credential, { operation: 'blocks', path, read }, signal)
}

/** The block whose content a synced block shows. */
export interface BlockRef {
  readonly documentId: string
  readonly blockId: string
}

/**
 * Reads one page of all blocks below a block: up to 500 blocks as the service sends them. They are the content of a synced
 * block that refers to this block. Needs the right to read the document of the block.
 * Source: 获取所有子块, `GET /open-apis/docx/v1/documents/:document_id/blocks/:block_id/children`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block-children/get
 * @param cursor the cursor that came with the previous page; undefined for the first page
 * @returns the page, or a failure; its code is 1770022 when the cursor is stale: begin again with the first page
 */
export function descendantsPage(
  connection: Connection,
  credential: Credential,
  { documentId, blockId }: BlockRef,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<Page<Fields>>> {
  const query = { with_descendants: 'true', ...queryOf(cursor) }
  const path = pathOf(['docx', 'v1', 'documents', documentId, 'blocks', blockId, 'children'], query)
  return readPage(connection, credential, { operation: 'blockDescendants', path, read: blocksIn }, signal)
}

/** Makes the query for one page of blocks. */
function queryOf(cursor: string | undefined): Readonly<Record<string, string>> {
  return {
    document_revision_id: LATEST_REVISION,
    page_size: PAGE_SIZE,
    ...(cursor !== undefined && { page_token: cursor }),
  }
}

/** @throws WrongShape */
const blocksIn = (data: unknown): Page<Fields> =>
  pageIn(data, { list: 'items', cursor: 'page_token' }, (block) => block)

/** A request for one page of blocks. */
interface PageRequest {
  readonly operation: Extract<Operation, 'blocks' | 'blockDescendants'>
  /** With the query. */
  readonly path: string
  /** Reads the page from `data` of the answer. @throws WrongShape */
  readonly read: (data: unknown) => Page<Fields>
}

/** Requests one page of blocks. */
function readPage(
  connection: Connection,
  credential: Credential,
  { operation, path, read }: PageRequest,
  signal: AbortSignal,
): Promise<Reply<Page<Fields>>> {
  return callApi(
    connection,
    credential,
    { operation, method: 'GET', path, maxBodyBytes: MAX_PAGE_BYTES, read: ({ data }) => read(data) },
    signal,
  )
}
