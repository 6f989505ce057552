import type { Manifest, ManifestClaim } from './manifest.js'
import type { ManifestFile } from './model.js'

/** Takes a claim back: the files are as they were. */
export type Release = () => void

/** A path, and what is or was to stand there. */
export interface ClaimedPath {
  readonly path: string
  readonly unit: Omit<ManifestClaim, 'path'>
}

/**
 * Keeps the manifest true of the disk at every moment, whenever the process is killed. Before a file is replaced or
 * removed, its record leaves the manifest on the disk and its path is named as being written; afterwards the new record
 * comes in. Many changes share one write.
 */
export class Ledger {
  private readonly owned: Set<string>
  private writer: Promise<void> | undefined
  private changes = 0

  /** @param save brings the manifest to the disk, atomically; throws when the disk refuses */
  constructor(
    private readonly manifest: Manifest,
    private readonly save: (text: string) => Promise<unknown>,
  ) {
    this.owned = new Set([...manifest.files, ...manifest.writing].map(({ path }) => path))
  }

  /** True for a path that this or an earlier run wrote, or was about to write. */
  owns(path: string): boolean {
    return this.owned.has(path)
  }

  /**
   * Announces that these paths are about to be written or removed. Resolves when the disk knows.
   * @returns what takes it back if nothing was done after all
   */
  async claim(paths: readonly ClaimedPath[]): Promise<Release> {
    const added = paths.filter(({ path }) => !this.owned.has(path))
    const before = this.manifest.claim(paths)
    for (const { path } of paths) this.owned.add(path)
    const release = (): void => {
      for (const { path } of added) this.forget(path)
      for (const file of before) this.manifest.record(file)
    }
    try {
      await this.flush()
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  /** The file stands at its path. The disk learns it with the next write. */
  record(file: ManifestFile): void {
    this.owned.add(file.path)
    this.manifest.record(file)
    this.flushLater()
  }

  /** Nothing stands at the path any more. */
  forget(path: string): void {
    this.owned.delete(path)
    this.manifest.forget(path)
    this.flushLater()
  }

  /** Resolves when the disk knows everything said so far. */
  flush(): Promise<void> {
    this.changes++
    // A write under way may have begun before the last change: it is followed by another then.
    this.writer ??= this.write()
    return this.writer
  }

  private flushLater(): void {
    // A write that fails is told by the next claim, or by the flush at the end.
    this.flush().catch(() => undefined)
  }

  private async write(): Promise<void> {
    try {
      for (let written = -1; written !== this.changes;) {
        written = this.changes
        await this.save(this.manifest.serialize())
      }
    } finally {
      this.writer = undefined
    }
  }
}
