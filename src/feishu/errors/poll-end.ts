import type { PollEnd } from '../../polling/poll.js'
import { formatDuration } from '../../text.js'
import { describe, describeWithoutAdvice, type Failure } from './failure.js'

/** The end of a poll without a value: it failed, timed out or was cancelled. */
export type PollFailure = Exclude<PollEnd<unknown, Failure>, { kind: 'done' }>

/** The parts of the message besides the failure. */
export interface EndContext {
  /** A clause: "the export task was not created". */
  readonly notDone: string
  readonly timeoutMs: number
  /** A sentence: how to continue after a time-out or a cancel. Not used when the poll failed. */
  readonly howToContinue?: string | undefined
}

/**
 * Describes how a poll ended, in complete sentences for the user. If it failed: the failure with its advice and links. If
 * it was stopped: the cause, the last failure, its advice (only after a time-out), and how to continue.
 */
export function describeEnd(end: PollFailure, { notDone, timeoutMs, howToContinue }: EndContext): string {
  if (end.kind === 'failed') return describe(end.failure)
  const lastRequest = end.lastFailure && `The last request failed: ${describeWithoutAdvice(end.lastFailure)}.`
  // After a cancel, the failure is not the reason for the end, so there is nothing to cure.
  const advice = end.kind === 'timed-out' ? end.lastFailure?.advice : undefined
  return [causeOf(end, notDone, timeoutMs), lastRequest, advice, howToContinue]
    .filter((part) => part !== undefined)
    .join(' ')
}

/**
 * Says why the poll was stopped: the user cancelled, or no time was left for another attempt. After a refusal by the rate
 * limit, no time is left if the pause would last beyond the timeout.
 */
function causeOf(end: Exclude<PollFailure, { kind: 'failed' }>, notDone: string, timeoutMs: number): string {
  if (end.kind === 'cancelled') return `Cancelled: ${notDone}.`
  const limit = `${formatDuration(timeoutMs)} (\`timeout-seconds\`)`
  if (end.refusedForMs === undefined) return `Time is up: ${notDone} within ${limit}.`
  const wait = `wait ${formatDuration(end.refusedForMs)}, longer than what is left of ${limit}: ${notDone}.`
  return end.lastFailure?.askedMs === undefined
    ? `The rate limit does not say how long to wait. The next attempt would ${wait}`
    : `The rate limit asks to ${wait}`
}

/** The failure that ended the poll or, after a time-out or cancel, `lastFailure` (see `PollEnd`), which may be undefined. */
export function failureOf(end: PollFailure): Failure | undefined {
  return end.kind === 'failed' ? end.failure : end.lastFailure
}

/** Describes a failed attempt that will be retried, as a log line. */
export function describeRetry(failure: Failure, pauseMs: number): string {
  return `${describeWithoutAdvice(failure)}; trying again in ${formatDuration(pauseMs)}`
}
