import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { diskFault, existsFault, type DiskFault } from './disk-fault.js'
import type { SavedFile, StagedFile } from './staged-file.js'
import { StagingFile, type StagingPlace } from './staging-file.js'

export type { SavedFile, StagedFile } from './staged-file.js'

/** What to stage, and where. */
export interface StageOptions extends StagingPlace {
  /** Read as fast as the disk takes it, and no faster: a piece may be used again when the next one is asked for. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** How many bytes the whole must have, where that is known. */
  readonly expectedBytes?: number | undefined
  /** Called after each piece with the sum. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  readonly clock: Clock
}

/** What to save, and where. */
export interface SaveOptions extends Omit<StageOptions, 'directory' | 'target'> {
  /** Absolute; its folder is created when missing. */
  readonly target: string
  /** Whether a file that is there already is replaced. */
  readonly overwrite: boolean
}

/** The body has another size than expected: shorter at its end, or already longer before it. */
export class WrongSize extends Error {
  constructor(
    readonly bytes: number,
    readonly expectedBytes: number,
  ) {
    super(`${bytes} bytes in place of ${expectedBytes}`)
  }
}

/**
 * Writes a body to a file under a temporary name, hashed and counted, and brings it to the disk. The caller publishes it
 * or discards it. Any number may run at once.
 * @throws DiskFault when the disk refuses, WrongSize, or whatever the body throws; nothing is left then (of several that
 * fail at once in one new folder, an empty folder may stay)
 */
export async function stageFile(options: StageOptions): Promise<StagedFile> {
  const { body, expectedBytes, onBytes, clock } = options
  const staging = await StagingFile.open(clock, options)
  try {
    for await (const piece of body) {
      checkSize(staging.bytes + piece.length, expectedBytes, false)
      await staging.write([piece])
      onBytes?.(staging.bytes)
    }
    checkSize(staging.bytes, expectedBytes, true)
    return await staging.finish()
  } catch (error) {
    await staging.discard()
    throw error
  }
}

/** @throws WrongSize when there are more bytes than expected or, at the end, fewer */
export function checkSize(bytes: number, expectedBytes: number | undefined, isEnd: boolean): void {
  if (expectedBytes === undefined || bytes === expectedBytes) return
  if (bytes > expectedBytes || isEnd) throw new WrongSize(bytes, expectedBytes)
}

/**
 * Saves a body as a file that appears under its name whole or not at all. Whatever goes wrong, what was there before
 * stays, and nothing else is left.
 * @throws as `stageFile`, and DiskFault for a file that is there already and is not replaced
 */
export async function saveFile({ target, overwrite, ...options }: SaveOptions): Promise<SavedFile> {
  const existing = await targetFault(target, overwrite)
  if (existing) throw existing
  const staged = await stageFile({ ...options, directory: path.dirname(target), target })
  try {
    return await staged.publish(target, { overwrite })
  } finally {
    await staged.discard()
  }
}

/**
 * Checks beforehand whether a file can be saved there.
 * @returns why not: a file is there already, or a folder has its name; undefined when nothing speaks against it so far
 */
export async function targetFault(target: string, overwrite: boolean): Promise<DiskFault | undefined> {
  try {
    const found = await lstat(target)
    if (found.isDirectory()) return diskFault('write the file', target, { code: 'EISDIR' })
    return overwrite ? undefined : existsFault(target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? undefined : diskFault('write the file', target, error)
  }
}
