import type { PollAttempt } from './poll.js'
import type { LastRefusal, PauseFacts } from './schedule.js'

// The window in which the service counts requests.
const MINUTE_MS = 60_000

/** The times of one attempt, on the clock of the poll. */
export interface AttemptTimes {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** The time limit of the attempt, in milliseconds. */
  readonly limitMs: number
}

/** Collects the results of the attempts of a poll, on which the next pause and the next time limit depend. */
export class PollHistory<F> {
  /** The failure of the last recorded attempt, if that was a fault or a refusal. */
  lastFailure: F | undefined
  /** How many of the last attempts, in a row, ended with a fault; after progress, the count starts again. */
  faultsInARow = 0
  /** How many of the last attempts, in a row, reached their time limit. */
  hangsInARow = 0
  private refusals = 0
  private lastRefusal: { readonly atMs: number; readonly attemptsInMinute: number } | undefined
  /** The start times of the attempts of the last minute that found the task unfinished. */
  private pendingAtMs: number[] = []

  /** @param startMs when the poll began */
  constructor(private readonly startMs: number) {}

  /** Adds the result of an attempt that did not end the poll. */
  record(result: PollAttempt<unknown, F>, { startedAtMs, endedAtMs, limitMs }: AttemptTimes): void {
    this.pendingAtMs = this.pendingAtMs.filter((atMs) => atMs > startedAtMs - MINUTE_MS)
    if (result.kind === 'pending') this.pendingAtMs.push(startedAtMs)
    if (result.kind === 'refused') {
      this.refusals++
      this.lastRefusal = { atMs: endedAtMs, attemptsInMinute: this.pendingAtMs.length }
    }
    const isFault = result.kind === 'fault'
    if (!isFault || result.madeProgress === true) this.faultsInARow = 0
    if (isFault) this.faultsInARow++
    const isHang = isFault && endedAtMs - startedAtMs >= limitMs
    this.hangsInARow = isHang ? this.hangsInARow + 1 : 0
    this.lastFailure = 'failure' in result ? result.failure : undefined
  }

  /** The facts that the pause after the last attempt depends on. */
  pauseFacts({ startedAtMs, endedAtMs }: AttemptTimes, parallelJobs: number, random: number): PauseFacts {
    const lastRefusal: LastRefusal | undefined = this.lastRefusal && {
      agoMs: endedAtMs - this.lastRefusal.atMs,
      attemptsInMinute: this.lastRefusal.attemptsInMinute,
    }
    return {
      elapsedMs: endedAtMs - this.startMs,
      roundTripMs: endedAtMs - startedAtMs,
      parallelJobs,
      refusals: this.refusals,
      lastRefusal,
      random,
    }
  }
}
