import { createHash, randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault, diskFault, existsFault } from './disk-fault.js'

/** A body to be written into a folder. */
export interface StageOptions {
  /** Absolute; created when missing. */
  readonly directory: string
  /** Read as fast as the disk takes it, and no faster. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** How many bytes the whole must have, where that is known. */
  readonly expectedBytes?: number | undefined
  /** Called after each piece with the sum of bytes. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** A complete file under a temporary name. */
export interface StagedFile {
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /**
   * Gives it its name, on the same file system; without `overwrite` it replaces nothing, whatever happens meanwhile.
   * @throws DiskFault; then it is still staged
   */
  publish(target: string, options: { readonly overwrite: boolean }): Promise<void>
  /** Removes it, unless it was published. */
  discard(): Promise<void>
}

/** What to save, and where. */
export interface SaveOptions extends Omit<StageOptions, 'directory'> {
  /** Absolute; its folder is created when missing. */
  readonly target: string
  /** Whether a file that is there already is replaced. */
  readonly overwrite: boolean
}

/** A file on the disk, whole. */
export interface SavedFile {
  readonly path: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
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
 * Writes a body to a temporary file that nobody can guess: hashed and counted on the way, brought to the disk. Whatever
 * goes wrong, nothing is left behind. Knows no global state: any number may run at once.
 * @throws DiskFault when the disk refuses, WrongSize, or whatever the body throws
 */
export async function stageFile({ directory, body, expectedBytes, onBytes }: StageOptions): Promise<StagedFile> {
  const temporary = path.join(directory, `.feishu-export-${randomBytes(12).toString('hex')}.part`)
  const { handle, createdDirectory } = await openTemporary(temporary, directory)
  let isPublished = false
  const discard = async (): Promise<void> => {
    if (isPublished) return
    await unlink(temporary).catch(() => undefined)
    if (createdDirectory !== undefined) await removeEmpty(directory, createdDirectory)
  }
  try {
    let written: { readonly bytes: number; readonly sha256: string }
    try {
      written = await writeAll(handle, temporary, body, expectedBytes, onBytes)
    } finally {
      await handle.close().catch(() => undefined)
    }
    return {
      ...written,
      async publish(target, { overwrite }) {
        await moveInto(temporary, target, overwrite)
        isPublished = true
      },
      discard,
    }
  } catch (error) {
    await discard()
    throw error
  }
}

/**
 * Saves a body as a file that appears under its name whole or not at all: staged beside it, then renamed. Whatever goes
 * wrong, what was there before stays, and nothing else does (of several that fail at once in one new folder, an empty
 * folder may stay).
 * @throws DiskFault when the disk refuses, WrongSize, or whatever the body throws
 */
export async function saveFile({ target, overwrite, ...options }: SaveOptions): Promise<SavedFile> {
  const existing = await targetFault(target, overwrite)
  if (existing) throw existing
  const staged = await stageFile({ ...options, directory: path.dirname(target) })
  try {
    await staged.publish(target, { overwrite })
  } catch (error) {
    await staged.discard()
    throw error
  }
  return { path: target, bytes: staged.bytes, sha256: staged.sha256 }
}

/**
 * Tells beforehand why a file cannot be saved there: it exists already, or a folder has its name.
 * @returns undefined when nothing speaks against it so far
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

async function openTemporary(
  temporary: string,
  directory: string,
): Promise<{ handle: FileHandle; createdDirectory: string | undefined }> {
  for (let attemptsLeft = 20; ; attemptsLeft--) {
    let createdDirectory: string | undefined
    try {
      createdDirectory = await mkdir(directory, { recursive: true })
      return { handle: await open(temporary, 'wx'), createdDirectory }
    } catch (error) {
      if (createdDirectory !== undefined) await removeEmpty(directory, createdDirectory)
      const { code } = error as NodeJS.ErrnoException
      // Another one that failed in the same new folder may just have taken it away again.
      if (code === 'ENOENT' && attemptsLeft > 1) continue
      throw diskFault('write into the folder', directory, { code: code === 'EEXIST' ? 'ENOTDIR' : code })
    }
  }
}

async function writeAll(
  handle: FileHandle,
  target: string,
  body: StageOptions['body'],
  expectedBytes: number | undefined,
  onBytes: StageOptions['onBytes'],
): Promise<Omit<SavedFile, 'path'>> {
  const hash = createHash('sha256')
  const disk = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw diskFault('write the file', target, error)
    })
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (expectedBytes !== undefined && bytes > expectedBytes) throw new WrongSize(bytes, expectedBytes)
    const writing = disk(writeChunk(handle, chunk))
    hash.update(chunk)
    await writing
    onBytes?.(bytes)
  }
  if (expectedBytes !== undefined && bytes !== expectedBytes) throw new WrongSize(bytes, expectedBytes)
  await disk(handle.sync())
  return { bytes, sha256: hash.digest('hex') }
}

async function writeChunk(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length;) from += (await handle.write(chunk, from)).bytesWritten
}

/** Gives the finished file its name; without `overwrite` it can replace nothing, whatever happens at the same time. */
async function moveInto(temporary: string, target: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) {
      await rename(temporary, target)
      return
    }
    if (await linked(temporary, target)) {
      await unlink(temporary).catch(() => undefined)
      return
    }
    // No hard links here (FAT, some network file systems): an empty file keeps the name until it is replaced.
    await (await open(target, 'wx')).close()
    try {
      await rename(temporary, target)
    } catch (error) {
      await unlink(target).catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? existsFault(target)
      : diskFault('write the file', target, error)
  }
}

async function linked(temporary: string, target: string): Promise<boolean> {
  try {
    await link(temporary, target)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    return false
  }
}

/** Takes away the folders that were created for nothing, from the innermost to the outermost, as far as they are empty. */
async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  for (let directory = innermost; ; directory = path.dirname(directory)) {
    try {
      await rmdir(directory)
    } catch {
      return
    }
    if (directory === outermost || directory === path.dirname(directory)) return
  }
}
