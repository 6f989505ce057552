import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { buildSource, isNodeApiClosed } from './build-source.js'
import { listingCalls, type ListingApi, type ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { itemOfNode } from './levels.js'
import { isNodeTree, isSinglePage, refOf } from './targets.js'
import type { TreeRules } from './tree-rules.js'
import type { ListedSource, Listing, ListingFault, PageWithChildren } from './types.js'
import { firstVisit, visitLevel } from './visits.js'
import { Levels } from './walk.js'
import { isSingle, type DocumentInfo } from '../model.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source, SourceTarget } from '../sources/source.js'

/** What a listing needs. */
export interface ListingOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly exclude?: ExcludeRules | undefined
  /** Called after each page of a list with the number of items found so far. */
  readonly onProgress?: ((found: number) => void) | undefined
}

/**
 * Lists what the sources lead to, as far as `depth` and `exclude` allow. Never throws for errors of the service or the
 * network. What cannot be listed becomes a fault; the rest is listed all the same.
 */
export function listSources(
  sources: readonly Source[],
  api: ListingApi,
  { connection, credential, exclude, onProgress }: ListingOptions,
): Promise<Listing> {
  return listWith(sources, listingCalls(api, connection, credential), { exclude, onProgress })
}

/** Lists as `listSources` does, with the given calls; tests hand in their own. */
export async function listWith(
  sources: readonly Source[],
  calls: ListingCalls,
  { exclude = NO_EXCLUDES, onProgress = () => undefined }: Partial<Pick<ListingOptions, 'exclude' | 'onProgress'>> = {},
): Promise<Listing> {
  let found = 0
  const levels = new Levels(calls, (count) => {
    found += count
    onProgress(found)
  })
  const documents = new Documents(calls)
  const nodes = new Map<string, Reply<WikiNode>>()
  const rulesOfSources = sources.map((source) => ({ source, exclude }))
  await querySources(rulesOfSources, calls, { levels, documents, nodes })
  // Builds the trees, and lists or queries what they lack, until nothing is missing.
  for (;;) {
    const listed = collectListed(levels, nodes.values())
    const results = rulesOfSources.map((rules) => buildSource(rules, { levels, documents, listed }, nodes))
    // A walk follows only the first way that it finds to a level. The tree may use another way, on which the rules include
    // further levels.
    const visits = results.flatMap(({ missing, rules }) =>
      missing.levels.map(({ level, place }) => visitLevel(level, place, rules)),
    )
    if (visits.length > 0) {
      await levels.walk(visits)
      continue
    }
    // The targets of shortcuts come after all levels, since a level may describe a target: then it needs no query.
    const targets = results.flatMap(({ missing }) => missing.targets)
    if (targets.length > 0) {
      await documents.query(targets)
      continue
    }
    const faults = results.flatMap(({ faults }) => faults)
    const listedSources = results.map(({ listed }) => listed)
    return {
      sources: listedSources,
      faults,
      pagesWithChildren: findPagesWithChildren(listedSources, nodes, levels, faults),
    }
  }
}

/** What the service has sent so far. */
interface Replies {
  readonly levels: Levels
  readonly documents: Documents
  /** The replies of the API of wiki pages, by token. Single pages are here only if they were queried alone. */
  readonly nodes: Map<string, Reply<WikiNode>>
}

/**
 * Queries the wiki pages and documents that the sources name, and lists the trees of the sources, all at the same time.
 * Only the query for pages whose API is closed comes afterwards. Fills `levels`, `documents` and `nodes`.
 */
async function querySources(
  rulesOfSources: readonly TreeRules[],
  calls: ListingCalls,
  { levels, documents, nodes }: Replies,
): Promise<void> {
  const sources = rulesOfSources.map(({ source }) => source)
  // Lists the trees of the selected sources.
  const walkTrees = async (isSelected: (target: SourceTarget) => boolean): Promise<void> => {
    const visits = rulesOfSources.flatMap((rules) =>
      isSelected(rules.source.target) ? (firstVisit(rules, nodes) ?? []) : [],
    )
    // One walk for each source, since a walk enters each level once, and the sources have different rules.
    await Promise.all(visits.map((visit) => levels.walk([visit])))
  }
  // If there are only a few single pages, each is queried alone, which shows whether it has pages below. All other single
  // pages and documents are queried together, for their metadata.
  const pagesToQueryAlone = selectPagesToQueryAlone(sources)
  const isQueriedAlone = (target: SourceTarget): boolean => isSinglePage(target) && pagesToQueryAlone.has(target.token)
  const treeTokens = sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : []))
  // Queries a wiki page, and then lists the trees whose root it is.
  const queryNode = async (token: string): Promise<void> => {
    nodes.set(token, await calls.wikiNode(token))
    await walkTrees((target) => isNodeTree(target) && target.token === token)
  }
  await Promise.all([
    ...[...new Set([...pagesToQueryAlone, ...treeTokens])].map(queryNode),
    walkTrees((target) => !isNodeTree(target)),
    documents.query(refsOf(sources, (target) => !isQueriedAlone(target))),
  ])
  // Where the API of wiki pages is closed, the metadata API may still answer: each has its own scope and rate limit.
  await documents.query(refsOf(sources, (target) => isSinglePage(target) && isNodeApiClosed(nodes.get(target.token))))
}

/**
 * Selects the single wiki pages that are queried alone: each in a request of its own, and with the API of wiki pages.
 * The reply says whether there are pages below, for a warning. A user who links more than `MAX_SINGLE_PAGE_QUERIES` pages
 * means exactly these pages. Then no page is selected, and one request for metadata queries them all.
 * @returns the tokens of the selected pages
 */
function selectPagesToQueryAlone(sources: readonly Source[]): ReadonlySet<string> {
  const pages = new Set(sources.flatMap(({ target }) => (isSinglePage(target) ? target.token : [])))
  return pages.size <= MAX_SINGLE_PAGE_QUERIES ? pages : new Set()
}

const MAX_SINGLE_PAGE_QUERIES = 3

/** The references of the selected sources that are single documents or pages. */
const refsOf = (sources: readonly Source[], isSelected: (target: SourceTarget) => boolean): DocumentRef[] =>
  sources.flatMap(({ target }) => (isSelected(target) ? (refOf(target) ?? []) : []))

const NO_EXCLUDES: ExcludeRules = { lines: [], linesFor: () => [] }

/**
 * Finds the sources that name a single wiki page with pages below it, for a warning: the user may have meant those, too.
 * Leaves out a page that is excluded, and one whose pages below another source includes. Checks only the pages in `nodes`
 * (see `selectPagesToQueryAlone`).
 */
function findPagesWithChildren(
  listedSources: readonly ListedSource[],
  nodes: ReadonlyMap<string, Reply<WikiNode>>,
  levels: Levels,
  faults: readonly ListingFault[],
): readonly PageWithChildren[] {
  // The part of a tree that could not be listed may include the pages below.
  if (faults.some(({ source, mayHideDocuments }) => mayHideDocuments && !isSingle(source))) return []
  return listedSources.flatMap(({ source, entries }) => {
    const { target } = source
    const node = isSinglePage(target) ? nodes.get(target.token) : undefined
    const isExcluded = entries.some(({ excludedBy }) => excludedBy !== undefined)
    if (!node?.ok || isExcluded) return []
    const { below } = itemOfNode(node.value)
    // If the level below the page was listed, another source includes it.
    if (below === undefined || levels.get(below)) return []
    return [{ source, title: node.value.title, spaceId: node.value.spaceId }]
  })
}

/**
 * Collects the documents that levels and wiki pages describe: shortcuts to them need no query.
 * @param nodes the replies of the API of wiki pages
 * @returns the documents, by token
 */
function collectListed(levels: Levels, nodes: Iterable<Reply<WikiNode>>): ReadonlyMap<string, DocumentInfo> {
  const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []))
  const listed = new Map<string, DocumentInfo>()
  for (const { items } of [{ items: roots }, ...levels.all()]) {
    for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
      // A shortcut in a folder describes only itself, and one to an uploaded file has its own title, not the file's.
      if (!document || (shortcut && (nodeToken === undefined || document.type === 'file'))) continue
      if (!listed.has(document.token)) listed.set(document.token, { ...document, title, editTime, url })
    }
  }
  return listed
}
