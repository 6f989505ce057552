import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault } from '../../files/disk-fault.js'
import { inspectInside, removeInside } from '../../files/inside.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { documentKey, outputKey, type FileRecord } from '../model.js'
import { isTemporaryName } from '../paths.js'
import type { StaleFile } from '../plan/plan.js'

/** The result of removing stale files. */
export interface Pruned {
  readonly removed: readonly StaleFile[]
  readonly faults: readonly DiskFault[]
}

/**
 * Removes stale files. If the document still exists, its file is removed only when another file of that document
 * exists. A file that cannot be removed keeps its record; the others are removed all the same.
 * @param stop when it is aborted, the remaining files stay
 */
export async function prune(
  stale: readonly StaleFile[],
  { clock, directory, journal }: { readonly clock: Clock; readonly directory: string; readonly journal: Journal },
  stop: AbortSignal,
): Promise<Pruned> {
  const inspect = inspectInside(directory)
  const hasFile = async (at: string, record: FileRecord): Promise<boolean> => {
    const own = journal.recordAt(at)
    return own !== undefined && documentKey(own) === documentKey(record) && (await inspect(at))?.kind === 'file'
  }
  const isRemovable = async ({ record, reason, instead }: StaleFile): Promise<boolean> => {
    const own = journal.recordAt(record.path)
    if (!own || outputKey(own) !== outputKey(record)) return false
    if (reason === 'gone') return true
    for (const { path: at } of instead) if (at !== record.path && (await hasFile(at, record))) return true
    return false
  }
  const removable: StaleFile[] = []
  for (const file of stale) if (await isRemovable(file)) removable.push(file)
  await journal.intend(removable.map(({ record }) => ({ path: record.path })))
  const removed: StaleFile[] = []
  const faults: DiskFault[] = []
  for (const file of removable) {
    const { path: at } = file.record
    try {
      if (stop.aborted) journal.abort(at)
      else {
        if (await removeInside(clock, directory, at)) removed.push(file)
        journal.commit(at, undefined)
      }
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      journal.abort(at)
      faults.push(error)
    }
  }
  return { removed, faults }
}

/**
 * Removes the incomplete files of killed runs: those of documents are in the directory itself, that of the manifest is
 * beside the manifest.
 * @param folders relative to the directory, which itself is the empty text
 */
export async function removeTemporaries(clock: Clock, directory: string, folders: readonly string[]): Promise<void> {
  for (const folder of new Set(folders)) {
    const names = await readdir(path.join(directory, folder)).catch(() => [])
    for (const name of names.filter(isTemporaryName)) {
      // A failure here does not fail the run; the next run tries again.
      await removeInside(clock, directory, folder === '' ? name : `${folder}/${name}`).catch(() => false)
    }
  }
}
