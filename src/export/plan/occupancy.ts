import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'
import type { FileRecord } from '../model.js'
import { fold, isBelow } from '../paths.js'
import type { Move } from './plan-moves.js'
import type { Snapshot } from './snapshot.js'

/** Why no file can be written to a path. */
export interface Obstacle {
  readonly failure: Failure
  /** True where a file that is not in the manifest is at the path. */
  readonly isForeign: boolean
}

/** A move that cannot be made. */
export interface BlockedMove extends Move, Obstacle {}

/**
 * Decides which paths moves and exports can use: those where nothing is, or only files that leave their path. With
 * `overwrite`, also those with a file that is not in the manifest.
 */
export class Occupancy {
  // Both by folded path: on some disks, `A` and `a` are one file or folder.
  private readonly leaving = new Map<string, FileRecord[]>()
  private readonly staying: Set<string>

  /** @param leaving those of `records` that leave their path */
  constructor(
    private readonly snapshot: Snapshot,
    private readonly overwrite: boolean,
    records: readonly FileRecord[],
    leaving: readonly FileRecord[],
  ) {
    for (const record of leaving) listIn(this.leaving, fold(record.path)).push(record)
    const leavingRecords = new Set(leaving)
    this.staying = new Set(records.flatMap((record) => (leavingRecords.has(record) ? [] : fold(record.path))))
  }

  /** Notes that a file does not leave its path after all, since its move is blocked. */
  keep(record: FileRecord): void {
    const others = (this.leaving.get(fold(record.path)) ?? []).filter((one) => one !== record)
    this.leaving.set(fold(record.path), others)
    this.staying.add(fold(record.path))
  }

  /**
   * Finds why no file can be written to a path. Undefined if the path is free, will be free after the moves, or has a file
   * that may be replaced.
   * @param path a path where no recorded file of the same output stays: it would count as another document's file
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
        const isLeaving = [...this.leaving].some(([at, records]) => records.length > 0 && isBelow(at, fold(path)))
        return isLeaving ? undefined : { failure: IN_THE_WAY, isForeign: false }
      }
      case 'file': {
        // The path becomes free if the file that is there leaves, even if it is recorded with another letter case.
        const leaving = this.leaving.get(fold(path)) ?? []
        if (leaving.some((record) => record.path === path || this.isSameFile(record.path, entry.id))) return undefined
        if (this.staying.has(fold(path))) return { failure: OF_ANOTHER_DOCUMENT, isForeign: false }
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
