import type { Failure } from '../../feishu/errors/failure.js'
import { formatDuration } from '../../text.js'

// A limit per minute or per second accepts a request long before this; a daily or monthly quota does not.
export const EXHAUSTED_AFTER_MINUTES = 5

/** Makes the failure for an API that has refused every request for so long that a quota is probably used up. */
export function exhaustedFailure(failure: Failure): Failure {
  const what = `${failure.what}; it has refused every request for ${EXHAUSTED_AFTER_MINUTES} minutes`
  const advice =
    'If the quota of the day or of the month is used up, run it again on the next day or in the next month: it' +
    ' continues where this run ended.'
  return { ...failure, what, advice, scope: 'endpoint' }
}

/**
 * Makes the failure for a rate limit that asks to wait longer than the time that the run has left. Its scope is
 * `endpoint`: every other request to the same API would fail in the same way.
 */
export function tooLongFailure(failure: Failure, askedMs: number): Failure {
  const reason = `it asks to wait ${formatDuration(askedMs)}, longer than what is left of \`timeout-seconds\``
  const advice =
    'Run it again later: it continues where this run ended. With a longer `timeout-seconds`, one run gets further.'
  return { ...failure, what: `${failure.what}; ${reason}`, advice, scope: 'endpoint' }
}
