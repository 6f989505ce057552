import type { Entry, ListedSource, Listing } from '../model.js'
import { isSingle, wantedOf, type Wishes } from '../wanted.js'
import { addFile, newDir, openNamed, shareNamed, unitIn, type Dir, type Skip, type Unit } from './dirs.js'
import { listIn } from '../../lists.js'
import { safeSegment, stemOf, titleStem } from './names.js'
import type { Records } from './records.js'
import { documentKey, idleShortcuts, type ShortcutTo } from './shortcuts.js'
import { fold } from './text.js'

/** A source with where it goes. */
interface Planting {
  readonly listed: ListedSource
  /** The directories that the user names on the way from the top. */
  readonly way: readonly string[]
  /** The name that the user gives to a document. */
  readonly name: string | undefined
  readonly idle: ReadonlyMap<Entry, ShortcutTo>
  /** By document, the places where it is exported. */
  readonly exported: Map<string, Unit[]>
}

/** What a source brings into a directory, or, while it is on its way, through it. */
interface Load {
  readonly from: Planting
  readonly entries: readonly Entry[]
}

/**
 * Puts everything that was found where it belongs, still without names.
 * @param reserved paths that are not the listing's: the manifest's own
 */
export function buildDirs(listing: Listing, wishes: Wishes, records: Records, reserved: readonly string[]): Dir {
  const top = newDir(0)
  for (const path of reserved) reserve(top, path)
  const loads = listing.sources.map((listed) => ({
    from: plantingOf(listed, wishes, records),
    entries: listed.entries,
  }))
  // All that stands in a directory is there before anything below it: only then is it clear which directories are one.
  const open: (readonly [Dir, readonly Load[]])[] = [[top, loads]]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const below of fill(...next, wishes)) open.push(below)
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

function plantingOf(listed: ListedSource, wishes: Wishes, records: Records): Planting {
  const { source } = listed
  // The parser refuses `..`; here it would be a name like any other.
  const to = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.')
  const name = isSingle(source) ? to.pop() : undefined
  const idle = idleShortcuts(listed, wishes, records)
  return { listed, way: to.map(safeSegment), name, idle, exported: new Map() }
}

/** Puts the loads into a directory and hands on what belongs below it. */
function fill(dir: Dir, loads: readonly Load[], wishes: Wishes): ReadonlyMap<Dir, readonly Load[]> {
  const inside = new Map<Dir, Load[]>()
  const children: { readonly of: Unit; readonly load: Load }[] = []
  for (const { from, entries } of loads) {
    const name = from.way[dir.depth]
    if (name !== undefined) {
      listIn(inside, openNamed(dir, name)).push({ from, entries })
      continue
    }
    for (const entry of entries) {
      const of = addEntry(dir, entry, from, wishes)
      if (entry.children.length > 0) children.push({ of, load: { from, entries: entry.children } })
    }
  }
  shareNamed(dir)
  for (const { of, load } of children) {
    const below = of.named?.dir ?? of.dir
    if (below) listIn(inside, below).push(load)
  }
  return inside
}

/** Adds a thing to the directory in which it stands, without what is below it. */
function addEntry(dir: Dir, entry: Entry, { listed, name, idle, exported, way }: Planting, wishes: Wishes): Unit {
  const wanted = wantedOf(entry, listed.source, wishes)
  const isNamed = name !== undefined && dir.depth === way.length
  const stem = isNamed ? stemOf(name, entry.type) : titleStem(entry.title, entry.type)
  const unit = unitIn(dir, entry, stem, isNamed)
  const places = listIn(exported, documentKey(entry))
  const shortcutTo = idle.get(entry)
  const skip = (reason: string, elsewhere?: Skip['elsewhere']): void => {
    listIn(unit.skips, listed).push({ entry, reason, elsewhere })
  }
  if (shortcutTo) {
    skip('', { to: shortcutTo, units: places })
  } else {
    if (wanted.skip !== undefined) skip(wanted.skip)
    for (const file of wanted.files) {
      const own = unitIn(dir, entry, stem, isNamed, file.unit.subId)
      addFile(own, file)
      places.push(own)
    }
    places.push(unit)
  }
  if (entry.children.length > 0 || (entry.type === 'folder' && !shortcutTo)) unit.dir ??= newDir(dir.depth + 1, unit)
  return unit
}
