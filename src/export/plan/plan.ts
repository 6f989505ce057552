import {
  documentKey,
  EMPTY_FILE,
  OUTDATED,
  outputKey,
  reservedPathOf,
  savesAssets,
  type FileRecord,
  type FolderRecord,
  type PlannedFile,
} from '../model.js'
import { byPath, directoriesAbove, fold } from '../paths.js'
import type { LaidOutFile, Layout } from '../naming/layout.js'
import type { SkippedEntry } from '../naming/skipped.js'
import { LinkTargets } from '../link-targets.js'
import { Assets, assetsDirectoriesOf, findAssets, isInAny } from './assets.js'
import { findOutdated, isUnchanged } from './unchanged.js'
import { placeRecords } from './place-records.js'
import type { Obstacle } from './occupancy.js'
import type { Move } from './plan-moves.js'
import type { Snapshot } from './snapshot.js'
import { findStale, findStaleAssets, type StaleFile } from './stale.js'

/** The input of a plan, besides the layout. */
export interface PlanOptions {
  readonly records: readonly FileRecord[]
  /** The recorded directories. */
  readonly folders: readonly FolderRecord[]
  /** The records whose document is confirmed to be deleted or no longer in the sources. */
  readonly confirmedMissing: readonly FileRecord[]
  /** Whether files in formats that are no longer selected are removed, after a complete listing. */
  readonly deleteStale: boolean
  /** False when a part of a source was not listed: then a copy that was not found may be in that part. */
  readonly isComplete: boolean
  readonly snapshot: Snapshot
  readonly overwrite: boolean
  readonly force: boolean
}

/** A planned file that cannot be written, which is known before any export task. */
export interface RefusedFile extends PlannedFile, Obstacle {}

/** What a run is going to do. */
export interface Plan {
  readonly moves: readonly Move[]
  /** Stale files whose place another file or its assets need: they are renamed to a temporary path before the moves. */
  readonly toPark: readonly FileRecord[]
  readonly toExport: readonly PlannedFile[]
  readonly unchanged: readonly PlannedFile[]
  readonly refused: readonly RefusedFile[]
  readonly skipped: readonly SkippedEntry[]
  readonly stale: readonly StaleFile[]
  /** The directories of the layout, and recorded ones that were not found but still hold files. */
  readonly folders: readonly FolderRecord[]
  /**
   * Records to drop. The file is no longer on the disk, or it is no longer planned at this path and a user changed it. The
   * changed file stays on the disk, but no longer belongs to the export.
   */
  readonly toDrop: readonly FileRecord[]
  /**
   * Outdated records that replace the recorded ones before the moves: of damaged assets, of the files that lack them, and of
   * `PlacedRecords.outdated`. If this run does not reach their documents, a later run exports them.
   */
  readonly outdated: readonly FileRecord[]
  /**
   * The recorded pictures and attachments, at the paths where they are after the moves, by the path of their file. Files to
   * export and unchanged ones have such an entry.
   */
  readonly assets: ReadonlyMap<string, readonly FileRecord[]>
  /** Where links between documents lead. */
  readonly links: LinkTargets
}

/** Decides which files a run moves, exports, leaves unchanged, refuses or removes. Pure. */
export function makePlan(layout: Layout, options: PlanOptions): Plan {
  const { records, snapshot } = options
  const files = withOneEditTime(layout.files)
  const { present: recorded, toDrop } = findPresent(records, files, options)
  const replacements = makeOutdated(recorded, files, options)
  const present = recorded.map((record) => replacements.get(record) ?? record)
  const placeable = files.filter(({ failure }) => failure === undefined)
  const assets = new Assets(present, placeable)
  const links = new LinkTargets(placeable)
  const placed = placeRecords(present, placeable, assets, options)
  const { moves, toPark, recordByPath } = placed

  const isUpToDate = (file: PlannedFile): boolean => {
    const record = recordByPath.get(file.path)
    if (!record) return false
    // A file needs an export if one of its assets cannot be moved, or if the moves make it outdated. An output that saves
    // no assets does not depend on them.
    const needsExport = (placed.blocked.has(record) || placed.outdated.has(record)) && savesAssets(file.output)
    return !needsExport && isUnchanged(record, file, snapshot, links)
  }
  const { toExport, unchanged, refused } = divideFiles(files, placed.findObstacle, isUpToDate, options)
  const writable = [...toExport, ...unchanged]
  const { stale, takenOver } = findStale(writable, assets, placed.removable, layout, options)
  const assetsByPath = findAssets(writable, recordByPath, assets, takenOver)
  const outdatedByMoves = new Map([...placed.outdated].map((record) => [record, { ...record, ...OUTDATED }]))
  const newRecordOf = (record: FileRecord): FileRecord => outdatedByMoves.get(record) ?? record
  return {
    moves: moves.map(({ record, to, group }) => ({ record: newRecordOf(record), to, group: newRecordOf(group) })),
    toPark,
    toExport,
    unchanged,
    refused,
    skipped: layout.skipped,
    stale: [...stale, ...findStaleAssets(writable, assetsByPath, options)],
    folders: [...layout.folders, ...findKeptFolders(layout, toDrop, options)].sort(byPath),
    toDrop,
    outdated: [...replacements.values(), ...outdatedByMoves.values()],
    assets: assetsByPath,
    links,
  }
}

/**
 * Makes the outdated records of damaged assets and of the files that lack them (see `findOutdated`), by the records that
 * they replace. Records that are confirmed missing stay as they are, since their files are removed.
 */
function makeOutdated(
  present: readonly FileRecord[],
  planned: readonly PlannedFile[],
  { records, confirmedMissing, snapshot }: PlanOptions,
): ReadonlyMap<FileRecord, FileRecord> {
  const outdated = findOutdated(records, present, { planned, snapshot })
  const missingRecords = new Set(confirmedMissing)
  return new Map(
    present
      .filter((record) => outdated.has(record) && !missingRecords.has(record))
      .map((record) => [record, { ...record, ...(record.asset === undefined ? OUTDATED : EMPTY_FILE) }]),
  )
}

/** Divides the planned files into those to export, the unchanged ones, and those that cannot be written. */
function divideFiles(
  files: readonly LaidOutFile[],
  findObstacle: (path: string) => Obstacle | undefined,
  isUpToDate: (file: PlannedFile) => boolean,
  { force }: PlanOptions,
): Pick<Plan, 'toExport' | 'unchanged' | 'refused'> {
  const toExport: PlannedFile[] = []
  const unchanged: PlannedFile[] = []
  const refused: RefusedFile[] = []
  for (const { output, path, failure } of files) {
    const file = { output, path }
    const obstacle = failure ? { failure, isForeign: false } : findObstacle(path)
    if (obstacle) refused.push({ ...file, failure: obstacle.failure, isForeign: obstacle.isForeign })
    else if (!force && isUpToDate(file)) unchanged.push(file)
    else toExport.push(file)
  }
  return { toExport, unchanged, refused }
}

/**
 * Finds the records whose file the plan can use, and those to drop. The others stay in the manifest, but the plan leaves
 * their files alone. A file of another size than recorded was changed by a user. It may not be moved or removed, so it
 * counts as present only where an export may replace it.
 */
function findPresent(
  records: readonly FileRecord[],
  planned: readonly PlannedFile[],
  { snapshot, confirmedMissing }: PlanOptions,
): { readonly present: readonly FileRecord[]; readonly toDrop: readonly FileRecord[] } {
  const outputs = new Set(planned.map(({ output }) => outputKey(output)))
  const documents = new Set(planned.map(({ output }) => documentKey(output)))
  const places = new Set(planned.map(({ output, path }) => `${outputKey(output)} ${path}`))
  const directories = assetsDirectoriesOf(planned)
  const missingRecords = new Set(confirmedMissing)
  const isPlanned = (record: FileRecord): boolean =>
    record.asset === undefined ? outputs.has(outputKey(record)) : documents.has(documentKey(record))
  const isPlannedHere = (record: FileRecord): boolean =>
    record.asset === undefined ? places.has(`${outputKey(record)} ${record.path}`) : isInAny(record, directories)

  const present: FileRecord[] = []
  const toDrop: FileRecord[] = []
  for (const record of records) {
    const entry = snapshot.at(record.path)
    // At a path that cannot be read, the file may still exist.
    if (entry.kind === 'unreadable') continue
    if (entry.kind !== 'file') toDrop.push(record)
    else if (entry.size === record.fileSize || isPlannedHere(record)) present.push(record)
    // The changed file stays on the disk. Its record is dropped if its output (for an asset, its document) is planned at
    // other paths, or it is confirmed missing. Otherwise the record stays: a later run may plan the output here again.
    else if (isPlanned(record) || missingRecords.has(record)) toDrop.push(record)
  }
  return { present, toDrop }
}

/**
 * Finds the recorded directories to keep: they are not in the layout, but hold files of documents that are not in the
 * layout either. So a later run knows to which folder or page such a directory belongs. If it cannot read the folder or
 * page, it keeps the files in the directory. If it finds the folder or page again, it uses the same directory.
 */
function findKeptFolders(
  layout: Layout,
  toDrop: Plan['toDrop'],
  { records, folders, confirmedMissing }: PlanOptions,
): readonly FolderRecord[] {
  const placed = new Set(layout.folders.map(documentKey))
  // If another folder has the path of a directory now, the directory belongs to that folder.
  const taken = new Set(layout.folders.map(({ path }) => fold(path)))
  const unplaced = folders.filter((folder) => !placed.has(documentKey(folder)) && !taken.has(fold(folder.path)))
  if (unplaced.length === 0) return []
  const documents = new Set(layout.files.map(({ output }) => documentKey(output)))
  const leaving = new Set([...toDrop, ...confirmedMissing])
  const staying = records.filter((record) => !leaving.has(record) && !documents.has(documentKey(record)))
  const used = new Set(staying.flatMap((record) => [...directoriesAbove(reservedPathOf(record))]))
  return unplaced.filter(({ path }) => used.has(path))
}

/**
 * Drops the edit time of an output whose files were listed with different edit times: its document was edited while the
 * sources were listed. Without an edit time, the output is exported in this run. Its record has none either, so the next
 * run exports it again. (A table of a base has a revision, by which alone it is compared.)
 */
function withOneEditTime(files: readonly LaidOutFile[]): readonly LaidOutFile[] {
  const times = new Map<string, Set<string | undefined>>()
  for (const { output } of files) {
    const key = outputKey(output)
    times.set(key, (times.get(key) ?? new Set()).add(output.editTime))
  }
  return files.map((file) => {
    const isSameTime = times.get(outputKey(file.output))?.size === 1
    return isSameTime ? file : { ...file, output: { ...file.output, editTime: undefined } }
  })
}
