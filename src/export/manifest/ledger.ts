import type { Clock } from '../../polling/clock.js'
import type { ManifestFile } from '../model.js'
import { fold } from '../paths.js'
import type { Manifest, ManifestClaim } from './manifest.js'

/** Takes a claim back, for one path or for all: the files are as they were. */
export type Release = (path?: string) => void

/** A path, and what is or was to stand there. */
export interface ClaimedPath {
  readonly path: string
  readonly unit: Omit<ManifestClaim, 'path'>
}

// A record that a kill loses costs one export more; each write of a large manifest costs memory.
const RECORD_WITHIN_MS = 5_000

/**
 * Keeps the manifest true of the disk at every moment, whenever the process is killed: before a file is put in place,
 * replaced or removed, its path goes to the list of those being written, and its record leaves the manifest on the disk;
 * afterwards the new record comes in. Many changes share one write.
 */
export class Ledger {
  private readonly owned: Set<string>
  private claimedOnDisk: ReadonlySet<string>
  private writer: Promise<void> | undefined
  private changes = 0
  private cancelTimer: (() => void) | undefined

  /** @param save brings the manifest to the disk, atomically; throws when the disk refuses */
  constructor(
    private readonly manifest: Manifest,
    private readonly save: (pieces: readonly string[]) => Promise<void>,
    private readonly clock: Clock,
  ) {
    this.claimedOnDisk = new Set(manifest.writing.map(({ path }) => path))
    this.owned = new Set([...manifest.files.map(({ path }) => path), ...this.claimedOnDisk])
  }

  /** True for a path that this run wrote, or that an earlier one wrote or was about to write. */
  owns(path: string): boolean {
    return this.owned.has(path)
  }

  /** The record of the file that stands at a path. */
  recordOf(path: string): ManifestFile | undefined {
    return this.manifest.recordOf(path)
  }

  /** The records of other paths that some disk takes for this one. */
  recordsLike(path: string): readonly ManifestFile[] {
    const folded = fold(path)
    return this.manifest.files.filter((file) => file.path !== path && fold(file.path) === folded)
  }

  /** The records of what stands below a path. */
  recordsBelow(path: string): readonly ManifestFile[] {
    return this.manifest.files.filter((file) => file.path.startsWith(`${path}/`))
  }

  /**
   * Brings everything to the disk, but for what an earlier, killed run was about to write where nothing stands.
   * @param look undefined where nothing is; may throw, then the rest is written all the same
   */
  async close(look: (path: string) => unknown): Promise<void> {
    try {
      for (const { path } of this.manifest.writing) if (look(path) === undefined) this.forget(path)
    } finally {
      await this.flush()
    }
  }

  /**
   * Announces that these paths are about to be written or removed. Resolves when the disk knows.
   * @returns what takes it back if nothing was done after all
   */
  async claim(paths: readonly ClaimedPath[]): Promise<Release> {
    if (paths.every(({ path, unit }) => this.manifest.isClaimed(path, unit) && this.claimedOnDisk.has(path)))
      return () => undefined
    const added = new Set(paths.flatMap(({ path }) => (this.owned.has(path) ? [] : path)))
    const before = this.manifest.claim(paths)
    for (const { path } of paths) this.owned.add(path)
    const release: Release = (only) => {
      // A file that another one made room for has moved there meanwhile: it stays.
      const mine = (path: string): boolean => (only === undefined || only === path) && this.manifest.isClaimed(path)
      for (const path of added) if (mine(path)) this.forget(path)
      for (const file of before) if (only === undefined || only === file.path) this.record(file)
    }
    try {
      await this.flush()
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  /** The file stands at its path. The disk learns it soon. */
  record(file: ManifestFile): void {
    this.owned.add(file.path)
    this.manifest.record(file)
    this.flushSoon()
  }

  /** Notes the titles of files that stay as they are. The disk learns them at the end. */
  retitle(files: readonly ClaimedPath[]): void {
    for (const { path, unit } of files) this.manifest.retitle(path, unit.title)
  }

  /** Notes that these files are to be written anew, by the next run if not by this one. The disk learns it soon. */
  outdate(files: readonly { readonly path: string }[]): void {
    for (const { path } of files) this.manifest.outdate(path)
    this.flushSoon()
  }

  /** Nothing stands at the path any more. */
  forget(path: string): void {
    this.owned.delete(path)
    this.manifest.forget(path)
    this.flushSoon()
  }

  /** Resolves when the disk knows everything said so far. */
  flush(): Promise<void> {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.changes++
    // A write under way may have begun before the last change: it is followed by another then.
    this.writer ??= this.write()
    return this.writer
  }

  private flushSoon(): void {
    // A write that fails is told by the next claim, or by the flush at the end.
    this.cancelTimer ??= this.clock.after(RECORD_WITHIN_MS, () => void this.flush().catch(() => undefined))
  }

  private async write(): Promise<void> {
    try {
      for (let written = -1; written !== this.changes;) {
        written = this.changes
        const claimed = new Set(this.manifest.writing.map(({ path }) => path))
        await this.save(this.manifest.pieces())
        this.claimedOnDisk = claimed
      }
    } finally {
      this.writer = undefined
    }
  }
}
