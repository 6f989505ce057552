import type { Connection } from '../../feishu/client/client.js'
import type { Credential } from '../../feishu/auth/credentials.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { listingCalls, type ListingApi, type ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { itemOfNode, type Level } from './levels.js'
import { buildTree, isDeleted, mustBeAsked, wikiUrl, type Answers, type Root } from './tree.js'
import { Levels } from './walk.js'
import type { DocumentInfo } from '../model.js'
import type { Source } from '../sources/source.js'
import type { ListedSource, Listing, ListingFault } from './types.js'

export type { ListingApi } from './calls.js'

/** What a listing works with. */
export interface ListingOptions {
  readonly connection: Connection
  readonly credential: Credential
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
  { connection, credential, onProgress }: ListingOptions,
): Promise<Listing> {
  return listWith(sources, listingCalls(api, connection, credential), onProgress)
}

/** The same on any calls: tests bring their own. */
export async function listWith(
  sources: readonly Source[],
  calls: ListingCalls,
  onProgress: (found: number) => void = () => undefined,
): Promise<Listing> {
  let found = 0
  const levels = new Levels(calls, (count) => onProgress((found += count)))
  const documents = new Documents(calls)
  const nodes = new Map<string, Reply<WikiNode>>()

  const walkNodes = async (): Promise<void> => {
    const tokens = new Set(sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : [])))
    const below = async (token: string): Promise<void> => {
      const reply = await calls.wikiNode(token)
      nodes.set(token, reply)
      const level = reply.ok ? itemOfNode(reply.value).below : undefined
      if (level) await levels.walk([level])
    }
    await Promise.all([...tokens].map(below))
  }
  await Promise.all([
    levels.walk(sources.flatMap(({ target }) => levelOf(target) ?? [])),
    walkNodes(),
    documents.ask(sources.flatMap(({ target }) => refOf(target) ?? [])),
  ])
  const listed = listedDocuments(levels, nodes.values())
  await documents.ask(openShortcuts(levels, listed))

  const answers: Answers = { levels, documents, listed }
  const results = sources.map((source) => listOne(source, answers, nodes))
  return {
    sources: results.map(({ listed }) => listed),
    faults: results.flatMap(({ faults }) => faults),
  }
}

type Target = Source['target']
type NodeTarget = Extract<Target, { kind: 'wiki-node' }>

const isNodeTree = (target: Target): target is NodeTarget => target.kind === 'wiki-node' && target.children

function levelOf(target: Target): Level | undefined {
  if (target.kind === 'folder') return { kind: 'folder', token: target.token }
  return target.kind === 'wiki-space' ? { kind: 'wiki', spaceId: target.spaceId, parent: undefined } : undefined
}

function refOf(target: Target): DocumentRef | undefined {
  if (target.kind === 'document') return { token: target.token, type: target.type }
  return target.kind === 'wiki-node' && !target.children ? { token: target.token, type: 'wiki' } : undefined
}

interface ListedOne {
  readonly listed: ListedSource
  readonly faults: readonly ListingFault[]
}

function listOne(source: Source, answers: Answers, nodes: ReadonlyMap<string, Reply<WikiNode>>): ListedOne {
  const { target } = source
  const level = levelOf(target)
  if (level) return listTree(source, { level }, answers)
  if (isNodeTree(target)) {
    const node = nodes.get(target.token)
    if (node?.ok) return listTree(source, { item: itemOfNode(node.value) }, answers)
    const faults = node ? [{ source, what: source.link, failure: node.failure, branch: true }] : []
    return { listed: { source, entries: [] }, faults }
  }
  return listDocument(source, refOf(target), answers)
}

function listTree(source: Source, root: Root, answers: Answers): ListedOne {
  const { entries, faults } = buildTree(source, root, source.host, answers)
  return { listed: { source, entries }, faults }
}

function listDocument(source: Source, ref: DocumentRef | undefined, { documents, listed }: Answers): ListedOne {
  if (!ref) throw new Error(`${source.where} leads to nothing that can be listed`)
  const reply = documents.get(ref)
  if (!reply.ok) {
    const { failure } = reply
    return {
      listed: { source, entries: [] },
      faults: [{ source, what: source.link, failure, branch: !isDeleted(failure) }],
    }
  }
  const { value: document } = reply
  const { token, title, editTime, url } = document
  const entry = {
    ...document,
    title: title || token,
    // A document that is in a tree too has one edit time in this run.
    editTime: listed.get(token)?.editTime ?? editTime,
    url: url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : undefined),
    shortcut: false,
    children: [],
  }
  return { listed: { source, entries: [entry] }, faults: [] }
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
