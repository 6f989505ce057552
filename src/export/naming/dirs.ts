import type { Entry, ListedSource } from '../listing/types.js'
import { outputKey } from '../model.js'
import type { SelectedFile } from './select-outputs.js'
import { listIn } from '../../lists.js'
import { suffixesOf, type Named } from '../names.js'
import type { ShortcutTo } from './shortcuts.js'
import { byCodePoints, fold, isParkedName, isTemporaryName } from '../paths.js'

/** A directory to be. Several sources may fill the same one. */
export interface Dir {
  /** How many directories are above it. */
  readonly depth: number
  /** Whose name it has; undefined for the top and for those that the user names. */
  readonly owner: Slot | undefined
  readonly slots: Map<string, Slot>
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
  readonly elsewhere: { readonly to: ShortcutTo; readonly slots: readonly Slot[] } | undefined
}

/** A document or folder in a directory, with all names that it needs there. */
export interface Slot extends Named {
  readonly token: string
  readonly type: string
  readonly home: Dir
  stem: string
  /** True when the user gave the name. */
  explicit: boolean
  shortcut: boolean
  readonly files: Map<string, SelectedFile>
  /** By source: two sources of the same folder would report it twice. */
  readonly skips: Map<ListedSource, Skip[]>
  /** The directory that goes by its name. */
  dir: Dir | undefined
  /** The directory that the user names and that is its as well; then it has none of its own. */
  named: NamedDir | undefined
}

/** A directory without content. */
export const newDir = (depth: number, owner?: Slot): Dir => ({
  depth,
  owner,
  slots: new Map(),
  named: new Map(),
  reserved: new Set(),
})

/** Lists all directories, each after the one that it is in. */
export function allDirs(top: Dir): Dir[] {
  const dirs = [top]
  // The list grows while it is gone through.
  for (const { slots, named } of dirs) {
    for (const { dir } of slots.values()) if (dir) dirs.push(dir)
    for (const { dir } of named.values()) dirs.push(dir)
  }
  return dirs
}

/** Opens a directory that the user names, inside another one; `isFixed` is for a name that must stay as it is. */
export function openNamed(dir: Dir, wish: string, isFixed = false): Dir {
  let name = wish
  while (!isFixed && (dir.reserved.has(fold(name)) || isOwnName(name))) name += '_'
  const key = fold(name)
  const known = dir.named.get(key)
  // Of two spellings that are one directory on some disks, always the same one.
  if (known && !known.isFixed && byCodePoints(name, known.name) < 0) known.name = name
  const next = known ?? { name, isFixed, dir: newDir(dir.depth + 1) }
  dir.named.set(key, next)
  return next.dir
}

/**
 * Makes one directory of each that the user names and the one that would go by the same name, if that is just one slot's.
 * Beside a file without extension, a slot's directory has another name anyway.
 */
export function shareNamed({ named, slots }: Dir): void {
  if (named.size === 0) return
  const wishing = new Map<string, Slot[]>()
  for (const slot of slots.values()) {
    const key = fold(slot.stem)
    if (slot.dir && named.has(key)) listIn(wishing, key).push(slot)
  }
  for (const [key, [slot, ...others]] of wishing) {
    if (!slot || others.length > 0 || hasBareFile(slot)) continue
    slot.named = named.get(key)
    slot.dir = undefined
  }
}

/** True for names that this action gives to files that are not complete, or wait to be moved. */
export const isOwnName = (name: string): boolean => isTemporaryName(name) || isParkedName(name)

/** True where a file has just the stem as its name, as an uploaded file without extension does. */
export const hasBareFile = ({ files }: Slot): boolean => [...files.values()].some(({ extension }) => extension === '')

/** Opens the slot of a found thing in a directory; a sheet or table has one of its own. */
export function slotIn(
  home: Dir,
  { token, type, shortcut }: Entry,
  stem: string,
  explicit: boolean,
  subId?: string,
): Slot {
  const key = JSON.stringify([token, type, fold(stem), subId])
  const known = home.slots.get(key)
  if (known) {
    // Of several spellings the user's, else always the same one.
    if (known.explicit === explicit ? byCodePoints(stem, known.stem) < 0 : explicit) known.stem = stem
    known.explicit ||= explicit
    known.shortcut &&= shortcut
    return known
  }
  const slot: Slot = {
    token,
    type,
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
  home.slots.set(key, slot)
  return slot
}

/** Adds a file that a slot is to have; two lines may ask for the same one. */
export function addFile({ files }: Slot, file: SelectedFile): void {
  const key = outputKey(file.output)
  const known = files.get(key)
  files.set(key, known ? mergeReads(known, file) : file)
}

/** Merges two reads of the same output; an edit time that changed between them is dropped. */
function mergeReads(a: SelectedFile, b: SelectedFile): SelectedFile {
  const first =
    byCodePoints(`${a.output.title}\0${a.output.url ?? ''}`, `${b.output.title}\0${b.output.url ?? ''}`) <= 0 ? a : b
  return a.output.editTime === b.output.editTime
    ? first
    : { ...first, output: { ...first.output, editTime: undefined } }
}

/** What is skipped in a slot: where another source brings the file, only its shortcuts are. */
export function skipsOf({ skips, files }: Slot): readonly Skip[] {
  const [most = []] = [...skips.values()].sort((a, b) => b.length - a.length)
  return files.size === 0 ? most : most.filter(({ elsewhere }) => elsewhere !== undefined)
}
