import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import {
  META_NOT_FOUND,
  META_TYPES,
  META_WRONG_TYPE,
  metaFailure,
  MAX_METAS,
  type DocumentRef,
} from '../../feishu/drive/metas.js'
import { documentKey, type DocumentInfo } from '../model.js'
import type { ListingCalls } from './calls.js'

/** Queries the metadata of documents by token and type, each once; for a wiki page, those of the document behind it. */
export class Documents {
  private readonly known = new Map<string, Reply<DocumentInfo>>()

  constructor(private readonly calls: ListingCalls) {}

  /** Queries documents, up to 200 in one request. For types without metadata, only token and type are known. */
  async query(refs: Iterable<DocumentRef>): Promise<void> {
    const unknown = new Map<string, DocumentRef>()
    for (const ref of refs) if (!this.known.has(documentKey(ref))) unknown.set(documentKey(ref), ref)
    await Promise.all(
      batchesOf([...unknown.values()].filter(({ type }) => META_TYPES.has(type))).map((batch) => this.fetch(batch)),
    )
    for (const [key, { token, type }] of unknown) {
      if (this.known.has(key)) continue
      this.known.set(key, { ok: true, value: { token, type, title: '', editTime: undefined, url: undefined } })
    }
  }

  /** The reply for a document that was queried. */
  get(ref: DocumentRef): Reply<DocumentInfo> {
    return this.known.get(documentKey(ref)) ?? fail(metaFailure(undefined, ref.type, undefined))
  }

  /** Queries one batch in one request, and after that, one by one, each wiki page that this request did not resolve. */
  private async fetch(batch: readonly DocumentRef[]): Promise<void> {
    const reply = await this.calls.metas(batch)
    if (!reply.ok) {
      await this.fetchHalves(batch, reply.failure)
      return
    }
    const metas = new Map(reply.value.metas.map((meta) => [meta.requestedToken, meta]))
    const refused = new Map(reply.value.refused.map(({ requestedToken, code }) => [requestedToken, code]))
    const unresolvedPages: DocumentRef[] = []
    for (const ref of batch) {
      const meta = metas.get(ref.token)
      const isResolved = meta !== undefined && !(ref.type === 'wiki' && meta.type === 'wiki')
      if (isResolved) {
        const { token, type, title, modifiedTime: editTime, url } = meta
        this.known.set(documentKey(ref), { ok: true, value: { token, type, title, editTime, url } })
        continue
      }
      const code = refused.get(ref.token)
      this.known.set(documentKey(ref), fail(metaFailure(code, ref.type, reply.logId)))
      // Some deployments do not know wiki pages in this API.
      const mayBeUnknownHere = code === undefined || code === META_WRONG_TYPE || code === META_NOT_FOUND
      if (ref.type === 'wiki' && mayBeUnknownHere) unresolvedPages.push(ref)
    }
    await Promise.all(unresolvedPages.map((ref) => this.fetchNode(ref)))
  }

  /**
   * Queries each half of a batch again after the service refused the batch, since one document may cause the refusal of
   * all. For any other failure, all documents of the batch get this failure.
   */
  private async fetchHalves(batch: readonly DocumentRef[], failure: Failure): Promise<void> {
    const isRefusal = failure.class === 'permanent' && failure.code !== undefined && failure.scope === undefined
    if (batch.length > 1 && isRefusal) {
      const half = Math.ceil(batch.length / 2)
      await Promise.all([this.fetch(batch.slice(0, half)), this.fetch(batch.slice(half))])
      return
    }
    for (const ref of batch) this.known.set(documentKey(ref), fail(failure))
    const [only] = batch
    if (only?.type === 'wiki' && isRefusal) await this.fetchNode(only)
  }

  /** Queries a wiki page by the API of knowledge bases instead of the metadata API. */
  private async fetchNode(ref: DocumentRef): Promise<void> {
    const reply = await this.calls.wikiNode(ref.token)
    if (!reply.ok) {
      this.known.set(documentKey(ref), reply)
      return
    }
    const { objToken: token, objType: type, title, objEditTime: editTime } = reply.value
    this.known.set(documentKey(ref), { ok: true, value: { token, type, title, editTime, url: undefined } })
  }
}

/**
 * Splits references into batches of at most `MAX_METAS`. A batch has a token only once, also if two documents of different
 * types have the same one: a refusal names the token without the type.
 */
function batchesOf(refs: readonly DocumentRef[]): DocumentRef[][] {
  const groups: Map<string, DocumentRef>[] = []
  for (const ref of refs) {
    let group = groups.find((byToken) => !byToken.has(ref.token))
    if (!group) {
      group = new Map<string, DocumentRef>()
      groups.push(group)
    }
    group.set(ref.token, ref)
  }
  return groups.flatMap((group) => {
    const all = [...group.values()]
    return Array.from({ length: Math.ceil(all.length / MAX_METAS) }, (_, nth) =>
      all.slice(nth * MAX_METAS, (nth + 1) * MAX_METAS),
    )
  })
}
