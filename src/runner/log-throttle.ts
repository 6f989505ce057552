import type { Clock } from '../polling/clock.js'
import type { Log } from './log.js'

const INTERVAL_MS = 30_000

/**
 * Makes a function that logs at most one line in 30 seconds as info, the others as debug. So frequent short faults do
 * not fill the log.
 * @returns the function; it returns whether the line was logged as info
 */
export function throttleLog(clock: Clock, log: Log): (line: string) => boolean {
  let loggedAtMs = -Infinity
  return (line) => {
    if (clock.nowMs() - loggedAtMs < INTERVAL_MS) {
      log.debug(line)
      return false
    }
    loggedAtMs = clock.nowMs()
    log.info(line)
    return true
  }
}
