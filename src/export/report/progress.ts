import type { Clock } from '../../polling/clock.js'
import type { Log } from '../../runner/log.js'

// Often enough to see that it goes on, rarely enough for a log of an hour.
const EVERY_MS = 10_000

/** Writes a line every few seconds while something goes on. */
export class Ticker {
  private stopTimer: () => void = () => undefined
  private last = ''

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly line: () => string,
  ) {
    this.arm()
  }

  stop(): void {
    this.stopTimer()
  }

  private arm(): void {
    this.stopTimer = this.clock.after(EVERY_MS, () => {
      const line = this.line()
      if (line !== this.last) this.log.info(line)
      this.last = line
      this.arm()
    })
  }
}
