/** What the next pause depends on. Everything is handed in, so that a simulation runs the very same schedule. */
export interface Moment {
  /** Since the first look was due, in milliseconds. */
  readonly elapsedMs: number
  /** How many jobs share the app's rate limit, this one included. */
  readonly rivals: number
  /** How many answers refused by the rate limit this wait has had. */
  readonly refusals: number
  /** From 0 up to, not including, 1. */
  readonly random: number
}

/** When to look, and look again. */
export interface Schedule {
  /** The pause before the first look, in milliseconds. */
  readonly firstDelayMs: (rivals: number, random: number) => number
  /** The pause after a look that found the task unfinished, in milliseconds. */
  readonly nextDelayMs: (moment: Moment) => number
}

// Exports last from a few seconds to ten minutes. A pause of a tenth of the time already waited sees every end within
// 10 % of the export's length; a whole minute costs about 36 looks so, ten minutes about 90.
const LEAST_SHARE = 0.085
const MOST_SHARE = 0.1
const LEAST_PAUSE_MS = 500
const MOST_PAUSE_MS = 10_000
// The service takes 100 requests a minute from all jobs of an app together: 600 ms a request, 700 with some air.
const SHARE_OF_LIMIT_MS = 700

const between = (low: number, high: number, random: number): number => low + (high - low) * random

/** Adaptive: pauses grow with the time already waited, and with the number of jobs that share the limit. */
export const adaptiveSchedule: Schedule = {
  firstDelayMs: (rivals, random) => (rivals > 1 ? random * (rivals * SHARE_OF_LIMIT_MS) * 0.5 : 0),
  nextDelayMs({ elapsedMs, rivals, refusals, random }) {
    const own = Math.min(
      Math.max(elapsedMs * between(LEAST_SHARE, MOST_SHARE, random), LEAST_PAUSE_MS * between(1, 1.3, random)),
      MOST_PAUSE_MS * between(0.9, 1.1, random),
    )
    const fair = rivals > 1 || refusals > 0 ? rivals * SHARE_OF_LIMIT_MS * 0.5 * (1 + refusals) : 0
    return Math.max(own, fair * between(0.9, 1.3, random))
  },
}

/** Always the same pause, as the user asked. */
export function fixedSchedule(intervalMs: number): Schedule {
  return {
    firstDelayMs: adaptiveSchedule.firstDelayMs,
    nextDelayMs: () => intervalMs,
  }
}

/**
 * The pause after an answer that the rate limit refused: what the service asks for, exactly, plus a little jitter and
 * never less; without its word at least a minute, growing.
 * Source: 频控策略 (wait `x-ogw-ratelimit-reset` seconds); the official CLI advises a minute at least without a header.
 */
export function refusedDelayMs(askedMs: number | undefined, moment: Moment): number {
  const spreadMs = Math.min(500 + (moment.rivals - 1) * SHARE_OF_LIMIT_MS, 60_000)
  if (askedMs !== undefined) return askedMs + 50 + moment.random * spreadMs
  return Math.min(60_000 * 1.5 ** (moment.refusals - 1), 300_000) + moment.random * Math.max(spreadMs, 5_000)
}

/** The pause after a passing fault: the usual one, and longer the more faults in a row there were. */
export function faultDelayMs(schedule: Schedule, faultsInARow: number, moment: Moment): number {
  const backOffMs = Math.min(500 * 2 ** (faultsInARow - 1), MOST_PAUSE_MS) * between(1, 1.3, moment.random)
  return Math.max(schedule.nextDelayMs(moment), backOffMs)
}
