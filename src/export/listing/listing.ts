import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { listingCalls, type ListingApi, type ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { itemOfNode, type Item, type Level } from './levels.js'
import { isNodeTree, isSinglePage, levelOf, refOf } from './targets.js'
import {
  buildTree,
  documentUrl,
  excludedBy,
  isDeleted,
  isWithinDepth,
  needsTargetQuery,
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

/** What a listing needs. */
export interface ListingOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly exclude?: ExcludeRules | undefined
  /** Called after each page with the number of items found so far. */
  readonly onProgress?: ((found: number) => void) | undefined
}

/**
 * Lists everything that the sources lead to. Never throws for errors of the service or the network: what cannot be
 * listed becomes a fault, and the rest is listed all the same.
 */
export function listSources(
  sources: readonly Source[],
  api: ListingApi,
  { connection, credential, exclude, onProgress }: ListingOptions,
): Promise<Listing> {
  return listWith(sources, listingCalls(api, connection, credential), { exclude, onProgress })
}

/** Lists everything that the sources lead to, by the given calls; tests hand in their own. */
export async function listWith(
  sources: readonly Source[],
  calls: ListingCalls,
  { exclude = NO_EXCLUDES, onProgress = () => undefined }: Partial<Pick<ListingOptions, 'exclude' | 'onProgress'>> = {},
): Promise<Listing> {
  let found = 0
  const levels = new Levels(calls, (count) => onProgress((found += count)))
  const documents = new Documents(calls)
  const nodes = new Map<string, Reply<WikiNode>>()

  const singlePages = new Set(sources.flatMap(({ target }) => (isSinglePage(target) ? target.token : [])))
  // A request for each page shows whether there are pages below it, for a warning. Who links many pages means those
  // pages: then they are all queried in one request.
  const queriedPages = singlePages.size <= MAX_SINGLE_PAGE_QUERIES ? singlePages : new Set<string>()
  const trees = sources.filter((source) => levelOf(source.target) || isNodeTree(source.target))
  const nodeTokens = new Set([
    ...queriedPages,
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
    documents.query(
      sources.flatMap(({ target }) =>
        isSinglePage(target) && queriedPages.has(target.token) ? [] : (refOf(target) ?? []),
      ),
    ),
  ])

  // An app without the scope for wiki pages may have the one for metadata.
  const isUnknown = ({ target }: Source): boolean => isSinglePage(target) && lacksScope(nodes.get(target.token))
  await documents.query(sources.filter(isUnknown).flatMap(({ target }) => refOf(target) ?? []))

  for (;;) {
    const listed = collectListed(levels, nodes.values())
    await documents.query(unknownTargets(levels, listed))
    const answers: Answers = { levels, documents, listed }
    const results = sources.map((source) => buildSource(rulesOf(source), answers, nodes))
    // A level that the rules leave out on one way may be reached on another way.
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

/** Describes a level to list at a place: below which of its items the listing continues, by the rules of the source. */
const reach = (level: Level, place: TreePlace, rules: TreeRules): Reach => ({
  level,
  enter: (item) => reachBelow(item, place, rules),
})

/** @returns undefined for an item with nothing below it, or where the rules of the source end the listing */
function reachBelow(item: Item, above: TreePlace, rules: TreeRules): Reach | undefined {
  const place = placeBelow(above, item.title, item.document?.type ?? '')
  const { below } = item
  if (!below || !isWithinDepth(rules, place) || excludedBy(rules, item, place) !== undefined) return undefined
  return reach(below, place, rules)
}

const NO_EXCLUDES: ExcludeRules = { lines: [], lineFor: () => undefined }

const TOP: TreePlace = { path: '', depth: 0 }
/** The place of a page that a source line names, above the first level of its tree. */
const ROOT: TreePlace = { path: '', depth: -1 }

// More pages are queried in one request for all of them.
const MAX_SINGLE_PAGE_QUERIES = 3

const lacksScope = (reply: Reply<WikiNode> | undefined): boolean =>
  reply?.ok === false && reply.failure.scope === 'endpoint'

function pageWithChildren(source: Source, nodes: ReadonlyMap<string, Reply<WikiNode>>): PageWithChildren[] {
  const { target } = source
  const node = isSinglePage(target) ? nodes.get(target.token) : undefined
  if (!node?.ok || !node.value.hasChild) return []
  return [{ source, title: node.value.title, spaceId: node.value.spaceId }]
}

/** The result of one source; `missing` holds the levels that are still to be listed. */
interface SourceResult {
  readonly rules: TreeRules
  readonly listed: ListedSource
  readonly faults: readonly ListingFault[]
  readonly missing: readonly { readonly level: Level; readonly place: TreePlace }[]
}

/** Builds the tree of a source from the answers so far; a source that is a single document has a tree of one entry. */
function buildSource(rules: TreeRules, answers: Answers, nodes: ReadonlyMap<string, Reply<WikiNode>>): SourceResult {
  const { source } = rules
  const { target } = source
  const level = levelOf(target)
  if (level) return buildSourceTree({ level }, rules, answers)
  const node = target.kind === 'wiki-node' ? nodes.get(target.token) : undefined
  if (!isNodeTree(target)) return buildDocument(refOf(target), node && documentOfNode(node), rules, answers)
  if (node?.ok) return buildSourceTree({ item: itemOfNode(node.value) }, rules, answers)
  const faults = node ? [{ source, what: source.link, failure: node.failure, branch: true }] : []
  return { rules, listed: { source, entries: [] }, faults, missing: [] }
}

function buildSourceTree(root: Root, rules: TreeRules, answers: Answers): SourceResult {
  const { entries, faults, missing } = buildTree(rules, root, answers)
  return { rules, listed: { source: rules.source, entries }, faults, missing }
}

/** Reads the document of a wiki page. @returns undefined where the app lacks the scope for wiki pages */
function documentOfNode(node: Reply<WikiNode>): Reply<DocumentInfo> | undefined {
  if (!node.ok) return lacksScope(node) ? undefined : node
  const { objToken: token, objType: type, title, objEditTime: editTime } = node.value
  return { ok: true, value: { token, type, title, editTime, url: undefined } }
}

/**
 * Makes the entry of a single document.
 * @param ownReply the reply to a query of this document alone, if there was one
 */
function buildDocument(
  ref: DocumentRef | undefined,
  ownReply: Reply<DocumentInfo> | undefined,
  rules: TreeRules,
  { documents, listed }: Answers,
): SourceResult {
  const { source, exclude } = rules
  if (!ref) throw new Error(`${source.where} leads to nothing that can be listed`)
  const reply = ownReply ?? documents.get(ref)
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
    // A document that is also in a tree has the same edit time there.
    editTime: listed.get(token)?.editTime ?? editTime,
    url:
      url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : documentUrl(source.host, document.type, token)),
    shortcut: false,
    ...(line !== undefined && { excludedBy: line }),
    children: [],
  }
  return { rules, listed: { source, entries: [entry] }, faults: [], missing: [] }
}

/** Collects the documents that the levels and the pages of the sources describe, by token. */
function collectListed(levels: Levels, nodes: Iterable<Reply<WikiNode>>): ReadonlyMap<string, DocumentInfo> {
  const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []))
  const listed = new Map<string, DocumentInfo>()
  for (const { items } of [{ items: roots }, ...levels.all()]) {
    for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
      // The listing of a folder describes the shortcut itself, not its target.
      if (!document || (shortcut && nodeToken === undefined)) continue
      if (!listed.has(document.token)) listed.set(document.token, { ...document, title, editTime, url })
    }
  }
  return listed
}

/** Lists the targets of shortcuts that no listing has described yet. */
function* unknownTargets(levels: Levels, listed: ReadonlyMap<string, DocumentInfo>): Iterable<DocumentRef> {
  for (const { items } of levels.all()) {
    for (const item of items) {
      if (item.document && needsTargetQuery(item) && !listed.has(item.document.token)) yield item.document
    }
  }
}
