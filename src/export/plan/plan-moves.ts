import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { quoted } from '../../text.js'
import { documentKey, outputKey, type FileRecord, type PlannedFile } from '../model.js'
import { byCodePoints, byPath, directoriesAbove, fold, isBelow } from '../paths.js'
import { ofAnotherDocument } from '../failures.js'
import { Assets } from './assets.js'
import type { Snapshot } from './snapshot.js'
import { isCurrent } from './unchanged.js'

/** A recorded file that goes to another path. */
export interface Move {
  readonly record: FileRecord
  readonly to: string
  /** The file to which it belongs, or itself: a file and its assets move together or not at all. */
  readonly group: FileRecord
}

/** A move that cannot be made. */
export interface BlockedMove extends Move {
  readonly failure: Failure
  /** True where a file is in the way of which the manifest knows nothing. */
  readonly isForeign: boolean
}

/** The recorded files of the outputs that are to be, and where each is to be. */
export interface Pairing {
  /** By planned path, the record that is there already. */
  readonly staying: ReadonlyMap<string, FileRecord>
  readonly moves: readonly Move[]
  /** More recorded files than planned paths. */
  readonly surplus: readonly FileRecord[]
}

/**
 * Pairs the recorded files of each output with its planned paths: those at a planned path stay, the others move to the
 * paths that are left, those of the present version first: older copies may be where nothing can be listed now. Pure.
 * @param records only those whose file is on the disk
 */
export function pairRecords(files: readonly PlannedFile[], records: readonly FileRecord[]): Pairing {
  const recorded = new Map<string, FileRecord[]>()
  for (const record of records) listIn(recorded, outputKey(record)).push(record)
  const planned = new Map<string, PlannedFile[]>()
  for (const file of files) listIn(planned, outputKey(file.output)).push(file)

  const staying = new Map<string, FileRecord>()
  const moves: Move[] = []
  const surplus: FileRecord[] = []
  for (const [key, own] of recorded) {
    const wanted = planned.get(key)
    const output = wanted?.[0]?.output
    if (!wanted || !output) continue
    const paths = wanted.map(({ path }) => path)
    const there = new Map(own.map((record) => [record.path, record]))
    for (const path of paths) {
      const record = there.get(path)
      if (!record) continue
      staying.set(path, record)
      there.delete(path)
    }
    const open = paths.filter((path) => !staying.has(path)).sort(byCodePoints)
    const isOld = (record: FileRecord): number => (isCurrent(record, output) ? 0 : 1)
    for (const record of [...there.values()].sort((a, b) => isOld(a) - isOld(b) || byPath(a, b))) {
      const to = open.shift()
      if (to === undefined) surplus.push(record)
      else moves.push({ record, to, group: record })
    }
  }
  return { staying, moves, surplus }
}

/** The same with the assets of the files: they stay, move or are surplus together with their file. Pure. */
export function withAssets(
  { staying, moves, surplus }: Pairing,
  assets: Assets,
  files: readonly PlannedFile[],
): Pairing {
  const documents = new Set(files.map(({ output }) => documentKey(output)))
  const isLeft = (orphan: FileRecord): boolean =>
    documents.has(documentKey(orphan)) && !Assets.isBesideAny(orphan, files)
  const movesBeside = (owner: FileRecord, path: string): Move[] =>
    assets.of(owner).flatMap((asset) => {
      const to = Assets.pathBeside(asset, path)
      // One with a home elsewhere may be there already: its way ends with that of its file.
      return to === asset.path && asset.home === undefined ? [] : [{ record: asset, to, group: owner }]
    })
  return {
    staying,
    moves: [
      ...moves.flatMap((move) => [move, ...movesBeside(move.record, move.to)]),
      // A killed run has brought the file there, and not all of its assets.
      ...[...staying].flatMap(([path, record]) => movesBeside(record, path)),
    ],
    surplus: [...surplus.flatMap((record) => [record, ...assets.of(record)]), ...assets.orphans.filter(isLeft)],
  }
}

/** Finds the removable files whose name is needed, as a file or as a directory. Pure. */
export function findEvictions(removable: readonly FileRecord[], paths: readonly string[]): readonly FileRecord[] {
  if (removable.length === 0) return []
  const needed = new Set<string>()
  const files = new Set<string>()
  for (const path of paths) {
    files.add(fold(path))
    needed.add(fold(path))
    for (const directory of directoriesAbove(path)) needed.add(fold(directory))
  }
  return removable.filter(({ path }) => {
    return needed.has(fold(path)) || [...directoriesAbove(path)].some((directory) => files.has(fold(directory)))
  })
}

/** What moves and exports may find at a path. */
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

  /** The file at this path stays after all. */
  keep(record: FileRecord): void {
    const others = (this.leaving.get(fold(record.path)) ?? []).filter((one) => one !== record)
    this.leaving.set(fold(record.path), others)
  }

  /** Why nothing can be put at a path; undefined when it is free, or will be. */
  obstacle(path: string): Pick<BlockedMove, 'failure' | 'isForeign'> | undefined {
    const entry = this.snapshot.at(path)
    switch (entry.kind) {
      case 'nothing':
        return undefined
      case 'unreadable':
        return { failure: entry.failure, isForeign: false }
      case 'other': {
        const isLeaving = [...this.leaving.values()].some((records) => records.some((one) => isBelow(one.path, path)))
        return isLeaving ? undefined : { failure: inTheWay(path), isForeign: false }
      }
      case 'file': {
        const leaving = this.leaving.get(fold(path)) ?? []
        if (leaving.some((record) => record.path === path || this.isSameFile(record.path, entry.id))) return undefined
        if (this.recorded.has(fold(path))) return { failure: ofAnotherDocument(path), isForeign: false }
        return this.overwrite ? undefined : { failure: notOurs(path), isForeign: true }
      }
    }
  }

  private isSameFile(path: string, id: string): boolean {
    const entry = this.snapshot.at(path)
    return entry.kind === 'file' && entry.id === id
  }
}

/**
 * Separates the moves that can be made from those that cannot. A file that stays blocks those that want its path. Pure.
 */
export function separateMoves(
  moves: readonly Move[],
  occupancy: Pick<Occupancy, 'keep' | 'obstacle'>,
): { readonly moves: readonly Move[]; readonly blocked: readonly BlockedMove[] } {
  const blocked: BlockedMove[] = []
  let open = moves
  for (;;) {
    const obstacles = new Map<FileRecord, ReturnType<Occupancy['obstacle']>>()
    for (const { to, group } of open) {
      const obstacle = occupancy.obstacle(to)
      if (obstacle) obstacles.set(group, obstacle)
    }
    if (obstacles.size === 0) return { moves: open, blocked }
    const stuck = open.flatMap((move) => {
      const obstacle = obstacles.get(move.group)
      return obstacle ? [{ ...move, ...obstacle }] : []
    })
    for (const { record } of stuck) occupancy.keep(record)
    blocked.push(...stuck)
    open = open.filter(({ group }) => !obstacles.has(group))
  }
}

const inTheWay = (path: string): Failure => ({
  class: 'permanent',
  origin: 'disk',
  what: `Could not write ${quoted(path, 1000)}: a folder or a link has this name, or a link leads out of \`directory\``,
  advice: 'Move it away.',
})

const notOurs = (path: string): Failure => ({
  class: 'permanent',
  origin: 'disk',
  what: `Could not write ${quoted(path, 1000)}: the file exists already, and no earlier run wrote it`,
  advice: 'Set `overwrite: true` to replace it, or move it away.',
})
