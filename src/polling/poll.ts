import { sleep, type Clock } from './clock.js'
import { withTimeLimit, type Deadline } from './deadline.js'
import { faultDelayMs, refusedDelayMs, type Moment, type Schedule } from './schedule.js'

/** The result of one attempt. `F` is the caller's type for a failure. */
export type PollAttempt<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'pending' }
  /** Permanent: another attempt would fail again. */
  | { readonly kind: 'failed'; readonly failure: F }
  /** Transient: another attempt may succeed. After progress, the fault counts as the first in a row. */
  | { readonly kind: 'fault'; readonly failure: F; readonly madeProgress?: boolean }
  /** Refused by the rate limit; `askedMs` is how long the service asks to wait, if it says so. */
  | { readonly kind: 'refused'; readonly failure: F; readonly askedMs?: number | undefined }

/** How a poll ended. */
export type PollEnd<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: F }
  /**
   * `lastFault` is the failure of the last attempt, if it failed; `refusedForMs` the wait that was longer than the
   * rest.
   */
  | { readonly kind: 'timed-out'; readonly lastFault?: F | undefined; readonly refusedForMs?: number | undefined }
  | { readonly kind: 'cancelled'; readonly lastFault?: F | undefined }

/** What a poll needs. */
export interface PollOptions<T, F> {
  /**
   * Makes one attempt. Must end when the signal is aborted, and must not throw for errors of the service or the
   * network.
   */
  readonly attempt: (signal: AbortSignal) => Promise<PollAttempt<T, F>>
  readonly schedule: Schedule
  readonly parallelJobs: number
  readonly clock: Clock
  readonly deadline: Deadline
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /**
   * How long one attempt may take, in milliseconds. By default a quarter of the timeout, from 2 to 10 s; Infinity for
   * an attempt that limits itself by its progress.
   */
  readonly attemptLimitMs?: number | undefined
  /** Called after each attempt that did not end the poll, with the pause that follows. */
  readonly onAttempt?: (attempt: PollAttempt<T, F>, pauseMs: number) => void
}

// An answer takes a fraction of a second; ten seconds of silence mean a hung connection. For a service that is really so
// slow, the limit doubles after each time-out in a row.
const MAX_ATTEMPT_MS = 10_000
const MIN_ATTEMPT_MS = 2_000

// The window in which the service counts requests.
const MINUTE_MS = 60_000

const isFailure = <T, F>(attempt: PollAttempt<T, F>): attempt is Extract<PollAttempt<T, F>, { failure: F }> =>
  'failure' in attempt

/**
 * Repeats an attempt until its result is final, the deadline passes or the user cancels.
 * @returns how the poll ended; throws only what `attempt` throws
 */
export async function poll<T, F>(options: PollOptions<T, F>): Promise<PollEnd<T, F>> {
  const { attempt, schedule, parallelJobs, clock, deadline, random, onAttempt } = options
  let refusals = 0
  let faultsInARow = 0
  let hangsInARow = 0
  let lastFault: F | undefined
  const findStop = (): PollEnd<T, F> | undefined => {
    const reason = deadline.stopReason()
    return reason && { kind: reason, lastFault }
  }

  // When the attempts were made that the service answered with "pending" within the last minute.
  let pendingAtMs: number[] = []
  let refused: { readonly atMs: number; readonly attemptsInMinute: number } | undefined
  const startMs = clock.nowMs()
  // Even with many parallel jobs, a short timeout has at least one attempt.
  const firstMs = Math.min(
    schedule.firstDelayMs(parallelJobs, random()),
    deadline.remainingMs() - lastAttemptMarginMs(0),
  )
  await sleep(clock, firstMs, deadline.signal)
  for (;;) {
    const stoppedBefore = findStop()
    if (stoppedBefore) return stoppedBefore
    const baseLimitMs =
      options.attemptLimitMs ?? Math.min(Math.max(deadline.timeoutMs / 4, MIN_ATTEMPT_MS), MAX_ATTEMPT_MS)
    const limitMs = baseLimitMs * 2 ** Math.min(hangsInARow, 6)
    const startedAtMs = clock.nowMs()
    const result = await withTimeLimit(clock, limitMs, deadline.signal, attempt)
    const nowMs = clock.nowMs()
    const roundTripMs = nowMs - startedAtMs
    if (result.kind === 'done' || result.kind === 'failed') return result
    const stoppedMeanwhile = findStop()
    if (stoppedMeanwhile) return stoppedMeanwhile

    pendingAtMs = pendingAtMs.filter((atMs) => atMs > startedAtMs - MINUTE_MS)
    if (result.kind === 'pending') pendingAtMs.push(startedAtMs)
    if (result.kind === 'refused') {
      refusals++
      refused = { atMs: nowMs, attemptsInMinute: pendingAtMs.length }
    }
    faultsInARow = result.kind !== 'fault' ? 0 : result.madeProgress === true ? 1 : faultsInARow + 1
    hangsInARow = result.kind === 'fault' && roundTripMs >= limitMs ? hangsInARow + 1 : 0
    lastFault = isFailure(result) ? result.failure : undefined
    const moment: Moment = {
      elapsedMs: nowMs - startMs,
      roundTripMs,
      parallelJobs,
      refusals,
      lastRefusal: refused && { agoMs: nowMs - refused.atMs, attemptsInMinute: refused.attemptsInMinute },
      random: random(),
    }
    const pauseMs = pauseAfter(result, schedule, faultsInARow, moment)
    const minPauseMs = result.kind === 'refused' ? (result.askedMs ?? pauseMs) : 0
    const remainingMs = deadline.remainingMs()
    if (result.kind === 'refused' && minPauseMs >= remainingMs)
      return { kind: 'timed-out', lastFault, refusedForMs: minPauseMs }

    const untilLastAttemptMs = remainingMs - lastAttemptMarginMs(result.kind === 'fault' ? 0 : roundTripMs)
    if (untilLastAttemptMs <= 0) return { kind: 'timed-out', lastFault }
    const untilNextMs = Math.max(minPauseMs, Math.min(pauseMs, untilLastAttemptMs))
    onAttempt?.(result, untilNextMs)
    await sleep(clock, untilNextMs, deadline.signal)
  }
}

function pauseAfter<T, F>(result: PollAttempt<T, F>, schedule: Schedule, faultsInARow: number, moment: Moment): number {
  switch (result.kind) {
    case 'refused':
      return refusedDelayMs(result.askedMs, moment)
    case 'fault':
      return faultDelayMs(schedule, faultsInARow, moment)
    default:
      return schedule.nextDelayMs(moment)
  }
}

/** How long before the deadline the last attempt is made, in milliseconds, so that its answer comes in time. */
function lastAttemptMarginMs(roundTripMs: number): number {
  return Math.min(250 + 2 * roundTripMs, 1_000)
}
