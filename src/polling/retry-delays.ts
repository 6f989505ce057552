import { between, LIMIT_PER_MINUTE, MAX_PAUSE_MS, MINUTE_MS, type PauseFacts, type Schedule } from './schedule.js'

// With more waiting jobs than this, some are refused again in any case. The others need not wait longer for those.
const MAX_WAITING_JOBS = 70
// Added to the time that the service asks for, so that no request comes a little too early.
export const AFTER_ASKED_MS = 50
const MIN_SPREAD_MS = 200
// These two are for a service that does not say how long to wait. The jitter is added to the pause.
const MIN_UNASKED_SPREAD_MS = 5_000
const MAX_UNASKED_PAUSE_MS = 300_000

/**
 * The pause after a request that the rate limit refused, in milliseconds: the time that the service asks to wait, plus
 * jitter. If the service names no time, the pause is at least a minute. With each refusal it grows, up to five
 * minutes plus jitter.
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control (wait
 * `x-ogw-ratelimit-reset` seconds); without the header, the official CLI advises a minute at least.
 */
export function refusedDelayMs(
  askedMs: number | undefined,
  { parallelJobs, refusals, random }: Pick<PauseFacts, 'parallelJobs' | 'refusals' | 'random'>,
): number {
  // A job that does not know about other jobs can only guess. It assumes one more waiting job after each refusal, up to
  // half of the maximum.
  const waitingJobs =
    parallelJobs > 1 ? Math.min(parallelJobs, MAX_WAITING_JOBS) : Math.min(refusals, MAX_WAITING_JOBS / 2)
  const spreadMs = retriesSpreadMs(askedMs ?? 0, waitingJobs)
  if (askedMs !== undefined) return askedMs + AFTER_ASKED_MS + random * spreadMs
  const pauseMs = Math.min(MINUTE_MS * 1.5 ** (refusals - 1), MAX_UNASKED_PAUSE_MS)
  return pauseMs + random * Math.max(spreadMs, MIN_UNASKED_SPREAD_MS)
}

/**
 * The time over which waiting jobs spread their retries, in milliseconds. A request counts for a minute, and the wait ends
 * when the oldest request stops counting. If the wait is 1 s, that request is 59 s old: the requests of the whole limit came
 * in 59 s, and stop counting in 59 s. So 10 jobs, a tenth of the limit, spread their retries over a tenth of that.
 */
function retriesSpreadMs(waitMs: number, waitingJobs: number): number {
  const oldestAgeMs = Math.max(MINUTE_MS - waitMs, 0)
  return MIN_SPREAD_MS + (oldestAgeMs * waitingJobs) / LIMIT_PER_MINUTE
}

const FIRST_BACK_OFF_MS = 500

/**
 * The pause after a transient fault, in milliseconds: that of the schedule, but at least a back-off. The back-off
 * doubles with each fault in a row, up to ten seconds. A jitter of up to 30 % is added to the back-off.
 */
export function faultDelayMs(schedule: Schedule, faultsInARow: number, facts: PauseFacts): number {
  const doubledMs = FIRST_BACK_OFF_MS * 2 ** (faultsInARow - 1)
  const backOffMs = Math.min(doubledMs, MAX_PAUSE_MS) * between(1, 1.3, facts.random)
  return Math.max(schedule.nextDelayMs(facts), backOffMs)
}
