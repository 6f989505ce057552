import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import {
  META_NOT_FOUND,
  META_TYPES,
  META_WRONG_TYPE,
  metaFailure,
  MAX_METAS,
  type DocumentRef,
} from '../../feishu/drive/metas.js'
import type { DocumentInfo } from '../model.js'
import type { ListingCalls } from './calls.js'

const refKey = ({ token, type }: DocumentRef): string => `${type}/${token}`

/** Queries the metadata of documents by token and type, each once; for a wiki page, those of the document behind it. */
export class Documents {
  private readonly known = new Map<string, Reply<DocumentInfo>>()

  constructor(private readonly calls: ListingCalls) {}

  /** Queries documents, up to 200 in one request. For types without metadata, only token and type are known. */
  async query(refs: Iterable<DocumentRef>): Promise<void> {
    const unknown = new Map<string, DocumentRef>()
    for (const ref of refs) if (!this.known.has(refKey(ref))) unknown.set(refKey(ref), ref)
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
    return this.known.get(refKey(ref)) ?? fail(metaFailure(undefined, ref.type, undefined))
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
    const unresolved = batch.filter((ref) => {
      const meta = metas.get(ref.token)
      const code = refused.get(ref.token)
      if (meta && !(ref.type === 'wiki' && meta.type === 'wiki')) {
        const { token, type, title, modifiedTime: editTime, url } = meta
        this.known.set(refKey(ref), { ok: true, value: { token, type, title, editTime, url } })
        return false
      }
      this.known.set(refKey(ref), fail(metaFailure(code, ref.type, reply.logId)))
      return ref.type === 'wiki' && (code === undefined || code === META_WRONG_TYPE || code === META_NOT_FOUND)
    })
    // Some deployments do not know wiki pages in this API.
    await Promise.all(unresolved.map((ref) => this.fetchNode(ref)))
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
    for (const ref of batch) this.known.set(refKey(ref), fail(failure))
    const [only] = batch
    if (only?.type === 'wiki' && isRefusal) await this.fetchNode(only)
  }

  /** Queries a wiki page by the API of knowledge bases instead of the metadata API. */
  private async fetchNode(ref: DocumentRef): Promise<void> {
    const reply = await this.calls.wikiNode(ref.token)
    if (!reply.ok) {
      this.known.set(refKey(ref), reply)
      return
    }
    const { objToken: token, objType: type, title, objEditTime: editTime } = reply.value
    this.known.set(refKey(ref), { ok: true, value: { token, type, title, editTime, url: undefined } })
  }
}

/** Splits references into batches without duplicate tokens, because a refusal names the token without the type. */
function batchesOf(refs: readonly DocumentRef[]): DocumentRef[][] {
  const rounds: Map<string, DocumentRef>[] = []
  for (const ref of refs) {
    let round = rounds.find((others) => !others.has(ref.token))
    if (!round) {
      round = new Map<string, DocumentRef>()
      rounds.push(round)
    }
    round.set(ref.token, ref)
  }
  return rounds.flatMap((round) => {
    const all = [...round.values()]
    return Array.from({ length: Math.ceil(all.length / MAX_METAS) }, (_, nth) =>
      all.slice(nth * MAX_METAS, (nth + 1) * MAX_METAS),
    )
  })
}
