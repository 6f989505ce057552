import path from 'node:path'
import { DiskFault, diskFailure, diskFault, existsFault } from '../../files/disk-fault.js'
import { renameWithRetry } from '../../files/retry.js'
import type { Clock } from '../../polling/clock.js'
import { ensureParentInside, inspectInside, removeEmptyAbove, removeEmptyFolder } from '../../files/inside.js'
import type { Failure } from '../../feishu/errors/failure.js'
import type { IntendedChange, Journal } from '../manifest/journal.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'
import type { FileRecord } from '../model.js'
import { byCodePoints, fold, splitPath } from '../paths.js'
import type { Move } from '../plan/plan-moves.js'
import { planTrips, type Trip } from './trip.js'

/** What moves need. */
export interface MoveOptions {
  /** Absolute. */
  readonly directory: string
  readonly journal: Journal
  readonly clock: Clock
  /** Whether a file that no run wrote may be replaced. */
  readonly overwrite: boolean
}

/** A planned move that failed: the file is at its old path, or parked. */
export interface FailedMove extends Omit<Move, 'group'> {
  readonly failure: Failure
}

/** The result of the moves. */
export interface Moved {
  readonly moved: readonly Omit<Move, 'group'>[]
  /** The files of `toPark`, with the path where they are parked now. */
  readonly parked: readonly { readonly record: FileRecord; readonly at: string }[]
  readonly failed: readonly FailedMove[]
  /** Whether any file has another path now. */
  readonly isChanged: boolean
}

/**
 * Moves recorded files, one after another. All files are first parked under temporary names, then renamed to their targets.
 * So swaps, circles, names that differ only in case, and a folder in place of a file need no special handling. A file that
 * cannot be moved goes back to its old path if possible (see `sendBack`). The changes are announced to the journal before
 * the first rename.
 * @param toPark files that must leave their path and will be removed later: they stay parked
 * @throws DiskFault when the manifest cannot be written before the moves; then nothing was moved
 */
export async function applyMoves(
  moves: readonly Move[],
  toPark: readonly FileRecord[],
  options: MoveOptions,
): Promise<Moved> {
  const trips = planTrips(moves, toPark)
  if (trips.length === 0) return { moved: [], parked: [], failed: [], isChanged: false }
  const { directory, journal } = options
  const changes = await listChanges(trips, options)
  await journal.intend(changes)
  for (const trip of trips) await renameTrip(trip, trip.parkedAt, options)
  await clearDirectories(trips, options)
  const { possible, blocked } = await separateBlocked(trips, options)
  for (const trip of possible) if (trip.to !== undefined) await renameIntoFolder(trip, trip.to, options)
  for (const trip of [...blocked, ...possible]) await sendBack(trip, trips, options)

  // First, every path that may have changed loses its record; then the path of each file gets the record of the file.
  for (const { path: at } of changes) journal.commit(at, undefined)
  for (const trip of trips) journal.commit(trip.at, trip.recordAfterMoves())
  // A failure is ignored, so that the caller learns what was moved. The manifest on the disk still announces the moves, and
  // the flush at the end of the run tries again.
  await journal.flush().catch(() => undefined)
  // Removes the empty folders. One path of each folder is enough, and each check of a folder takes a while.
  const paths = trips.flatMap(({ record, to = record.path }) => [record.path, to])
  const pathByFolder = new Map(paths.map((at) => [splitPath(at).directory, at]))
  for (const at of pathByFolder.values()) await removeEmptyAbove(directory, at)
  return makeResult(trips)
}

/**
 * Makes the result from where each file is after the moves. A file of `toPark` that could not be parked is in no list: it
 * is still at its old path.
 */
function makeResult(trips: readonly Trip[]): Moved {
  const moved: Omit<Move, 'group'>[] = []
  const parked: { readonly record: FileRecord; readonly at: string }[] = []
  const failed: FailedMove[] = []
  for (const { record, to, at, failure } of trips) {
    // False also after a move to the same path, which only changes the record (it clears `reservedPath`).
    const hasNewPath = at !== record.path
    if (to === undefined) {
      if (hasNewPath) parked.push({ record, at })
    } else if (at === to) {
      if (hasNewPath) moved.push({ record, to })
    } else if (failure) {
      // The check is for the type: every file that did not reach its target has a failure.
      failed.push({ record, to, failure })
    }
  }
  return { moved, parked, failed, isChanged: trips.some(({ record, at }) => at !== record.path) }
}

/** Lists the changes to announce: each path that the trips may change, with the record that it may have afterwards. */
async function listChanges(trips: readonly Trip[], { directory }: MoveOptions): Promise<IntendedChange[]> {
  const recordAfter = new Map<string, FileRecord | undefined>(trips.map(({ record }) => [record.path, undefined]))
  for (const trip of trips) {
    recordAfter.set(trip.parkedAt, trip.recordAt(trip.parkedAt))
    if (trip.to !== undefined) recordAfter.set(trip.to, trip.recordAt(trip.to))
  }
  const changes: IntendedChange[] = []
  for (const [at, after] of [...recordAfter].sort(([a], [b]) => byCodePoints(a, b))) {
    // If nothing is at the path now, a file that is there after a kill is one that this run moved.
    changes.push({ path: at, after, isMove: await isUnused(at, directory) })
  }
  return changes
}

/** True when nothing exists at a path. False for a path that cannot be read: a file of the user may be there. */
async function isUnused(at: string, directory: string): Promise<boolean> {
  try {
    return (await inspectInside(directory)(at)) === undefined
  } catch (error) {
    if (error instanceof DiskFault) return false
    throw error
  }
}

/**
 * Separates the parked files with a target: those that can be renamed to it, and those whose target is taken or unreadable.
 * A blocked file will go back to its old path. If that is the target of another file, the other file is blocked, too.
 * @returns the two groups; the failure of each blocked trip is set
 */
async function separateBlocked(
  trips: readonly Trip[],
  options: MoveOptions,
): Promise<{ readonly possible: readonly Trip[]; readonly blocked: readonly Trip[] }> {
  // The old paths of files that stay or go back, each with the failure of a move to it. At first, those of the files that
  // could not be parked.
  const taken = new Map(
    trips.filter((trip) => trip.at !== trip.parkedAt).map((trip) => [fold(trip.at), failureBehind(trip)]),
  )
  const blocked: Trip[] = []
  let possible = trips.filter((trip) => trip.isParkedBeforeTarget())
  for (;;) {
    const newlyBlocked: Trip[] = []
    for (const trip of possible) {
      // The default is for the type: every trip of `possible` has a target.
      const { to = '' } = trip
      const failure = taken.get(fold(to)) ?? (await findObstacle(to, options))
      if (!failure) continue
      trip.failure = failure
      newlyBlocked.push(trip)
    }
    if (newlyBlocked.length === 0) return { possible, blocked }
    for (const { record } of newlyBlocked) taken.set(fold(record.path), OF_ANOTHER_DOCUMENT)
    blocked.push(...newlyBlocked)
    possible = possible.filter((trip) => trip.failure === undefined)
  }
}

/**
 * The failure of a move to the path of a file that could not be parked. The failure of a file of `toPark` is not reported
 * itself, so it is the reason here.
 */
const failureBehind = ({ to, failure }: Trip): Failure =>
  (to === undefined ? failure : undefined) ?? OF_ANOTHER_DOCUMENT

/**
 * Checks whether a file may be renamed to a path: a rename would silently replace a file there.
 * @param at the path, relative to the directory
 * @returns undefined when the path is free or, with `overwrite`, has a file that no run wrote; otherwise the failure
 */
async function findObstacle(at: string, { directory, overwrite, journal }: MoveOptions): Promise<Failure | undefined> {
  try {
    const found = await inspectInside(directory)(at)
    const mayReplace = overwrite && found?.kind === 'file' && journal.recordAt(at) === undefined
    if (!found || mayReplace) return undefined
    const absolute = path.join(directory, at)
    if (found.kind === 'file') return diskFailure(existsFault(absolute))
    // `other` may also be a link. The cure is the same as for a folder: to move it away.
    return diskFailure(diskFault('write the file', absolute, { code: 'EISDIR' }))
  } catch (error) {
    if (error instanceof DiskFault) return diskFailure(error)
    throw error
  }
}

/** Removes the empty directories whose path is the target of a file; parking files may have emptied them. */
async function clearDirectories(trips: readonly Trip[], { directory }: MoveOptions): Promise<void> {
  for (const { to } of trips) if (to !== undefined) await removeEmptyFolder(directory, to)
}

/**
 * Sends back a file whose move failed: renames it from its parked path to its old path. If another file was moved there, the
 * other file is parked again first, and sent back afterwards. If anything else is there, this file stays parked. Does
 * nothing for a file that reached its target, could not be parked, or has no target.
 */
async function sendBack(trip: Trip, trips: readonly Trip[], options: MoveOptions): Promise<void> {
  const { path: oldPath } = trip.record
  if (!trip.isParkedBeforeTarget()) return
  // A file that never left its own old path is not in the way: that path may differ from this one in letter case.
  const occupant = trips.find((other) => other.at !== other.record.path && fold(other.at) === fold(oldPath))
  if (occupant) {
    // The occupant cannot stay at its target, because of the failure of this file.
    occupant.failure ??= trip.failure
    await renameTrip(occupant, occupant.parkedAt, options)
  }
  if (!(await findObstacle(oldPath, { ...options, overwrite: false }))) {
    await renameIntoFolder(trip, oldPath, options)
  }
  if (occupant) await sendBack(occupant, trips, options)
}

/**
 * Creates the folders above a path, then renames a file to the path. An error becomes the failure of its trip, as in
 * `renameTrip`. A link above the path that leads out of the directory is such an error.
 */
async function renameIntoFolder(trip: Trip, to: string, options: MoveOptions): Promise<void> {
  try {
    await ensureParentInside(options.clock, options.directory, to)
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error
    trip.failure ??= diskFailure(error)
    return
  }
  await renameTrip(trip, to, options)
}

/** Renames a file; an error becomes the failure of its trip, unless the trip has a failure already. */
async function renameTrip(trip: Trip, to: string, { directory, clock }: MoveOptions): Promise<void> {
  const from = path.join(directory, trip.at)
  try {
    await renameWithRetry(clock, from, path.join(directory, to))
    trip.at = to
  } catch (error) {
    trip.failure ??= diskFailure(diskFault('move the file', from, error))
  }
}
