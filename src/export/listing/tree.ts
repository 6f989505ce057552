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

/** The answers of the service that the trees are built from. */
export interface Answers {
  readonly levels: Pick<Levels, 'get'>
  readonly documents: Pick<Documents, 'get'>
  /** The documents found at their original place, by token: shortcuts to them need no query. */
  readonly listed: ReadonlyMap<string, DocumentInfo>
}

/** The position of a level or an item in the tree of a source. */
export interface TreePlace {
  /** Titles made safe, joined by `/`. */
  readonly path: string
  /** How many listed levels are above it; 0 for the top. */
  readonly depth: number
}

/** The place of an item below another one. */
export const placeBelow = (above: TreePlace, title: string, type: string): TreePlace => ({
  path: joined(above.path, titleStem(title, type)),
  depth: above.depth + 1,
})

/** The rules that decide which part of a source's tree is listed. */
export interface TreeRules {
  readonly exclude: ExcludeRules
  readonly source: Source
}

/** The line of `exclude` that excludes an item; undefined when none does. */
export function excludedBy({ exclude }: TreeRules, item: Item, { path }: TreePlace): string | undefined {
  const { document, id, nodeToken, below } = item
  const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined)
  return exclude.lineFor({ path, isDirectory: below !== undefined, ids })
}

/** True when the level below a place is listed. */
export const isWithinDepth = ({ source }: TreeRules, { depth }: TreePlace): boolean =>
  source.depth === undefined || depth < source.depth

/**
 * The root of a source's tree: an item with everything below it, or a level (the content of a folder or knowledge
 * base).
 */
export type Root = { readonly item: Item } | { readonly level: Level }

/** An entry under construction. */
type Growing = Omit<Entry, 'children'> & { children: Entry[] }

/** A place in the tree under construction. */
interface Place extends TreePlace {
  readonly title: string
  readonly url: string | undefined
  readonly above: Place | undefined
  readonly children: Entry[]
}

/** A level that is still to be put into the tree. */
interface Branch {
  /** The token of the shortcut or item that leads to it. */
  readonly id: string
  readonly level: Level
  readonly place: Place
}

/**
 * Builds the tree of a source. Each item occurs once, at its original place. A shortcut is a separate entry; the
 * content of its target is below it only if that content is nowhere else in the tree. Where several shortcuts could
 * have it, the choice does not depend on the order of the listing.
 */
export function buildTree(
  rules: TreeRules,
  root: Root,
  answers: Answers,
): {
  readonly entries: readonly Entry[]
  readonly faults: readonly ListingFault[]
  /** Levels of the tree that were not listed yet. */
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

  /** Builds the tree below a root: first everything without shortcuts, then what only shortcuts lead to. */
  build(root: Root): void {
    const top: Place = { title: '', url: undefined, path: '', depth: 0, above: undefined, children: this.entries }
    if ('level' in root) this.branches.push({ id: '', level: root.level, place: top })
    else this.put(root.item, { ...top, depth: -1 }, true) // what is below the item has depth 0
    this.walk()
    while (this.shortcuts.length > 0) {
      for (const shortcut of this.sortShortcuts(this.shortcuts.splice(0))) {
        this.branches.push(shortcut)
        this.walk()
      }
    }
  }

  /** Adds the items of all levels in `branches`, and of the levels below them. */
  private walk(): void {
    // The loop also visits the branches that `put` adds.
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

  /** Adds the entry of an item below a place, unless the tree has it already. Its level is listed later, by `walk`. */
  private put(item: Item, at: Place, isRoot = false): void {
    const { below } = item
    const isListedElsewhere = below !== undefined && !item.shortcut && this.walked.has(keyOf(below))
    if (this.seen.has(item.id) || isListedElsewhere) return
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

  /** The document of an item; for a shortcut in a folder, its target. */
  private factsOf(item: Item): { known: DocumentInfo } | { known: undefined; failure: Failure } {
    const { document, editTime } = item
    if (!document) return { known: undefined, failure: item.failure ?? LEADS_NOWHERE }
    if (!needsTargetQuery(item)) return { known: { ...document, title: item.title, editTime, url: item.url } }
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

  /** Sorts shortcuts by token; those whose target is inside the target of another one come last. */
  private sortShortcuts(shortcuts: readonly Branch[]): readonly Branch[] {
    // All levels that are inside the target of a shortcut.
    const levelsInside = new Set<string>()
    const toVisit = shortcuts.map(({ level }) => level)
    for (let level = toVisit.pop(); level; level = toVisit.pop()) {
      for (const { below, shortcut } of this.answers.levels.get(level)?.items ?? []) {
        if (!below || shortcut || levelsInside.has(keyOf(below))) continue
        levelsInside.add(keyOf(below))
        toVisit.push(below)
      }
    }
    const rank = ({ level }: Branch): number => (levelsInside.has(keyOf(level)) ? 1 : 0)
    return [...shortcuts].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
  }

  /** Makes a fault, with the titles on the way to the place as its name. */
  private fault(place: Place, failure: Failure, branch: boolean): ListingFault {
    const titles: string[] = []
    for (let at: Place | undefined = place; at; at = at.above) titles.push(at.title)
    const path = titles.reverse().slice(1).join('/')
    const { source } = this.rules
    return { source, what: path || source.link, url: place.url, failure, branch }
  }
}

// The word for each type in a link, where it is not the type itself.
const LINK_WORDS: Readonly<Record<string, string>> = {
  doc: 'docs',
  sheet: 'sheets',
  bitable: 'base',
  mindnote: 'mindnotes',
  folder: 'drive/folder',
}

/** Makes the link of a document, where the service sends none. */
export const documentUrl = (host: string, type: string, token: string): string =>
  `https://${host}/${LINK_WORDS[type] ?? encodeURIComponent(type)}/${encodeURIComponent(token)}`

/** Makes the link of a page of a knowledge base. */
export const wikiUrl = (host: string | undefined, nodeToken: string): string | undefined =>
  host === undefined ? undefined : `https://${host}/wiki/${nodeToken}`

/** True for a shortcut in a folder: the listing has only the token and type of its target. */
export const needsTargetQuery = ({ shortcut, nodeToken, document, below }: Item): boolean =>
  shortcut && nodeToken === undefined && document !== undefined && below === undefined

const DELETED: ReadonlySet<number | undefined> = new Set([970005, 131005])

/** True when the service says that the document does not exist; after any other failure it may exist. */
export const isDeleted = (failure: Failure): boolean => DELETED.has(failure.code)

const LEADS_NOWHERE: Failure = {
  class: 'permanent',
  what: 'Could not list the folder: the service does not say where this shortcut leads',
  advice: 'Open it; if it leads nowhere, remove it.',
}
