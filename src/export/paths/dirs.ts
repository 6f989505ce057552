import type { Entry, ListedSource } from '../model.js'
import { unitKey, type WantedFile } from '../wanted.js'
import { listIn } from '../../lists.js'
import { suffixesOf, type Named } from './names.js'
import type { ShortcutTo } from './shortcuts.js'
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

/** A directory that the user names. */
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

/** A directory without content. */
export const newDir = (depth: number, owner?: Unit): Dir => ({
  depth,
  owner,
  units: new Map(),
  named: new Map(),
  reserved: new Set(),
})

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

/** The directory that the user names in another one; `isFixed` is for a name that has to stay as it is. */
export function openNamed(dir: Dir, wish: string, isFixed = false): Dir {
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
 * Makes one directory of each that the user names and the one that would go by the same name, if that is just one unit's.
 * Beside a file without extension, a unit's directory has another name anyway.
 */
export function shareNamed({ named, units }: Dir): void {
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

/** The unit of a thing in a directory; of a sheet or table its own, for there may be more of them. */
export function unitIn(
  home: Dir,
  { token, type, shortcut }: Entry,
  stem: string,
  explicit: boolean,
  subId?: string,
): Unit {
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

/** Adds a file that a unit is to have; two lines may ask for the same one. */
export function addFile({ files }: Unit, file: WantedFile): void {
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
