import { systemClock, type Clock } from '../../src/polling/clock.js'

/** The clock of the machine, running `speed` times as fast: for real input and output whose waits are of no interest. */
export function quickClock(speed: number): Clock {
  const beginMs = systemClock.nowMs()
  return {
    nowMs: () => (systemClock.nowMs() - beginMs) * speed,
    wallMs: () => systemClock.wallMs(),
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
  }
}
