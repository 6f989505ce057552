import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { diskFault } from './disk-fault.js'
import { createFolders, removeEmptyFolders } from './folders.js'
import { unlinkWithRetry } from './retry.js'
import { StagedFile } from './staged-file.js'
import { temporaryName } from './temporary-name.js'

/** Where a file is written before it gets its name. */
export interface StagingPlace {
  /** Absolute; created when missing. */
  readonly directory: string
  /** The path that error messages name: the one that the file is for. */
  readonly target: string
}

// SMB, NFS and FUSE answer so where they have no such call. A full or broken disk answers otherwise.
const NO_FSYNC_CODES: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])

const MAX_OPEN_TRIES = 20

// A large file is synced while the rest of it still comes, so that little is left to sync at its end.
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

/** A file on its way to the disk, under a temporary name: hashed and counted as it is written. */
export class StagingFile {
  /** How many bytes were given to `write`; they are in the file once those calls have ended. */
  bytes = 0
  private hash: Hash = createHash('sha256')
  private syncedBytes = 0
  private syncing: Promise<void> | undefined

  private constructor(
    private readonly clock: Clock,
    private readonly place: StagingPlace,
    private readonly temporary: string,
    private readonly handle: FileHandle,
    /** The outermost folder that was created for it. */
    private readonly createdDirectory: string | undefined,
  ) {}

  /** Creates the folders and an empty file. @throws DiskFault; nothing is left then */
  static async open(clock: Clock, place: StagingPlace): Promise<StagingFile> {
    const { directory } = place
    const temporary = path.join(directory, temporaryName())
    for (let triesLeft = MAX_OPEN_TRIES; ; triesLeft--) {
      let createdDirectory: string | undefined
      try {
        createdDirectory = await createFolders(clock, directory)
        return new StagingFile(clock, place, temporary, await open(temporary, 'wx'), createdDirectory)
      } catch (error) {
        if (createdDirectory !== undefined) await removeEmptyFolders(clock, directory, createdDirectory)
        // Another file that failed in the same new folder may just have removed it.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' && triesLeft > 1) continue
        throw diskFault('write into the folder', directory, error)
      }
    }
  }

  /**
   * Adds pieces at the end; they must not change meanwhile. The next call need not wait for the end of this one.
   * @throws DiskFault; only `discard` is left to do then
   */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    const writing = this.writeAt(this.bytes, pieces)
    for (const piece of pieces) {
      this.hash.update(piece)
      this.bytes += piece.length
    }
    try {
      await writing
      await this.syncInBackground()
    } catch (error) {
      throw diskFault('write the file', this.place.target, error)
    }
  }

  private async writeAt(start: number, pieces: readonly Uint8Array[]): Promise<void> {
    let position = start
    for (let left = pieces; left.length > 0;) {
      const { bytesWritten } = await this.handle.writev(left, position)
      position += bytesWritten
      left = withoutFirst(left, bytesWritten)
    }
  }

  /**
   * Starts to sync the file after every 64 MB. The system reports a disk error once: it is thrown by the next sync or by
   * `finish`.
   */
  private async syncInBackground(): Promise<void> {
    if (this.bytes - this.syncedBytes < SYNC_EVERY_BYTES) return
    await this.syncing
    this.syncedBytes = this.bytes
    this.syncing = this.handle.datasync().catch(ignoreMissingSync)
    // The next sync or `finish` throws it; until then, it must not count as unhandled.
    this.syncing.catch(() => undefined)
  }

  /** Goes back to an empty file. @throws DiskFault */
  async restart(): Promise<void> {
    try {
      await this.syncing
      await this.handle.truncate(0)
    } catch (error) {
      throw diskFault('write the file', this.place.target, error)
    }
    this.bytes = 0
    this.syncedBytes = 0
    this.hash = createHash('sha256')
  }

  /** Brings the whole to the disk; from here on the caller has the staged file alone. @throws DiskFault */
  async finish(): Promise<StagedFile> {
    const { clock, place, temporary, handle, createdDirectory, bytes } = this
    try {
      await this.syncing
      await handle.sync().catch(ignoreMissingSync)
      await handle.close()
    } catch (error) {
      throw diskFault('write the file', place.target, error)
    }
    return new StagedFile({ clock, temporary, createdDirectory, bytes, sha256: this.hash.digest('hex') })
  }

  /** Removes the file and the folders that were created for it. Never rejects. */
  async discard(): Promise<void> {
    const { clock, place, temporary, handle, createdDirectory } = this
    await handle.close().catch(() => undefined)
    await unlinkWithRetry(clock, temporary).catch(() => undefined)
    if (createdDirectory !== undefined) await removeEmptyFolders(clock, place.directory, createdDirectory)
  }
}

function ignoreMissingSync(error: unknown): void {
  if (!NO_FSYNC_CODES.has((error as NodeJS.ErrnoException).code ?? '')) throw error
}

/** What is left of the pieces after so many bytes. */
function withoutFirst(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skipped = bytes
  const rest: Uint8Array[] = []
  for (const piece of pieces) {
    if (skipped < piece.length) rest.push(piece.subarray(skipped))
    skipped = Math.max(0, skipped - piece.length)
  }
  return rest
}
