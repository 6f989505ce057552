import { assetsDirectory, documentKey, savesAssets, type FileRecord, type PlannedFile } from '../model.js'
import { fold, splitPath } from '../paths.js'
import type { Assets } from './assets.js'
import type { PlanOptions } from './plan.js'
import {
  findFilesInTheWay,
  Occupancy,
  pairRecords,
  planReturns,
  separateMoves,
  withAssets,
  type Move,
  type Obstacle,
} from './plan-moves.js'

/** Which recorded files stay or move, and what this means for the planned paths. */
export interface PlacedRecords {
  readonly moves: readonly Move[]
  /** Removable files whose path another file needs, or that are where another document saves its assets. */
  readonly toPark: readonly FileRecord[]
  /** The files whose document is confirmed missing, and the surplus copies. */
  readonly removable: ReadonlySet<FileRecord>
  /** By planned path, the recorded file that is there after the moves. */
  readonly recordByPath: ReadonlyMap<string, FileRecord>
  /** The files whose assets are not all beside them after the moves: an export of the file saves them again. */
  readonly incomplete: ReadonlySet<FileRecord>
  /** Finds why no file can be written to a planned path; undefined if one can be, after the moves. */
  readonly findObstacle: (path: string) => Obstacle | undefined
}

/**
 * Plans where the recorded files go. Pure.
 * @param present the records whose file is on the disk
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
  const returns = planReturns(findFilesToKeep(present, planned, removable, options), pairing, plannedPaths)
  const allMoves = [...pairing.moves, ...returns]
  const leaving = [...toPark, ...allMoves.map(({ record }) => record)]
  const occupancy = new Occupancy(snapshot, overwrite, present, leaving)
  const { moves, blocked } = separateMoves(allMoves, occupancy)

  const recordByPath = new Map(pairing.staying)
  for (const { record, to } of moves) if (record.asset === undefined) recordByPath.set(to, record)
  const blockedByTarget = new Map(blocked.map((move) => [move.to, move]))
  const findObstacle = (path: string): Obstacle | undefined =>
    blockedByTarget.get(path) ?? (recordByPath.has(path) ? undefined : occupancy.findObstacle(path))
  const incomplete = new Set([...blocked.map(({ group }) => group), ...findParted(recordByPath, moves, assets)])
  return { moves, toPark, removable, recordByPath, incomplete, findObstacle }
}

/** Finds the files that share attachments with another format of their document, and part from them by the moves. */
function findParted(
  recordByPath: ReadonlyMap<string, FileRecord>,
  moves: readonly Move[],
  assets: Assets,
): readonly FileRecord[] {
  const targets = new Map(moves.map(({ record, to }) => [record, to]))
  return [...recordByPath].flatMap(([path, record]) => {
    const isBeside = (asset: FileRecord): boolean =>
      splitPath(targets.get(asset) ?? asset.path).directory === assetsDirectory(path)
    return assets.sharedBy(record).every(isBeside) ? [] : record
  })
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

/** Finds the recorded files that go back if they are parked: those that neither this run nor the next one removes. */
function findFilesToKeep(
  present: readonly FileRecord[],
  planned: readonly PlannedFile[],
  removable: ReadonlySet<FileRecord>,
  { deleteStale }: PlanOptions,
): readonly FileRecord[] {
  const documents = new Set(planned.map(({ output }) => documentKey(output)))
  // With `delete-stale`, a file without a planned path is removed as soon as a planned file of its document exists. (A file
  // with a planned path does not go back, see `planReturns`.)
  return present.filter((record) => !removable.has(record) && !(deleteStale && documents.has(documentKey(record))))
}
