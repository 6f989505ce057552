import type { Clock } from '../polling/clock.js'
import type { Manifest, ManifestClaim } from './manifest.js'
import type { ManifestFile } from './model.js'

/** Takes a claim back: the files are as they were. */
export type Release = () => void

/** A path, and what is or was to stand there. */
export interface ClaimedPath {
  readonly path: string
  readonly unit: Omit<ManifestClaim, 'path'>
}

// A record that a kill loses costs one export more; each write of a large manifest costs memory.
const RECORD_WITHIN_MS = 5_000

/**
 * Keeps the manifest true of the disk at every moment, whenever the process is killed. New paths are announced as being
 * written when the run begins; before a file is replaced or removed, its record leaves the manifest on the disk for the
 * list of those being written; afterwards the new record comes in. Many changes share one write.
 */
export class Ledger {
  private readonly owned: Set<string>
  private readonly announced = new Set<string>()
  private claimedOnDisk: ReadonlySet<string>
  private writer: Promise<void> | undefined
  private changes = 0
  private cancelTimer: (() => void) | undefined

  /** @param save brings the manifest to the disk, atomically; throws when the disk refuses */
  constructor(
    private readonly manifest: Manifest,
    private readonly save: (pieces: readonly string[]) => Promise<unknown>,
    private readonly clock: Clock,
  ) {
    this.claimedOnDisk = new Set(manifest.writing.map(({ path }) => path))
    this.owned = new Set([...manifest.files.map(({ path }) => path), ...this.claimedOnDisk])
  }

  /** True for a path that this run wrote, or that an earlier one wrote or was about to write. */
  owns(path: string): boolean {
    return this.owned.has(path) && !this.announced.has(path)
  }

  /** Names the paths that this run is going to write where no earlier one did. Resolves when the disk knows. */
  async announce(paths: readonly ClaimedPath[]): Promise<void> {
    const fresh = paths.filter(({ path }) => !this.owned.has(path))
    if (fresh.length === 0) return
    for (const { path } of fresh) this.announced.add(path)
    await this.claim(fresh)
  }

  /**
   * Takes back, at the end of a run, what was announced and not written after all; also what an earlier, killed run
   * announced, where nothing stands.
   */
  withdraw(stands: (path: string) => boolean): void {
    for (const { path } of this.manifest.writing) if (this.announced.has(path) || !stands(path)) this.forget(path)
    this.announced.clear()
  }

  /**
   * Announces that these paths are about to be written or removed. Resolves when the disk knows.
   * @returns what takes it back if nothing was done after all
   */
  async claim(paths: readonly ClaimedPath[]): Promise<Release> {
    if (paths.every(({ path }) => this.manifest.isClaimed(path) && this.claimedOnDisk.has(path))) return () => undefined
    const added = paths.filter(({ path }) => !this.owned.has(path))
    const before = this.manifest.claim(paths)
    for (const { path } of paths) this.owned.add(path)
    const release = (): void => {
      for (const { path } of added) this.forget(path)
      for (const file of before) this.record(file)
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
    this.announced.delete(file.path)
    this.manifest.record(file)
    this.flushSoon()
  }

  /** Notes the titles of files that stay as they are. The disk learns them at the end. */
  retitle(files: readonly ClaimedPath[]): void {
    for (const { path, unit } of files) this.manifest.retitle(path, unit.title)
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
