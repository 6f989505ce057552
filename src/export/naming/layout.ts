import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import type { Entry, Listing } from '../listing/types.js'
import { BOARD_EXTENSIONS } from '../formats.js'
import {
  assetsDirectory,
  documentKey,
  reservedPathOf,
  outputKey,
  type FileRecord,
  type FolderRecord,
  type PlannedFile,
} from '../model.js'
import { byCodePoints, byPath, bytesOf, fold, joined, splitPath } from '../paths.js'
import { assignNames } from './assign-names.js'
import { buildDirs } from './build-dirs.js'
import { endingOf } from './endings.js'
import { ReservedPaths, RecordedNames, type Placement } from './recorded-names.js'
import { allDirs, skipsOf, type Dir, type Slot } from './dirs.js'
import { MAX_PATH_BYTES, PathBudget } from './path-budget.js'
import { requestNames, type SlotRequests } from './request-names.js'
import { describeSkip, sortKey, type SkippedEntry } from './skipped.js'
import type { SelectedFile, SelectionOptions } from './select-outputs.js'

/** The input of a layout, besides the listing. */
export interface LayoutOptions extends SelectionOptions {
  /** The files of earlier runs. */
  readonly records: readonly FileRecord[]
  /** The directories of earlier runs. */
  readonly folders: readonly FolderRecord[]
  /** Records whose path is free, since their document is confirmed missing. */
  readonly released: ReadonlySet<FileRecord>
  /** The manifest's path relative to `directory`, with `/`. */
  readonly manifestPath: string
}

/** A file with its path. */
export interface LaidOutFile extends PlannedFile {
  /** Why it cannot be exported. If no path is short enough, `path` is only the beginning of one. */
  readonly failure: Failure | undefined
}

/** The paths of everything that was found; each list is sorted by path. */
export interface Layout {
  readonly files: readonly LaidOutFile[]
  readonly skipped: readonly SkippedEntry[]
  readonly folders: readonly FolderRecord[]
}

/**
 * Gives every output its path, inside the directory. The path is safe on all systems, and unique also where a file system
 * ignores case. It is never that of the manifest, and does not depend on the order of the listing. A document keeps its
 * recorded name until its parent, its title or its name in `to=` changes. A recorded name that is not free or is too long
 * now is not used again. The recorded path of an output that was not found stays reserved, unless its record is in
 * `released`. Pure.
 */
export function layOut(listing: Listing, options: LayoutOptions): Layout {
  const { records, folders, released, manifestPath } = options
  const recordsByOutput = new Map<string, FileRecord[]>()
  for (const record of records) listIn(recordsByOutput, outputKey(record)).push(record)
  const dirs = allDirs(buildDirs(listing, options, recordsByOutput, [manifestPath]))
  const slots = dirs.flatMap((dir) => [...dir.slots.values()])
  useRecordedExtensions(slots, recordsByOutput)
  const foundOutputs = new Set(slots.flatMap(({ files }) => [...files.keys()]))
  const documents = findDocuments(listing)
  const leftAssets = findLeftAssets(records, foundOutputs)
  // Which assets a document has is not known before it is read. So its assets count as found if the document is found,
  // except those in `leftAssets`.
  const isFound = (record: FileRecord): boolean =>
    record.asset === undefined
      ? foundOutputs.has(outputKey(record))
      : documents.has(documentKey(record)) && !leftAssets.has(record)
  const recordedPaths = new Set(records.map(({ path }) => fold(path)))
  const isTaken = (path: string): boolean => recordedPaths.has(fold(path))
  const reserved = new ReservedPaths(
    records.filter((record) => !released.has(record) && !isFound(record)),
    folders.filter((folder) => !documents.has(documentKey(folder))),
    isTaken,
  )
  const placed = placeAll(dirs, new RecordedNames(recordsByOutput, folders), reserved, listing.tableLists)
  const skipped = slots.flatMap((slot) => skipsOf(slot).map((skip) => describeSkip(slot, skip, placed.paths)))
  return {
    files: placed.files.sort((a, b) => byPath(a, b) || byCodePoints(outputKey(a.output), outputKey(b.output))),
    skipped: skipped.sort((a, b) => byPath(a, b) || byCodePoints(sortKey(a), sortKey(b))),
    folders: placed.folders.sort(byPath),
  }
}

/**
 * Gives each board the extension of its recorded picture, so that an unchanged picture keeps its path. The extension of a
 * new picture is known only after its download. After a run in which the extension changed, both pictures may be recorded:
 * the newer one counts.
 */
function useRecordedExtensions(
  slots: readonly Slot[],
  recordsByOutput: ReadonlyMap<string, readonly FileRecord[]>,
): void {
  for (const { files } of slots) {
    for (const [key, file] of files) {
      if (file.output.kind !== 'board') continue
      const newestFirst = [...(recordsByOutput.get(key) ?? [])].sort((a, b) => byCodePoints(b.exportedAt, a.exportedAt))
      const recorded = newestFirst.map((record) => reservedPathOf(record).replace(/^.*\./, ''))
      const extension = recorded.find((one) => BOARD_EXTENSIONS.includes(one))
      if (extension !== undefined) files.set(key, { ...file, extension })
    }
  }
}

/**
 * Finds the assets that stay where they are even if their document moves. The recorded files beside such an asset are all
 * of outputs that were not found: their format, for example, is no longer selected. At least one is beside it.
 */
function findLeftAssets(records: readonly FileRecord[], foundOutputs: ReadonlySet<string>): ReadonlySet<FileRecord> {
  const keyOf = (record: FileRecord, directory: string): string => `${documentKey(record)} ${directory}`
  const directoriesOf = (files: readonly FileRecord[]): ReadonlySet<string> =>
    new Set(files.map((file) => keyOf(file, assetsDirectory(reservedPathOf(file)))))
  const files = records.filter(({ asset }) => asset === undefined)
  const withFound = directoriesOf(files.filter((file) => foundOutputs.has(outputKey(file))))
  const withOthers = directoriesOf(files.filter((file) => !foundOutputs.has(outputKey(file))))
  const left = records.filter((record) => {
    const key = keyOf(record, splitPath(reservedPathOf(record)).directory)
    return record.asset !== undefined && withOthers.has(key) && !withFound.has(key)
  })
  return new Set(left)
}

/**
 * The keys (`documentKey`) of all entries of a listing: also of skipped ones, but not of excluded ones. Those count as not
 * found, so that `delete-stale` removes their files.
 */
export function findDocuments(listing: Listing): ReadonlySet<string> {
  const keys = new Set<string>()
  const toVisit: Entry[] = listing.sources.flatMap(({ entries }) => entries)
  for (let entry = toVisit.pop(); entry; entry = toVisit.pop()) {
    if (entry.excludedBy !== undefined) continue
    keys.add(documentKey(entry))
    for (const child of entry.children) toVisit.push(child)
  }
  return keys
}

/** The paths that were assigned. */
interface Placed {
  readonly files: LaidOutFile[]
  readonly folders: FolderRecord[]
  /** The path of each slot: that of its first file or its directory, or the path that it would have, without extension. */
  readonly paths: ReadonlyMap<Slot, string>
}

/**
 * Assigns names and paths, directory by directory, from the top down.
 * @param dirs all directories, each after its parent
 */
function placeAll(
  dirs: readonly Dir[],
  recorded: RecordedNames,
  reserved: ReservedPaths,
  tableLists: Listing['tableLists'],
): Placed {
  const budget = new PathBudget(dirs)
  const files: LaidOutFile[] = []
  const folders: FolderRecord[] = []
  const paths = new Map<Slot, string>()
  const placements = new Map<Dir, Placement>()
  for (const dir of dirs) {
    const placement = placements.get(dir) ?? TOP_PLACEMENT
    const requestsBySlot = new Map<Slot, SlotRequests>()
    // Below a path that is too long, nothing gets a name.
    if (placement.isReal) {
      for (const slot of dir.slots.values()) requestsBySlot.set(slot, requestNames(slot, placement, budget, recorded))
    }
    const requests = [...requestsBySlot.values()].flatMap((ofSlot) => ofSlot.requests)
    const names = assignNames(requests, placement.path, reserved.namesIn(placement.path, dir))
    for (const { name, dir: namedDir } of dir.named.values()) {
      const path = joined(placement.path, name)
      // Below a path of exactly `MAX_PATH_BYTES`, no name fits.
      placements.set(namedDir, placementOf(path, path, placement.isReal && bytesOf(path) < MAX_PATH_BYTES))
    }
    for (const slot of dir.slots.values()) {
      const requested = requestsBySlot.get(slot)
      const directoryName = requested?.directory && names.get(requested.directory)
      // The path of the slot's directory. If there is no directory, or no name for it: the path with the stem as the name.
      const path = joined(placement.path, directoryName ?? slot.sharedDir?.name ?? slot.stem)
      if (slot.dir) {
        const recordedPath = recorded.folderOf(slot, placement)?.path ?? path
        placements.set(slot.dir, placementOf(path, recordedPath, directoryName !== undefined))
      }
      const ownDir = slot.dir ?? slot.sharedDir?.dir
      if (ownDir && placements.get(ownDir)?.isReal) folders.push(folderRecord(path, slot, tableLists))
      const slotFiles = [...slot.files].map(([key, file]) => {
        const ending = requested?.files.get(key)
        return placeFile(file, placement.path, ending && names.get(ending), slot)
      })
      files.push(...slotFiles)
      paths.set(slot, slotFiles[0]?.path ?? path)
    }
  }
  return { files, folders, paths }
}

const TOP_PLACEMENT: Placement = { path: '', recordedPath: '', isReal: true }

/**
 * Makes the record of a slot's directory. With `tables`, the next run need not query the sheets or tables of an unchanged
 * document.
 */
function folderRecord(path: string, slot: Slot, tableLists: Listing['tableLists']): FolderRecord {
  const { token, type } = slot
  const tables = tableLists?.get(documentKey(slot))
  return { path, token, type, ...(tables && { tables }) }
}

// In characters.
const MAX_SHOWN_LENGTH = MAX_PATH_BYTES

/** A path that is too long is only shown to the user. It is cut, since a deep tree would otherwise fill the memory. */
function placementOf(path: string, recordedPath: string, isReal: boolean): Placement {
  const isShort = isReal || path.length <= MAX_SHOWN_LENGTH
  return { path: isShort ? path : `${path.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…`, recordedPath, isReal }
}

const TOO_LONG: Failure = {
  class: 'permanent',
  what: `Could not name the file: its path would be longer than ${MAX_PATH_BYTES} bytes, even with shortened names`,
  advice: 'Give the folder or page above it a line of its own in `sources`, with a short `to=`.',
}

/** Gives a file its path. @param name undefined if no name is short enough: then the file gets a failure */
function placeFile(file: SelectedFile, directory: string, name: string | undefined, { stem }: Slot): LaidOutFile {
  const failure = name === undefined ? TOO_LONG : file.failure
  return { output: file.output, path: joined(directory, name ?? `${stem}${endingOf(file)}`), failure }
}
