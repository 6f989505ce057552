import type { Asset, SyncedReference } from './context.js'
import { convertDocument } from './convert.js'
import type { DocumentBlocks } from './parse.js'
import type { DocumentReference } from './urls.js'

/** What the Markdown of a document refers to: each thing once, in the order of the document. */
export interface References {
  readonly assets: readonly Asset[]
  readonly synced: readonly SyncedReference[]
  readonly documents: readonly DocumentReference[]
}

/**
 * Collects the references of a document, by converting it. `synced` lists the content of other documents that its synced
 * blocks show. References inside that content are not included: read it, and call this function for it, too.
 */
export function collectReferences(blocks: DocumentBlocks): References {
  const assets = new Map<string, Asset>()
  const synced = new Map<string, SyncedReference>()
  const documents = new Map<string, DocumentReference>()
  // Returns undefined. For the conversion, that means: not saved, not read or not exported.
  const collect = <T>(map: Map<string, T>, key: string, value: T): undefined => {
    if (!map.has(key)) map.set(key, value)
  }
  convertDocument(blocks, {
    // Any origin: the Markdown itself is not used.
    origin: 'https://feishu.cn',
    assetPath: (asset) => collect(assets, asset.token, asset),
    syncedBlocks: (reference) => collect(synced, `${reference.documentId} ${reference.blockId}`, reference),
    documentPath: (reference) => collect(documents, `${reference.type} ${reference.token}`, reference),
  })
  return { assets: [...assets.values()], synced: [...synced.values()], documents: [...documents.values()] }
}
