import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { listingCalls, type ListingApi, type ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { itemOfNode, type Item, type Level } from './levels.js'
import {
  buildTree,
  documentUrl,
  excludedBy,
  isDeleted,
  isWithinDepth,
  mustBeAsked,
  placeBelow,
  wikiUrl,
  type Answers,
  type Root,
  type TreePlace,
  type TreeRules,
} from './tree.js'
import type { Entry, ListedSource, Listing, ListingFault, PageWithChildren } from './types.js'
import { Levels, type Reach } from './walk.js'
import type { DocumentInfo } from '../model.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source } from '../sources/source.js'

export type { ListingApi } from './calls.js'

/** What a listing works with. */
export interface ListingOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly exclude?: ExcludeRules | undefined
  /** Called after each page with the number of items found so far. */
  readonly onProgress?: ((found: number) => void) | undefined
}

/**
 * Finds everything that the sources lead to. Never throws for what the service or the network does: what cannot be
 * listed is among the faults, the rest goes on.
 */
export function listSources(
  sources: readonly Source[],
  api: ListingApi,
  { connection, credential, exclude, onProgress }: ListingOptions,
): Promise<Listing> {
  return listWith(sources, listingCalls(api, connection, credential), { exclude, onProgress })
}

/** The same on any calls: tests bring their own. */
export async function listWith(
  sources: readonly Source[],
  calls: ListingCalls,
  { exclude = NO_EXCLUDES, onProgress = () => undefined }: Partial<Pick<ListingOptions, 'exclude' | 'onProgress'>> = {},
): Promise<Listing> {
  let found = 0
  const levels = new Levels(calls, (count) => onProgress((found += count)))
  const documents = new Documents(calls)
  const nodes = new Map<string, Reply<WikiNode>>()

  const alone = new Set(sources.flatMap(({ target }) => (isPageAlone(target) ? target.token : [])))
  // A page says itself whether there is anything below it. Many links are a list on purpose: one request is enough.
  const askedAlone = alone.size <= MAX_PAGES_ASKED_ALONE ? alone : new Set<string>()
  const trees = sources.filter((source) => levelOf(source.target) || isNodeTree(source.target))
  const nodeTokens = new Set([
    ...askedAlone,
    ...sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : [])),
  ])
  const rulesOf = (source: Source): TreeRules => ({ exclude, source })
  const listTree = async (source: Source): Promise<void> => {
    const level = levelOf(source.target)
    if (level) return levels.walk([reach(level, TOP, rulesOf(source))])
    const node = isNodeTree(source.target) ? nodes.get(source.target.token) : undefined
    const root = node?.ok ? reachBelow(itemOfNode(node.value), ROOT, rulesOf(source)) : undefined
    if (root) await levels.walk([root])
  }
  await Promise.all([
    ...[...nodeTokens].map(async (token) => {
      nodes.set(token, await calls.wikiNode(token))
      await Promise.all(trees.filter(({ target }) => isNodeTree(target) && target.token === token).map(listTree))
    }),
    ...trees.filter(({ target }) => !isNodeTree(target)).map(listTree),
    documents.ask(sources.flatMap(({ target }) => (isAskedAlone(target, askedAlone) ? [] : (refOf(target) ?? [])))),
  ])

  // The app may lack the scope for pages and have the one for metadata.
  const isUnknown = ({ target }: Source): boolean => isPageAlone(target) && lacksScope(nodes.get(target.token))
  await documents.ask(sources.filter(isUnknown).flatMap(({ target }) => refOf(target) ?? []))

  for (;;) {
    const listed = listedDocuments(levels, nodes.values())
    await documents.ask(openShortcuts(levels, listed))
    const answers: Answers = { levels, documents, listed }
    const results = sources.map((source) => listOne(rulesOf(source), answers, nodes))
    // What one way to a level leaves out, another way may reach.
    const missing = results.flatMap(({ missing, rules }) =>
      missing.map(({ level, place }) => reach(level, place, rules)),
    )
    if (missing.length === 0) {
      return {
        sources: results.map(({ listed }) => listed),
        faults: results.flatMap(({ faults }) => faults),
        pagesWithChildren: sources.flatMap((source) => pageWithChildren(source, nodes)),
      }
    }
    await levels.walk(missing)
  }
}

/** The level at a place, and what of it is entered by the rules of its source. */
const reach = (level: Level, place: TreePlace, rules: TreeRules): Reach => ({
  level,
  enter: (item) => reachBelow(item, place, rules),
})

function reachBelow(item: Item, above: TreePlace, rules: TreeRules): Reach | undefined {
  const place = placeBelow(above, item.title, item.document?.type ?? '')
  const { below } = item
  if (!below || !isWithinDepth(rules, place) || excludedBy(rules, item, place) !== undefined) return undefined
  return reach(below, place, rules)
}

const NO_EXCLUDES: ExcludeRules = { lineFor: () => undefined }

const TOP: TreePlace = { path: '', depth: 0 }
/** A page that a line names is above the first level of its tree. */
const ROOT: TreePlace = { path: '', depth: -1 }

type Target = Source['target']
type NodeTarget = Extract<Target, { kind: 'wiki-node' }>

// One request each, where one for all of them would do.
const MAX_PAGES_ASKED_ALONE = 3

const isPageAlone = (target: Target): target is NodeTarget => target.kind === 'wiki-node' && !target.children

const lacksScope = (reply: Reply<WikiNode> | undefined): boolean =>
  reply?.ok === false && reply.failure.scope === 'endpoint'

const isAskedAlone = (target: Target, askedAlone: ReadonlySet<string>): boolean =>
  isPageAlone(target) && askedAlone.has(target.token)

function pageWithChildren(source: Source, nodes: ReadonlyMap<string, Reply<WikiNode>>): PageWithChildren[] {
  const { target } = source
  const node = isPageAlone(target) ? nodes.get(target.token) : undefined
  if (!node?.ok || !node.value.hasChild) return []
  return [{ source, title: node.value.title, spaceId: node.value.spaceId }]
}

const isNodeTree = (target: Target): target is NodeTarget => target.kind === 'wiki-node' && target.children

function levelOf(target: Target): Level | undefined {
  if (target.kind === 'folder') return { kind: 'folder', token: target.token }
  if (target.kind === 'wiki-spaces') return { kind: 'spaces' }
  return target.kind === 'wiki-space' ? { kind: 'wiki', spaceId: target.spaceId, parent: undefined } : undefined
}

function refOf(target: Target): DocumentRef | undefined {
  if (target.kind === 'document') return { token: target.token, type: target.type }
  return target.kind === 'wiki-node' && !target.children ? { token: target.token, type: 'wiki' } : undefined
}

interface ListedOne {
  readonly rules: TreeRules
  readonly listed: ListedSource
  readonly faults: readonly ListingFault[]
  readonly missing: readonly { readonly level: Level; readonly place: TreePlace }[]
}

function listOne(rules: TreeRules, answers: Answers, nodes: ReadonlyMap<string, Reply<WikiNode>>): ListedOne {
  const { source } = rules
  const { target } = source
  const level = levelOf(target)
  if (level) return treeOf({ level }, rules, answers)
  const node = target.kind === 'wiki-node' ? nodes.get(target.token) : undefined
  if (!isNodeTree(target)) return documentOf(refOf(target), node && documentOfNode(node), rules, answers)
  if (node?.ok) return treeOf({ item: itemOfNode(node.value) }, rules, answers)
  const faults = node ? [{ source, what: source.link, failure: node.failure, branch: true }] : []
  return { rules, listed: { source, entries: [] }, faults, missing: [] }
}

function treeOf(root: Root, rules: TreeRules, answers: Answers): ListedOne {
  const { entries, faults, missing } = buildTree(rules, root, answers)
  return { rules, listed: { source: rules.source, entries }, faults, missing }
}

/** @returns undefined where the app lacks the scope for pages */
function documentOfNode(node: Reply<WikiNode>): Reply<DocumentInfo> | undefined {
  if (!node.ok) return lacksScope(node) ? undefined : node
  const { objToken: token, objType: type, title, objEditTime: editTime } = node.value
  return { ok: true, value: { token, type, title, editTime, url: undefined } }
}

/** @param own what was asked about this document alone */
function documentOf(
  ref: DocumentRef | undefined,
  own: Reply<DocumentInfo> | undefined,
  rules: TreeRules,
  { documents, listed }: Answers,
): ListedOne {
  const { source, exclude } = rules
  if (!ref) throw new Error(`${source.where} leads to nothing that can be listed`)
  const reply = own ?? documents.get(ref)
  if (!reply.ok) {
    const { failure } = reply
    const fault = { source, what: source.link, failure, branch: !isDeleted(failure) }
    return { rules, listed: { source, entries: [] }, faults: [fault], missing: [] }
  }
  const { value: document } = reply
  const { token, editTime, url } = document
  const title = document.title || token
  const { path } = placeBelow(TOP, title, document.type)
  const line = exclude.lineFor({ path, isDirectory: false, ids: [token, ref.token] })
  const entry: Entry = {
    ...document,
    title,
    // A document that is in a tree too has one edit time in this run.
    editTime: listed.get(token)?.editTime ?? editTime,
    url:
      url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : documentUrl(source.host, document.type, token)),
    shortcut: false,
    ...(line !== undefined && { excludedBy: line }),
    children: [],
  }
  return { rules, listed: { source, entries: [entry] }, faults: [], missing: [] }
}

function listedDocuments(levels: Levels, nodes: Iterable<Reply<WikiNode>>): ReadonlyMap<string, DocumentInfo> {
  const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []))
  const listed = new Map<string, DocumentInfo>()
  for (const { items } of [{ items: roots }, ...levels.all()]) {
    for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
      if (!document || (shortcut && nodeToken === undefined)) continue
      if (!listed.has(document.token)) listed.set(document.token, { ...document, title, editTime, url })
    }
  }
  return listed
}

function* openShortcuts(levels: Levels, listed: ReadonlyMap<string, DocumentInfo>): Iterable<DocumentRef> {
  for (const { items } of levels.all()) {
    for (const item of items) {
      if (item.document && mustBeAsked(item) && !listed.has(item.document.token)) yield item.document
    }
  }
}
