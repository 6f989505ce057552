import { listIn } from '../../lists.js'
import { documentKey, outputKey, type FileRecord, type PlannedFile } from '../model.js'
import type { Layout } from '../naming/layout.js'
import { savedBy, type Assets } from './assets.js'
import type { PlanOptions } from './plan.js'

/** A recorded file that is to be removed at the end. */
export interface StaleFile {
  readonly record: FileRecord
  /**
   * - `gone`: its document is in `confirmedMissing`
   * - `format`: the format, or the attachments of the document, are no longer selected
   * - `copy`: the output has more recorded files than planned paths; also for an asset that no planned file uses
   */
  readonly reason: 'gone' | 'format' | 'copy'
  /**
   * The planned files of the same document. The stale file is removed only if one of them exists. For `gone`, the list is
   * empty, and no other file is required.
   */
  readonly instead: readonly PlannedFile[]
}

/** The stale files of a plan. */
interface Stale {
  /** With their assets. */
  readonly stale: readonly StaleFile[]
  /** The assets that stay although the file that owns them is stale: a planned file saves them. */
  readonly takenOver: readonly FileRecord[]
}

/**
 * Finds the recorded files to remove (see `StaleFile.reason`) with their assets, and the other assets of `removable`. For
 * the reasons `format` and `copy`, a planned file of the same document must be writable. Pure.
 * @param writable the planned files that can be written
 * @param removable the files and assets that are confirmed missing, and the surplus copies
 * @param layout has every selected output, also those that cannot be written: their recorded files stay
 */
export function findStale(
  writable: readonly PlannedFile[],
  assets: Assets,
  removable: ReadonlySet<FileRecord>,
  layout: Layout,
  { confirmedMissing, deleteStale, isComplete }: PlanOptions,
): Stale {
  const missingRecords = new Set(confirmedMissing)
  const selectedOutputs = new Set(layout.files.map(({ output }) => outputKey(output)))
  const byDocument = groupByDocument(writable)
  const findReason = (record: FileRecord): StaleFile['reason'] | undefined => {
    if (missingRecords.has(record)) return 'gone'
    if (!byDocument.has(documentKey(record))) return undefined
    if (removable.has(record)) return 'copy'
    return deleteStale && isComplete && !selectedOutputs.has(outputKey(record)) ? 'format' : undefined
  }
  const toStale = (record: FileRecord, reason: StaleFile['reason']): StaleFile => ({
    record,
    reason,
    instead: reason === 'gone' ? [] : (byDocument.get(documentKey(record)) ?? []),
  })
  const selectStale = (records: readonly FileRecord[]): readonly StaleFile[] =>
    records.flatMap((record) => {
      const reason = findReason(record)
      return reason ? toStale(record, reason) : []
    })
  const files = selectStale(assets.nonAssets)
  const ofFiles = files.flatMap(({ record, reason }) => assets.of(record).map((asset) => toStale(asset, reason)))
  const isSaved = savedBy(writable)
  const seen = new Set(ofFiles.map(({ record }) => record))
  const otherAssets = [...removable].filter((record) => record.asset !== undefined && !seen.has(record))
  return {
    stale: [...files, ...ofFiles.filter(({ record }) => !isSaved(record)), ...selectStale(otherAssets)],
    takenOver: ofFiles.flatMap(({ record }) => (isSaved(record) ? record : [])),
  }
}

/**
 * Finds the assets that are beside planned files, but are no longer saved by any of them. For example, these are attachments
 * after `include-attachments` was turned off. Finds nothing without `deleteStale`, or if the listing is incomplete. Pure.
 * @param writable the planned files that can be written
 * @param assetsByPath the result of `findAssets`
 */
export function findStaleAssets(
  writable: readonly PlannedFile[],
  assetsByPath: ReadonlyMap<string, readonly FileRecord[]>,
  { deleteStale, isComplete }: PlanOptions,
): readonly StaleFile[] {
  if (!deleteStale || !isComplete) return []
  const byDocument = groupByDocument(writable)
  const isSaved = savedBy(writable)
  return [...assetsByPath.values()].flat().flatMap((record): StaleFile[] => {
    const instead = byDocument.get(documentKey(record)) ?? []
    return isSaved(record) ? [] : [{ record, reason: 'format', instead }]
  })
}

function groupByDocument(files: readonly PlannedFile[]): ReadonlyMap<string, readonly PlannedFile[]> {
  const byDocument = new Map<string, PlannedFile[]>()
  for (const file of files) listIn(byDocument, documentKey(file.output)).push(file)
  return byDocument
}
