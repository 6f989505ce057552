import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { documentKey, outputKey, type FileRecord, type FolderRecord, type PlannedFile } from '../model.js'
import type { LaidOutFile, Layout, SkippedEntry } from '../naming/layout.js'
import { LinkTargets } from '../link-targets.js'
import { Assets } from './assets.js'
import { findIncomplete, isUnchanged } from './unchanged.js'
import { findEvictions, Occupancy, pairRecords, separateMoves, withAssets, type Move } from './plan-moves.js'
import type { Snapshot } from './snapshot.js'

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
  /** Records whose file is not on the disk any more, or was changed by somebody and has lost its place: it is theirs. */
  readonly lost: readonly FileRecord[]
  /** Recorded files that a killed run had brought to their path already, and that have their home elsewhere. */
  readonly arrived: readonly FileRecord[]
  /** By planned path, the recorded pictures and attachments beside it, at the paths where they are after the moves. */
  readonly assets: ReadonlyMap<string, readonly FileRecord[]>
  /** Where links between documents lead. */
  readonly links: LinkTargets
}

/** Decides what a run is going to do: what moves, is exported, stays, is refused or is stale. Pure. */
export function makePlan(layout: Layout, options: PlanOptions): Plan {
  const { records, gone, snapshot, overwrite, force, isComplete } = options
  const files = withOneEditTime(layout.files)
  const { present, lost } = findPresent(records, files, options)
  const placeable = files.filter(({ failure }) => failure === undefined)
  const assets = new Assets(present)
  const pairing = withAssets(pairRecords(placeable, assets.files), assets, placeable)
  const links = new LinkTargets(placeable)
  const incomplete = findIncomplete(records, present)
  const isPresent = new Set(present)
  const removable = [...gone.filter((record) => isPresent.has(record)), ...(isComplete ? pairing.surplus : [])]
  const evictions = findEvictions(
    removable,
    placeable.map(({ path }) => path),
  )
  const leaving = [...evictions, ...pairing.moves.map(({ record }) => record)]
  const occupancy = new Occupancy(snapshot, overwrite, present, leaving)
  const { moves, blocked } = separateMoves(pairing.moves, occupancy)

  const ownRecords = new Map(pairing.staying)
  for (const { record, to } of moves) if (record.asset === undefined) ownRecords.set(to, record)
  const stuck = new Set(blocked.map(({ group }) => group))
  const blockedAt = new Map(blocked.map((move) => [move.to, move]))
  const toExport: PlannedFile[] = []
  const unchanged: PlannedFile[] = []
  const refused: RefusedFile[] = []
  for (const { output, path, failure } of files) {
    const own = ownRecords.get(path)
    const obstacle = blockedAt.get(path) ?? (own ? undefined : occupancy.obstacle(path))
    if (failure) refused.push({ output, path, failure, isForeign: false })
    else if (obstacle) refused.push({ output, path, failure: obstacle.failure, isForeign: obstacle.isForeign })
    else if (
      own &&
      !force &&
      !incomplete.has(own) &&
      !stuck.has(own) &&
      isUnchanged(own, { output, path }, snapshot, links)
    ) {
      unchanged.push({ output, path })
    } else toExport.push({ output, path })
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
    stale: findStale(assets, new Set(removable), layout, [...toExport, ...unchanged], options),
    folders,
    lost,
    arrived: [...pairing.staying.values()].filter(({ home }) => home !== undefined),
    assets: findAssets(ownRecords, assets, toExport),
    links,
  }
}

function findAssets(
  ownRecords: ReadonlyMap<string, FileRecord>,
  assets: Assets,
  planned: readonly PlannedFile[],
): ReadonlyMap<string, readonly FileRecord[]> {
  const found = new Map<string, readonly FileRecord[]>()
  for (const file of planned) {
    const own = ownRecords.get(file.path)
    const moved = own ? assets.of(own).map((asset) => ({ ...asset, path: Assets.pathBeside(asset, file.path) })) : []
    const taken = assets.orphans.filter((orphan) => Assets.isBesideAny(orphan, [file]))
    if (moved.length + taken.length > 0) found.set(file.path, [...moved, ...taken])
  }
  return found
}

/**
 * Finds the recorded files that are on the disk. One that somebody changed counts as long as its document is written to
 * that very path; it is neither moved nor removed.
 */
function findPresent(
  records: readonly FileRecord[],
  planned: readonly PlannedFile[],
  { snapshot, gone }: PlanOptions,
): { readonly present: readonly FileRecord[]; readonly lost: readonly FileRecord[] } {
  const outputs = new Set(planned.map(({ output }) => outputKey(output)))
  const places = new Set(planned.map(({ output, path }) => `${outputKey(output)} ${path}`))
  const isGone = new Set(gone)
  const present: FileRecord[] = []
  const lost: FileRecord[] = []
  for (const record of records) {
    const entry = snapshot.at(record.path)
    const key = outputKey(record)
    const isOwn = entry.kind === 'file' && (entry.size === record.fileSize || places.has(`${key} ${record.path}`))
    if (isOwn) present.push(record)
    // One that cannot be looked at may be there all the same.
    else if (entry.kind !== 'unreadable' && (entry.kind !== 'file' || outputs.has(key) || isGone.has(record))) {
      lost.push(record)
    }
  }
  return { present, lost }
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
  assets: Assets,
  removable: ReadonlySet<FileRecord>,
  layout: Layout,
  planned: readonly PlannedFile[],
  { gone, deleteStale, isComplete }: PlanOptions,
): StaleFile[] {
  const isGone = new Set(gone)
  const outputs = new Set(layout.files.map(({ output }) => outputKey(output)))
  const byDocument = new Map<string, PlannedFile[]>()
  for (const file of planned) listIn(byDocument, documentKey(file.output)).push(file)
  const stale = assets.files.flatMap((record): StaleFile[] => {
    if (isGone.has(record)) return [{ record, reason: 'gone', instead: [] }]
    const instead = byDocument.get(documentKey(record))
    if (!instead) return []
    if (removable.has(record)) return [{ record, reason: 'copy', instead }]
    const isDeselected = deleteStale && isComplete && !outputs.has(outputKey(record))
    return isDeselected ? [{ record, reason: 'format', instead }] : []
  })
  const orphans = assets.orphans.flatMap((record): StaleFile[] => {
    const instead = byDocument.get(documentKey(record)) ?? []
    return removable.has(record) ? [{ record, reason: isGone.has(record) ? 'gone' : 'copy', instead }] : []
  })
  return [
    ...stale.flatMap((file) => [file, ...assets.of(file.record).map((record) => ({ ...file, record }))]),
    ...orphans,
  ]
}
