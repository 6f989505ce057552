import { AFTER_ASKED_MS, refusedDelayMs } from '../../polling/retry-delays.js'

const MINUTE_MS = 60_000
const MAX_FAULT_PAUSE_MS = MINUTE_MS

/**
 * The pause after a refusal, in milliseconds: as long as the service asks for, plus jitter. For a limit per second, the
 * jitter is at most the time that the limit needs for one request of each job. If the service does not say how long, the
 * pause for a limit per minute is a minute or more. For a limit per second, it is two seconds at first, and twice as long
 * after each further refusal, up to a minute. Pure.
 * @param askedMs undefined when the service does not say how long to wait
 * @param facts how many jobs share the limit, how many attempts of the call it has refused, a random number below 1
 */
export function refusalPauseMs(
  { requests, windowMs }: { readonly requests: number; readonly windowMs: number },
  askedMs: number | undefined,
  facts: { readonly parallelJobs: number; readonly refusals: number; readonly random: number },
): number {
  if (windowMs >= MINUTE_MS) return refusedDelayMs(askedMs, facts)
  const { parallelJobs, refusals, random } = facts
  if (askedMs === undefined) return withJitter(Math.min(2 * windowMs * 2 ** (refusals - 1), MINUTE_MS), random)
  // A job that knows of no other jobs assumes one more after each refusal.
  const jobs = parallelJobs > 1 ? parallelJobs : refusals
  return askedMs + AFTER_ASKED_MS + (random * windowMs * jobs) / requests
}

/** The pause after the nth fault in a row, in milliseconds: one second, then twice as long each time. Pure. */
export const faultPauseMs = (faults: number, random: number): number =>
  withJitter(Math.min(1000 * 2 ** (faults - 1), MAX_FAULT_PAUSE_MS), random)

/** Lengthens a pause by up to 30 %, so that calls that failed together are not all repeated at the same time. */
const withJitter = (pauseMs: number, random: number): number => pauseMs * (1 + 0.3 * random)
