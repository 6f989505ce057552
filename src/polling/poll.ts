import { sleep, type Clock } from './clock.js'
import { withTimeLimit, type Deadline } from './deadline.js'
import { PollHistory, type AttemptTimes } from './history.js'
import { faultDelayMs, refusedDelayMs } from './retry-delays.js'
import type { PauseFacts, Schedule } from './schedule.js'

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
   * `lastFailure` is the failure of the last attempt, if it failed. An attempt that the deadline or a cancel ended does
   * not count. `refusedForMs` is set when a refusal by the rate limit ended the poll. The next attempt would have to
   * wait this long: at least the rest of the timeout.
   */
  | { readonly kind: 'timed-out'; readonly lastFailure?: F | undefined; readonly refusedForMs?: number | undefined }
  | { readonly kind: 'cancelled'; readonly lastFailure?: F | undefined }

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

// An answer takes a fraction of a second, so ten seconds of silence mean a hung connection. For a service that is
// really so slow, the limit doubles after each time-out in a row.
const MAX_ATTEMPT_MS = 10_000
const MIN_ATTEMPT_MS = 2_000
const MAX_LIMIT_DOUBLINGS = 6

/**
 * Repeats an attempt until its result is final, the user cancels, or there is no time left for another attempt.
 * @returns how the poll ended; throws only what `attempt` throws
 */
export async function poll<T, F>(options: PollOptions<T, F>): Promise<PollEnd<T, F>> {
  const { attempt, schedule, parallelJobs, clock, deadline, random, onAttempt } = options
  const history = new PollHistory<F>(clock.nowMs())
  const endIfStopped = (): PollEnd<T, F> | undefined => {
    const reason = deadline.stopReason()
    return reason && { kind: reason, lastFailure: history.lastFailure }
  }

  await sleep(clock, firstDelayMs(options), deadline.signal)
  for (;;) {
    const endBefore = endIfStopped()
    if (endBefore) return endBefore
    const limitMs = baseLimitMs(options) * 2 ** Math.min(history.hangsInARow, MAX_LIMIT_DOUBLINGS)
    const startedAtMs = clock.nowMs()
    const result = await withTimeLimit(clock, limitMs, deadline.signal, attempt)
    const times: AttemptTimes = { startedAtMs, endedAtMs: clock.nowMs(), limitMs }
    if (result.kind === 'done' || result.kind === 'failed') return result
    // The result of an attempt that the deadline or a cancel ended is not recorded: it is not the service's answer.
    const endAfter = endIfStopped()
    if (endAfter) return endAfter

    history.record(result, times)
    const pauseFacts = history.pauseFacts(times, parallelJobs, random())
    const pauseMs = pauseAfter(result, schedule, history.faultsInARow, pauseFacts)
    const next = limitPause(result, pauseMs, deadline.remainingMs(), times)
    if (next.kind === 'timed-out') return { ...next, lastFailure: history.lastFailure }
    onAttempt?.(result, next.pauseMs)
    await sleep(clock, next.pauseMs, deadline.signal)
  }
}

/** The pause before the first attempt, in milliseconds. */
function firstDelayMs<T, F>({ schedule, parallelJobs, deadline, random }: PollOptions<T, F>): number {
  // Even with many parallel jobs, at least one attempt is made before a short timeout.
  return Math.min(schedule.firstDelayMs(parallelJobs, random()), deadline.remainingMs() - lastAttemptMarginMs(0))
}

/** The time limit of an attempt that does not follow a hang, in milliseconds. */
function baseLimitMs<T, F>({ attemptLimitMs, deadline }: PollOptions<T, F>): number {
  return attemptLimitMs ?? Math.min(Math.max(deadline.timeoutMs / 4, MIN_ATTEMPT_MS), MAX_ATTEMPT_MS)
}

/** The pause after an attempt that did not end the poll, in milliseconds, without regard to the deadline. */
function pauseAfter<T, F>(
  result: PollAttempt<T, F>,
  schedule: Schedule,
  faultsInARow: number,
  facts: PauseFacts,
): number {
  switch (result.kind) {
    case 'refused':
      return refusedDelayMs(result.askedMs, facts)
    case 'fault':
      return faultDelayMs(schedule, faultsInARow, facts)
    default:
      return schedule.nextDelayMs(facts)
  }
}

/**
 * Shortens a pause so that there is time for another attempt before the deadline. After a refusal, the pause is never
 * shorter than the service asks for, even if the next answer may come too late. If the service does not say how long to
 * wait, the pause after the refusal is not shortened at all.
 * @returns `timed-out` when there is no time left for another attempt
 */
function limitPause<T, F>(
  result: PollAttempt<T, F>,
  pauseMs: number,
  remainingMs: number,
  { startedAtMs, endedAtMs }: AttemptTimes,
): { kind: 'pause'; pauseMs: number } | { kind: 'timed-out'; refusedForMs?: number } {
  const minPauseMs = result.kind === 'refused' ? (result.askedMs ?? pauseMs) : 0
  if (result.kind === 'refused' && minPauseMs >= remainingMs) return { kind: 'timed-out', refusedForMs: minPauseMs }
  // The duration of a fault, such as a hang, says nothing about how long the next answer will take.
  const roundTripMs = result.kind === 'fault' ? 0 : endedAtMs - startedAtMs
  const maxPauseMs = remainingMs - lastAttemptMarginMs(roundTripMs)
  if (maxPauseMs <= 0) return { kind: 'timed-out' }
  return { kind: 'pause', pauseMs: Math.max(minPauseMs, Math.min(pauseMs, maxPauseMs)) }
}

/**
 * The minimum time between the last attempt and the deadline, in milliseconds, so that the answer is in time.
 * @param roundTripMs how long an answer takes; 0 if it is not known
 */
function lastAttemptMarginMs(roundTripMs: number): number {
  return Math.min(250 + 2 * roundTripMs, 1_000)
}
