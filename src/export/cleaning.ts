import path from 'node:path'
import { cleanTemporaries, removeInside } from './disk.js'
import type { Ledger } from './ledger.js'
import type { Manifest } from './manifest.js'
import type { ManifestFile, Plan, PlannedFile } from './model.js'

/** What it takes to remove files of earlier runs. */
export interface Cleaning {
  /** Absolute. */
  readonly directory: string
  readonly ledger: Ledger
  readonly lookAlikes: (path: string) => readonly string[]
}

/**
 * Removes the files of documents that are gone.
 * @returns the paths that were removed
 * @throws DiskFault
 */
export async function removeStale(stale: readonly ManifestFile[], cleaning: Cleaning): Promise<string[]> {
  return remove(stale, cleaning)
}

/**
 * Removes what earlier runs wrote elsewhere of files that are in place and need no export.
 * @returns how many files were removed
 * @throws DiskFault
 */
export async function removeReplaced(unchanged: readonly PlannedFile[], cleaning: Cleaning): Promise<number> {
  const old = unchanged.flatMap(({ unit, replaces }) => replaces.map((file) => ({ ...unit, path: file })))
  return (await remove(old, cleaning)).length
}

async function remove(
  files: readonly Pick<ManifestFile, 'path' | 'token' | 'type' | 'fileExtension' | 'subId' | 'title'>[],
  { directory, ledger, lookAlikes }: Cleaning,
): Promise<string[]> {
  if (files.length === 0) return []
  await ledger.claim(files.map((unit) => ({ path: unit.path, unit })))
  const removed: string[] = []
  for (const file of files) {
    if (await removeInside(directory, file.path, lookAlikes(file.path))) removed.push(file.path)
    ledger.forget(file.path)
  }
  return removed
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
