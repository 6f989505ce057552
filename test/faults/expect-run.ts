import { RequestChecker, type FollowedRun } from './request-checker.js'
import {
  GIVE_UP_TOLERANCE_MS,
  MAX_BLOCKED_RUN_MS,
  MAX_EXIT_MS,
  MAX_LAST_ATTEMPT_MS,
  MAX_START_MS,
  RACE_MS,
  SLACK_MS,
} from './time-limits.js'
import type { ClassifiedExchange, ExpectedRun, RunContext, Violation } from './types.js'

/**
 * Derives from the answers and from a cancel how a run had to end. Checks order, credential and time of each request,
 * and the time of the end.
 */
export function expectRun(exchanges: readonly ClassifiedExchange[], context: RunContext): ExpectedRun {
  const checker = new RequestChecker(context)
  for (const exchange of exchanges) checker.add(exchange)
  return {
    violations: [...checker.violations, ...checkEnd(checker, context)],
    end: expectEnd(checker, context),
    last: checker.last,
    // With a race or a cancel, something else than the failure with this code may have ended the run.
    code: checker.isRace || context.cancelledAtMs !== undefined ? undefined : checker.code,
  }
}

/** Derives how a run had to end from what is known about its last exchanges, and from a cancellation. */
function expectEnd({ endedBy, isRace, isSuccess }: FollowedRun, context: RunContext): ExpectedRun['end'] {
  if (!isSuccess) return 'red'
  // The run may have ended by another event, such as the deadline, before it read the answer of success.
  if (isRace) return 'either'
  const { cancelledAtMs = Infinity } = context
  const completeAtMs = endedBy?.observed.completeAtMs ?? Infinity
  return completeAtMs < cancelledAtMs - RACE_MS ? 'green' : 'either'
}

/** Checks that a run ended neither too late nor too early, and that it sent no request if none could be sent. */
function checkEnd(run: FollowedRun, context: RunContext): Violation[] {
  const { endedBy, isRace, last } = run
  const { startMs, endMs, timeoutMs, cancelledAtMs, blocked, maxFirstDelayMs } = context
  const violations: Violation[] = []
  if (blocked && last) violations.push({ kind: 'wrong', text: 'a request although none could be sent' })
  const afterDeadlineMs = endMs - (startMs + timeoutMs)
  if (afterDeadlineMs > MAX_EXIT_MS) violations.push(late(`ended ${Math.round(afterDeadlineMs)} ms after the deadline`))
  if (cancelledAtMs !== undefined) {
    const afterMs = endMs - cancelledAtMs
    if (afterMs > MAX_EXIT_MS) violations.push(late(`ended ${Math.round(afterMs)} ms after the cancel`))
    return violations
  }
  if (isRace) return violations
  if (endedBy) {
    const afterMs = endMs - (endedBy.observed.completeAtMs ?? endedBy.atMs)
    if (afterMs > MAX_EXIT_MS) violations.push(late(`ended ${Math.round(afterMs)} ms after the answer that ends it`))
    return violations
  }
  if (blocked === 'at-once') {
    if (endMs - startMs > MAX_BLOCKED_RUN_MS + maxFirstDelayMs)
      violations.push(late(`ended after ${Math.round(endMs - startMs)} ms although no request could be sent`))
    return violations
  }
  // After an unclear answer, the run may end or continue.
  if (last?.answerClass.kind === 'unclear') return violations
  return [...violations, ...checkLastAttempt(run, context)]
}

/** Checks a run that no answer ended: it must have continued until the deadline, with a last attempt just before it. */
function checkLastAttempt({ dueMs, last }: FollowedRun, context: RunContext): Violation[] {
  const { startMs, endMs, timeoutMs, connectMs, maxFirstDelayMs, blocked } = context
  const deadlineMs = startMs + timeoutMs
  // A rate limit that lasts about until the deadline may end the run at once.
  if (dueMs > deadlineMs - SLACK_MS) return []
  const violations: Violation[] = []
  if (endMs < deadlineMs - MAX_LAST_ATTEMPT_MS - GIVE_UP_TOLERANCE_MS) {
    violations.push({ kind: 'wrong', text: `gave up ${Math.round(deadlineMs - endMs)} ms before the deadline` })
  }
  if (blocked) return violations
  if (!last) {
    // Through a slow proxy, the deadline may come before the first connection is made.
    const mayConnectTooLate = timeoutMs < connectMs + MAX_START_MS || (connectMs > 0 && maxFirstDelayMs > 0)
    if (!mayConnectTooLate) violations.push(late('never sent a request'))
  } else {
    // Through a slow proxy, the request of the last attempt may never be sent.
    const mayConnectTooLate = connectMs > MAX_LAST_ATTEMPT_MS - SLACK_MS
    // If the last answer was complete earlier than this, another attempt had to follow.
    const minCompleteAtMs = deadlineMs - MAX_LAST_ATTEMPT_MS - SLACK_MS - connectMs
    if (!mayConnectTooLate && (last.observed.completeAtMs ?? Infinity) < minCompleteAtMs)
      violations.push(late('no last attempt before the deadline'))
  }
  return violations
}

const late = (text: string): Violation => ({ kind: 'late', text })
