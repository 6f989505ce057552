import type { Entry, ListedSource } from '../listing/types.js'
import { outputKey } from '../model.js'
import type { SelectedFile } from './select-outputs.js'
import { listIn } from '../../lists.js'
import { suffixesOf, type NameParts } from '../names.js'
import type { ShortcutTo } from './shortcuts.js'
import { isTemporaryName } from '../../files/temporary-name.js'
import { byCodePoints, fold, isParkedName } from '../paths.js'

/** A planned directory. Several sources may fill the same one. */
export interface Dir {
  /** How many directories are above it. */
  readonly depth: number
  /** The slot that it is named after; undefined for the top and for directories that the user names. */
  readonly owner: Slot | undefined
  /** By the key of `openSlot`. */
  readonly slots: Map<string, Slot>
  /** Directories that the user names, by folded name; they have precedence over names from titles. */
  readonly named: Map<string, NamedDir>
  /** Folded names that no file or directory may have. */
  readonly reserved: Set<string>
}

/** A directory that the user names: with `to`, or above a reserved path such as that of the manifest. */
export interface NamedDir {
  name: string
  /** True for a directory above a reserved path: its name must stay exactly as it is. */
  readonly isFixed: boolean
  readonly dir: Dir
}

/** An entry without a file, and why. */
export interface Skip {
  readonly entry: Entry
  readonly why: string | ExportedElsewhere
}

/** Why a shortcut has no file: its target is exported in other slots. */
export interface ExportedElsewhere {
  readonly to: ShortcutTo
  /** Complete, and never empty, when all entries of the source are added. */
  readonly slots: readonly Slot[]
}

/** A document, sheet, table or folder in a directory, with everything in that directory that is named after it. */
export interface Slot extends NameParts {
  readonly token: string
  readonly type: string
  /** The directory that it is in. */
  readonly home: Dir
  stem: string
  /** True when the user gave the name. */
  explicit: boolean
  /** True when only shortcuts lead here. */
  shortcut: boolean
  /** By `outputKey`. */
  readonly files: Map<string, SelectedFile>
  /** By source, so that two sources of the same folder do not report a skip twice. */
  readonly skips: Map<ListedSource, Skip[]>
  /** The directory named after it. */
  dir: Dir | undefined
  /** The directory that the user names and that it uses instead of `dir`. */
  sharedDir: NamedDir | undefined
}

/** Makes an empty directory. */
export const newDir = (depth: number, owner?: Slot): Dir => ({
  depth,
  owner,
  slots: new Map(),
  named: new Map(),
  reserved: new Set(),
})

/** Lists all directories, each after its parent. */
export function allDirs(top: Dir): Dir[] {
  const dirs = [top]
  // The loop also visits the directories that it adds.
  for (const { slots, named } of dirs) {
    for (const { dir } of slots.values()) if (dir) dirs.push(dir)
    for (const { dir } of named.values()) dirs.push(dir)
  }
  return dirs
}

/**
 * Gets or makes a directory that the user names, inside another one. While its name is reserved, temporary or parked, it
 * gets a `_` at its end. A fixed name stays as it is.
 * @param isFixed true for a directory above a reserved path (see NamedDir); to be opened before all others
 */
export function openNamed(dir: Dir, requestedName: string, { isFixed } = { isFixed: false }): Dir {
  let name = requestedName
  while (!isFixed && (dir.reserved.has(fold(name)) || isTemporaryOrParked(name))) name += '_'
  const key = fold(name)
  const known = dir.named.get(key)
  // Two spellings may be one name on some disks. A fixed one is used, otherwise the first one by code points: the order of
  // the source lines has no influence.
  if (known && !known.isFixed && byCodePoints(name, known.name) < 0) known.name = name
  const next = known ?? { name, isFixed, dir: newDir(dir.depth + 1) }
  dir.named.set(key, next)
  return next.dir
}

/**
 * Lets slots use the directories that the user names. With `to=A`, a folder `A` from another source line uses the same
 * directory `A`. If several slots with directories have this name, none of them uses it. A slot with a file without
 * extension does not use it either: its directory gets another name (see `requestNames`). To be called before the
 * directories of the slots are filled, since a slot gives up its own one.
 */
export function shareNamed({ named, slots }: Dir): void {
  if (named.size === 0) return
  const requesting = new Map<string, Slot[]>()
  for (const slot of slots.values()) {
    const key = fold(slot.stem)
    if (slot.dir && named.has(key)) listIn(requesting, key).push(slot)
  }
  for (const [key, [slot, ...others]] of requesting) {
    if (!slot || others.length > 0 || hasBareFile(slot)) continue
    slot.sharedDir = named.get(key)
    slot.dir = undefined
  }
}

/** True for a name that this action gives to incomplete or parked files (see `isTemporaryName` and `isParkedName`). */
export const isTemporaryOrParked = (name: string): boolean => isTemporaryName(name) || isParkedName(name)

/** True for a slot with a file without extension, whose name is the bare stem. A file that is never written has no name. */
export const hasBareFile = ({ files }: Slot): boolean =>
  [...files.values()].some(({ extension, failure }) => extension === '' && failure === undefined)

/**
 * Gets or makes the slot of an entry in a directory. Entries of the same document share a slot if their stems differ at
 * most in letter case. Each sheet or table has its own slot.
 * @param explicit true when the user gave the name
 * @param subId the id of the sheet or table; undefined for a document
 */
export function openSlot(
  home: Dir,
  { token, type, shortcut }: Entry,
  stem: string,
  explicit: boolean,
  subId?: string,
): Slot {
  const key = JSON.stringify([token, type, fold(stem), subId])
  const known = home.slots.get(key)
  if (known) {
    // The spelling of the user has precedence; otherwise the choice must not depend on the order of the listing.
    const isPreferred = known.explicit === explicit ? byCodePoints(stem, known.stem) < 0 : explicit
    if (isPreferred) known.stem = stem
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
    sharedDir: undefined,
  }
  home.slots.set(key, slot)
  return slot
}

/** Adds a file to a slot. Two source lines may select the same output: then the slot has one file for it. */
export function addFile({ files }: Slot, file: SelectedFile): void {
  const key = outputKey(file.output)
  const known = files.get(key)
  files.set(key, known ? mergeFiles(known, file) : file)
}

/**
 * Merges two files for the same output. Its document was listed for two source lines, and may have changed in between.
 * If the titles or URLs differ, the first file by title, then by URL, is used: the order of the listing has no influence.
 * If the edit times differ, the edit time is dropped, so that the output is exported (see withOneEditTime).
 */
function mergeFiles(a: SelectedFile, b: SelectedFile): SelectedFile {
  const sortTextOf = ({ output }: SelectedFile): string => `${output.title}\0${output.url ?? ''}`
  const first = byCodePoints(sortTextOf(a), sortTextOf(b)) <= 0 ? a : b
  const isSameTime = a.output.editTime === b.output.editTime
  return isSameTime ? first : { ...first, output: { ...first.output, editTime: undefined } }
}

/**
 * The skips of a slot that are reported. Sources that list the same entries repeat each other's skips, so only the
 * skips of one source count: the one with the most. If a source exports a file here, only the skips of shortcuts are
 * reported.
 */
export function skipsOf({ skips, files }: Slot): readonly Skip[] {
  const [ofOneSource = []] = [...skips.values()].sort((a, b) => b.length - a.length)
  return files.size === 0 ? ofOneSource : ofOneSource.filter(isShortcutSkip)
}

const isShortcutSkip = ({ why }: Skip): boolean => typeof why !== 'string'
