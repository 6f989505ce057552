import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault } from '../../files/disk-fault.js'
import { inspectInside, removeInside } from '../../files/inside.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { documentKey, outputKey, type FileRecord } from '../model.js'
import { isTemporaryName } from '../paths.js'
import type { StaleFile } from '../plan/plan.js'

/** What came of removing stale files. */
export interface Pruned {
  readonly removed: readonly StaleFile[]
  readonly faults: readonly DiskFault[]
}

/**
 * Removes stale files. A file whose document still exists goes only when another file of that document is there. One that
 * cannot be removed keeps its record, and the others go all the same.
 * @param stop what is left then stays
 */
export async function prune(
  stale: readonly StaleFile[],
  { clock, directory, journal }: { readonly clock: Clock; readonly directory: string; readonly journal: Journal },
  stop: AbortSignal,
): Promise<Pruned> {
  const look = inspectInside(directory)
  const isThere = async (at: string, record: FileRecord): Promise<boolean> => {
    const own = journal.recordAt(at)
    return own !== undefined && documentKey(own) === documentKey(record) && (await look(at))?.kind === 'file'
  }
  const isRemovable = async ({ record, reason, instead }: StaleFile): Promise<boolean> => {
    const own = journal.recordAt(record.path)
    if (!own || outputKey(own) !== outputKey(record)) return false
    if (reason === 'gone') return true
    for (const { path: at } of instead) if (at !== record.path && (await isThere(at, record))) return true
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
 * Removes what killed runs left incomplete: files are written under temporary names in the directory itself, and the
 * manifest beside the manifest.
 * @param folders relative to the directory, which itself is the empty text
 */
export async function removeTemporaries(clock: Clock, directory: string, folders: readonly string[]): Promise<void> {
  for (const folder of new Set(folders)) {
    const names = await readdir(path.join(directory, folder)).catch(() => [])
    for (const name of names.filter(isTemporaryName)) {
      // Tidying is no reason to fail; the next run tries again.
      await removeInside(clock, directory, folder === '' ? name : `${folder}/${name}`).catch(() => false)
    }
  }
}
