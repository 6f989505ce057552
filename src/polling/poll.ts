import { sleep, type Clock } from './clock.js'
import { withTimeLimit, type Deadline } from './deadline.js'
import { faultDelayMs, refusedDelayMs, type Moment, type Schedule } from './schedule.js'

/** What one attempt found. `F` is the caller's type for a failure. */
export type PollAttempt<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'pending' }
  /** Permanent: another attempt is useless. */
  | { readonly kind: 'failed'; readonly failure: F }
  /** Transient: another attempt may succeed. One that made progress counts as the first fault. */
  | { readonly kind: 'fault'; readonly failure: F; readonly madeProgress?: boolean }
  /** The rate limit refused the request; the service may have said how long to wait. */
  | { readonly kind: 'refused'; readonly failure: F; readonly askedMs?: number | undefined }

/** How a poll ended. */
export type PollEnd<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: F }
  /** `lastFault` is the failure of the last attempt, if it had one. */
  | { readonly kind: 'timed-out'; readonly lastFault?: F | undefined; readonly refusedForMs?: number | undefined }
  | { readonly kind: 'cancelled'; readonly lastFault?: F | undefined }

export interface PollOptions<T, F> {
  /** Makes one attempt. It must end when the signal is aborted, and must not throw for what the service or the network does. */
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

// An answer takes a fraction of a second; ten seconds of silence mean a hung connection. A service that is really so
// slow still gets through: the limit doubles with each time-out in a row.
const MAX_ATTEMPT_MS = 10_000
const MIN_ATTEMPT_MS = 2_000

// The span in which the service counts requests.
const MINUTE_MS = 60_000

const isTrouble = <T, F>(attempt: PollAttempt<T, F>): attempt is Extract<PollAttempt<T, F>, { failure: F }> =>
  'failure' in attempt

/**
 * Repeats an attempt until its result is final, the deadline passes or the user cancels.
 * @returns how it ended; it throws only what `attempt` throws
 */
export async function poll<T, F>(options: PollOptions<T, F>): Promise<PollEnd<T, F>> {
  const { attempt, schedule, parallelJobs, clock, deadline, random, onAttempt } = options
  let refusals = 0
  let faultsInARow = 0
  let hangsInARow = 0
  let lastFault: F | undefined
  const stopped = (): PollEnd<T, F> | undefined => {
    const reason = deadline.stopReason()
    return reason && { kind: reason, lastFault }
  }

  let passedAtMs: number[] = []
  let refused: { readonly atMs: number; readonly attemptsInMinute: number } | undefined
  const startMs = clock.nowMs()
  // With any number of parallel jobs, a short timeout still has its last attempt.
  const firstMs = Math.min(
    schedule.firstDelayMs(parallelJobs, random()),
    deadline.remainingMs() - lastAttemptMarginMs(0),
  )
  await sleep(clock, firstMs, deadline.signal)
  for (;;) {
    const stoppedBefore = stopped()
    if (stoppedBefore) return stoppedBefore
    const baseLimitMs =
      options.attemptLimitMs ?? Math.min(Math.max(deadline.timeoutMs / 4, MIN_ATTEMPT_MS), MAX_ATTEMPT_MS)
    const limitMs = baseLimitMs * 2 ** Math.min(hangsInARow, 6)
    const startedAtMs = clock.nowMs()
    const result = await withTimeLimit(clock, limitMs, deadline.signal, attempt)
    const nowMs = clock.nowMs()
    const roundTripMs = nowMs - startedAtMs
    if (result.kind === 'done' || result.kind === 'failed') return result
    const stoppedMeanwhile = stopped()
    if (stoppedMeanwhile) return stoppedMeanwhile

    passedAtMs = passedAtMs.filter((atMs) => atMs > startedAtMs - MINUTE_MS)
    if (result.kind === 'pending') passedAtMs.push(startedAtMs)
    if (result.kind === 'refused') {
      refusals++
      refused = { atMs: nowMs, attemptsInMinute: passedAtMs.length }
    }
    faultsInARow = result.kind !== 'fault' ? 0 : result.madeProgress === true ? 1 : faultsInARow + 1
    hangsInARow = result.kind === 'fault' && roundTripMs >= limitMs ? hangsInARow + 1 : 0
    lastFault = isTrouble(result) ? result.failure : undefined
    const moment: Moment = {
      elapsedMs: nowMs - startMs,
      roundTripMs,
      parallelJobs,
      refusals,
      lastRefusal: refused && { agoMs: nowMs - refused.atMs, attemptsInMinute: refused.attemptsInMinute },
      random: random(),
    }
    const pauseMs = pauseAfter(result, schedule, faultsInARow, moment)
    const leastMs = result.kind === 'refused' ? (result.askedMs ?? pauseMs) : 0
    const remainingMs = deadline.remainingMs()
    if (result.kind === 'refused' && leastMs >= remainingMs)
      return { kind: 'timed-out', lastFault, refusedForMs: leastMs }

    const lastAttemptMs = remainingMs - lastAttemptMarginMs(result.kind === 'fault' ? 0 : roundTripMs)
    if (lastAttemptMs <= 0) return { kind: 'timed-out', lastFault }
    const untilNextMs = Math.max(leastMs, Math.min(pauseMs, lastAttemptMs))
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

/** How long before the deadline the last attempt is sent, in milliseconds, so that its answer still counts. */
function lastAttemptMarginMs(roundTripMs: number): number {
  return Math.min(250 + 2 * roundTripMs, 1_000)
}
