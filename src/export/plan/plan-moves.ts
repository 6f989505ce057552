import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { documentKey, outputKey, reservedPathOf, type FileRecord, type PlannedFile } from '../model.js'
import { byCodePoints, byPath, directoriesAbove, fold, isBelow, isParkedName } from '../paths.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'
import { Assets, assetsDirectoriesOf, isInAny, savedBy } from './assets.js'
import type { Snapshot } from './snapshot.js'
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

/** Why no file can be written to a path. */
export interface Obstacle {
  readonly failure: Failure
  /** True where a file that is not in the manifest is at the path. */
  readonly isForeign: boolean
}

/** A move that cannot be made. */
export interface BlockedMove extends Move, Obstacle {}

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
 * Adds the assets that do not stay to a pairing: they move or are surplus together with their file. Duplicates and assets
 * without an owner are surplus if no planned file uses them. Also adds the moves that finish those of a killed run. Pure.
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
  // An asset that is not needed at the target stays if another planned file uses it where it is.
  const isSaved = savedBy(files)
  const redundantAssets = allAssetMoves.filter(isRedundant).map(({ record }) => record)
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
  const directories = assetsDirectoriesOf(files)
  const targets = new Set(assetMoves.map(({ to }) => to))
  return orphans.filter(
    (orphan) => documents.has(documentKey(orphan)) && (!isInAny(orphan, directories) || targets.has(orphan.path)),
  )
}

/**
 * Finds the files that are in the way of a path. They are at the path, at the path of a directory above it, or below it,
 * where a directory is now. Pure.
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
 * is reserved for it, unless a planned file needs that path or another one goes back to it. Pure.
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

/**
 * Decides which paths moves and exports can use: those where nothing is, or only files that leave their path. With
 * `overwrite`, also those with a file that is not in the manifest.
 */
export class Occupancy {
  private readonly leaving = new Map<string, FileRecord[]>()
  private readonly recorded: ReadonlySet<string>

  constructor(
    private readonly snapshot: Snapshot,
    private readonly overwrite: boolean,
    records: readonly FileRecord[],
    leaving: readonly FileRecord[],
  ) {
    this.recorded = new Set(records.map(({ path }) => fold(path)))
    for (const record of leaving) listIn(this.leaving, fold(record.path)).push(record)
  }

  /** Notes that a file does not leave its path after all, since its move is blocked. */
  keep(record: FileRecord): void {
    const others = (this.leaving.get(fold(record.path)) ?? []).filter((one) => one !== record)
    this.leaving.set(fold(record.path), others)
  }

  /**
   * Finds why no file can be written to a path. Undefined if the path is free, will be free after the moves, or has a file
   * that may be replaced.
   * @param path not the path of a recorded file of the same output that stays: that would count as another document's
   */
  findObstacle(path: string): Obstacle | undefined {
    const entry = this.snapshot.at(path)
    switch (entry.kind) {
      case 'nothing':
        return undefined
      case 'unreadable':
        return { failure: entry.failure, isForeign: false }
      case 'other': {
        // It is enough here that one file below the path leaves. Whether other files remain there is checked when a
        // file is moved or exported to the path.
        const isLeaving = [...this.leaving.values()].some((records) => records.some((one) => isBelow(one.path, path)))
        return isLeaving ? undefined : { failure: IN_THE_WAY, isForeign: false }
      }
      case 'file': {
        // The path becomes free if the file that is there leaves, even if it is recorded with another letter case.
        const leaving = this.leaving.get(fold(path)) ?? []
        if (leaving.some((record) => record.path === path || this.isSameFile(record.path, entry.id))) return undefined
        if (this.recorded.has(fold(path))) return { failure: OF_ANOTHER_DOCUMENT, isForeign: false }
        return this.overwrite ? undefined : { failure: NOT_OURS, isForeign: true }
      }
    }
  }

  /** True when a path is a name of the file with this id. */
  private isSameFile(path: string, id: string): boolean {
    const entry = this.snapshot.at(path)
    return entry.kind === 'file' && entry.id === id
  }
}

/**
 * Separates the moves that can be made from those that cannot. If one move of a `group` (a file and its assets) is
 * blocked, all are. A blocked file stays, which is noted in `occupancy`. So a move to its path is blocked as well:
 * therefore the loop.
 */
export function separateMoves(
  moves: readonly Move[],
  occupancy: Pick<Occupancy, 'keep' | 'findObstacle'>,
): { readonly moves: readonly Move[]; readonly blocked: readonly BlockedMove[] } {
  const blocked: BlockedMove[] = []
  let possible = moves
  for (;;) {
    const obstacles = new Map<FileRecord, Obstacle>()
    for (const { to, group } of possible) {
      const obstacle = occupancy.findObstacle(to)
      if (obstacle) obstacles.set(group, obstacle)
    }
    if (obstacles.size === 0) return { moves: possible, blocked }
    const stuck = possible.flatMap((move) => {
      const obstacle = obstacles.get(move.group)
      return obstacle ? [{ ...move, ...obstacle }] : []
    })
    for (const { record } of stuck) occupancy.keep(record)
    blocked.push(...stuck)
    possible = possible.filter(({ group }) => !obstacles.has(group))
  }
}

const IN_THE_WAY: Failure = {
  class: 'permanent',
  origin: 'disk',
  what: 'Could not write it: a folder or a link has this name, or a link leads out of `directory`',
  advice: 'Move it away.',
}

const NOT_OURS: Failure = {
  class: 'permanent',
  origin: 'disk',
  what: 'Could not write it: the file exists already, and no earlier run wrote it',
  advice: 'Set `overwrite: true` to replace it, or move it away.',
}
