import type { Failure } from '../../feishu/errors/failure.js'
import type { DocumentInfo } from '../model.js'
import { titleStem } from '../names.js'
import { joined } from '../paths.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source } from '../sources/source.js'
import type { Entry, ListingFault } from './types.js'
import type { Documents } from './documents.js'
import { keyOf, type Item, type Level } from './levels.js'
import type { Levels } from './walk.js'

/** What the trees are built from, once all answers are there. */
export interface Answers {
  readonly levels: Pick<Levels, 'get'>
  readonly documents: Pick<Documents, 'get'>
  /** Documents found at their own place, by token: a shortcut need not ask for them. */
  readonly listed: ReadonlyMap<string, DocumentInfo>
}

/** Where a level or an item is in the tree of a source. */
export interface TreePlace {
  /** Titles made safe, joined by `/`. */
  readonly path: string
  /** How many levels above it are listed; 0 for the top. */
  readonly depth: number
}

/** The place of an item below another one. */
export const placeBelow = (above: TreePlace, title: string, type: string): TreePlace => ({
  path: joined(above.path, titleStem(title, type)),
  depth: above.depth + 1,
})

/** The part of a source's tree that is listed. */
export interface TreeRules {
  readonly exclude: ExcludeRules
  readonly source: Source
}

/** The line of `exclude` that leaves an item out. */
export function excludedBy({ exclude }: TreeRules, item: Item, { path }: TreePlace): string | undefined {
  const { document, id, nodeToken, below } = item
  const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined)
  return exclude.lineFor({ path, isDirectory: below !== undefined, ids })
}

/** True when the level below a place is listed. */
export const isWithinDepth = ({ source }: TreeRules, { depth }: TreePlace): boolean =>
  source.depth === undefined || depth < source.depth

/** Where a source's tree begins: an item with what is below it, or a level (the content of a folder or space). */
export type Root = { readonly item: Item } | { readonly level: Level }

type Growing = Omit<Entry, 'children'> & { children: Entry[] }

/** A place in the tree under construction; its path is put together only when a person is to read it. */
interface Place extends TreePlace {
  readonly title: string
  readonly url: string | undefined
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
 * Builds the tree of a source. Each item is in it once, at its own place; shortcuts are entries of their own, and only
 * what is nowhere else in the tree is listed below them: below which one does not depend on the order of the listing.
 */
export function buildTree(
  rules: TreeRules,
  root: Root,
  answers: Answers,
): {
  readonly entries: readonly Entry[]
  readonly faults: readonly ListingFault[]
  /** Levels that the tree has and that were not listed yet. */
  readonly missing: readonly { readonly level: Level; readonly place: TreePlace }[]
} {
  const builder = new TreeBuilder(rules, answers)
  builder.build(root)
  return builder
}

class TreeBuilder {
  readonly entries: Entry[] = []
  readonly faults: ListingFault[] = []
  readonly missing: Branch[] = []
  private readonly seen = new Set<string>()
  private readonly walked = new Set<string>()
  private branches: Branch[] = []
  private shortcuts: Branch[] = []

  constructor(
    private readonly rules: TreeRules,
    private readonly answers: Answers,
  ) {}

  build(root: Root): void {
    const top: Place = { title: '', url: undefined, path: '', depth: 0, above: undefined, children: this.entries }
    if ('level' in root) this.branches.push({ id: '', level: root.level, place: top })
    else this.put(root.item, { ...top, depth: -1 }, true)
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
      const listing = this.answers.levels.get(level)
      if (!listing) {
        this.missing.push({ id: '', level, place })
        continue
      }
      const { items, failure } = listing
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
    const type = facts.known?.type ?? item.document?.type ?? ''
    const url = facts.known?.url ?? item.url ?? this.wikiUrl(item) ?? this.documentUrl(item)
    const place: Place = { title, url, above: at, children: [], ...placeBelow(at, title, type) }
    const line = excludedBy(this.rules, item, place)
    if (line !== undefined) {
      const { token = item.id, type = '' } = item.document ?? {}
      const document = facts.known ?? { token, type, editTime: undefined, url: item.url }
      at.children.push({ ...document, title, url, shortcut: item.shortcut, excludedBy: line, children: [] })
      return
    }
    if (!facts.known) {
      this.faults.push(this.fault(place, facts.failure, !isDeleted(facts.failure)))
      return
    }
    const entry: Growing = { ...facts.known, title, url, shortcut: item.shortcut, children: place.children }
    at.children.push(entry)
    if (!below || !isWithinDepth(this.rules, place)) return
    const branch: Branch = { id: item.id, level: below, place }
    if (item.shortcut && !isRoot) this.shortcuts.push(branch)
    else this.branches.push(branch)
  }

  /** The document of an item; of a shortcut in a folder, its target. */
  private factsOf(item: Item): { known: DocumentInfo } | { known: undefined; failure: Failure } {
    const { document, editTime } = item
    if (!document) return { known: undefined, failure: item.failure ?? LEADS_NOWHERE }
    if (!mustBeAsked(item)) return { known: { ...document, title: item.title, editTime, url: item.url } }
    const listed = this.answers.listed.get(document.token)
    if (listed) return { known: { ...listed, url: listed.url ?? item.url } }
    const reply = this.answers.documents.get(document)
    return reply.ok
      ? { known: { ...reply.value, url: reply.value.url ?? item.url } }
      : { known: undefined, failure: reply.failure }
  }

  private documentUrl({ document }: Item): string | undefined {
    return document && documentUrl(this.rules.source.host, document.type, document.token)
  }

  private wikiUrl({ nodeToken }: Item): string | undefined {
    return nodeToken === undefined ? undefined : wikiUrl(this.rules.source.host, nodeToken)
  }

  /** By their own tokens; those that lead into what another one of them leads to come last. */
  private inOrder(shortcuts: readonly Branch[]): readonly Branch[] {
    const inner = new Set<string>()
    const open = shortcuts.map(({ level }) => level)
    for (let level = open.pop(); level; level = open.pop()) {
      for (const { below, shortcut } of this.answers.levels.get(level)?.items ?? []) {
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
    const { source } = this.rules
    return { source, what: path || source.link, url: place.url, failure, branch }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  doc: 'docs',
  sheet: 'sheets',
  bitable: 'base',
  mindnote: 'mindnotes',
  folder: 'drive/folder',
}

/** The address that opens a document, where the service gives none. */
export const documentUrl = (host: string, type: string, token: string): string =>
  `https://${host}/${WORDS[type] ?? encodeURIComponent(type)}/${encodeURIComponent(token)}`

/** The address of a page of a knowledge base. */
export const wikiUrl = (host: string | undefined, nodeToken: string): string | undefined =>
  host === undefined ? undefined : `https://${host}/wiki/${nodeToken}`

/** True for a shortcut in a folder: it says nothing about its target but token and type. */
export const mustBeAsked = ({ shortcut, nodeToken, document, below }: Item): boolean =>
  shortcut && nodeToken === undefined && document !== undefined && below === undefined

const DELETED: ReadonlySet<number | undefined> = new Set([970005, 131005])

/** True when the service says that there is no such document; after any other failure it may still exist. */
export const isDeleted = (failure: Failure): boolean => DELETED.has(failure.code)

const LEADS_NOWHERE: Failure = {
  class: 'permanent',
  what: 'Could not list the folder: the service does not say where this shortcut leads',
  advice: 'Open it; if it leads nowhere, remove it.',
}
