import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import type { EmulatedDocument } from '../emulator/index.js'
import { folderLink, type ExportBench, type ReadManifest, type RunResult } from './export-support.js'
import type { Inputs, RunOptions, StepResult } from './run-action.js'

type ManifestRecord = ReadManifest['files'][number]

/** The manifest's entry for a path. */
export const recordAt = (bench: ExportBench, file: string): ManifestRecord | undefined =>
  bench.manifest().files.find((record) => record.path === file)

/** The paths that the manifest lists for a document, sorted. */
export const pathsOf = (bench: ExportBench, { token }: Pick<EmulatedDocument, 'token'>): string[] =>
  bench.manifest().files.flatMap((record) => (record.token === token ? record.path : []))

/**
 * Takes away the right to read a document. As with the real service, the listing then leaves the document out without an
 * error, and the metadata API answers 970003 (no permission).
 * @param folder the token of its folder
 */
export function hide({ emulator }: ExportBench, folder: string, document: EmulatedDocument): void {
  emulator.store.folders.remove(folder, document.token)
  document.noPermission = true
}

/** Gives back the right to read a hidden document. @param folder the token of its folder */
export function unhide({ emulator }: ExportBench, folder: string, document: EmulatedDocument): void {
  emulator.store.folders.put(folder, document)
  document.noPermission = false
}

/** Moves a document from one folder to another; both are given by their tokens. */
export function moveDocument({ emulator }: ExportBench, document: EmulatedDocument, from: string, to: string): void {
  emulator.store.folders.remove(from, document.token)
  emulator.store.folders.put(to, document)
}

/** The result of a run, and how many requests for export tasks and for downloads it made. */
interface Counted<R> {
  readonly step: R
  readonly tasks: number
  readonly downloads: number
}

/** Runs the built action, and counts its requests. */
export const countedRun = (
  bench: ExportBench,
  inputs: Inputs,
  options: RunOptions = {},
): Promise<Counted<StepResult>> => countRequests(bench, () => bench.run(inputs, options))

/** Runs in this process, and counts the requests. */
export const countedRunInProcess = (bench: ExportBench, inputs: Inputs): Promise<Counted<RunResult>> =>
  countRequests(bench, () => bench.runInProcess(inputs))

/** The APIs that return the bytes of a file: exported and uploaded files, pictures and attachments, boards. */
const DOWNLOAD_APIS = ['download', 'file-download', 'media-download', 'board-image'] as const

/** Makes a run with `run`, and counts its requests. */
async function countRequests<R>({ emulator }: ExportBench, run: () => Promise<R>): Promise<Counted<R>> {
  const count = (): [number, number] => [
    emulator.requestsTo('create').length,
    DOWNLOAD_APIS.flatMap((api) => emulator.requestsTo(api)).length,
  ]
  const [tasksBefore, downloadsBefore] = count()
  const step = await run()
  const [tasks, downloads] = count()
  return { step, tasks: tasks - tasksBefore, downloads: downloads - downloadsBefore }
}

/**
 * `PATH INODE MTIME` of every file and folder of the workspace, sorted, the manifest included. A write to any of them
 * changes the result.
 */
export function stampsOf({ workspace }: ExportBench): string[] {
  return readdirSync(workspace, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${path.relative(workspace, file)} ${statSync(file).ino} ${statSync(file).mtimeMs}`)
    .sort()
}

/** The SHA-256 of the file at a path, in hex; `folder` for a folder, undefined if nothing can be read there. */
export function hashAt({ workspace }: ExportBench, file: string): string | undefined {
  try {
    return createHash('sha256')
      .update(readFileSync(path.join(workspace, file)))
      .digest('hex')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR' ? 'folder' : undefined
  }
}

/** The hash of every file but the manifest, by path. */
export const hashesOf = (bench: ExportBench): { readonly [file: string]: string | undefined } =>
  Object.fromEntries(bench.files().map((file) => [file, hashAt(bench, file)]))

/** The paths of all folders below the workspace, with `/`, sorted. */
export const foldersOf = ({ workspace }: ExportBench): string[] =>
  readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.relative(workspace, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()

/** Given as `options`: the built action makes the run, without further options. */
export const BUILT_ACTION: RunOptions = {}

/**
 * Runs once more. Expects no error, no export task, no download, and no change of any file or modification time. Expects
 * also that the manifest agrees with the disk.
 * @param options when given, the built action makes the run with these options; when undefined, it is made in this process
 */
export async function expectNothingToDo(bench: ExportBench, inputs: Inputs, options?: RunOptions): Promise<void> {
  const before = stampsOf(bench)
  const { step, tasks, downloads } = await (options
    ? countedRun(bench, inputs, options)
    : countedRunInProcess(bench, inputs))
  expect(step.errors).toEqual([])
  expect(step.outputs).toMatchObject({ exported: '0', failed: '0', deleted: '0', changed: 'false' })
  expect({ tasks, downloads }).toEqual({ tasks: 0, downloads: 0 })
  expect(stampsOf(bench)).toEqual(before)
  expect(bench.wrongRecords()).toEqual([])
}

/**
 * Runs once. Expects that this run only moves files: no error, no export task, no download and no deleted file. Then
 * expects that a second run has nothing to do.
 * @param unchanged the expected number of unchanged files, the moved ones included
 * @param options when given, the built action makes both runs with these options; when undefined, they are made in this
 *   process
 */
export async function expectMovesOnly(
  bench: ExportBench,
  inputs: Inputs,
  unchanged: number,
  options?: RunOptions,
): Promise<void> {
  const { step, tasks, downloads } = await (options
    ? countedRun(bench, inputs, options)
    : countedRunInProcess(bench, inputs))
  expect(step.errors).toEqual([])
  expect(step.outputs).toMatchObject({
    exported: '0',
    unchanged: String(unchanged),
    failed: '0',
    deleted: '0',
    changed: 'true',
  })
  expect({ tasks, downloads }).toEqual({ tasks: 0, downloads: 0 })
  expect(bench.wrongRecords()).toEqual([])
  await expectNothingToDo(bench, inputs, options)
}

/** Adds a folder with a document for each title. `get` finds a document by this first title, even after a rename. */
export function addFolderOf({ emulator }: ExportBench, ...titles: string[]) {
  const folder = emulator.addFolder({ name: 'F' }).token
  const documents = titles.map((title) => emulator.addDocument({ type: 'docx', title, folder }))
  const byTitle = new Map(documents.map((document) => [document.title, document]))
  const get = (title: string): EmulatedDocument => {
    const document = byTitle.get(title)
    if (!document) throw new Error(`no document was added as ${title}`)
    return document
  }
  return { folder, documents, get, inputs: { sources: folderLink(folder) } }
}
