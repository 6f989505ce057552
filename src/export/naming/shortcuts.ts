import type { Entry, ListedSource, Listing } from '../listing/types.js'
import { documentKey, reservedPathOf, outputKey, type FileRecord } from '../model.js'
import type { Source } from '../sources/source.js'
import { hasTableOutputs, selectOutputs, type SelectionOptions } from './select-outputs.js'
import { listIn } from '../../lists.js'
import { suffixesOf, suffixLevelOf, titleStem, type NameParts } from '../names.js'
import { byCodePoints, fold } from '../paths.js'

/** The files of earlier runs, by `outputKey`. */
export type RecordsByOutput = ReadonlyMap<string, readonly FileRecord[]>

/** Where the target of a shortcut is exported instead: at its original place in the tree, or at another shortcut. */
export type ShortcutTo = 'original' | 'shortcut'

/** What decides which shortcuts are exported, besides the tree of the source. */
interface ShortcutOptions {
  readonly tables: Listing['tables']
  readonly options: SelectionOptions
  readonly records: RecordsByOutput
}

/**
 * Finds the shortcuts of a source that are not exported, because their target is exported elsewhere in the same tree.
 * Of several shortcuts to a document outside the tree, one is exported (see `chooseShortcut`). The order of the listing
 * has no influence.
 */
export function findUnneededShortcuts(listed: ListedSource, options: ShortcutOptions): ReadonlyMap<Entry, ShortcutTo> {
  const { originals, shortcuts } = findPlaces(listed.entries)
  const unneeded = new Map<Entry, ShortcutTo>()
  for (const [key, places] of shortcuts) {
    const hasOriginal = originals.has(key)
    const needed = selectNeeded(places, hasOriginal, listed.source, options)
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

  /** True if its file (without extension) or its directory may have this name on the disk. */
  mayHaveName(name: string): boolean {
    this.names ??= namePartsOf(this.entry)
    // The `to` of another source line may have set the letter case: `report` for the title `Report`.
    return this.names.some((parts) => suffixLevelOf(name, parts) !== undefined || fold(name) === fold(parts.stem))
  }
}

/** The parts of the names that an entry can have: several for an uploaded file, else one. */
function namePartsOf({ title, type, token }: Entry): readonly NameParts[] {
  const suffixes = suffixesOf(token)
  const stem = titleStem(title, type)
  // An uploaded file may have no extension: `v1.2 final`. `chooseShortcut` removes `.2 final` from its recorded path.
  const stems = type === 'file' ? [stem, withoutExtension(stem)] : [stem]
  return stems.map((one) => ({ stem: one, suffixes }))
}

const withoutExtension = (path: string): string => path.replace(/\.[^./]*$/, '')

/**
 * Finds the documents and folders that a tree holds at their original place, and the places of the shortcuts to each
 * target. Both are by `documentKey`. Excluded entries do not count: nothing is exported there.
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

/**
 * Selects, among the shortcuts to one target, those that are treated like the target itself. Each of these gets files, a
 * directory, or the reason why the target is skipped. The others get no file, and are reported as `ExportedElsewhere`.
 * @param hasOriginal whether the target is at its original place in the same tree
 */
function selectNeeded(
  places: readonly EntryPlace[],
  hasOriginal: boolean,
  source: Source,
  { tables, options, records }: ShortcutOptions,
): ReadonlySet<Entry> {
  const entries = places.map(({ entry }) => entry)
  const [first] = entries
  if (!first) return new Set()
  if (first.type === 'folder') {
    // The content of a folder is listed below at most one of its shortcuts: this one is needed. If none has content,
    // and the folder itself is not in the tree, each shortcut gets a directory.
    const withContent = entries.filter(({ children }) => children.length > 0)
    return new Set(hasOriginal || withContent.length > 0 ? withContent : entries)
  }
  const { files } = selectOutputs(first, source, options)
  // Nothing is exported: each shortcut is reported as skipped.
  if (files.length === 0 && !hasTableOutputs(first, source, options)) return new Set(entries)
  if (hasOriginal) return new Set()
  const tableFiles = (tables?.get(first) ?? []).flatMap((table) => selectOutputs(table, source, options).files)
  const recorded = [...files, ...tableFiles].flatMap(({ output }) => records.get(outputKey(output)) ?? [])
  return new Set([chooseShortcut(places, source, recorded).entry])
}

/**
 * Chooses the shortcut that is exported: the first by `comparePlaces`. If files are recorded at some of the places, only
 * these places count, so that an exported file stays where it is. Whether the recorded files exist makes no difference.
 */
function chooseShortcut(places: readonly EntryPlace[], source: Source, recorded: readonly FileRecord[]): EntryPlace {
  // A recorded path begins with the directories of `to`, and continues with the names on the way to the place.
  const namedCount = source.to?.length ?? 0
  const recordedPaths = recorded.map((record) => {
    const names = withoutExtension(reservedPathOf(record)).split('/').slice(namedCount)
    // The record of a sheet or table has its own title and file name. The directory above has the name of the document.
    return record.subId === undefined ? { title: record.title, names } : { title: undefined, names: names.slice(0, -1) }
  })
  const withRecord = places.filter((place) => recordedPaths.some(({ title, names }) => mayBeAt(place, title, names)))
  const candidates = withRecord.length > 0 ? withRecord : places
  return candidates.reduce((first, next) => (comparePlaces(next, first) < 0 ? next : first))
}

/**
 * True if a recorded file may have been written for a place:
 * - the recorded title is that of the entry
 * - the path has as many levels as the place
 * - the entry on each level may have the name on that level of the path
 *
 * @param title the recorded title of the document; undefined for a sheet or table, whose record does not have it
 * @param names the segments of the recorded path, without the directories of `to` and without the extension. For a sheet
 * or table, also without its file name
 */
function mayBeAt(place: EntryPlace, title: string | undefined, names: readonly string[]): boolean {
  if ((title ?? place.entry.title) !== place.entry.title || names.length !== place.depth) return false
  for (let at: EntryPlace | undefined = place; at; at = at.above) {
    if (!at.mayHaveName(names[at.depth - 1] ?? '')) return false
  }
  return true
}

/**
 * Compares places by the entries on the way to them, from the top. The first two entries that differ decide: by title,
 * then by token. If none differ, the place with the smaller depth comes first.
 */
function comparePlaces(a: EntryPlace, b: EntryPlace): number {
  const depth = Math.min(a.depth, b.depth)
  let [aboveA, aboveB] = [ancestorAt(a, depth), ancestorAt(b, depth)]
  let order = a.depth - b.depth
  // Goes up until both ways have joined. Each difference replaces the one below it, so the highest one remains.
  while (aboveA && aboveB && aboveA !== aboveB) {
    order = compareEntries(aboveA.entry, aboveB.entry) || order
    ;[aboveA, aboveB] = [aboveA.above, aboveB.above]
  }
  return order
}

/** The place at a given depth on the way to `place`; at its own depth, `place` itself. */
function ancestorAt(place: EntryPlace, depth: number): EntryPlace | undefined {
  let at: EntryPlace | undefined = place
  while (at && at.depth > depth) at = at.above
  return at
}

/** Compares entries by title, then by token. */
const compareEntries = (a: Entry, b: Entry): number => byCodePoints(a.title, b.title) || byCodePoints(a.token, b.token)
