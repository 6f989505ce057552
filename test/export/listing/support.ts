import type { Failure, Reply } from '../../../src/feishu/errors/failure.js'
import { fail } from '../../../src/feishu/errors/failure.js'
import type { TolerantPage } from '../../../src/feishu/client/fields.js'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import type { DocumentRef, Meta } from '../../../src/feishu/drive/metas.js'
import type { WikiNode } from '../../../src/feishu/wiki/wiki-tree.js'
import type { ListingCalls } from '../../../src/export/listing/calls.js'
import { listWith } from '../../../src/export/listing/listing.js'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import type { Source, SourceTarget } from '../../../src/export/sources/source.js'

const PAGE_NOT_FOUND = 131005

/** A parsed source line with this target and link, and without options. */
function sourceOf(target: SourceTarget, link: string): Source {
  return {
    where: 'sources line 1',
    link,
    host: new URL(link).host,
    target,
    as: undefined,
    to: undefined,
    depth: undefined,
  }
}

export const folderSource = (token: string): Source =>
  sourceOf({ kind: 'folder', token }, `https://acme.feishu.cn/drive/folder/${token}`)
export const spaceSource = (spaceId: string): Source =>
  sourceOf({ kind: 'wiki-space', spaceId }, `https://acme.feishu.cn/wiki/space/${spaceId}`)
export const nodeSource = (token: string, children = false): Source =>
  sourceOf({ kind: 'wiki-node', token, children }, `https://acme.feishu.cn/wiki/${token}`)
export const documentSource = (token: string, type = 'docx'): Source =>
  sourceOf({ kind: 'document', token, type }, `https://acme.feishu.cn/${type}/${token}`)

/** The failure of a request that the service refused with this error code. */
export const refusal = (code: number, more: Partial<Failure> = {}): Failure => ({
  class: 'permanent',
  what: `refused with ${code}`,
  code,
  ...more,
})

/** An item of a folder, as the client returns it. Its name is its token. */
export const item = (token: string, type = 'docx', more: Partial<FolderItem> = {}): FolderItem => ({
  token,
  type,
  name: token,
  url: undefined,
  modifiedTime: '1',
  target: undefined,
  ...more,
})

/** A shortcut in a folder. @param target the token of what it leads to @param type the type of what it leads to */
export const shortcutTo = (target: string, type: string, token: string): FolderItem =>
  item(token, 'shortcut', { target: { token: target, type } })

/** A wiki page, as the client returns it. Its title is its token. The token of its document begins with `obj-`. */
export const node = (nodeToken: string, more: Partial<WikiNode> = {}): WikiNode => ({
  spaceId: '7',
  nodeToken,
  objToken: `obj-${nodeToken}`,
  objType: 'docx',
  title: nodeToken,
  objEditTime: '5',
  hasChild: false,
  shortcut: false,
  ...more,
})

/** The metadata of a document, as the client returns it for the document's own token. */
export const meta = ({ token, type }: DocumentRef, more: Partial<Meta> = {}): Meta => ({
  requestedToken: token,
  token,
  type,
  title: `title of ${token}`,
  modifiedTime: '9',
  url: undefined,
  ...more,
})

/** What the client returns for the token of a wiki page: the metadata of the page's document. */
const metaOfWikiPage = ({ token }: DocumentRef): Meta =>
  meta({ token: `obj-${token}`, type: 'docx' }, { requestedToken: token })

/** A page of a list, or the failure to read it. */
export type Answer<T> = TolerantPage<T> | Failure

/** A page of a list. @param cursor the cursor of the next page; undefined for the last page */
export const page = <T>(items: readonly T[], cursor?: string): TolerantPage<T> => ({
  items,
  oddItems: [],
  hasMore: cursor !== undefined,
  cursor,
})

export const replyOf = <T>(answer: Answer<T>): Reply<TolerantPage<T>> =>
  'class' in answer ? fail(answer) : { ok: true, value: answer, logId: 'log-1' }

/**
 * Answers by `TOKEN` for the first page of a list, by `TOKEN@CURSOR` for a later one. An array has the answers to the
 * first, the second, … request for that page; a single answer is given to every request.
 */
type Answers<T> = Readonly<Record<string, Answer<T> | readonly Answer<T>[]>>

/**
 * Makes a `ListingCalls` that sends nothing, but returns scripted answers. It logs each request as the kind of the call
 * and what is requested: `folder root`. A request for a page of a list throws if there is no answer for it.
 */
export function scripted(script: {
  /** By folder token. */
  readonly folders?: Answers<FolderItem>
  /** By the token of the parent node; by the space id for the top level. */
  readonly wiki?: Answers<WikiNode>
  /** By node token. Any other node is not found. */
  readonly nodes?: Readonly<Record<string, WikiNode | Failure>>
  /** By default, every document has metadata. */
  readonly metas?: (documents: readonly DocumentRef[]) => ReturnType<ListingCalls['metas']>
}): { readonly calls: ListingCalls; readonly log: string[] } {
  const log: string[] = []
  const requestCounts = new Map<string, number>()
  /** Logs a request for a page of a list, and returns the next scripted answer for it. */
  const answer = <T>(kind: string, answers: Answers<T> | undefined, key: string): Promise<Reply<TolerantPage<T>>> => {
    const request = `${kind} ${key}`
    log.push(request)
    const countBefore = requestCounts.get(request) ?? 0
    requestCounts.set(request, countBefore + 1)
    const given = answers?.[key]
    // `Array.isArray` does not narrow the type of a readonly array.
    const chosen = Array.isArray(given)
      ? (given as readonly Answer<T>[])[countBefore]
      : (given as Answer<T> | undefined)
    if (!chosen) throw new Error(`no scripted answer for ${request}, request ${countBefore + 1}`)
    return Promise.resolve(replyOf(chosen))
  }
  const keyOf = (token: string, cursor: string | undefined): string =>
    cursor === undefined ? token : `${token}@${cursor}`
  return {
    log,
    calls: {
      folderPage: (token, cursor) => answer('folder', script.folders, keyOf(token, cursor)),
      wikiNodesPage: ({ spaceId, parent }, cursor) => answer('wiki', script.wiki, keyOf(parent ?? spaceId, cursor)),
      wikiNode(token) {
        log.push(`node ${token}`)
        const known = script.nodes?.[token] ?? refusal(PAGE_NOT_FOUND)
        return Promise.resolve('class' in known ? fail(known) : { ok: true, value: known })
      },
      wikiSpacesPage: notCalled,
      sheets: notCalled,
      tablesPage: notCalled,
      board: notCalled,
      metas(documents) {
        log.push(`metas ${documents.map(({ token }) => token).join(' ')}`)
        if (script.metas) return script.metas(documents)
        const metas = documents.map((ref) => (ref.type === 'wiki' ? metaOfWikiPage(ref) : meta(ref)))
        return Promise.resolve({ ok: true, value: { metas, refused: [] }, logId: 'log-2' })
      },
    },
  }
}

/** The tree as lines: `title type token`, or `title type token shortcut` for a shortcut. Children are indented. */
export function linesOf(entries: readonly Entry[], indent = ''): string[] {
  return entries.flatMap(({ title, type, token, shortcut, children }) => [
    `${indent}${title} ${type} ${token}${shortcut ? ' shortcut' : ''}`,
    ...linesOf(children, `${indent}  `),
  ])
}

/** What the tests compare of each fault: what it is about, the error code, and whether documents may be hidden. */
export const faultsOf = ({ faults }: Listing): unknown[] =>
  faults.map(({ what, failure, mayHideDocuments }) => [what, failure.code, mayHideDocuments])

/** A call that a test does not expect. */
export const notCalled = (): never => {
  throw new Error('this call is not expected')
}

/** Lists one source with scripted answers. Returns the listing, the log of requests, and the entries as lines. */
export const treeOf = async (script: Parameters<typeof scripted>[0], source = folderSource('root')) => {
  const { calls, log } = scripted(script)
  const listing = await listWith([source], calls)
  return { listing, log, lines: linesOf(listing.sources[0]?.entries ?? []) }
}
