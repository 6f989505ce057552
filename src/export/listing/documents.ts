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

/**
 * Queries the metadata of each document once, by token and type; for a wiki page, that of the document behind the page.
 */
export class Documents {
  private readonly known = new Map<string, Reply<DocumentInfo>>()

  constructor(private readonly calls: ListingCalls) {}

  /**
   * Queries the documents that were not queried before, up to 200 in one request. A document of a type without metadata
   * is not queried: `get` then returns only its token and type.
   */
  async query(refs: Iterable<DocumentRef>): Promise<void> {
    const unknown = new Map<string, DocumentRef>()
    for (const ref of refs) if (!this.known.has(documentKey(ref))) unknown.set(documentKey(ref), ref)
    const withMetadata = [...unknown.values()].filter(({ type }) => META_TYPES.has(type))
    await Promise.all(batchesOf(withMetadata).map((batch) => this.fetch(batch)))
    for (const [key, { token, type }] of unknown) {
      if (META_TYPES.has(type)) continue
      this.known.set(key, { ok: true, value: { token, type, title: '', editTime: undefined, url: undefined } })
    }
  }

  /** True for a document that was queried. */
  has(ref: DocumentRef): boolean {
    return this.known.has(documentKey(ref))
  }

  /** The reply for a document that was queried; a failure for any other one. */
  get(ref: DocumentRef): Reply<DocumentInfo> {
    return this.known.get(documentKey(ref)) ?? fail(metaFailure(undefined, ref.type, undefined))
  }

  /**
   * Queries a batch in one request. Wiki pages that the metadata API does not seem to know are then queried by `fetchNode`.
   * If the whole request fails, see `fetchAfterFailure`.
   */
  private async fetch(batch: readonly DocumentRef[]): Promise<void> {
    const reply = await this.calls.metas(batch)
    if (!reply.ok) {
      await this.fetchAfterFailure(batch, reply.failure)
      return
    }
    const metas = new Map(reply.value.metas.map((meta) => [meta.requestedToken, meta]))
    const refused = new Map(reply.value.refused.map(({ requestedToken, code }) => [requestedToken, code]))
    const unresolvedPages: DocumentRef[] = []
    for (const ref of batch) {
      const meta = metas.get(ref.token)
      // The type of a resolved page is that of the document behind it.
      const isResolved = meta !== undefined && !(ref.type === 'wiki' && meta.type === 'wiki')
      if (isResolved) {
        const { token, type, title, modifiedTime: editTime, url } = meta
        this.known.set(documentKey(ref), { ok: true, value: { token, type, title, editTime, url } })
        continue
      }
      const code = refused.get(ref.token)
      this.known.set(documentKey(ref), fail(metaFailure(code, ref.type, reply.logId)))
      // A deployment whose metadata API does not know wiki pages answers in one of these ways.
      const isPageUnknown = code === undefined || code === META_WRONG_TYPE || code === META_NOT_FOUND
      if (ref.type === 'wiki' && isPageUnknown) unresolvedPages.push(ref)
    }
    await Promise.all(unresolvedPages.map((ref) => this.fetchNode(ref)))
  }

  /**
   * Handles the failure of a batch. If the service refused several documents, queries each half again, since one document
   * may cause the refusal of all. Otherwise, all documents of the batch get the failure. A wiki page that was refused alone
   * is then queried with the API of wiki pages. So is each wiki page if every request for metadata would fail (`endpoint`).
   */
  private async fetchAfterFailure(batch: readonly DocumentRef[], failure: Failure): Promise<void> {
    const isRefusal = failure.class === 'permanent' && failure.code !== undefined && failure.scope === undefined
    if (batch.length > 1 && isRefusal) {
      const half = Math.ceil(batch.length / 2)
      await Promise.all([this.fetch(batch.slice(0, half)), this.fetch(batch.slice(half))])
      return
    }
    for (const ref of batch) this.known.set(documentKey(ref), fail(failure))
    if (isRefusal || failure.scope === 'endpoint') {
      await Promise.all(batch.filter(({ type }) => type === 'wiki').map((page) => this.fetchNode(page)))
    }
  }

  /**
   * Queries a wiki page with the API of wiki pages, which sends no URL, and keeps the reply in `known`. Needed where the
   * metadata API does not know the page, refuses a request for this page alone, or refuses every request (`endpoint`).
   */
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
 * Splits references into batches of at most `MAX_METAS`. The service names a refused document by its token alone. So two
 * references with the same token and different types are in different batches.
 */
function batchesOf(refs: readonly DocumentRef[]): DocumentRef[][] {
  // In each group, a token occurs at most once.
  const groups: Map<string, DocumentRef>[] = []
  for (const ref of refs) {
    let group = groups.find((byToken) => !byToken.has(ref.token))
    if (!group) {
      group = new Map<string, DocumentRef>()
      groups.push(group)
    }
    group.set(ref.token, ref)
  }
  const batches: DocumentRef[][] = []
  for (const group of groups) {
    const refsOfGroup = [...group.values()]
    for (let first = 0; first < refsOfGroup.length; first += MAX_METAS) {
      batches.push(refsOfGroup.slice(first, first + MAX_METAS))
    }
  }
  return batches
}
