import type { Entry, ListedSource, Listing } from '../listing/types.js'
import { documentKey, isSingle, SPACE_TYPE } from '../model.js'
import { selectOutputs, type SelectionOptions } from './select-outputs.js'
import { addFile, newDir, openNamed, shareNamed, slotIn, type Dir, type Skip, type Slot } from './dirs.js'
import { listIn } from '../../lists.js'
import { safeSegment, stemOf, titleStem } from '../names.js'
import { findUnneededShortcuts, type RecordsByOutput, type ShortcutTo } from './shortcuts.js'
import { fold } from '../paths.js'

/** A source and where its content goes. */
interface PlacedSource {
  readonly listed: ListedSource
  /** The directories that the user names on the way from the top. */
  readonly namedDirs: readonly string[]
  /** The name that the user gives to a document. */
  readonly name: string | undefined
  readonly unneeded: ReadonlyMap<Entry, ShortcutTo>
  readonly tables: Listing['tables']
  /** By document, the places where it is exported. */
  readonly exported: Map<string, Slot[]>
}

/** Entries of a source that go into a directory or into one below it. */
interface Batch {
  readonly from: PlacedSource
  readonly entries: readonly Entry[]
}

/**
 * Builds the tree of directories from everything that was found, still without names. Pure.
 * @param records the files of earlier runs, by output
 * @param reserved paths that belong to no document: the manifest's own
 */
export function buildDirs(
  listing: Listing,
  options: SelectionOptions,
  records: RecordsByOutput,
  reserved: readonly string[],
): Dir {
  const top = newDir(0)
  for (const path of reserved) reserve(top, path)
  const batches = listing.sources.map((listed) => ({
    from: placeSource(listed, listing.tables, options, records),
    entries: listed.entries,
  }))
  // A directory is complete before those below it: only then is it clear which directories are one.
  const open: (readonly [Dir, readonly Batch[]])[] = [[top, batches]]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const below of fill(...next, options)) open.push(below)
  }
  return top
}

function reserve(top: Dir, path: string): void {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  const name = segments.pop()
  if (name === undefined || segments.includes('..') || name === '..') return
  let at = top
  for (const segment of segments) at = openNamed(at, segment, true)
  at.reserved.add(fold(name))
}

function placeSource(
  listed: ListedSource,
  tables: Listing['tables'],
  options: SelectionOptions,
  records: RecordsByOutput,
): PlacedSource {
  const { source } = listed
  // The parser refuses `..`; here it would be a name like any other.
  const to = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.')
  const name = isSingle(source) ? to.pop() : undefined
  const unneeded = findUnneededShortcuts(listed, options, records)
  return { listed, namedDirs: to.map(safeSegment), name, unneeded, tables, exported: new Map() }
}

/** Puts entries into a directory. @returns what belongs into the directories below it */
function fill(dir: Dir, batches: readonly Batch[], options: SelectionOptions): ReadonlyMap<Dir, readonly Batch[]> {
  const inside = new Map<Dir, Batch[]>()
  const children: { readonly of: Slot; readonly batch: Batch }[] = []
  for (const { from, entries } of batches) {
    const name = from.namedDirs[dir.depth]
    if (name !== undefined) {
      listIn(inside, openNamed(dir, name)).push({ from, entries })
      continue
    }
    for (const entry of entries) {
      const of = addEntry(dir, entry, from, options)
      const below = entriesBelow(entry, from)
      if (below.length > 0) children.push({ of, batch: { from, entries: below } })
    }
  }
  shareNamed(dir)
  for (const { of, batch } of children) {
    const below = of.named?.dir ?? of.dir
    if (below) listIn(inside, below).push(batch)
  }
  return inside
}

/** The children of an entry, and its sheets or tables; a shortcut that is not exported has none of these. */
function entriesBelow(entry: Entry, { unneeded, tables }: PlacedSource): readonly Entry[] {
  const own = unneeded.has(entry) ? undefined : tables?.get(entry)
  return own ? [...own, ...entry.children] : entry.children
}

/** Adds one entry to its directory, without what is below it. */
function addEntry(dir: Dir, entry: Entry, from: PlacedSource, options: SelectionOptions): Slot {
  const { listed, name, unneeded, exported, namedDirs } = from
  const selected = selectOutputs(entry, listed.source, options)
  const isNamed = name !== undefined && dir.depth === namedDirs.length
  const stem = isNamed ? stemOf(name, entry.type) : titleStem(entry.title, entry.type)
  const slot = slotIn(dir, entry, stem, isNamed, entry.table?.id)
  const places = listIn(exported, documentKey(entry))
  const shortcutTo = unneeded.get(entry)
  const skip = (reason: string, elsewhere?: Skip['elsewhere']): void => {
    listIn(slot.skips, listed).push({ entry, reason, elsewhere })
  }
  if (shortcutTo) {
    skip('', { to: shortcutTo, slots: places })
  } else {
    if (selected.skip !== undefined) skip(selected.skip)
    for (const file of selected.files) {
      const own = slotIn(dir, entry, stem, isNamed, file.output.subId)
      addFile(own, file)
      places.push(own)
    }
    places.push(slot)
  }
  const isFolder = entry.type === 'folder' || entry.type === SPACE_TYPE
  if (entriesBelow(entry, from).length > 0 || (isFolder && !shortcutTo)) slot.dir ??= newDir(dir.depth + 1, slot)
  return slot
}
