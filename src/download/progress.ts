import type { Clock } from '../polling/clock.js'
import type { Log } from '../runner/log.js'
import { formatBytes } from '../text.js'

const INTERVAL_MS = 5_000

/** Logs the progress of a long transfer every five seconds: bytes, share, rate. */
export class TransferProgress {
  private loggedBytes = 0
  private lastBytes = 0
  private loggedAtMs: number | undefined

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Call it after each chunk of the file. Fewer bytes than before mean that another attempt has started. */
  onBytes(bytes: number, total: number | undefined): void {
    const nowMs = this.clock.nowMs()
    const hasRestarted = bytes < this.lastBytes
    this.lastBytes = bytes
    if (this.loggedAtMs === undefined || hasRestarted) {
      this.loggedAtMs = nowMs
      this.loggedBytes = bytes
      return
    }
    const elapsedMs = nowMs - this.loggedAtMs
    if (elapsedMs < INTERVAL_MS) return
    const rate = formatBytes(Math.round(((bytes - this.loggedBytes) * 1000) / elapsedMs))
    const share =
      total === undefined || total < bytes ? '' : ` of ${formatBytes(total)} (${Math.floor((100 * bytes) / total)} %)`
    this.log.info(`Downloaded ${formatBytes(bytes)}${share}, ${rate}/s`)
    this.loggedAtMs = nowMs
    this.loggedBytes = bytes
  }
}
