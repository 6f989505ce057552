import { systemClock, type Clock } from '../../src/polling/clock.js'

/**
 * A clock that starts at 0 and runs `speed` times as fast as the machine's. It shortens the waits of tests with real
 * input and output. Its wall time runs at normal speed.
 */
export function quickClock(speed: number): Clock {
  const startedAtMs = systemClock.nowMs()
  return {
    nowMs: () => (systemClock.nowMs() - startedAtMs) * speed,
    wallMs: () => systemClock.wallMs(),
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
  }
}
