import type { Clock } from '../polling/clock.js'
import type { Log } from '../runner/log.js'
import { formatBytes } from '../text.js'

const INTERVAL_MS = 5_000

/** Logs the progress of a long transfer every five seconds: bytes, share, rate. */
export class TransferProgress {
  /**
   * The bytes and the time from which the rate is measured: those of the last line. After a start from the beginning,
   * those of the first chunk.
   */
  private loggedBytes = 0
  private loggedAtMs: number | undefined
  private lastBytes = 0

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /**
   * Call it after each chunk of the file. If there are fewer bytes than before, the download has started again from
   * the beginning.
   * @param bytes how many bytes of the file were received so far
   * @param total the size of the complete file, if it is known
   */
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
    // A total below `bytes` is wrong, so it is not shown.
    const share =
      total === undefined || total < bytes ? '' : ` of ${formatBytes(total)} (${Math.floor((100 * bytes) / total)} %)`
    this.log.info(`Downloaded ${formatBytes(bytes)}${share}, ${rate}/s`)
    this.loggedAtMs = nowMs
    this.loggedBytes = bytes
  }
}
