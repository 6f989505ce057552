import path from 'node:path'
import { DiskFault } from '../../files/disk-fault.js'
import { cleanTemporaries, removeInside } from '../disk.js'
import type { Ledger } from '../manifest/ledger.js'
import type { Manifest, ManifestClaim } from '../manifest/manifest.js'
import type { Plan, PlannedFile } from '../model.js'

/** What it takes to remove files of earlier runs. */
export interface Cleaning {
  /** Absolute. */
  readonly directory: string
  readonly ledger: Ledger
  /** Files in place that some disk may take for the same as a path. */
  readonly lookAlikes: (path: string) => readonly string[]
  /** What is left then stays as it was. */
  readonly stop: AbortSignal
}

/** What came of it. */
export interface Cleaned {
  readonly removed: readonly string[]
  readonly faults: readonly DiskFault[]
}

/** Removes files that earlier runs wrote. One that cannot be removed keeps its record, and the others go all the same. */
export async function removeFiles(
  files: readonly ManifestClaim[],
  { directory, ledger, lookAlikes, stop }: Cleaning,
): Promise<Cleaned> {
  const removed: string[] = []
  const faults: DiskFault[] = []
  if (files.length === 0) return { removed, faults }
  const release = await ledger.claim(files.map((unit) => ({ path: unit.path, unit })))
  for (const file of files) {
    if (stop.aborted) {
      release(file.path)
      continue
    }
    try {
      if (await removeInside(directory, file.path, lookAlikes(file.path))) removed.push(file.path)
      ledger.forget(file.path)
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      release(file.path)
      faults.push(error)
    }
  }
  return { removed, faults }
}

/** Removes what earlier runs wrote elsewhere of files that are in place and need no export. */
export function removeReplaced(unchanged: readonly PlannedFile[], cleaning: Cleaning): Promise<Cleaned> {
  const old = unchanged.flatMap(({ unit, replaces }) => replaces.map((file) => ({ ...unit, path: file })))
  return removeFiles(old, cleaning)
}

/** Removes what killed runs left half-written, wherever this one or an earlier one puts files. */
export async function removeTemporaries(
  directory: string,
  plan: Plan,
  manifest: Pick<Manifest, 'files' | 'writing'>,
  manifestPath: string,
): Promise<void> {
  const files = [...plan.toExport, ...plan.unchanged, ...manifest.files, ...manifest.writing, { path: manifestPath }]
  const folders = files.map((file) => path.posix.dirname(file.path))
  await cleanTemporaries(directory, new Set(folders.map((folder) => (folder === '.' ? '' : folder))))
}
