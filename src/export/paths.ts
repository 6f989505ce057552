import type { Failure } from '../feishu/errors/failure.js'
import { quoted } from '../text.js'
import type { Entry, ExportUnit, Listing, SkippedEntry } from './model.js'
import { buildDirs } from './paths/building.js'
import { allDirs, skipsOf, type Dir, type Skip, type Unit } from './paths/dirs.js'
import type { Past } from './paths/kept.js'
import { uploadedName } from './paths/names.js'
import { nameUnits, type Held, type Names } from './paths/naming.js'
import { indexRecords, type RecordedPath } from './paths/records.js'
import { LONGEST_PATH, Room } from './paths/room.js'
import { documentKey } from './paths/shortcuts.js'
import { byCodePoints, fold, joined, splitPath } from './paths/text.js'
import { castVotes } from './paths/votes.js'
import { unitKey, type WantedFile, type Wishes } from './wanted.js'

export type { RecordedPath } from './paths/records.js'
export { documentKey } from './paths/shortcuts.js'
export { byCodePoints, fold, isSpareName, isTemporaryName, splitPath } from './paths/text.js'
export { unitKey, type Wishes } from './wanted.js'

/** What else decides on the paths. */
export interface LayoutOptions extends Wishes {
  /** Where earlier runs put files. */
  readonly recorded: readonly RecordedPath[]
  /** The manifest's path relative to `directory`, with `/`; undefined when it stands elsewhere. */
  readonly manifestPath: string | undefined
}

/** A file with its path. */
export interface PlacedFile {
  readonly unit: ExportUnit
  /** Relative to `directory`, with `/`. With a failure of the path itself, only what it should begin with. */
  readonly path: string
  readonly failure: Failure | undefined
}

/** Where everything goes, each list in the order of the paths. */
export interface Layout {
  readonly files: readonly PlacedFile[]
  readonly skipped: readonly SkippedEntry[]
  /** By `unitKey`, all that the listing holds: also uploaded files that are skipped. */
  readonly found: ReadonlySet<string>
  /** By `documentKey`, the same in whatever format, if in any. */
  readonly foundDocuments: ReadonlySet<string>
}

/**
 * Gives every file that is to be its path: safe on all systems, unique whatever they take for equal, inside the
 * directory, never the manifest's, and the same whatever the order of the listing. A document keeps its recorded path
 * until its title or place changes. Pure.
 */
export function layOut(listing: Listing, options: LayoutOptions): Layout {
  const { recorded, manifestPath } = options
  const records = indexRecords(recorded)
  const dirs = allDirs(buildDirs(listing, options, records, manifestPath === undefined ? [] : [manifestPath]))
  const units = dirs.flatMap((dir) => [...dir.units.values()])
  const past = { records, votes: castVotes(dirs, records) }
  const found = foundKeys(units)
  const documents = foundDocuments(units)
  const held = heldNames({
    records: recorded.filter((record) => !found.has(unitKey(record))),
    isFound: (record) => documents.has(documentKey(record)),
    isWhole: !listing.faults.some(({ branch }) => branch),
  })
  const { files, paths } = placeAll(dirs, past, held)
  const skipped = units.flatMap((unit) => skipsOf(unit).map((skip) => skippedEntry(unit, skip, paths)))
  return {
    files: files.sort((a, b) => byPath(a, b) || byCodePoints(unitKey(a.unit), unitKey(b.unit))),
    skipped: skipped.sort((a, b) => byPath(a, b) || byCodePoints(textOf(a), textOf(b))),
    found,
    foundDocuments: documents,
  }
}

interface Placement {
  readonly path: string
  /** False where the path is too long: then nothing is written below it. */
  readonly isReal: boolean
}

/** Names everything from the top down. A skipped unit has a path too, which tells where it would be. */
function placeAll(
  dirs: readonly Dir[],
  past: Past,
  held: ReadonlyMap<string, Held>,
): { readonly files: PlacedFile[]; readonly paths: ReadonlyMap<Unit, string> } {
  const room = new Room(dirs)
  const files: PlacedFile[] = []
  const paths = new Map<Unit, string>()
  const placements = new Map<Dir, Placement>()
  for (const dir of dirs) {
    const { path, isReal } = placements.get(dir) ?? TOP
    const names = isReal ? nameUnits(dir, path, room, past, held.get(path) ?? NONE) : new Map<Unit, Names>()
    for (const { name, dir: below } of dir.named.values()) {
      const at = joined(path, name)
      placements.set(below, placement(at, isReal && Buffer.byteLength(at) < LONGEST_PATH))
    }
    for (const unit of dir.units.values()) {
      const own = names.get(unit)
      const directory = joined(path, own?.dir ?? unit.named?.name ?? unit.stem)
      if (unit.dir) placements.set(unit.dir, placement(directory, own?.dir !== undefined))
      const placed = [...unit.files].map(([key, file]) => place(file, path, own?.files.get(key), unit))
      files.push(...placed)
      paths.set(unit, placed[0]?.path ?? directory)
    }
  }
  return { files, paths }
}

const TOP: Placement = { path: '', isReal: true }

/** A path that cannot be real is shown, no more: its beginning is enough, or a deep tree would fill the memory. */
function placement(path: string, isReal: boolean): Placement {
  const isWhole = isReal || path.length <= LONGEST_PATH
  return { path: isWhole ? path : `${path.slice(0, LONGEST_PATH).toWellFormed()}…`, isReal }
}

/** All of it, so that what stands at the same path always stands in the same order. */
const textOf = ({ title, type, reason, url = '' }: SkippedEntry): string => [title, type, reason, url].join('\0')

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => byCodePoints(a.path, b.path)

const TOO_LONG: Failure = {
  class: 'permanent',
  what: `Could not name the file: its path would be longer than ${LONGEST_PATH} bytes, however its parts are shortened`,
  advice: 'Give the branch that it stands in a line of its own in `sources`, with a short `to=`.',
}

function foundKeys(units: readonly Unit[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { files, skips } of units) {
    for (const key of files.keys()) keys.add(key)
    for (const { entry } of [...skips.values()].flat()) keys.add(unitKey({ ...entry, fileExtension: '' }))
  }
  return keys
}

function foundDocuments(units: readonly Unit[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { files, skips } of units) {
    for (const { unit } of files.values()) keys.add(documentKey(unit))
    for (const { entry } of [...skips.values()].flat()) keys.add(documentKey(entry))
  }
  return keys
}

const NONE: Held = { all: new Set(), files: new Set() }

/**
 * By directory, the names of what was not found. Where a branch could not be listed, it may still be there: nothing new
 * gets its name. In any case its folders may stay on the disk, in the way of files.
 */
function heldNames({
  records,
  isFound,
  isWhole,
}: {
  readonly records: readonly RecordedPath[]
  readonly isFound: (record: RecordedPath) => boolean
  readonly isWhole: boolean
}): ReadonlyMap<string, Held> {
  const held = new Map<string, { readonly all: Set<string>; readonly files: Set<string> }>()
  const hold = (at: string, from: keyof Held): void => {
    const { directory, name } = splitPath(at)
    const names = held.get(directory) ?? { all: new Set(), files: new Set() }
    held.set(directory, names)
    names[from].add(fold(name))
  }
  const directories = new Set<string>()
  for (const { path } of records) {
    for (let { directory } = splitPath(path); directory !== ''; { directory } = splitPath(directory)) {
      if (directories.has(directory)) break
      directories.add(directory)
    }
  }
  for (const directory of directories) hold(directory, 'files')
  for (const record of isWhole ? [] : records) {
    hold(record.path, 'all')
    const stem = record.path.replace(/\.[^./]*$/, '')
    if (directories.has(stem) && !isFound(record)) hold(stem, 'all')
  }
  return held
}

function place(file: WantedFile, directory: string, name: string | undefined, { stem }: Unit): PlacedFile {
  const wished = file.extension === '' ? stem : `${stem}.${file.extension}`
  const failure = name === undefined ? TOO_LONG : file.failure
  return { unit: file.unit, path: joined(directory, name ?? wished), failure }
}

function skippedEntry(unit: Unit, { entry, reason, elsewhere }: Skip, paths: ReadonlyMap<Unit, string>): SkippedEntry {
  const { title, type, url } = entry
  const extension = type === 'file' && !elsewhere ? uploadedName(title).extension : ''
  const path = `${paths.get(unit) ?? unit.stem}${extension === '' ? '' : `.${extension}`}`
  return { title, type, path, url, reason: elsewhere ? elsewhereReason(elsewhere, entry, paths) : reason }
}

function elsewhereReason(
  { to, units }: NonNullable<Skip['elsewhere']>,
  { type }: Entry,
  paths: ReadonlyMap<Unit, string>,
): string {
  const [at] = units.flatMap((unit) => paths.get(unit) ?? []).sort(byCodePoints)
  const target = at === undefined ? `a ${type}` : quoted(at)
  return to === 'original'
    ? `shortcut to ${target}, exported there`
    : `another shortcut to what is at ${target}, exported there`
}
