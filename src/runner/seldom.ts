import type { Clock } from '../polling/clock.js'
import type { Log } from './log.js'

const EVERY_MS = 30_000

/**
 * Tells one line in half a minute, the others under debug: troubles that come and go must not fill the log.
 * @returns a function that says whether it told the line
 */
export function seldom(clock: Clock, log: Log): (line: string) => boolean {
  let toldAtMs = -Infinity
  return (line) => {
    if (clock.nowMs() - toldAtMs < EVERY_MS) {
      log.debug(line)
      return false
    }
    toldAtMs = clock.nowMs()
    log.info(line)
    return true
  }
}
