import type { Clock } from '../polling/clock.js'
import type { Log } from '../runner/log.js'
import { formatBytes } from '../text.js'

const EVERY_MS = 5_000

/** Tells of a long transfer every few seconds: bytes, share, rate. */
export class TransferProgress {
  private toldBytes = 0
  private lastBytes = 0
  private toldAtMs: number | undefined

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** After each piece of the file; fewer bytes than before are the beginning of another attempt. */
  onBytes(bytes: number, total: number | undefined): void {
    const nowMs = this.clock.nowMs()
    const isAnew = bytes < this.lastBytes
    this.lastBytes = bytes
    if (this.toldAtMs === undefined || isAnew) {
      this.toldAtMs = nowMs
      this.toldBytes = bytes
      return
    }
    const elapsedMs = nowMs - this.toldAtMs
    if (elapsedMs < EVERY_MS) return
    const rate = formatBytes(Math.round(((bytes - this.toldBytes) * 1000) / elapsedMs))
    const share =
      total === undefined || total < bytes ? '' : ` of ${formatBytes(total)} (${Math.floor((100 * bytes) / total)} %)`
    this.log.info(`Downloaded ${formatBytes(bytes)}${share}, ${rate}/s`)
    this.toldAtMs = nowMs
    this.toldBytes = bytes
  }
}
