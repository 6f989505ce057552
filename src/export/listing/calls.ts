import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Operation } from '../../feishu/client/operations.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { TolerantPage } from '../../feishu/client/fields.js'
import { folderPage, type FolderItem } from '../../feishu/drive/folders.js'
import { queryMetas, type DocumentRef, type Metas } from '../../feishu/drive/metas.js'
import { wikiNode, wikiNodesPage, type WikiLevel, type WikiNode } from '../../feishu/wiki/wiki-tree.js'

/**
 * Makes a call when its API has room for it, rides out what passes, and gives up when the run ends. The listing hands
 * over any number of attempts at once.
 */
export interface ListingApi {
  call<T>(operation: Operation, attempt: (signal: AbortSignal) => Promise<Reply<T>>): Promise<Reply<T>>
}

/** The calls of a listing. */
export interface ListingCalls {
  folderPage(folderToken: string, cursor: string | undefined): Promise<Reply<TolerantPage<FolderItem>>>
  wikiNodesPage(level: WikiLevel, cursor: string | undefined): Promise<Reply<TolerantPage<WikiNode>>>
  wikiNode(nodeToken: string): Promise<Reply<WikiNode>>
  metas(documents: readonly DocumentRef[]): Promise<Reply<Metas>>
}

/** The calls of a listing on the real service. */
export function listingCalls(api: ListingApi, connection: Connection, credential: Credential): ListingCalls {
  return {
    folderPage: (token, cursor) =>
      api.call('folder', (signal) => folderPage(connection, credential, token, cursor, signal)),
    wikiNodesPage: (level, cursor) =>
      api.call('wikiNodes', (signal) => wikiNodesPage(connection, credential, level, cursor, signal)),
    wikiNode: (token) => api.call('wikiNode', (signal) => wikiNode(connection, credential, token, signal)),
    metas: (documents) => api.call('metas', (signal) => queryMetas(connection, credential, documents, signal)),
  }
}
