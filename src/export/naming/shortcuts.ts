import type { Entry, ListedSource } from '../listing/types.js'
import { documentKey, reservedPathOf, outputKey, type FileRecord } from '../model.js'
import type { Source } from '../sources/source.js'
import { selectOutputs, type SelectionOptions } from './select-outputs.js'
import { listIn } from '../../lists.js'
import { safeSegment, suffixesOf, suffixLevelOf, type NameParts } from '../names.js'
import { byCodePoints, fold } from '../paths.js'

/** The files of earlier runs, by `outputKey`. */
export type RecordsByOutput = ReadonlyMap<string, readonly FileRecord[]>

/** Where the target of a shortcut is exported instead: at its original place in the tree, or at another shortcut. */
export type ShortcutTo = 'original' | 'shortcut'

/**
 * Finds the shortcuts of a source that are not exported, because their target is exported elsewhere in the same tree. Of
 * several shortcuts to a document outside the tree, one is exported: the one with a recorded file, otherwise the first
 * by the titles above it. The order of the listing has no influence.
 */
export function findUnneededShortcuts(
  listed: ListedSource,
  options: SelectionOptions,
  records: RecordsByOutput,
): ReadonlyMap<Entry, ShortcutTo> {
  const { originals, shortcuts } = findPlaces(listed.entries)
  const unneeded = new Map<Entry, ShortcutTo>()
  for (const [key, places] of shortcuts) {
    const hasOriginal = originals.has(key)
    const needed = selectNeeded(places, hasOriginal, listed.source, options, records)
    for (const { entry } of places) if (!needed.has(entry)) unneeded.set(entry, hasOriginal ? 'original' : 'shortcut')
  }
  return unneeded
}

/** An entry with its position in the tree of a source. */
class EntryPlace {
  /** Its level, counted from 1 at the top. */
  readonly depth: number
  private names: readonly NameParts[] | undefined

  constructor(
    readonly entry: Entry,
    readonly above?: EntryPlace,
  ) {
    this.depth = (above?.depth ?? 0) + 1
  }

  /** True for a possible name of its file or directory on the disk, without extension. */
  mayHaveName(name: string): boolean {
    this.names ??= namePartsOf(this.entry)
    // The user may have named the directory with `to`, with other letter case.
    return this.names.some((parts) => suffixLevelOf(name, parts) !== undefined || fold(name) === fold(parts.stem))
  }
}

/** The names that an entry can have on the disk: its title, and its title without what may be an extension. */
function namePartsOf({ title, token }: Entry): readonly NameParts[] {
  const suffixes = suffixesOf(token)
  return [title, withoutExtension(title.trim())].map((text) => ({ stem: safeSegment(text), suffixes }))
}

const withoutExtension = (path: string): string => path.replace(/\.[^./]*$/, '')

/**
 * Finds the documents that a tree holds at their original place, and the places of the shortcuts to each document.
 * Excluded entries do not count: nothing is exported there.
 */
function findPlaces(entries: readonly Entry[]): {
  readonly originals: ReadonlySet<string>
  readonly shortcuts: ReadonlyMap<string, readonly EntryPlace[]>
} {
  const originals = new Set<string>()
  const shortcuts = new Map<string, EntryPlace[]>()
  const toVisit = entries.map((entry) => new EntryPlace(entry))
  for (let next = toVisit.pop(); next; next = toVisit.pop()) {
    if (next.entry.excludedBy !== undefined) continue
    const key = documentKey(next.entry)
    if (next.entry.shortcut) listIn(shortcuts, key).push(next)
    else originals.add(key)
    for (const child of next.entry.children) toVisit.push(new EntryPlace(child, next))
  }
  return { originals, shortcuts }
}

/** Selects, among the shortcuts to one target, those that are exported or whose content is listed. */
function selectNeeded(
  places: readonly EntryPlace[],
  hasOriginal: boolean,
  source: Source,
  options: SelectionOptions,
  records: RecordsByOutput,
): ReadonlySet<Entry> {
  const entries = places.map(({ entry }) => entry)
  const [first] = entries
  if (first?.type === 'folder') {
    // The content of a folder is listed below at most one of its shortcuts: that one is needed.
    const withContent = entries.filter(({ children }) => children.length > 0)
    return new Set(hasOriginal || withContent.length > 0 ? withContent : entries)
  }
  const files = first ? selectOutputs(first, source, options).files : []
  // Nothing is exported: each shortcut is reported as skipped.
  if (files.length === 0) return new Set(entries)
  if (hasOriginal) return new Set()
  const recorded = files.flatMap(({ output }) => records.get(outputKey(output)) ?? [])
  return new Set([chooseShortcut(places, source, recorded).entry])
}

/** Chooses the shortcut that is exported: one whose recorded file exists, otherwise the first by the titles above it. */
function chooseShortcut(places: readonly EntryPlace[], source: Source, recorded: readonly FileRecord[]): EntryPlace {
  const leadingSegments = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.').length
  const recordedPaths = recorded.map((record) => ({
    title: record.title,
    names: withoutExtension(reservedPathOf(record)).split('/').slice(leadingSegments),
  }))
  const withRecord = places.filter((place) => recordedPaths.some(({ title, names }) => mayBeAt(place, title, names)))
  const candidates = withRecord.length > 0 ? withRecord : places
  return candidates.reduce((first, next) => (comparePlaces(next, first) < 0 ? next : first))
}

/** True when a recorded path can belong to a place, by the titles and tokens on the way to it. */
function mayBeAt(place: EntryPlace, title: string, names: readonly string[]): boolean {
  if (title !== place.entry.title || names.length !== place.depth) return false
  for (let at: EntryPlace | undefined = place; at; at = at.above) {
    if (!at.mayHaveName(names[at.depth - 1] ?? '')) return false
  }
  return true
}

/** Compares places by the titles on the way to them, from the top. */
function comparePlaces(a: EntryPlace, b: EntryPlace): number {
  let [x, y]: [EntryPlace | undefined, EntryPlace | undefined] = [a, b]
  while (x && x.depth > b.depth) x = x.above
  while (y && y.depth > a.depth) y = y.above
  let order = a.depth - b.depth
  // Going up, the last difference found is the highest one, and it decides. From a common place on, there is none.
  for (; x && y && x !== y; x = x.above, y = y.above) order = compareEntries(x.entry, y.entry) || order
  return order
}

/** Compares entries by title, then by token. */
const compareEntries = (a: Entry, b: Entry): number => byCodePoints(a.title, b.title) || byCodePoints(a.token, b.token)
