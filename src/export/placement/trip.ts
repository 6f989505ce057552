import { randomBytes } from 'node:crypto'
import type { Failure } from '../../feishu/errors/failure.js'
import { reservedPathOf, type FileRecord } from '../model.js'
import type { Move } from '../plan/plan-moves.js'

/**
 * The two renames of one file in `applyMoves`: from its old path to the temporary path where it is parked, then to its
 * target.
 */
export class Trip {
  /** In `directory` itself. By the form of the name (`isParkedName`), later runs recognize a file that stayed parked. */
  readonly parkedAt = `.feishu-export-${randomBytes(12).toString('hex')}.old`
  /** The path where the file is now. */
  at: string
  failure: Failure | undefined
  readonly record: FileRecord
  /** The target; undefined for a file of `toPark`, which stays parked. */
  readonly to: string | undefined

  /** @param owner for an asset, the trip of its file if that moves as well */
  constructor(
    private readonly move: Omit<Move, 'to'> & { readonly to: string | undefined },
    private readonly owner?: Trip,
  ) {
    this.record = move.record
    this.to = move.to
    this.at = move.record.path
  }

  /** True while the file is parked and has not reached its target. */
  isParkedBeforeTarget(): boolean {
    return this.to !== undefined && this.at === this.parkedAt
  }

  /**
   * Makes the record that the file has at a path during the moves. The old path stays reserved for the file, in case the
   * run is killed.
   */
  recordAt(path: string): FileRecord {
    const reservedPath = reservedPathOf(this.record)
    return { ...this.record, path, reservedPath: reservedPath === path ? undefined : reservedPath }
  }

  /**
   * Makes the record after the moves: `path` is where the file is now. `reservedPath` is the path that belongs to the file,
   * if that is another one.
   */
  recordAfterMoves(): FileRecord {
    const reservedPath = (this.isTargetReserved() ? this.to : undefined) ?? reservedPathOf(this.record)
    return { ...this.record, path: this.at, reservedPath: reservedPath === this.at ? undefined : reservedPath }
  }

  /**
   * Decides which path belongs to the file after the moves: true for the target, false for the path reserved until now.
   * A file gets its target if it has reached it. An asset gets the path beside its file, wherever the asset itself is:
   * assets belong to a file by their reserved path.
   */
  private isTargetReserved(): boolean {
    if (this.owner) return this.owner.isTargetReserved()
    // An asset whose file stays has no owner here. Its target is beside that file.
    const isAssetOfStayingFile = this.move.group !== this.record
    return isAssetOfStayingFile || this.at === this.to
  }
}

/**
 * Makes the trip of each file. The trip of an asset refers to that of its file, if the file moves as well.
 * @param toPark files that are parked and have no target
 */
export function planTrips(moves: readonly Move[], toPark: readonly FileRecord[]): Trip[] {
  // Without the assets that go with their file: their group is that file.
  const fileMoves = moves.filter((move) => move.group === move.record)
  const fileTrips = new Map(fileMoves.map((move) => [move.record, new Trip(move)]))
  return [
    ...moves.map((move) => fileTrips.get(move.record) ?? new Trip(move, fileTrips.get(move.group))),
    ...toPark.map((record) => new Trip({ record, to: undefined, group: record })),
  ]
}
