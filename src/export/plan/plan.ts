import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { documentKey, outputKey, type FileRecord, type FolderRecord, type Output, type PlannedFile } from '../model.js'
import type { LaidOutFile, Layout, SkippedEntry } from '../naming/layout.js'
import { fold } from '../paths.js'
import { findEvictions, Occupancy, ofAnother, pairRecords, settleMoves, type Move } from './plan-moves.js'
import type { DiskEntry, Snapshot } from './snapshot.js'

/** What a plan is made from, besides the layout. */
export interface PlanOptions {
  readonly records: readonly FileRecord[]
  /** The records whose document is certainly gone. */
  readonly gone: readonly FileRecord[]
  /** Whether formats that are no longer wanted are removed. */
  readonly deleteStale: boolean
  /** Whether everything was listed: else a copy that was not found may be in a part that could not be listed. */
  readonly isComplete: boolean
  readonly snapshot: Snapshot
  readonly overwrite: boolean
  readonly force: boolean
}

/** A file that cannot be exported although it should, known before any task. */
export interface RefusedFile extends PlannedFile {
  readonly failure: Failure
  /** True where a file is in the way of which the manifest knows nothing. */
  readonly isForeign: boolean
}

/** A recorded file that is to be removed at the end. */
export interface StaleFile {
  readonly record: FileRecord
  /** Its document is gone, or not wanted in this format any more, or not at so many places. */
  readonly reason: 'gone' | 'format' | 'copy'
  /** Unless its document is gone: one of these files of the document must be there first. */
  readonly instead: readonly PlannedFile[]
}

/** What a run is going to do. */
export interface Plan {
  readonly moves: readonly Move[]
  /** Stale files whose path is needed: they are parked before the moves. */
  readonly evictions: readonly FileRecord[]
  readonly toExport: readonly PlannedFile[]
  readonly unchanged: readonly PlannedFile[]
  readonly refused: readonly RefusedFile[]
  readonly skipped: readonly SkippedEntry[]
  readonly stale: readonly StaleFile[]
  readonly folders: readonly FolderRecord[]
  /** Records whose file is not on the disk any more. */
  readonly vanished: readonly FileRecord[]
}

/** Decides what a run is going to do: what moves, is exported, stays, is refused or is stale. Pure. */
export function makePlan(layout: Layout, options: PlanOptions): Plan {
  const { records, gone, snapshot, overwrite, force, isComplete } = options
  const files = withOneEditTime(layout.files)
  const present = records.filter(({ path }) => snapshot.at(path).kind === 'file')
  const placeable = files.filter(({ failure }) => failure === undefined)
  const pairing = pairRecords(placeable, present)
  const isPresent = new Set(present)
  const removable = [...gone.filter((record) => isPresent.has(record)), ...(isComplete ? pairing.surplus : [])]
  const evictions = findEvictions(
    removable,
    placeable.map(({ path }) => path),
  )
  const leaving = [...evictions, ...pairing.moves.map(({ record }) => record)]
  const occupancy = new Occupancy(snapshot, overwrite, present, leaving)
  const { moves, blocked } = settleMoves(pairing.moves, occupancy)

  const ownRecords = new Map(pairing.staying)
  for (const { record, to } of moves) ownRecords.set(to, record)
  const blockedAt = new Map(blocked.map((move) => [move.to, move]))
  const toExport: PlannedFile[] = []
  const unchanged: PlannedFile[] = []
  const refused: RefusedFile[] = []
  for (const { output, path, failure } of files) {
    const own = ownRecords.get(path)
    const obstacle = blockedAt.get(path) ?? (own ? undefined : occupancy.obstacle(path))
    if (failure) refused.push({ output, path, failure, isForeign: false })
    else if (obstacle) refused.push({ output, path, failure: obstacle.failure, isForeign: obstacle.isForeign })
    else if (own && !force && isUnchanged(own, output, snapshot)) unchanged.push({ output, path })
    else toExport.push({ output, path })
  }

  const { skipped, folders } = layout
  if (toExport.length + unchanged.length + refused.length !== layout.files.length)
    throw new Error('the plan lost a file')
  return {
    moves,
    evictions,
    toExport,
    unchanged,
    refused,
    skipped,
    stale: findStale(present, new Set(removable), layout, [...toExport, ...unchanged], options),
    folders,
    vanished: records.filter(({ path }) => isWithoutFile(snapshot.at(path))),
  }
}

/** A file that cannot be looked at may be there all the same. */
const isWithoutFile = ({ kind }: DiskEntry): boolean => kind === 'nothing' || kind === 'other'

/**
 * The plan without the files whose move could not be made, and without those that were to be written where such a file
 * is still: they are refused. Pure.
 */
export function withFailedMoves(plan: Plan, failed: readonly (Move & { readonly failure: Failure })[]): Plan {
  if (failed.length === 0) return plan
  const failures = new Map(failed.map(({ to, failure }) => [to, failure]))
  const kept = new Set(failed.map(({ record }) => fold(record.path)))
  const arrived = new Set(plan.moves.flatMap(({ to }) => (failures.has(to) ? [] : to)))
  const failureAt = (path: string): Failure | undefined =>
    failures.get(path) ?? (kept.has(fold(path)) && !arrived.has(path) ? ofAnother(path) : undefined)
  const isPossible = ({ path }: PlannedFile): boolean => failureAt(path) === undefined
  const refused = [...plan.toExport, ...plan.unchanged].flatMap((file) => {
    const failure = failureAt(file.path)
    return failure ? [{ ...file, failure, isForeign: false }] : []
  })
  return {
    ...plan,
    toExport: plan.toExport.filter(isPossible),
    unchanged: plan.unchanged.filter(isPossible),
    refused: [...plan.refused, ...refused],
  }
}

/** The plan with the stale files that were parked, at the paths where they are now. Pure. */
export function withParked(plan: Plan, parked: readonly { readonly record: FileRecord; readonly at: string }[]): Plan {
  if (parked.length === 0) return plan
  const paths = new Map(parked.map(({ record, at }) => [record, at]))
  const stale = plan.stale.map((file) => {
    const path = paths.get(file.record)
    return path === undefined ? file : { ...file, record: { ...file.record, path } }
  })
  return { ...plan, stale }
}

/** How many files were found: what the numbers of a run add up to. */
export const countFound = ({
  toExport,
  unchanged,
  refused,
  skipped,
}: Pick<Plan, 'toExport' | 'unchanged' | 'refused' | 'skipped'>): number =>
  toExport.length + unchanged.length + refused.length + skipped.length

const isUnchanged = (record: FileRecord, output: Output, snapshot: Snapshot): boolean => {
  const entry = snapshot.at(record.path)
  return (
    record.fileExtension === output.fileExtension &&
    record.editTime !== undefined &&
    record.editTime === output.editTime &&
    entry.kind === 'file' &&
    entry.size === record.fileSize
  )
}

/** Copies of a document that were listed with different edit times have none, so that the next run exports them again. */
function withOneEditTime(files: readonly LaidOutFile[]): readonly LaidOutFile[] {
  const times = new Map<string, Set<string | undefined>>()
  for (const { output } of files) {
    const key = outputKey(output)
    times.set(key, (times.get(key) ?? new Set()).add(output.editTime))
  }
  return files.map((file) => {
    const isOne = times.get(outputKey(file.output))?.size === 1
    return isOne ? file : { ...file, output: { ...file.output, editTime: undefined } }
  })
}

function findStale(
  present: readonly FileRecord[],
  removable: ReadonlySet<FileRecord>,
  layout: Layout,
  planned: readonly PlannedFile[],
  { gone, deleteStale, isComplete }: PlanOptions,
): StaleFile[] {
  const isGone = new Set(gone)
  const outputs = new Set(layout.files.map(({ output }) => outputKey(output)))
  const byDocument = new Map<string, PlannedFile[]>()
  for (const file of planned) listIn(byDocument, documentKey(file.output)).push(file)
  return present.flatMap((record): StaleFile[] => {
    if (isGone.has(record)) return [{ record, reason: 'gone', instead: [] }]
    const instead = byDocument.get(documentKey(record))
    if (!instead) return []
    if (removable.has(record)) return [{ record, reason: 'copy', instead }]
    const isUnwanted = deleteStale && isComplete && !outputs.has(outputKey(record))
    return isUnwanted ? [{ record, reason: 'format', instead }] : []
  })
}
