import type { Operation } from '../../feishu/client/operations.js'

/** The time in which an API has refused every request. */
interface RefusedTime {
  readonly sinceMs: number
  /** When the pauses after all refusals so far have ended. */
  readonly retryAtMs: number
}

/** Finds out which APIs have refused every request for so long that a quota is probably used up. */
export class Refusals {
  private readonly refused = new Map<Operation, RefusedTime>()

  /** @param exhaustedAfterMs how long an API must have refused every request */
  constructor(private readonly exhaustedAfterMs: number) {}

  /**
   * Records that an API refused a request. If none was refused for `exhaustedAfterMs` after the last pause, the time
   * starts again: the API may have been free meanwhile.
   * @param pauseMs the pause after this refusal
   * @returns true if the API has refused every request for so long
   */
  record(operation: Operation, nowMs: number, pauseMs: number): boolean {
    const earlier = this.refused.get(operation)
    const sinceMs = earlier && nowMs - earlier.retryAtMs < this.exhaustedAfterMs ? earlier.sinceMs : nowMs
    // The pacer waits for the longest pause: a request that was in flight may be refused with a shorter one.
    const retryAtMs = Math.max(earlier?.retryAtMs ?? 0, nowMs + pauseMs)
    this.refused.set(operation, { sinceMs, retryAtMs })
    return nowMs - sinceMs >= this.exhaustedAfterMs
  }

  /** Records that an API has answered a request: it no longer refuses every one. */
  clear(operation: Operation): void {
    this.refused.delete(operation)
  }
}
