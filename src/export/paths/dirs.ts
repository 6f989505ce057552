import type { Entry, ListedSource, Listing } from '../model.js'
import { isSingle, unitKey, wantedOf, type WantedFile, type Wishes } from '../wanted.js'
import { listIn } from './lists.js'
import { safeSegment, stemOf, suffixesOf, type Named } from './names.js'
import type { Records } from './records.js'
import { documentKey, idleShortcuts, type ShortcutTo } from './shortcuts.js'
import { byCodePoints, fold, isTemporaryName } from './text.js'

/** A directory to be. Several sources may fill the same one. */
export interface Dir {
  /** How many directories are above it. */
  readonly depth: number
  /** Whose name it has; undefined for the top and for those that the user names. */
  readonly owner: Unit | undefined
  readonly units: Map<string, Unit>
  /** Directories that the user names, by their folded names: theirs is the name, whatever the titles say. */
  readonly named: Map<string, NamedDir>
  /** Folded names that nothing may have. */
  readonly reserved: Set<string>
}

export interface NamedDir {
  name: string
  readonly isFixed: boolean
  readonly dir: Dir
}

/** Why there is no file, and the document that is in its place elsewhere in the tree. */
export interface Skip {
  readonly entry: Entry
  readonly reason: string
  readonly elsewhere: { readonly to: ShortcutTo; readonly units: readonly Unit[] } | undefined
}

/** A document or folder at its place, with all names that it needs in the directory. */
export interface Unit extends Named {
  readonly token: string
  readonly home: Dir
  stem: string
  /** True when the user gave the name. */
  explicit: boolean
  shortcut: boolean
  readonly files: Map<string, WantedFile>
  /** By source: two that lead to the same place tell the same twice. */
  readonly skips: Map<ListedSource, Skip[]>
  /** The directory that goes by its name. */
  dir: Dir | undefined
  /** The directory that the user names and that is its as well; then it has none of its own. */
  named: NamedDir | undefined
}

const newDir = (depth: number, owner?: Unit): Dir => ({
  depth,
  owner,
  units: new Map(),
  named: new Map(),
  reserved: new Set(),
})

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

/** All directories, each after the one that it stands in. */
export function allDirs(top: Dir): Dir[] {
  const dirs = [top]
  // The list grows while it is gone through.
  for (const { units, named } of dirs) {
    for (const { dir } of units.values()) if (dir) dirs.push(dir)
    for (const { dir } of named.values()) dirs.push(dir)
  }
  return dirs
}

/** Puts the loads into a directory and hands on what belongs below it. */
function fill(dir: Dir, loads: readonly Load[], wishes: Wishes): ReadonlyMap<Dir, readonly Load[]> {
  const inside = new Map<Dir, Load[]>()
  const handOn = (to: Dir, load: Load): void => {
    const known = inside.get(to)
    if (known) known.push(load)
    else inside.set(to, [load])
  }
  const children: { readonly of: Unit; readonly load: Load }[] = []
  for (const { from, entries } of loads) {
    const name = from.way[dir.depth]
    if (name !== undefined) {
      handOn(openNamed(dir, name), { from, entries })
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
    if (below) handOn(below, load)
  }
  return inside
}

function openNamed(dir: Dir, wish: string, isFixed = false): Dir {
  let name = wish
  while (!isFixed && (dir.reserved.has(fold(name)) || isTemporaryName(name))) name += '_'
  const key = fold(name)
  const known = dir.named.get(key)
  // Of two spellings that are one directory on some disks, always the same one.
  if (known && !known.isFixed && byCodePoints(name, known.name) < 0) known.name = name
  const next = known ?? { name, isFixed, dir: newDir(dir.depth + 1) }
  dir.named.set(key, next)
  return next.dir
}

/**
 * Where the user names a directory that just one unit would have under that name, it is that one. Beside a file without
 * extension the unit's directory would have another name anyway.
 */
function shareNamed({ named, units }: Dir): void {
  if (named.size === 0) return
  const wishing = new Map<string, Unit[]>()
  for (const unit of units.values()) {
    const key = fold(unit.stem)
    if (unit.dir && named.has(key)) listIn(wishing, key).push(unit)
  }
  for (const [key, [unit, ...others]] of wishing) {
    if (!unit || others.length > 0 || hasBareFile(unit)) continue
    unit.named = named.get(key)
    unit.dir = undefined
  }
}

/** True where a file has just the stem as its name, as an uploaded file without extension does. */
export const hasBareFile = ({ files }: Unit): boolean => [...files.values()].some(({ extension }) => extension === '')

/** Adds a thing to the directory in which it stands, without what is below it. */
function addEntry(dir: Dir, entry: Entry, { listed, name, idle, exported, way }: Planting, wishes: Wishes): Unit {
  const wanted = wantedOf(entry, listed.source, wishes)
  const isNamed = name !== undefined && dir.depth === way.length
  const stem = isNamed ? stemOf(name, entry.type) : wanted.stem
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
      // A sheet or table of a document is named for itself: there may be more of them.
      const own = unitIn(dir, entry, stem, isNamed, file.unit.subId)
      addFile(own, file)
      places.push(own)
    }
    places.push(unit)
  }
  if (entry.children.length > 0 || (entry.type === 'folder' && !shortcutTo)) unit.dir ??= newDir(dir.depth + 1, unit)
  return unit
}

function unitIn(home: Dir, { token, type, shortcut }: Entry, stem: string, explicit: boolean, subId?: string): Unit {
  const key = JSON.stringify([token, type, fold(stem), subId])
  const known = home.units.get(key)
  if (known) {
    // Of several spellings the user's, else always the same one.
    if (known.explicit === explicit ? byCodePoints(stem, known.stem) < 0 : explicit) known.stem = stem
    known.explicit ||= explicit
    known.shortcut &&= shortcut
    return known
  }
  const unit: Unit = {
    token,
    home,
    stem,
    suffixes: suffixesOf(token, subId),
    explicit,
    shortcut,
    files: new Map(),
    skips: new Map(),
    dir: undefined,
    named: undefined,
  }
  home.units.set(key, unit)
  return unit
}

function addFile({ files }: Unit, file: WantedFile): void {
  const key = unitKey(file.unit)
  const known = files.get(key)
  files.set(key, known ? sameOf(known, file) : file)
}

/** One of two that are the same but for what was read at different moments; a time in doubt is none. */
function sameOf(a: WantedFile, b: WantedFile): WantedFile {
  const first =
    byCodePoints(`${a.unit.title}\0${a.unit.url ?? ''}`, `${b.unit.title}\0${b.unit.url ?? ''}`) <= 0 ? a : b
  return a.unit.editTime === b.unit.editTime ? first : { ...first, unit: { ...first.unit, editTime: undefined } }
}

/** What is skipped at a place: where another source brings the file, only its shortcuts are. */
export function skipsOf({ skips, files }: Unit): readonly Skip[] {
  const [most = []] = [...skips.values()].sort((a, b) => b.length - a.length)
  return files.size === 0 ? most : most.filter(({ elsewhere }) => elsewhere !== undefined)
}
