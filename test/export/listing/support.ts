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

/** A source line, without the parsing. */
function sourceOf(target: SourceTarget, link = 'https://acme.feishu.cn/drive/folder/x'): Source {
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

export const refusal = (code: number, more: Partial<Failure> = {}): Failure => ({
  class: 'permanent',
  what: `refused with ${code}`,
  code,
  ...more,
})

export const item = (token: string, type = 'docx', more: Partial<FolderItem> = {}): FolderItem => ({
  token,
  type,
  name: token,
  url: undefined,
  modifiedTime: `1${token.length}`,
  target: undefined,
  ...more,
})

export const shortcutTo = (target: string, type: string, token: string): FolderItem =>
  item(token, 'shortcut', { target: { token: target, type } })

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

export const meta = ({ token, type }: DocumentRef, more: Partial<Meta> = {}): Meta => ({
  requestedToken: token,
  token,
  type,
  title: `title of ${token}`,
  modifiedTime: '9',
  url: undefined,
  ...more,
})

/** The answer of the metadata API for a wiki page: the document behind it. */
const behind = ({ token }: DocumentRef): Meta =>
  meta({ token: `obj-${token}`, type: 'docx' }, { requestedToken: token })

/** A page, or the failure to list it. */
export type Answer<T> = TolerantPage<T> | Failure
export const page = <T>(items: readonly T[], cursor?: string): TolerantPage<T> => ({
  items,
  oddItems: [],
  hasMore: cursor !== undefined,
  cursor,
})

export const replyOf = <T>(answer: TolerantPage<T> | Failure): Reply<TolerantPage<T>> =>
  'class' in answer ? fail(answer) : { ok: true, value: answer, logId: 'log-1' }

/** Makes calls with scripted answers: pages by `TOKEN` or `TOKEN@CURSOR`, refused documents by the code of the refusal. */
export function scripted(script: {
  readonly folders?: Readonly<Record<string, Answer<FolderItem> | readonly Answer<FolderItem>[]>>
  readonly wiki?: Readonly<Record<string, Answer<WikiNode> | readonly Answer<WikiNode>[]>>
  readonly nodes?: Readonly<Record<string, WikiNode | Failure>>
  readonly metas?: (documents: readonly DocumentRef[]) => ReturnType<ListingCalls['metas']>
}): { readonly calls: ListingCalls; readonly log: string[] } {
  const log: string[] = []
  const asked = new Map<string, number>()
  const answer = <T>(
    what: string,
    answers: Readonly<Record<string, Answer<T> | readonly Answer<T>[]>> | undefined,
    key: string,
  ): Promise<Reply<TolerantPage<T>>> => {
    log.push(`${what} ${key}`)
    const nth = asked.get(key) ?? 0
    asked.set(key, nth + 1)
    const given = answers?.[key]
    const chosen = Array.isArray(given) ? (given as readonly Answer<T>[])[nth] : (given as Answer<T> | undefined)
    if (!chosen) throw new Error(`no scripted answer for ${what} ${key}, time ${nth + 1}`)
    return Promise.resolve(replyOf(chosen))
  }
  const keyOf = (place: string, cursor: string | undefined): string =>
    cursor === undefined ? place : `${place}@${cursor}`
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
      metas(documents) {
        log.push(`metas ${documents.map(({ token }) => token).join(' ')}`)
        const all = () => ({
          metas: documents.map((ref) => (ref.type === 'wiki' ? behind(ref) : meta(ref))),
          refused: [],
        })
        return script.metas?.(documents) ?? Promise.resolve({ ok: true, value: all(), logId: 'log-2' })
      },
    },
  }
}

/** The tree as lines: `title type token`, indented, shortcuts marked. */
export function linesOf(entries: readonly Entry[], indent = ''): string[] {
  return entries.flatMap(({ title, type, token, shortcut, children }) => [
    `${indent}${title} ${type} ${token}${shortcut ? ' shortcut' : ''}`,
    ...linesOf(children, `${indent}  `),
  ])
}

export const faultsOf = ({ faults }: Listing): unknown[] =>
  faults.map(({ what, failure, mayHideDocuments }) => [what, failure.code, mayHideDocuments])

/** A call that a test does not expect. */
export const notCalled = (): never => {
  throw new Error('this call is not expected')
}

/** Lists one source by a script; gives the listing, the requests made and the entries as indented lines. */
export const treeOf = async (script: Parameters<typeof scripted>[0], source = folderSource('root')) => {
  const { calls, log } = scripted(script)
  const listing = await listWith([source], calls)
  return { listing, log, lines: linesOf(listing.sources[0]?.entries ?? []) }
}
