import { link, open } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { diskFault, existsFault } from './disk-fault.js'
import { removeEmptyFolders } from './folders.js'
import { renameWithRetry, unlinkWithRetry } from './retry.js'

/** A complete file on the disk. */
export interface SavedFile {
  readonly path: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/** The properties of a staged file. */
export interface StagedFileOptions {
  readonly clock: Clock
  /** Its temporary path, absolute. */
  readonly temporary: string
  /** The outermost folder that was created for it; undefined when its folder existed. */
  readonly createdDirectory: string | undefined
  readonly bytes: number
  readonly sha256: string
}

/** A complete file on the disk under a temporary name. The caller publishes it or discards it. */
export class StagedFile {
  private isPublished = false
  private emptyFileIsLeft = false

  constructor(private readonly options: StagedFileOptions) {}

  get bytes(): number {
    return this.options.bytes
  }

  /** Lower-case hexadecimal. */
  get sha256(): string {
    return this.options.sha256
  }

  /** True when `publish` failed and could not remove the empty file that reserved the name. */
  get hasLeftEmptyFile(): boolean {
    return this.emptyFileIsLeft
  }

  /**
   * Moves the file from its temporary path to its target. Without `overwrite`, an existing file is never replaced, even
   * one that appears at the same moment.
   * @param target absolute, on the same disk, in an existing folder
   * @throws DiskFault; then the file keeps its temporary name
   */
  async publish(target: string, { overwrite }: { readonly overwrite: boolean }): Promise<SavedFile> {
    try {
      if (overwrite) await renameWithRetry(this.options.clock, this.options.temporary, target)
      else await this.publishNew(target)
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? existsFault(target)
        : diskFault('write the file', target, error)
    }
    this.isPublished = true
    return { path: target, bytes: this.bytes, sha256: this.sha256 }
  }

  /**
   * Removes the file and the empty folders that were created for it. Does nothing after a successful `publish`. Never
   * rejects.
   */
  async discard(): Promise<void> {
    if (this.isPublished) return
    const { clock, temporary, createdDirectory } = this.options
    await unlinkWithRetry(clock, temporary).catch(() => undefined)
    if (createdDirectory !== undefined) await removeEmptyFolders(clock, path.dirname(temporary), createdDirectory)
  }

  /** Moves the file to a target that does not exist. @throws EEXIST if it exists, or another error of the disk */
  private async publishNew(target: string): Promise<void> {
    const { clock, temporary } = this.options
    if (await tryLink(temporary, target)) {
      // The target is complete now. A temporary name that cannot be removed is no failure of `publish`.
      await unlinkWithRetry(clock, temporary).catch(() => undefined)
      return
    }
    // Without a hard link (FAT and some network disks have none), an empty file reserves the name for the rename.
    const emptyFile = await open(target, 'wx')
    try {
      await emptyFile.close()
      await renameWithRetry(clock, temporary, target)
    } catch (error) {
      await unlinkWithRetry(clock, target).catch(() => {
        this.emptyFileIsLeft = true
      })
      throw error
    }
  }
}

/**
 * Makes a hard link to a file.
 * @returns false when that is not possible, usually because the file system has no hard links
 * @throws EEXIST when the target exists
 */
async function tryLink(temporary: string, target: string): Promise<boolean> {
  try {
    await link(temporary, target)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    return false
  }
}
