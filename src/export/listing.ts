import type { Connection } from '../feishu/client/client.js'
import type { Credential } from '../feishu/auth/credentials.js'
import { parseDocumentLink } from '../feishu/links/document-link.js'
import type { Reply } from '../feishu/errors/failure.js'
import type { DocumentRef } from '../feishu/drive/metas.js'
import type { WikiNode } from '../feishu/wiki/wiki-tree.js'
import { listingCalls, type ListingApi, type ListingCalls } from './listing/calls.js'
import { Documents, type KnownDocument } from './listing/documents.js'
import { itemOfNode, type Level } from './listing/levels.js'
import { buildTree, isGone, mustBeAsked, wikiUrl, type Ground, type Root } from './listing/tree.js'
import { Levels } from './listing/walk.js'
import type { ListedSource, Listing, ListingFault, Source } from './model.js'

export type { ListingApi } from './listing/calls.js'

/** What a listing stands on. */
export interface ListingOptions {
  readonly connection: Connection
  readonly credential: Credential
  /** Told of how many things were found so far, after each page. */
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

  const ground: Ground = { levels, documents, listed }
  const results = sources.map((source) => listOne(source, ground, nodes))
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

function listOne(source: Source, ground: Ground, nodes: ReadonlyMap<string, Reply<WikiNode>>): ListedOne {
  const { target } = source
  const level = levelOf(target)
  if (level) return listTree(source, { level }, ground)
  if (isNodeTree(target)) {
    const node = nodes.get(target.token)
    if (node?.ok) return listTree(source, { item: itemOfNode(node.value) }, ground)
    const faults = node ? [{ source, what: source.link, failure: node.failure, branch: true }] : []
    return { listed: { source, entries: [] }, faults }
  }
  return listDocument(source, refOf(target), ground)
}

function listTree(source: Source, root: Root, ground: Ground): ListedOne {
  const { entries, faults } = buildTree(source, root, hostOf(source.link), ground)
  return { listed: { source, entries }, faults }
}

function listDocument(source: Source, ref: DocumentRef | undefined, { documents, listed }: Ground): ListedOne {
  if (!ref) throw new Error(`${source.where} leads to nothing that can be listed`)
  const reply = documents.get(ref)
  if (!reply.ok) {
    const { failure } = reply
    return {
      listed: { source, entries: [] },
      faults: [{ source, what: source.link, failure, branch: !isGone(failure) }],
    }
  }
  const { token, type, title, editTime, url } = reply.value
  const entry = {
    token,
    type,
    title: title || token,
    // A document that a tree holds too has one time in this run.
    editTime: listed.get(token)?.editTime ?? editTime,
    url: url ?? (ref.type === 'wiki' ? wikiUrl(hostOf(source.link), ref.token) : undefined),
    shortcut: false,
    children: [],
  }
  return { listed: { source, entries: [entry] }, faults: [] }
}

function hostOf(link: string): string | undefined {
  const parsed = parseDocumentLink(link)
  return parsed.kind === 'fault' ? undefined : parsed.host
}

function listedDocuments(levels: Levels, nodes: Iterable<Reply<WikiNode>>): ReadonlyMap<string, KnownDocument> {
  const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []))
  const listed = new Map<string, KnownDocument>()
  for (const { items } of [{ items: roots }, ...levels.all()]) {
    for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
      if (!document || (shortcut && nodeToken === undefined)) continue
      if (!listed.has(document.token)) listed.set(document.token, { ...document, title, editTime, url })
    }
  }
  return listed
}

function* openShortcuts(levels: Levels, listed: ReadonlyMap<string, KnownDocument>): Iterable<DocumentRef> {
  for (const { items } of levels.all()) {
    for (const item of items) {
      if (item.document && mustBeAsked(item) && !listed.has(item.document.token)) yield item.document
    }
  }
}
