import type { Asset, SyncedReference } from './context.js'
import { convertDocument } from './convert.js'
import type { DocumentBlocks } from './parse.js'
import type { DocumentReference } from './urls.js'

/** What the Markdown of a document refers to. */
export interface References {
  /** Each token once, in the order of the document. */
  readonly assets: readonly Asset[]
  readonly synced: readonly SyncedReference[]
  readonly documents: readonly DocumentReference[]
}

/**
 * Collects the references of a document, by converting it. References in the content of its synced blocks are not
 * among them: call this for that content, too.
 */
export function collectReferences(blocks: DocumentBlocks): References {
  const assets = new Map<string, Asset>()
  const synced = new Map<string, SyncedReference>()
  const documents = new Map<string, DocumentReference>()
  // Returns undefined, as for an asset that is not saved, or a synced block that could not be read.
  const collect = <T>(map: Map<string, T>, key: string, value: T): undefined => {
    if (!map.has(key)) map.set(key, value)
  }
  convertDocument(blocks, {
    origin: 'https://feishu.cn',
    assetPath: (asset) => collect(assets, asset.token, asset),
    syncedBlocks: (reference) => collect(synced, `${reference.documentId} ${reference.blockId}`, reference),
    documentPath: (reference) => collect(documents, `${reference.type} ${reference.token}`, reference),
  })
  return { assets: [...assets.values()], synced: [...synced.values()], documents: [...documents.values()] }
}
