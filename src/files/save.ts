import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { diskFault, existsFault, type DiskFault } from './disk-fault.js'
import type { SavedFile, StagedFile } from './staged-file.js'
import { StagingFile, type StagingPlace } from './staging-file.js'

export type { SavedFile, StagedFile } from './staged-file.js'

/** What to stage, and where. */
export interface StageOptions extends StagingPlace {
  /** Each piece is written before the next one is read, so the body may use the memory of a piece again. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** The size that the file must have, if it is known. */
  readonly expectedBytes?: number | undefined
  /** Called after each piece with the number of bytes written so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  readonly clock: Clock
}

/** What to save, and where. */
export interface SaveOptions extends Omit<StageOptions, 'directory' | 'target'> {
  /** Absolute; its folder is created when missing. */
  readonly target: string
  /** Whether an existing file is replaced. */
  readonly overwrite: boolean
}

/** Thrown for a body that ends before the expected size, or exceeds it. */
export class WrongSize extends Error {
  constructor(
    readonly bytes: number,
    readonly expectedBytes: number,
  ) {
    super(`${bytes} bytes in place of ${expectedBytes}`)
  }
}

/**
 * Writes a body to a file under a temporary name, syncs it to the disk, and computes its size and hash. The caller
 * publishes the file or discards it. Several calls may run at once.
 * @throws DiskFault, WrongSize, or the error of the body or of `onBytes`. Then the file and the empty folders that were
 * created for it are removed. If several calls need the same new folder and fail, the empty folder may remain
 */
export async function stageFile(options: StageOptions): Promise<StagedFile> {
  const { body, expectedBytes, onBytes, clock } = options
  const staging = await StagingFile.open(clock, options)
  try {
    for await (const piece of body) {
      checkMaxSize(staging.bytes + piece.length, expectedBytes)
      await staging.write([piece])
      onBytes?.(staging.bytes)
    }
    checkSize(staging.bytes, expectedBytes)
    return await staging.finish()
  } catch (error) {
    await staging.discard()
    throw error
  }
}

/** Checks the bytes that were received so far. @throws WrongSize when there are more than expected */
export function checkMaxSize(bytes: number, expectedBytes: number | undefined): void {
  if (expectedBytes !== undefined && bytes > expectedBytes) throw new WrongSize(bytes, expectedBytes)
}

/** Checks the size of a complete file. @throws WrongSize when it is not the expected one */
export function checkSize(bytes: number, expectedBytes: number | undefined): void {
  if (expectedBytes !== undefined && bytes !== expectedBytes) throw new WrongSize(bytes, expectedBytes)
}

/**
 * Saves a body as a file. The file gets its name only when it is complete. After an error, the previous file is
 * unchanged, and the new one is removed.
 * @throws as `stageFile`, and as `publish` of a staged file. DiskFault also for what `findTargetFault` finds
 */
export async function saveFile({ target, overwrite, ...options }: SaveOptions): Promise<SavedFile> {
  const fault = await findTargetFault(target, overwrite)
  if (fault) throw fault
  const staged = await stageFile({ ...options, directory: path.dirname(target), target })
  try {
    return await staged.publish(target, { overwrite })
  } finally {
    await staged.discard()
  }
}

/**
 * Checks whether a file may be saved at a path. A folder there is always a fault (`EISDIR`). Anything else, also a
 * symbolic link, is a fault only without `overwrite`.
 * @returns undefined if the file may be saved; otherwise the fault, also for a path that cannot be inspected
 */
export async function findTargetFault(target: string, overwrite: boolean): Promise<DiskFault | undefined> {
  try {
    const found = await lstat(target)
    if (found.isDirectory()) return diskFault('write the file', target, { code: 'EISDIR' })
    return overwrite ? undefined : existsFault(target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? undefined : diskFault('write the file', target, error)
  }
}
