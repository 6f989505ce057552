import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { DiskFault, diskFailure, diskFault, existsFault } from '../../files/disk-fault.js'
import { renameWithRetry } from '../../files/retry.js'
import type { Clock } from '../../polling/clock.js'
import { ensureParentInside, inspectInside, removeEmptyAbove, removeEmptyFolder } from '../../files/inside.js'
import type { Failure } from '../../feishu/errors/failure.js'
import type { IntendedChange, Journal } from '../manifest/journal.js'
import { reservedPathOf, type FileRecord } from '../model.js'
import { byCodePoints, directoriesAbove, fold } from '../paths.js'
import type { Move } from '../plan/plan-moves.js'

/** What moves need. */
export interface MoveOptions {
  /** Absolute. */
  readonly directory: string
  readonly journal: Journal
  readonly clock: Clock
  /** Whether a file that no run wrote may be replaced. */
  readonly overwrite: boolean
}

/** A move that was planned and could not be made: the file is where it was, or parked. */
export interface FailedMove extends Omit<Move, 'group'> {
  readonly failure: Failure
}

/** The result of the moves. */
export interface Moved {
  readonly moved: readonly Omit<Move, 'group'>[]
  /** The files that stay parked, with their path. */
  readonly parked: readonly { readonly record: FileRecord; readonly at: string }[]
  readonly failed: readonly FailedMove[]
  /** Whether any file has another path now. */
  readonly isChanged: boolean
}

/**
 * Moves recorded files, one after another: each is first parked under a temporary name, then renamed to its target. So
 * swaps, circles, names that differ only in case, and files that become folders need no special handling. A file that
 * cannot be moved goes back, and so do those whose target is its path. The journal knows every step beforehand.
 * @param toPark files that will be removed later and must leave their path now: they stay parked
 * @throws DiskFault when the journal cannot be written; then nothing was moved
 */
export async function applyMoves(
  moves: readonly Move[],
  toPark: readonly FileRecord[],
  options: MoveOptions,
): Promise<Moved> {
  const trips = planTrips(moves, toPark)
  if (trips.length === 0) return { moved: [], parked: [], failed: [], isChanged: false }
  const { journal } = options
  const changes = await changesOf(trips, options)
  await journal.intend(changes)
  for (const trip of trips) await renameTrip(trip, trip.parkedAt, options)
  await removeEmptied(trips, options)
  const { arriving, returning } = await separate(trips, options)
  for (const trip of arriving) await arrive(trip, options)
  for (const trip of [...returning, ...arriving]) await sendBack(trip, trips, options)

  for (const { path } of changes) journal.commit(path, undefined)
  for (const trip of trips) journal.commit(trip.at, trip.result())
  // The manifest on the disk knows the intent, which is enough. A write that fails is reported by the flush at the end:
  // what was moved must be reported as well.
  await journal.flush().catch(() => undefined)
  for (const { record, to } of trips) {
    await removeEmptyAbove(options.directory, record.path)
    if (to !== undefined) await removeEmptyAbove(options.directory, to)
  }
  return {
    moved: trips.flatMap(({ record, to, at }) => (at === to && at !== record.path ? [{ record, to }] : [])),
    parked: trips.flatMap(({ record, to, at }) => (to === undefined && at !== record.path ? [{ record, at }] : [])),
    failed: trips.flatMap(({ record, to, at, failure }) =>
      to !== undefined && at !== to && failure ? [{ record, to, failure }] : [],
    ),
    isChanged: trips.some(({ record, at }) => at !== record.path),
  }
}

/** Makes the trip of each file; the trip of an asset knows that of its file. */
function planTrips(moves: readonly Move[], toPark: readonly FileRecord[]): Trip[] {
  const leaders = new Map(moves.flatMap((move) => (move.group === move.record ? [[move.record, new Trip(move)]] : [])))
  return [
    ...moves.map((move) => leaders.get(move.record) ?? new Trip(move, leaders.get(move.group))),
    ...toPark.map((record) => new Trip({ record, to: undefined, group: record })),
  ]
}

/** The move of one file. */
class Trip {
  readonly parkedAt = `.feishu-export-${randomBytes(12).toString('hex')}.old`
  /** Where the file is now. */
  at: string
  failure: Failure | undefined
  readonly record: FileRecord
  /** Undefined for a file that stays parked. */
  readonly to: string | undefined

  /** @param leader of an asset: its file, if that moves as well */
  constructor(
    private readonly move: Omit<Move, 'to'> & { readonly to: string | undefined },
    private readonly leader?: Trip,
  ) {
    this.record = move.record
    this.to = move.to
    this.at = move.record.path
  }

  /** The record while the file moves: if the run is killed, its old path is still reserved for it. */
  recordAt(path: string): FileRecord {
    const reservedPath = reservedPathOf(this.record)
    return { ...this.record, path, reservedPath: reservedPath === path ? undefined : reservedPath }
  }

  /** The record after the moves. The path beside its file is reserved for an asset, even if the asset is elsewhere. */
  result(): FileRecord {
    const reservedPath = this.isTargetReserved() ? this.to : reservedPathOf(this.record)
    return { ...this.record, path: this.at, reservedPath: reservedPath === this.at ? undefined : reservedPath }
  }

  private isTargetReserved(): boolean {
    if (this.leader) return this.leader.isTargetReserved()
    return this.at === this.to || this.move.group !== this.record
  }
}

/** Lists all paths that the trips may change, with the record that may be there afterwards. */
async function changesOf(trips: readonly Trip[], { directory }: MoveOptions): Promise<IntendedChange[]> {
  const after = new Map<string, FileRecord | undefined>(trips.map(({ record }) => [record.path, undefined]))
  for (const trip of trips) {
    after.set(trip.parkedAt, trip.recordAt(trip.parkedAt))
    if (trip.to !== undefined) after.set(trip.to, trip.recordAt(trip.to))
  }
  const changes: IntendedChange[] = []
  for (const [path, record] of [...after].sort(([a], [b]) => byCodePoints(a, b))) {
    changes.push({ path, after: record, isMove: await isEmpty(path, directory) })
  }
  return changes
}

async function isEmpty(at: string, directory: string): Promise<boolean> {
  try {
    return (await inspectInside(directory)(at)) === undefined
  } catch (error) {
    if (error instanceof DiskFault) return false
    throw error
  }
}

const isParked = ({ at, to, parkedAt }: Trip): boolean => to !== undefined && at === parkedAt

/**
 * Separates the parked files that can arrive from those that return because their target is taken. A returning file
 * takes its old path, which may be the target of another one.
 */
async function separate(
  trips: readonly Trip[],
  options: MoveOptions,
): Promise<{ readonly arriving: readonly Trip[]; readonly returning: readonly Trip[] }> {
  const taken = new Set(trips.filter((trip) => trip.at !== trip.parkedAt).map(({ at }) => fold(at)))
  const returning: Trip[] = []
  let arriving = trips.filter(isParked)
  for (;;) {
    const stuck: Trip[] = []
    for (const trip of arriving) {
      const { to = '' } = trip
      const isTaken = taken.has(fold(to))
      const fault = isTaken ? existsFault(path.join(options.directory, to)) : await obstacleAt(to, options)
      if (!fault) continue
      trip.failure = diskFailure(fault)
      stuck.push(trip)
    }
    if (stuck.length === 0) return { arriving, returning }
    for (const { record } of stuck) taken.add(fold(record.path))
    returning.push(...stuck)
    arriving = arriving.filter((trip) => trip.failure === undefined)
  }
}

/**
 * The fault if anything is at a target, which a rename would replace silently; none for a user's file with `overwrite`.
 */
async function obstacleAt(at: string, { directory, overwrite, journal }: MoveOptions): Promise<DiskFault | undefined> {
  try {
    const there = await inspectInside(directory)(at)
    if (!there || (overwrite && there.kind === 'file' && journal.recordAt(at) === undefined)) return undefined
    const absolute = path.join(directory, at)
    return there.kind === 'file' ? existsFault(absolute) : diskFault('write the file', absolute, { code: 'EISDIR' })
  } catch (error) {
    if (error instanceof DiskFault) return error
    throw error
  }
}

/** Renames a parked file to its target. */
async function arrive(trip: Trip, options: MoveOptions): Promise<void> {
  const { to } = trip
  if (to === undefined) return
  try {
    await ensureParentInside(options.clock, options.directory, to)
    await renameTrip(trip, to, options)
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error
    trip.failure = diskFailure(error)
  }
}

/** Removes empty directories whose path is the target of a file, also those that parking has emptied. */
async function removeEmptied(trips: readonly Trip[], { directory }: MoveOptions): Promise<void> {
  const names = new Set(trips.flatMap(({ to }) => to ?? []))
  for (const { record } of trips) {
    const isNeeded = [...directoriesAbove(record.path)].some((above) => names.has(above))
    if (isNeeded) await removeEmptyAbove(directory, record.path)
  }
  for (const to of names) await removeEmptyFolder(directory, to)
}

/**
 * Renames a parked file back to its old path. A file that has arrived there in the meantime goes back as well, and so
 * on. If any other file is there, the parked file stays parked.
 */
async function sendBack(trip: Trip, trips: readonly Trip[], options: MoveOptions): Promise<void> {
  const { path: home } = trip.record
  if (!isParked(trip)) return
  const occupant = trips.find((other) => other !== trip && other.at === home)
  if (occupant) {
    occupant.failure ??= trip.failure
    await renameTrip(occupant, occupant.parkedAt, options)
  }
  if (!(await obstacleAt(home, { ...options, overwrite: false }))) {
    await ensureParentInside(options.clock, options.directory, home).catch(() => undefined)
    await renameTrip(trip, home, options)
  }
  if (occupant) await sendBack(occupant, trips, options)
}

/** Renames a file; records a failure in its trip. */
async function renameTrip(trip: Trip, to: string, { directory, clock }: MoveOptions): Promise<void> {
  const from = path.join(directory, trip.at)
  try {
    await renameWithRetry(clock, from, path.join(directory, to))
    trip.at = to
  } catch (error) {
    trip.failure ??= diskFailure(diskFault('move the file', from, error))
  }
}
