import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault } from '../../files/disk-fault.js'
import { inspectInside, removeInside } from '../../files/inside.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { documentKey, outputKey } from '../model.js'
import { isTemporaryName } from '../../files/temporary-name.js'
import type { StaleFile } from '../plan/stale.js'

/** The result of removing stale files. */
export interface Pruned {
  readonly removed: readonly StaleFile[]
  readonly notRemoved: readonly { readonly path: string; readonly fault: DiskFault }[]
}

/** What pruning needs. */
interface PruneOptions {
  readonly clock: Clock
  /** Absolute. */
  readonly directory: string
  readonly journal: Journal
}

/**
 * Removes the stale files for which `isRemovable` holds, and their records. If the disk refuses to remove a file, its record
 * stays, and the other files are removed all the same. If a file is no longer there, is no plain file, or has another size
 * since a user changed it, only its record is removed.
 * @param stop when it is aborted, the remaining files and their records are kept, and are in no list of the result
 * @throws DiskFault when the manifest cannot be written, or a file that replaces a stale one (`StaleFile.instead`) cannot
 * be inspected; then nothing was removed
 */
export async function prune(stale: readonly StaleFile[], options: PruneOptions, stop: AbortSignal): Promise<Pruned> {
  const { clock, directory, journal } = options
  const removable: StaleFile[] = []
  const inspect = inspectInside(directory)
  for (const file of stale) if (await isRemovable(file, journal, inspect)) removable.push(file)
  await journal.intend(removable.map(({ record }) => ({ path: record.path })))
  const removed: StaleFile[] = []
  const notRemoved: { readonly path: string; readonly fault: DiskFault }[] = []
  for (const file of removable) {
    const { path: at } = file.record
    try {
      if (stop.aborted) journal.abort(at)
      else {
        const isChanged = (await inspect(at))?.size !== file.record.fileSize
        if (!isChanged && (await removeInside(clock, directory, at))) removed.push(file)
        journal.commit(at, undefined)
      }
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      journal.abort(at)
      notRemoved.push({ path: at, fault: error })
    }
  }
  return { removed, notRemoved }
}

/**
 * Decides whether a stale file may be removed. The manifest must still record it. For `gone`, this is enough. For `format`
 * and `copy`, there are two more conditions. The run has not written the file again, and a file of `instead` at another path
 * is recorded and exists.
 */
async function isRemovable(
  { record, reason, instead }: StaleFile,
  journal: Journal,
  inspect: ReturnType<typeof inspectInside>,
): Promise<boolean> {
  const recorded = journal.recordAt(record.path)
  // The run may have written another output to the path meanwhile.
  if (!recorded || outputKey(recorded) !== outputKey(record)) return false
  if (reason === 'gone') return true
  // The run may have written the same output to the path, such as the new picture of a board.
  if (recorded.exportedAt !== record.exportedAt || recorded.sha256 !== record.sha256) return false
  for (const { path: at } of instead) {
    const other = journal.recordAt(at)
    const isOfSameDocument = other !== undefined && documentKey(other) === documentKey(record)
    const isAnother = at !== record.path
    if (isAnother && isOfSameDocument && (await inspect(at))?.kind === 'file') return true
  }
  return false
}

/**
 * Removes the temporary files that killed runs left. Outputs and assets are written to temporary files in the directory
 * itself, the manifest to one in the folder of the manifest.
 * @param folders the folders to search, relative to the directory; the empty text is the directory itself
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
