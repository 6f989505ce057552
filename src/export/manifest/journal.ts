import type { Clock } from '../../polling/clock.js'
import type { FileRecord, FolderRecord, ManifestRecords } from '../model.js'
import { formatManifest, type PendingChange } from './format.js'

/** A change that is about to be made. */
export interface IntendedChange {
  readonly path: string
  /** The record of the file that will be at the path; undefined when no file will be there. */
  readonly after?: FileRecord | undefined
  /** See PendingChange. */
  readonly isMove?: boolean
}

/** A change of a record while its file stays as it is. */
type RecordChange = Partial<Pick<FileRecord, 'title' | 'editTime' | 'revision'>>

// How long a committed record may wait for the next write of the manifest. The delay is useful, because each write of a
// large manifest needs memory. It is safe: the next run recovers the record of a changed file from the file itself. A change
// of the record alone is decided again by the next run.
const WRITE_WITHIN_MS = 5_000
// The pause before a failed write is tried again.
const RETRY_AFTER_MS = 1_000

/**
 * Keeps the manifest consistent with the disk even if the process is killed. A change is announced with `intend`, then
 * made, then recorded with `commit`; if it fails, it is taken back with `abort`. Many changes share one write of the
 * manifest.
 */
export class Journal {
  private readonly files = new Map<string, FileRecord>()
  private readonly pending = new Map<string, PendingChange>()
  private folders: readonly FolderRecord[]
  private writer: Promise<void> | undefined
  private flushCalls = 0
  private cancelTimer: (() => void) | undefined

  /** @param save writes the manifest atomically; throws a DiskFault */
  constructor(
    start: ManifestRecords,
    private readonly save: (pieces: readonly string[]) => Promise<void>,
    private readonly clock: Clock,
  ) {
    for (const file of start.files) this.files.set(file.path, file)
    this.folders = start.folders
  }

  /** The recorded file at a path; while an announced change is not made yet, the file before the change. */
  recordAt(path: string): FileRecord | undefined {
    return this.files.get(path) ?? this.pending.get(path)?.before
  }

  /**
   * Announces changes. Resolves when the manifest on the disk contains them. A path must have no announced change yet:
   * that change would be lost, with its `before`.
   * @throws DiskFault when the manifest cannot be written; then the changes are withdrawn
   */
  async intend(changes: readonly IntendedChange[]): Promise<void> {
    if (changes.length === 0) return
    for (const { path, after, isMove = false } of changes) {
      this.pending.set(path, { path, before: this.files.get(path), after, isMove })
      this.files.delete(path)
    }
    try {
      await this.flush()
    } catch (error) {
      for (const { path } of changes) this.abort(path)
      throw error
    }
  }

  /**
   * Records which file is at a path after a change. A change of the record alone, not of the disk, needs no `intend`
   * before. The manifest is written soon.
   * @param record undefined if no file is at the path
   */
  commit(path: string, record: FileRecord | undefined): void {
    this.pending.delete(path)
    if (record) this.files.set(path, record)
    else this.files.delete(path)
    this.writeSoon()
  }

  /** Withdraws an announced change that was not made. */
  abort(path: string): void {
    const change = this.pending.get(path)
    if (change) this.commit(path, change.before)
  }

  /**
   * Updates the record of the file at a path, if there is one. The file itself stays as it is. Does nothing while a change
   * at the path is announced.
   */
  update(path: string, change: RecordChange): void {
    const record = this.files.get(path)
    const names = Object.keys(change) as (keyof RecordChange)[]
    const isChanged = record && names.some((name) => change[name] !== record[name])
    if (isChanged) this.commit(path, { ...record, ...change })
  }

  /** Updates the records of all files that a function selects, wherever they are. */
  updateWhere(isSelected: (record: FileRecord) => boolean, change: RecordChange): void {
    for (const record of [...this.files.values()]) if (isSelected(record)) this.update(record.path, change)
  }

  /** Replaces the recorded folders. */
  setFolders(folders: readonly FolderRecord[]): void {
    this.folders = folders
    this.writeSoon()
  }

  /**
   * Writes the manifest. Resolves when all changes so far are on the disk.
   * @throws DiskFault when the manifest cannot be written
   */
  flush(): Promise<void> {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.flushCalls++
    // If a write has already started, another one follows it, for the latest changes.
    this.writer ??= this.write()
    return this.writer
  }

  private writeSoon(afterMs = WRITE_WITHIN_MS): void {
    // A write that fails here is tried again. If it keeps failing, the next `intend` or the flush at the end reports
    // it.
    this.cancelTimer ??= this.clock.after(afterMs, () => {
      this.cancelTimer = undefined
      this.flush().catch(() => this.writeSoon(RETRY_AFTER_MS))
    })
  }

  /** Writes the manifest, and again as long as `flush` was called during the write. */
  private async write(): Promise<void> {
    try {
      let callsBefore: number
      do {
        callsBefore = this.flushCalls
        const files = [...this.files.values()]
        const journal = [...this.pending.values()]
        await this.save(formatManifest({ files, folders: this.folders, journal }))
      } while (callsBefore !== this.flushCalls)
    } finally {
      this.writer = undefined
    }
  }
}
