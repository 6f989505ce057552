import type { Entry, ListedSource, Listing } from '../listing/types.js'
import { documentKey, isSingle, SPACE_TYPE } from '../model.js'
import { selectOutputs, type SelectionOptions } from './select-outputs.js'
import { addFile, newDir, openNamed, shareNamed, openSlot, type Dir, type Skip, type Slot } from './dirs.js'
import { listIn } from '../../lists.js'
import { givenStem, safeSegment, titleStem } from '../names.js'
import { findUnneededShortcuts, type RecordsByOutput, type ShortcutTo } from './shortcuts.js'
import { fold, splitPath } from '../paths.js'

/** A source, and the directory that its content is written to. */
interface PlacedSource {
  readonly listed: ListedSource
  /** The directories of its `to`, from the top. */
  readonly namedDirs: readonly string[]
  /** The name that `to` gives to a single document. */
  readonly name: string | undefined
  /** Its shortcuts that are not exported. */
  readonly unneeded: ReadonlyMap<Entry, ShortcutTo>
  /** The sheets or tables of all sources. */
  readonly tables: Listing['tables']
  /** The slots of each document and its files, by `documentKey`: the report names them for the shortcuts to it. */
  readonly exportedIn: Map<string, Slot[]>
}

/** Entries of a source that are written into a directory or below it. */
interface Batch {
  readonly from: PlacedSource
  readonly entries: readonly Entry[]
}

/**
 * Builds the tree of directories for everything that was found. Names are assigned later. Pure.
 * @param records the files of earlier runs, by output; they decide which of several shortcuts is exported
 * @param reserved paths that no document may have, such as that of the manifest
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
  // A directory is filled before those below it: only then is it known which entries share a directory below it.
  const toFill: (readonly [Dir, readonly Batch[]])[] = [[top, batches]]
  for (let next = toFill.pop(); next; next = toFill.pop()) {
    const [dir, dirBatches] = next
    for (const below of fill(dir, dirBatches, options)) toFill.push(below)
  }
  return top
}

/**
 * Reserves a path, so that no document gets it. The directories above it keep their names exactly.
 * @param path has no segment that is empty, `.` or `..`
 */
function reserve(top: Dir, path: string): void {
  const { directory, name } = splitPath(path)
  let at = top
  if (directory !== '') for (const segment of directory.split('/')) at = openNamed(at, segment, { isFixed: true })
  at.reserved.add(fold(name))
}

/** Splits `to` into directories and the name of a single document; finds the shortcuts that are not exported. */
function placeSource(
  listed: ListedSource,
  tables: Listing['tables'],
  options: SelectionOptions,
  records: RecordsByOutput,
): PlacedSource {
  const { source } = listed
  const to = [...(source.to ?? [])]
  const name = isSingle(source) ? to.pop() : undefined
  const unneeded = findUnneededShortcuts(listed, { tables, options, records })
  return { listed, namedDirs: to.map(safeSegment), name, unneeded, tables, exportedIn: new Map() }
}

/**
 * Puts the entries of batches into a directory. If the `to` of a source leads further down, its batch goes to the
 * directory that `to` names next. Otherwise, each entry gets a slot here, and the entries below it become a batch for
 * its directory.
 * @returns the batches for each directory inside this one
 */
function fill(dir: Dir, batches: readonly Batch[], options: SelectionOptions): ReadonlyMap<Dir, readonly Batch[]> {
  const inside = new Map<Dir, Batch[]>()
  const children: { readonly parent: Slot; readonly batch: Batch }[] = []
  for (const { from, entries } of batches) {
    const name = from.namedDirs[dir.depth]
    if (name !== undefined) {
      listIn(inside, openNamed(dir, name)).push({ from, entries })
      continue
    }
    for (const entry of entries) {
      const parent = addEntry(dir, entry, from, options)
      const below = entriesBelow(entry, from)
      if (below.length > 0) children.push({ parent, batch: { from, entries: below } })
    }
  }
  // Only now does each slot have its final directory: its own, or a shared one that the user names.
  shareNamed(dir)
  for (const { parent, batch } of children) {
    const childDir = parent.sharedDir?.dir ?? parent.dir
    if (childDir) listIn(inside, childDir).push(batch)
  }
  return inside
}

/** The entries below an entry: its sheets or tables, and its children. A shortcut that is not exported has only children. */
function entriesBelow(entry: Entry, { unneeded, tables }: PlacedSource): readonly Entry[] {
  const ownTables = unneeded.has(entry) ? [] : (tables?.get(entry) ?? [])
  return ownTables.length > 0 ? [...ownTables, ...entry.children] : entry.children
}

/**
 * Adds one entry to a directory, without the entries below it. The slot of the entry gets the entry's files, or a skip if
 * there is a reason to report. If the entry is an exported folder or has entries below it, the slot also gets a directory.
 * @returns its slot
 */
function addEntry(dir: Dir, entry: Entry, from: PlacedSource, options: SelectionOptions): Slot {
  const { listed, name, unneeded, exportedIn, namedDirs } = from
  const selected = selectOutputs(entry, listed.source, options)
  // `to` names only the document itself, in the last directory of `namedDirs`; not its sheets or tables, further down.
  const explicit = name !== undefined && dir.depth === namedDirs.length
  const stem = explicit ? givenStem(name, entry) : titleStem(entry.title, entry.type)
  const slot = openSlot(dir, entry, stem, explicit, entry.table?.id)
  const documentSlots = listIn(exportedIn, documentKey(entry))
  const shortcutTo = unneeded.get(entry)
  const skip = (why: Skip['why']): void => {
    listIn(slot.skips, listed).push({ entry, why })
  }
  if (shortcutTo) {
    // `documentSlots` is complete only when all entries of the source are added; the report reads it later.
    skip({ to: shortcutTo, slots: documentSlots })
  } else {
    if (selected.skip !== undefined) skip(selected.skip)
    for (const file of selected.files) {
      // This is `slot`, unless the link of the source names a single sheet or table: its csv has a slot of its own.
      const fileSlot = openSlot(dir, entry, stem, explicit, file.output.subId)
      addFile(fileSlot, file)
      documentSlots.push(fileSlot)
    }
    // Even without a file: for a shortcut to a folder, the report says that the folder is here.
    if (entry.excludedBy === undefined) documentSlots.push(slot)
  }
  const isFolder = entry.type === 'folder' || entry.type === SPACE_TYPE
  // An excluded folder gets no directory: its record must keep the path of the directory where its old files are.
  const isExported = entry.excludedBy === undefined && !shortcutTo
  if (entriesBelow(entry, from).length > 0 || (isFolder && isExported)) slot.dir ??= newDir(dir.depth + 1, slot)
  return slot
}
