import type { Failure } from '../../feishu/errors/failure.js'
import type { Entry, ListingFault, Source } from '../model.js'
import type { Documents, KnownDocument } from './documents.js'
import { keyOf, type Item, type Level } from './levels.js'
import type { Levels } from './walk.js'

/** What everything is built from, once all answers are there. */
export interface Ground {
  readonly levels: Pick<Levels, 'get'>
  readonly documents: Pick<Documents, 'get'>
  /** What the trees tell of a document at its own place, by token: shortcuts need not ask for it. */
  readonly listed: ReadonlyMap<string, KnownDocument>
}

/** Where a source's tree begins: a thing with what is below it, or a level (a folder's or a space's content). */
export type Root = { readonly item: Item } | { readonly level: Level }

type Growing = Omit<Entry, 'children'> & { children: Entry[] }

/** A place in the tree under construction; its path is put together only when a person is to read it. */
interface Place {
  readonly title: string
  readonly above: Place | undefined
  readonly children: Entry[]
}

interface Branch {
  /** The shortcut that leads there, or the thing itself. */
  readonly id: string
  readonly level: Level
  readonly place: Place
}

/**
 * Builds the tree of a source. Each thing stands in it once, at its own place; shortcuts are entries of their own, and
 * only what is nowhere else in the tree is listed below them: below which one does not hang on the order of listing.
 */
export function buildTree(
  source: Source,
  root: Root,
  host: string | undefined,
  ground: Ground,
): { readonly entries: readonly Entry[]; readonly faults: readonly ListingFault[] } {
  const builder = new TreeBuilder(source, host, ground)
  builder.build(root)
  return { entries: builder.entries, faults: builder.faults }
}

class TreeBuilder {
  readonly entries: Entry[] = []
  readonly faults: ListingFault[] = []
  private readonly seen = new Set<string>()
  private readonly walked = new Set<string>()
  private branches: Branch[] = []
  private shortcuts: Branch[] = []

  constructor(
    private readonly source: Source,
    private readonly host: string | undefined,
    private readonly ground: Ground,
  ) {}

  build(root: Root): void {
    const top: Place = { title: '', above: undefined, children: this.entries }
    if ('level' in root) this.branches.push({ id: '', level: root.level, place: top })
    else this.put(root.item, top, true)
    this.walk()
    while (this.shortcuts.length > 0) {
      for (const shortcut of this.inOrder(this.shortcuts.splice(0))) {
        this.branches.push(shortcut)
        this.walk()
      }
    }
  }

  private walk(): void {
    // The list grows while it is gone through.
    for (const { level, place } of this.branches) {
      const key = keyOf(level)
      if (this.walked.has(key)) continue
      this.walked.add(key)
      const { items, failure } = this.ground.levels.get(level)
      for (const item of items) this.put(item, place)
      if (failure) this.faults.push(this.fault(place, failure, true))
    }
    this.branches = []
  }

  private put(item: Item, at: Place, isRoot = false): void {
    const { below } = item
    const isElsewhere = below !== undefined && !item.shortcut && this.walked.has(keyOf(below))
    if (this.seen.has(item.id) || isElsewhere) return
    this.seen.add(item.id)
    const facts = this.factsOf(item)
    const title = item.title || facts.known?.title || item.document?.token || item.id
    const place: Place = { title, above: at, children: [] }
    if (!facts.known) {
      this.faults.push(this.fault(place, facts.failure, !isGone(facts.failure)))
      return
    }
    const { token, type, editTime } = facts.known
    const url = facts.known.url ?? this.wikiUrl(item)
    const entry: Growing = { token, type, title, editTime, url, shortcut: item.shortcut, children: place.children }
    at.children.push(entry)
    if (!below) return
    const branch: Branch = { id: item.id, level: below, place }
    if (item.shortcut && !isRoot) this.shortcuts.push(branch)
    else this.branches.push(branch)
  }

  /** What the entry tells of its document; a shortcut of a folder tells what is true of its target. */
  private factsOf(item: Item): { known: KnownDocument } | { known: undefined; failure: Failure } {
    const { document, editTime } = item
    if (!document) return { known: undefined, failure: item.failure ?? LEADS_NOWHERE }
    if (!mustBeAsked(item)) return { known: { ...document, title: item.title, editTime, url: item.url } }
    const listed = this.ground.listed.get(document.token)
    if (listed) return { known: { ...listed, url: listed.url ?? item.url } }
    const reply = this.ground.documents.get(document)
    return reply.ok
      ? { known: { ...reply.value, url: reply.value.url ?? item.url } }
      : { known: undefined, failure: reply.failure }
  }

  private wikiUrl({ nodeToken }: Item): string | undefined {
    return nodeToken === undefined ? undefined : wikiUrl(this.host, nodeToken)
  }

  /** By their own tokens; those that lead into what another one of them leads to come last. */
  private inOrder(shortcuts: readonly Branch[]): readonly Branch[] {
    const inner = new Set<string>()
    const open = shortcuts.map(({ level }) => level)
    for (let level = open.pop(); level; level = open.pop()) {
      for (const { below, shortcut } of this.ground.levels.get(level).items) {
        if (!below || shortcut || inner.has(keyOf(below))) continue
        inner.add(keyOf(below))
        open.push(below)
      }
    }
    const rank = ({ level }: Branch): number => (inner.has(keyOf(level)) ? 1 : 0)
    return [...shortcuts].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
  }

  private fault(place: Place, failure: Failure, branch: boolean): ListingFault {
    const titles: string[] = []
    for (let at: Place | undefined = place; at; at = at.above) titles.push(at.title)
    const path = titles.reverse().slice(1).join('/')
    return { source: this.source, what: path || this.source.link, failure, branch }
  }
}

/** The address of a page of a knowledge base. */
export const wikiUrl = (host: string | undefined, nodeToken: string): string | undefined =>
  host === undefined ? undefined : `https://${host}/wiki/${nodeToken}`

/** A shortcut of a folder to a document says nothing of its target but token and type. */
export const mustBeAsked = ({ shortcut, nodeToken, document, below }: Item): boolean =>
  shortcut && nodeToken === undefined && document !== undefined && below === undefined

const GONE: ReadonlySet<number | undefined> = new Set([970005, 131005])

/** True when the service says that the document is no more: of any other one nothing is known, so it may still be. */
export const isGone = (failure: Failure): boolean => GONE.has(failure.code)

const LEADS_NOWHERE: Failure = {
  class: 'permanent',
  what: 'Could not list the folder: the service does not say where this shortcut leads',
  advice: 'Open it; if it leads nowhere, remove it.',
}
