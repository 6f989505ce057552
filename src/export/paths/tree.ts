import type { Entry, ListedSource, Listing } from '../model.js'
import type { Records, Votes } from './kept.js'
import { safeSegment, stemOf, suffixesOf, type Named } from './names.js'
import { documentKey, idleShortcuts, type ShortcutTo } from './shortcuts.js'
import { byCodePoints, fold, isTemporaryName } from './text.js'
import { isSingle, unitKey, wantedOf, type WantedFile, type Wishes } from './wanted.js'

/** A directory to be. Several sources may fill the same one. */
export interface Dir {
  /** How many directories are above it. */
  readonly depth: number
  /** Whose directory it is; undefined for the top and for those that the user names. */
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
  dir: Dir | undefined
  readonly votes: Map<string, Votes>
}

const newDir = (depth: number, owner?: Unit): Dir => ({
  depth,
  owner,
  units: new Map(),
  named: new Map(),
  reserved: new Set(),
})

/**
 * Puts everything that was found where it belongs, still without names.
 * @param reserved paths that are not the listing's: the manifest's own
 */
export function buildTree(listing: Listing, wishes: Wishes, records: Records, reserved: readonly string[]): Dir {
  const top = newDir(0)
  for (const path of reserved) {
    const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
    if (segments.length === 0 || segments.includes('..')) continue
    openDir(top, segments.slice(0, -1), true).reserved.add(fold(segments.at(-1) ?? ''))
  }
  for (const listed of listing.sources) addSource(top, listed, wishes, records)
  return top
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

function openDir(top: Dir, segments: readonly string[], isFixed = false): Dir {
  let at = top
  for (const segment of segments) {
    let name = segment
    while (!isFixed && (at.reserved.has(fold(name)) || isTemporaryName(name))) name += '_'
    const key = fold(name)
    const known = at.named.get(key)
    // Of two spellings that are one directory on some disks, always the same one.
    if (known && !known.isFixed && byCodePoints(name, known.name) < 0) known.name = name
    const next = known ?? { name, isFixed, dir: newDir(at.depth + 1) }
    at.named.set(key, next)
    at = next.dir
  }
  return at
}

interface Open {
  readonly entry: Entry
  readonly dir: Dir
  readonly stem: string | undefined
}

function addSource(top: Dir, listed: ListedSource, wishes: Wishes, records: Records): void {
  const { source, entries } = listed
  // The parser refuses `..`; here it would be a name like any other.
  const to = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.')
  const isNamed = isSingle(source) && to.length > 0
  const dir = openDir(top, (isNamed ? to.slice(0, -1) : to).map(safeSegment))
  const idle = idleShortcuts(listed, wishes, records)
  const exported = new Map<string, Unit[]>()
  const unitsOf = (entry: Entry): Unit[] => {
    const units = exported.get(documentKey(entry)) ?? []
    exported.set(documentKey(entry), units)
    return units
  }

  const open: Open[] = entries.map((entry) => {
    return { entry, dir, stem: isNamed ? stemOf(to.at(-1) ?? '', entry.type) : undefined }
  })
  for (let next = open.pop(); next; next = open.pop()) {
    const { entry } = next
    const wanted = wantedOf(entry, source, wishes)
    const stem = next.stem ?? wanted.stem
    const shortcutTo = idle.get(entry)
    const unit = unitIn(next.dir, entry, stem, next.stem !== undefined)
    const skip = (reason: string, elsewhere?: Skip['elsewhere']): void => {
      unit.skips.set(listed, [...(unit.skips.get(listed) ?? []), { entry, reason, elsewhere }])
    }
    if (shortcutTo) {
      skip('', { to: shortcutTo, units: unitsOf(entry) })
    } else {
      if (wanted.skip !== undefined) skip(wanted.skip)
      unitsOf(entry).push(...wanted.files.map((file) => addFile(unit, file, next)), unit)
    }
    if (entry.children.length > 0 || (entry.type === 'folder' && !shortcutTo)) {
      unit.dir ??= newDir(next.dir.depth + 1, unit)
    }
    for (const child of entry.children) if (unit.dir) open.push({ entry: child, dir: unit.dir, stem: undefined })
  }
}

function unitIn(home: Dir, { token, type, shortcut }: Entry, stem: string, explicit: boolean, subId?: string): Unit {
  const key = JSON.stringify([token, type, fold(stem), subId])
  const known = home.units.get(key)
  if (known) {
    known.explicit ||= explicit
    known.shortcut &&= shortcut
    if (byCodePoints(stem, known.stem) < 0) known.stem = stem
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
    votes: new Map(),
  }
  home.units.set(key, unit)
  return unit
}

/** A sheet or table of a document is named for itself: there may be more of them. */
function addFile(whole: Unit, file: WantedFile, { entry, dir }: Open): Unit {
  const { subId } = file.unit
  const unit = subId === undefined ? whole : unitIn(dir, entry, whole.stem, whole.explicit, subId)
  const key = unitKey(file.unit)
  const known = unit.files.get(key)
  unit.files.set(key, known ? sameOf(known, file) : file)
  return unit
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
