import type { Clock } from '../../polling/clock.js'
import type { Log } from '../../runner/log.js'

// Often enough to show that the run continues, rare enough for the log of an hour.
const EVERY_MS = 10_000

/** Logs a line every few seconds, from its construction until `stop`. Does not log the same line twice in a row. */
export class Ticker {
  private stopTimer: () => void = () => undefined
  private lastLine = ''

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly makeLine: () => string,
  ) {
    this.startTimer()
  }

  /** Stops logging. */
  stop(): void {
    this.stopTimer()
  }

  private startTimer(): void {
    this.stopTimer = this.clock.after(EVERY_MS, () => {
      const line = this.makeLine()
      if (line !== this.lastLine) this.log.info(line)
      this.lastLine = line
      this.startTimer()
    })
  }
}

/** The progress of the exports of a run. It counts outputs: one output may be written to several paths. */
export interface Progress {
  readonly done: number
  readonly failed: number
  readonly total: number
  readonly inFlight: number
  /** Whether a request waits for a rate limit: a reason why the counts may not change for up to a minute. */
  readonly isWaitingForLimit: boolean
  /** Since the first export began. */
  readonly elapsedMs: number
}

// In the first minute, the burst that the rate limit allows at once would give a rate that is never reached again.
const NO_RATE_BEFORE_MS = 60_000
// Exports end in bursts, one in each window of the rate limit (a minute): an estimate needs at least two of them.
const NO_ESTIMATE_BEFORE_MS = 2 * 60_000
const MINUTE_MS = 60_000

/** Formats the progress lines of a run. */
export class ProgressLines {
  private lastMinutes = Infinity

  /** Formats a line; it includes the rate after a minute, and the remaining time while that can be estimated. */
  line(progress: Progress): string {
    const { done, failed, total, inFlight, isWaitingForLimit, elapsedMs } = progress
    const perMinute = (done * MINUTE_MS) / Math.max(1, elapsedMs)
    const minutes = this.estimateMinutes(total - done - failed, perMinute, elapsedMs)
    const estimate = minutes === undefined ? '' : `, about ${minutes} min left`
    const waiting = isWaitingForLimit ? ', waiting for the rate limit' : ''
    const rate = elapsedMs < NO_RATE_BEFORE_MS ? '' : `, ${perMinute.toFixed(0)} a minute`
    return `${done} of ${total} done, ${inFlight} in flight${waiting}, ${failed} failed${rate}${estimate}`
  }

  /**
   * Estimates the remaining minutes, rounded up. Undefined at the beginning, while nothing is done, and when nothing is
   * left to do. Also undefined if the estimate is at least twice the last one shown: it is not reliable.
   * @param left the number of outputs that have not ended
   * @param perMinute how many outputs were done in a minute, without the failed ones
   */
  private estimateMinutes(left: number, perMinute: number, elapsedMs: number): number | undefined {
    if (elapsedMs < NO_ESTIMATE_BEFORE_MS || perMinute === 0 || left === 0) return undefined
    const minutes = Math.ceil(left / perMinute)
    if (minutes >= 2 * this.lastMinutes) return undefined
    this.lastMinutes = minutes
    return minutes
  }
}
