import { link, open } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { diskFault, existsFault } from './disk-fault.js'
import { removeEmptyFolders } from './folders.js'
import { renameWithRetry, unlinkWithRetry } from './retry.js'

/** A file on the disk, whole. */
export interface SavedFile {
  readonly path: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/** What a staged file is made of. */
export interface StagedFileOptions {
  readonly clock: Clock
  /** Its temporary path, absolute. */
  readonly temporary: string
  /** The outermost folder that was created for it. */
  readonly createdDirectory: string | undefined
  readonly bytes: number
  readonly sha256: string
}

/** A file that is whole and on the disk, under a temporary name: give it its name, or discard it. */
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

  /** Whether `publish` failed and could not remove the empty file that kept the name meanwhile. */
  get hasLeftEmptyFile(): boolean {
    return this.emptyFileIsLeft
  }

  /**
   * Gives the file its name. Without `overwrite` it replaces nothing, whatever happens at the same time.
   * @param target absolute, on the same disk; its folder exists
   * @throws DiskFault; the file is still staged then
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

  /** Removes the file, and the folders that were created for it; does nothing once it is published. Never rejects. */
  async discard(): Promise<void> {
    if (this.isPublished) return
    const { clock, temporary, createdDirectory } = this.options
    await unlinkWithRetry(clock, temporary).catch(() => undefined)
    if (createdDirectory !== undefined) await removeEmptyFolders(clock, path.dirname(temporary), createdDirectory)
  }

  private async publishNew(target: string): Promise<void> {
    const { clock, temporary } = this.options
    if (await linked(temporary, target)) {
      await unlinkWithRetry(clock, temporary).catch(() => undefined)
      return
    }
    // No hard links here (FAT, some network file systems): an empty file keeps the name until it is replaced.
    await (await open(target, 'wx')).close()
    try {
      await renameWithRetry(clock, temporary, target)
    } catch (error) {
      await unlinkWithRetry(clock, target).catch(() => (this.emptyFileIsLeft = true))
      throw error
    }
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
