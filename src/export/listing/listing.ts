import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { listingCalls, type ListingApi, type ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { itemOfNode } from './levels.js'
import { isNodeTree, isSinglePage, levelOf, refOf } from './targets.js'
import {
  buildTree,
  documentUrl,
  isDeleted,
  needsTargetQuery,
  wikiUrl,
  type Answers,
  type MissingLevel,
  type Root,
} from './tree.js'
import { placeBelow, TOP, type TreeRules } from './tree-rules.js'
import type { Entry, ListedSource, Listing, ListingFault, PageWithChildren } from './types.js'
import { firstVisit, visitLevel } from './visits.js'
import { Levels } from './walk.js'
import type { DocumentInfo } from '../model.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source, SourceTarget } from '../sources/source.js'

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
  const rules = sources.map((source) => ({ source, exclude }))
  await querySources(rules, calls, { levels, documents, nodes })
  for (;;) {
    const listed = collectListed(levels, nodes.values())
    await documents.query(unknownTargets(levels, listed))
    const results = rules.map((one) => buildSource(one, { levels, documents, listed }, nodes))
    // A level that the rules leave out on one way may be reached on another way.
    const missing = results.flatMap(({ missing, rules }) =>
      missing.map(({ level, place }) => visitLevel(level, place, rules)),
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

/** What the service has answered so far; `nodes` are the replies for wiki pages, by token. */
interface Replies {
  readonly levels: Levels
  readonly documents: Documents
  readonly nodes: Map<string, Reply<WikiNode>>
}

/** Queries the wiki pages and documents that the sources name, and lists their trees, as much as possible concurrently. */
async function querySources(
  rules: readonly TreeRules[],
  calls: ListingCalls,
  { levels, documents, nodes }: Replies,
): Promise<void> {
  const sources = rules.map(({ source }) => source)
  const walkTrees = async (isSelected: (target: SourceTarget) => boolean): Promise<void> => {
    const visits = rules.flatMap((one) => (isSelected(one.source.target) ? (firstVisit(one, nodes) ?? []) : []))
    // One walk for each source, since a walk enters each level once, and the sources have different rules.
    await Promise.all(visits.map((visit) => levels.walk([visit])))
  }
  const pagesToQuery = selectPagesToQuery(sources)
  const treeTokens = sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : []))
  const queryNode = async (token: string): Promise<void> => {
    nodes.set(token, await calls.wikiNode(token))
    await walkTrees((target) => isNodeTree(target) && target.token === token)
  }
  await Promise.all([
    ...[...new Set([...pagesToQuery, ...treeTokens])].map(queryNode),
    walkTrees((target) => !isNodeTree(target)),
    documents.query(refsOf(sources, (target) => !(isSinglePage(target) && pagesToQuery.has(target.token)))),
  ])
  // An app without the scope for wiki pages may have the one for metadata.
  await documents.query(refsOf(sources, (target) => isSinglePage(target) && lacksScope(nodes.get(target.token))))
}

/**
 * The tokens of the single pages that are queried in one request each: it shows whether there are pages below, for a
 * warning. Who links many pages means those pages; then all of them are queried in one request.
 */
function selectPagesToQuery(sources: readonly Source[]): ReadonlySet<string> {
  const pages = new Set(sources.flatMap(({ target }) => (isSinglePage(target) ? target.token : [])))
  return pages.size <= MAX_SINGLE_PAGE_QUERIES ? pages : new Set()
}

const MAX_SINGLE_PAGE_QUERIES = 3

/** The references of the selected sources that are single documents or pages. */
const refsOf = (sources: readonly Source[], isSelected: (target: SourceTarget) => boolean): DocumentRef[] =>
  sources.flatMap(({ target }) => (isSelected(target) ? (refOf(target) ?? []) : []))

const NO_EXCLUDES: ExcludeRules = { lines: [], lineFor: () => undefined }

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
  readonly missing: readonly MissingLevel[]
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
  const faults = node ? [{ source, what: source.link, failure: node.failure, mayHideDocuments: true }] : []
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
    const fault = { source, what: source.link, failure, mayHideDocuments: !isDeleted(failure) }
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
