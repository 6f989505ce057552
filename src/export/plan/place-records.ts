import {
  assetsDirectory,
  assetsName,
  documentKey,
  reservedPathOf,
  savesAssets,
  type FileRecord,
  type PlannedFile,
} from '../model.js'
import { fold, splitPath } from '../paths.js'
import { savedBy, type Assets } from './assets.js'
import { Occupancy, separateMoves, type Obstacle } from './occupancy.js'
import type { PlanOptions } from './plan.js'
import { findFilesInTheWay, pairRecords, planReturns, withAssets, type Move } from './plan-moves.js'

/** Which recorded files stay or move, and what this means for the planned paths. */
export interface PlacedRecords {
  readonly moves: readonly Move[]
  /** Removable files whose path another file needs, or that are where another document saves its assets. */
  readonly toPark: readonly FileRecord[]
  /** The files whose document is confirmed missing, and the surplus copies. */
  readonly removable: ReadonlySet<FileRecord>
  /** By planned path, the recorded file that is there after the moves. */
  readonly recordByPath: ReadonlyMap<string, FileRecord>
  /** The files that cannot be moved, or have an asset that cannot be moved. */
  readonly blocked: ReadonlySet<FileRecord>
  /** The files, planned or not, that need a new export because of moves or removed attachments. */
  readonly outdated: ReadonlySet<FileRecord>
  /** Finds why no file can be written to a planned path; undefined if one can be, after the moves. */
  readonly findObstacle: (path: string) => Obstacle | undefined
}

/**
 * Plans where the recorded files go. Pure.
 * @param present the records whose file the plan can use (see `findPresent`)
 * @param planned the planned files without a failure
 * @param assets those among `present`
 */
export function placeRecords(
  present: readonly FileRecord[],
  planned: readonly PlannedFile[],
  assets: Assets,
  options: PlanOptions,
): PlacedRecords {
  const { confirmedMissing, snapshot, overwrite, isComplete } = options
  const pairing = withAssets(pairRecords(planned, assets.nonAssets), assets, planned)
  const presentRecords = new Set(present)
  const removable = new Set([
    ...confirmedMissing.filter((record) => presentRecords.has(record)),
    ...(isComplete ? pairing.surplus : []),
  ])
  const plannedPaths = planned.map(({ path }) => path)
  const targets = pairing.moves.map(({ to }) => to)
  const inTheWay = new Set([
    ...findFilesInTheWay([...removable], [...plannedPaths, ...targets]),
    ...findFilesAmongAssets([...removable], planned),
  ])
  const toPark = [...removable].filter((record) => inTheWay.has(record))
  const returns = planReturns(findReturnCandidates(present, planned, removable, options), pairing, plannedPaths)
  const allMoves = [...pairing.moves, ...returns]
  const leaving = [...toPark, ...allMoves.map(({ record }) => record)]
  const occupancy = new Occupancy(snapshot, overwrite, present, leaving)
  const { moves, blocked } = separateMoves(allMoves, occupancy)

  const recordByPath = new Map(pairing.staying)
  for (const { record, to } of moves) if (record.asset === undefined) recordByPath.set(to, record)
  const isSaved = savedBy(planned)
  const blockedByTarget = new Map(blocked.map((move) => [move.to, move]))
  const findObstacle = (path: string): Obstacle | undefined =>
    blockedByTarget.get(path) ?? (recordByPath.has(path) ? undefined : occupancy.findObstacle(path))
  return {
    moves,
    toPark,
    removable,
    recordByPath,
    blocked: new Set(blocked.map(({ group }) => group)),
    outdated: findOutdatedByMoves(moves, assets, (asset) => removable.has(asset) && !isSaved(asset)),
    findObstacle,
  }
}

/**
 * Finds the files of `PlacedRecords.outdated`:
 * - files with a shared attachment (see `Assets.sharedBy`) that is removed, or in another directory after the moves
 * - Markdown whose text has the old name of its assets directory
 * @param isRemoved whether this run removes an asset
 */
function findOutdatedByMoves(
  moves: readonly Move[],
  assets: Assets,
  isRemoved: (asset: FileRecord) => boolean,
): ReadonlySet<FileRecord> {
  const targets = new Map(moves.map(({ record, to }) => [record, to]))
  const newPathOf = (record: FileRecord): string => targets.get(record) ?? record.path
  const losesAttachments = (file: FileRecord): boolean => {
    const directory = assetsDirectory(newPathOf(file))
    return assets
      .sharedBy(file)
      .some((asset) => isRemoved(asset) || splitPath(newPathOf(asset)).directory !== directory)
  }
  const hasOldName = (file: FileRecord): boolean => {
    const to = targets.get(file)
    const isRenamed = to !== undefined && assetsName(to) !== assetsName(reservedPathOf(file))
    return isRenamed && file.fileExtension === 'md' && assets.of(file).length > 0
  }
  return new Set(assets.nonAssets.filter((file) => losesAttachments(file) || hasOldName(file)))
}

/**
 * Finds the files in a directory where another document is going to save its assets. They may be in the way: the names of
 * attachments are not known before the document is read.
 */
function findFilesAmongAssets(records: readonly FileRecord[], planned: readonly PlannedFile[]): readonly FileRecord[] {
  const documentByDirectory = new Map(
    planned.flatMap(({ output, path }) =>
      savesAssets(output) ? [[fold(assetsDirectory(path)), documentKey(output)] as const] : [],
    ),
  )
  return records.filter((record) => {
    const document = documentByDirectory.get(fold(splitPath(record.path).directory))
    return document !== undefined && document !== documentKey(record)
  })
}

/**
 * Finds the files that may go back to their reserved path, if an earlier run left them parked (see `planReturns`). A file
 * that this run or a later one removes is not among them.
 */
function findReturnCandidates(
  present: readonly FileRecord[],
  planned: readonly PlannedFile[],
  removable: ReadonlySet<FileRecord>,
  { deleteStale }: PlanOptions,
): readonly FileRecord[] {
  const documents = new Set(planned.map(({ output }) => documentKey(output)))
  // With `delete-stale`, a file without a planned path is removed as soon as a planned file of its document exists. Files
  // with a planned path, and surplus copies, may be among the candidates: `planReturns` leaves them out.
  return present.filter((record) => !removable.has(record) && !(deleteStale && documents.has(documentKey(record))))
}
