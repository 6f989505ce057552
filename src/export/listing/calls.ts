import { checkBoard } from '../../feishu/board/board-image.js'
import type { Connection } from '../../feishu/client/client.js'
import { tablesPage, type Table } from '../../feishu/bitable/tables.js'
import { querySheets, type Sheet } from '../../feishu/sheets/sheets.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Operation } from '../../feishu/client/operations.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { Page, TolerantPage } from '../../feishu/client/fields.js'
import { folderPage, type FolderItem } from '../../feishu/drive/folders.js'
import { queryMetas, type DocumentRef, type Metas } from '../../feishu/drive/metas.js'
import { wikiSpacesPage, type WikiSpace } from '../../feishu/wiki/wiki-spaces.js'
import { wikiNode, wikiNodesPage, type WikiLevel, type WikiNode } from '../../feishu/wiki/wiki-tree.js'

/**
 * Makes calls within the rate limits, retries transient failures, and gives up when the run stops. The listing may start
 * any number of calls at the same time.
 */
export interface ListingApi {
  call<T>(operation: Operation, attempt: (signal: AbortSignal) => Promise<Reply<T>>): Promise<Reply<T>>
}

/** The calls of a listing. A call named `…Page` reads one page of a list: without a cursor, the first one. */
export interface ListingCalls {
  folderPage(folderToken: string, cursor: string | undefined): Promise<Reply<TolerantPage<FolderItem>>>
  wikiNodesPage(level: WikiLevel, cursor: string | undefined): Promise<Reply<TolerantPage<WikiNode>>>
  wikiSpacesPage(cursor: string | undefined): Promise<Reply<TolerantPage<WikiSpace>>>
  wikiNode(nodeToken: string): Promise<Reply<WikiNode>>
  metas(documents: readonly DocumentRef[]): Promise<Reply<Metas>>
  sheets(token: string): Promise<Reply<readonly Sheet[]>>
  tablesPage(token: string, cursor: string | undefined): Promise<Reply<Page<Table>>>
  /** Checks that a board can be read. */
  board(token: string): Promise<Reply<void>>
}

/** Returns the functions that a listing calls. Each of them sends its request through `api`. */
export function listingCalls(api: ListingApi, connection: Connection, credential: Credential): ListingCalls {
  return {
    folderPage: (token, cursor) =>
      api.call('folder', (signal) => folderPage(connection, credential, token, cursor, signal)),
    wikiNodesPage: (level, cursor) =>
      api.call('wikiNodes', (signal) => wikiNodesPage(connection, credential, level, cursor, signal)),
    wikiSpacesPage: (cursor) =>
      api.call('wikiSpaces', (signal) => wikiSpacesPage(connection, credential, cursor, signal)),
    wikiNode: (token) => api.call('wikiNode', (signal) => wikiNode(connection, credential, token, signal)),
    sheets: (token) => api.call('sheets', (signal) => querySheets(connection, credential, token, signal)),
    tablesPage: (token, cursor) =>
      api.call('tables', (signal) => tablesPage(connection, credential, token, cursor, signal)),
    board: (token) => api.call('boardImage', (signal) => checkBoard(connection, credential, token, signal)),
    metas: (documents) => api.call('metas', (signal) => queryMetas(connection, credential, documents, signal)),
  }
}
