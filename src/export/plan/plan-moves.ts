import { listIn } from '../../lists.js'
import { documentKey, outputKey, reservedPathOf, type FileRecord, type PlannedFile } from '../model.js'
import { byCodePoints, byPath, directoriesAbove, fold, isParkedName } from '../paths.js'
import { Assets, assetsDirectoriesOf, isInAny, savedBy } from './assets.js'
import { isCurrent } from './unchanged.js'

/** A recorded file that goes to another path. */
export interface Move {
  readonly record: FileRecord
  readonly to: string
  /**
   * The record itself or, for an asset that goes with its file, the record of the file. If one move of a group is blocked
   * in the plan, all are.
   */
  readonly group: FileRecord
}

/** Which recorded files stay at their path, and which move to another planned path of the same output. */
export interface Pairing {
  /** The files that are at a planned path already, by path. */
  readonly staying: ReadonlyMap<string, FileRecord>
  readonly moves: readonly Move[]
  /** The files without a planned path, since their output has more recorded files than planned paths. */
  readonly surplus: readonly FileRecord[]
}

/**
 * Pairs the recorded files of each output with its planned paths. A file at a planned path stays. The others move to the
 * planned paths without a file; those of the current version come first. If there are too few paths, the rest is surplus.
 * Pure.
 * @param records the recorded files that are on the disk, without assets. Those of outputs that are not planned are ignored
 */
export function pairRecords(files: readonly PlannedFile[], records: readonly FileRecord[]): Pairing {
  const recorded = new Map<string, FileRecord[]>()
  for (const record of records) listIn(recorded, outputKey(record)).push(record)
  const planned = new Map<string, PlannedFile[]>()
  for (const file of files) listIn(planned, outputKey(file.output)).push(file)

  const staying = new Map<string, FileRecord>()
  const moves: Move[] = []
  const surplus: FileRecord[] = []
  for (const [key, ofOutput] of recorded) {
    const plannedFiles = planned.get(key)
    const output = plannedFiles?.[0]?.output
    if (!plannedFiles || !output) continue
    const paths = plannedFiles.map(({ path }) => path)
    const unpaired = new Map(ofOutput.map((record) => [record.path, record]))
    for (const path of paths) {
      const record = unpaired.get(path)
      if (!record) continue
      staying.set(path, record)
      unpaired.delete(path)
    }
    const freePaths = paths.filter((path) => !staying.has(path)).sort(byCodePoints)
    const rank = (record: FileRecord): number => (isCurrent(record, output) ? 0 : 1)
    for (const record of [...unpaired.values()].sort((a, b) => rank(a) - rank(b) || byPath(a, b))) {
      const to = freePaths.shift()
      if (to === undefined) surplus.push(record)
      else moves.push({ record, to, group: record })
    }
  }
  return { staying, moves, surplus }
}

/**
 * Adds the moving and the surplus assets to a pairing, and the moves that finish those of a killed run. Pure.
 * - The assets of a moving or staying file go to its assets directory.
 * - The assets of a surplus file are surplus.
 * - A redundant asset (see `isRedundant`) is surplus if no planned file saves it where it is. Otherwise, it stays there.
 * - For assets without an owner, see `findSurplusOrphans`.
 *
 * @param files the planned files
 */
export function withAssets(pairing: Pairing, assets: Assets, files: readonly PlannedFile[]): Pairing {
  const { staying, moves, surplus } = pairing
  const stays = [...staying].map(([to, record]): Move => ({ record, to, group: record }))
  const allAssetMoves = [...moves, ...stays].flatMap(({ record, to }) => planAssetMoves(record, to, assets))
  const surplusFiles = surplus.flatMap((record) => [record, ...assets.of(record)])
  const stayingAssets = findStayingAssets(assets, [...surplusFiles, ...allAssetMoves.map(({ record }) => record)])
  /** True if another format of the document has the same asset at the target already: then that one is used. */
  const isRedundant = ({ record, to }: Move): boolean => {
    const other = stayingAssets.get(to)
    return other !== undefined && outputKey(other) === outputKey(record)
  }
  const assetMoves = allAssetMoves.filter((move) => !isRedundant(move))
  const redundantAssets = allAssetMoves.filter(isRedundant).map(({ record }) => record)
  const isSaved = savedBy(files)
  // A killed run has moved these files to their planned path: a move to the same path clears `reservedPath`.
  const movedBefore = stays.filter(({ record }) => record.reservedPath !== undefined)
  return {
    staying,
    moves: [...moves, ...movedBefore, ...assetMoves],
    surplus: [
      ...surplusFiles,
      ...findSurplusOrphans(assets, files, assetMoves),
      ...redundantAssets.filter((record) => !isSaved(record)),
    ],
  }
}

/** Plans the moves of a file's assets to its assets directory. @param path the path of the file after the moves */
function planAssetMoves(file: FileRecord, path: string, assets: Assets): readonly Move[] {
  return assets.of(file).flatMap((asset) => {
    const to = Assets.pathBeside(asset, path)
    // A move to the same path clears `reservedPath`.
    return to === asset.path && asset.reservedPath === undefined ? [] : [{ record: asset, to, group: file }]
  })
}

/** Finds the assets that have an owner and stay at their path. @returns the assets, by path */
function findStayingAssets(assets: Assets, leaving: readonly FileRecord[]): ReadonlyMap<string, FileRecord> {
  const notStaying = new Set(leaving)
  const owned = assets.nonAssets.flatMap((file) => assets.of(file))
  return new Map(owned.filter((asset) => !notStaying.has(asset)).map((asset) => [asset.path, asset]))
}

/**
 * Finds the assets without an owner that no planned file can use, although their document has planned files. Either they
 * are in none of the document's assets directories, or another asset moves to their path.
 */
function findSurplusOrphans(
  { orphans }: Assets,
  files: readonly PlannedFile[],
  assetMoves: readonly Move[],
): readonly FileRecord[] {
  const documents = new Set(files.map(({ output }) => documentKey(output)))
  // Each with its document: an orphan in a directory of another document is in none of them.
  const directories = assetsDirectoriesOf(files)
  const targets = new Set(assetMoves.map(({ to }) => to))
  return orphans.filter(
    (orphan) => documents.has(documentKey(orphan)) && (!isInAny(orphan, directories) || targets.has(orphan.path)),
  )
}

/**
 * Finds the files that are in the way of one of the paths. For `a/b`, these are the files `a` and `a/b`, and all files
 * below `a/b`. Pure.
 * @param paths where files are going to be
 */
export function findFilesInTheWay<T extends { readonly path: string }>(
  files: readonly T[],
  paths: readonly string[],
): readonly T[] {
  if (files.length === 0) return []
  const needed = new Set(paths.map(fold))
  const directories = new Set(paths.flatMap((path) => [...directoriesAbove(path)].map(fold)))
  return files.filter(({ path }) => {
    const isNeeded = needed.has(fold(path)) || directories.has(fold(path))
    const isBelowNeeded = [...directoriesAbove(path)].some((directory) => needed.has(fold(directory)))
    return isNeeded || isBelowNeeded
  })
}

/**
 * Plans the way back of files that an earlier run left parked and that are not in the pairing. Each goes to the path that
 * is reserved for it, unless a planned file needs that path or another parked file goes back to it. Pure.
 * @param records only those whose file is on the disk and is not to be removed
 */
export function planReturns(
  records: readonly FileRecord[],
  { staying, moves, surplus }: Pairing,
  plannedPaths: readonly string[],
): readonly Move[] {
  const paired = new Set([...staying.values(), ...moves.map(({ record }) => record), ...surplus])
  const candidates = records.flatMap((record) => {
    const path = reservedPathOf(record)
    return isParkedName(record.path) && path !== record.path && !paired.has(record) ? [{ record, path }] : []
  })
  const inTheWay = new Set(findFilesInTheWay(candidates, plannedPaths))
  const returns = new Map<string, Move>()
  for (const candidate of candidates) {
    const { record, path: to } = candidate
    if (!inTheWay.has(candidate) && !returns.has(fold(to))) returns.set(fold(to), { record, to, group: record })
  }
  return [...returns.values()]
}
