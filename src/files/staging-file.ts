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

// What SMB, NFS and FUSE return if they cannot sync. A full or broken disk returns other codes.
const NO_FSYNC_CODES: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])

const MAX_OPEN_TRIES = 20

// A large file is synced while the rest of it is still received, so that little is left to sync at its end.
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

/** A file on its way to the disk, under a temporary name: hashed and counted as it is written. */
export class StagingFile {
  /** How many bytes were given to `write`. They are in the file when every call of `write` has ended. */
  bytes = 0
  private hash: Hash = createHash('sha256')
  private syncedBytes = 0
  private syncing: Promise<void> | undefined

  private constructor(
    private readonly clock: Clock,
    private readonly place: StagingPlace,
    private readonly temporary: string,
    private readonly handle: FileHandle,
    /** The outermost folder that was created for the file; undefined when its folder existed. */
    private readonly createdDirectory: string | undefined,
  ) {}

  /** Creates the missing folders and an empty file. @throws DiskFault; then empty folders that it created are removed */
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
        // Another call that failed may have removed the folder meanwhile.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' && triesLeft > 1) continue
        throw diskFault('write into the folder', directory, error)
      }
    }
  }

  /**
   * Adds pieces at the end. Their bytes must not change until the returned promise has settled. The next call may start
   * before that, but `restart` and `finish` only after every call has settled.
   * @throws DiskFault; then the file can only be discarded
   */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    // Starts to write, and hashes the pieces meanwhile.
    const writing = this.writeAt(this.bytes, pieces)
    for (const piece of pieces) {
      this.hash.update(piece)
      this.bytes += piece.length
    }
    try {
      await writing
      await this.startSyncIfDue()
    } catch (error) {
      throw diskFault('write the file', this.place.target, error)
    }
  }

  /** Writes all pieces. @param start the position in the file */
  private async writeAt(start: number, pieces: readonly Uint8Array[]): Promise<void> {
    let position = start
    for (let left = pieces; left.length > 0;) {
      // May write only a part of the pieces.
      const { bytesWritten } = await this.handle.writev(left, position)
      position += bytesWritten
      left = withoutFirst(left, bytesWritten)
    }
  }

  /**
   * Starts to sync the file after every 64 MB. Waits only for the end of the previous sync. The error of a sync is thrown
   * where `syncing` is awaited: here before the next sync, in `restart` and in `finish`. This error must not be lost: the
   * system reports it only once.
   */
  private async startSyncIfDue(): Promise<void> {
    if (this.bytes - this.syncedBytes < SYNC_EVERY_BYTES) return
    // Set before the wait, so that another write that ends meanwhile does not start a sync of its own.
    this.syncedBytes = this.bytes
    await this.syncing
    this.syncing = this.handle.datasync().catch(ignoreMissingSync)
    // An error must not count as unhandled until `syncing` is awaited.
    this.syncing.catch(() => undefined)
  }

  /**
   * Empties the file, so that it can be written from the beginning. Only called after every `write` has settled.
   * @throws DiskFault; then the file can only be discarded
   */
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

  /**
   * Syncs the complete file to the disk and closes it. Only the returned object is used from then on.
   * @throws DiskFault; then the file can only be discarded
   */
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

  /** Removes the file and the empty folders that were created for it. Never rejects. */
  async discard(): Promise<void> {
    const { clock, place, temporary, handle, createdDirectory } = this
    await handle.close().catch(() => undefined)
    await unlinkWithRetry(clock, temporary).catch(() => undefined)
    if (createdDirectory !== undefined) await removeEmptyFolders(clock, place.directory, createdDirectory)
  }
}

/** @throws the error, unless the file system has no sync */
function ignoreMissingSync(error: unknown): void {
  if (!NO_FSYNC_CODES.has((error as NodeJS.ErrnoException).code ?? '')) throw error
}

/** Returns what remains of the pieces without their first `bytes` bytes. */
function withoutFirst(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let bytesToSkip = bytes
  const rest: Uint8Array[] = []
  for (const piece of pieces) {
    if (bytesToSkip < piece.length) rest.push(piece.subarray(bytesToSkip))
    bytesToSkip = Math.max(0, bytesToSkip - piece.length)
  }
  return rest
}
