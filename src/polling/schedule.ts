/** What the next pause depends on. Everything is handed in, so that a simulation runs the very same schedule. */
export interface Moment {
  /** Since the wait began, in milliseconds. */
  readonly elapsedMs: number
  /** How long the last attempt took, in milliseconds. */
  readonly roundTripMs?: number | undefined
  /** How many jobs share the app's rate limit, this one included; 1 also when it is not known. */
  readonly parallelJobs: number
  /** How many answers refused by the rate limit this wait has had. */
  readonly refusals: number
  readonly lastRefusal?: LastRefusal | undefined
  /** From 0 up to, not including, 1. */
  readonly random: number
}

/** What a refusal says about the other users of the limit. */
export interface LastRefusal {
  readonly agoMs: number
  /** How many attempts of this wait had succeeded in the minute before: its share of the limit. */
  readonly attemptsInMinute: number
}

/** When to make the attempts. */
export interface Schedule {
  /** The pause before the first attempt, in milliseconds. */
  readonly firstDelayMs: (parallelJobs: number, random: number) => number
  /** The pause after an attempt that found the task unfinished, in milliseconds. */
  readonly nextDelayMs: (moment: Moment) => number
}

// The service takes 100 requests a minute from all jobs of an app together.
const LIMIT_PER_MINUTE = 100
const MINUTE_MS = 60_000

// More jobs than this do not stretch the pauses: no job waits for two minutes so that others can poll.
const MAX_PARALLEL_JOBS = 175

// Exports last from a few seconds to ten minutes. A pause of a tenth of the time already waited sees every end within
// 10 % of the export's length. Even with the shortest pauses, a minute costs 40 attempts, ten minutes 99.
const MIN_SHARE = 0.09
const MAX_SHARE = 0.1
const MIN_PAUSE_MS = 500
const MAX_PAUSE_MS = 10_000
// Parallel jobs may poll a long export more often than a single one, whose number of requests is tested.
const MAX_PAUSE_IN_FLEET_MS = 5_000

const between = (low: number, high: number, random: number): number => low + (high - low) * random
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/**
 * The adaptive schedule. A single job polls at once, then after pauses that grow with the time already waited. Of
 * parallel jobs, each spreads its share of the limit over the minute and repeats that every minute, when the requests it
 * sent no longer count: jobs that know their number are not refused, however the service counts. After a refusal, a job
 * polls as often as the service has let it.
 */
export const adaptiveSchedule: Schedule = {
  firstDelayMs: (parallelJobs, random) =>
    // At most a minute, even with more jobs than the limit has requests: a large matrix does not run all jobs at once.
    parallelJobs > 1
      ? leadMs(parallelJobs) + timeOfShareMs(random * Math.min(parallelJobs / LIMIT_PER_MINUTE, 1), parallelJobs)
      : 0,
  nextDelayMs(moment) {
    const { parallelJobs, lastRefusal } = moment
    if (lastRefusal) return Math.max(ownPauseMs(moment), refusedPauseMs(moment, lastRefusal))
    if (parallelJobs <= 1) return ownPauseMs(moment)
    return Math.max(Math.min(ownPauseMs(moment), MAX_PAUSE_IN_FLEET_MS), plannedPauseMs(moment))
  },
}

/** The pause of a single job, in milliseconds: how late it may see the end. */
function ownPauseMs({ elapsedMs, random }: Moment): number {
  const proportional = elapsedMs * between(MIN_SHARE, MAX_SHARE, random)
  return clamp(proportional, MIN_PAUSE_MS * between(1, 1.3, random), MAX_PAUSE_MS * between(0.95, 1.1, random))
}

// How a job distributes its attempts over a minute. Most exports end within 15 s; nearly all others are large tables
// that take one to three minutes. Each of ten jobs has an attempt every six seconds, a few more of them early in the
// minute. Each of fifty has two attempts a minute: one while most exports end, one for those that take a little longer.
// Between ten and fifty, the shares are interpolated.
const STAGES = [
  { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
  { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
  { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
] as const
// A quarter of a second more than a minute: requests take differently long to get there.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0)

/** Hardly any export ends before this time, in milliseconds: where attempts are scarce, none is made before it. */
function leadMs(parallelJobs: number): number {
  return Math.min(parallelJobs * 100, 3_000)
}

/** When this share of the attempts is made, in milliseconds after the lead: 1 is all of the first minute, 2 of two. */
function timeOfShareMs(share: number, parallelJobs: number): number {
  let timeMs = Math.floor(share) * PLAN_MS
  let left = share % 1
  for (const stage of STAGES) {
    const ofStage = shareOf(stage, parallelJobs)
    if (left < ofStage) return timeMs + (left / ofStage) * stage.lastsMs
    left -= ofStage
    timeMs += stage.lastsMs
  }
  return timeMs
}

/** The inverse: which share of the attempts is made by this time. */
function shareAtTime(timeMs: number, parallelJobs: number): number {
  let share = Math.floor(timeMs / PLAN_MS)
  let leftMs = timeMs - share * PLAN_MS
  for (const stage of STAGES) {
    share += shareOf(stage, parallelJobs) * clamp(leftMs / stage.lastsMs, 0, 1)
    leftMs -= stage.lastsMs
  }
  return share
}

function shareOf({ shareOfTen, shareOfFifty }: (typeof STAGES)[number], parallelJobs: number): number {
  return between(shareOfTen, shareOfFifty, clamp((parallelJobs - 10) / 40, 0, 1))
}

/**
 * The pause of a job that knows how many share the limit: until its next time in the plan. It is measured from when
 * the last attempt was sent, since slow answers would shift the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, parallelJobs }: Moment): number {
  const sinceLeadMs = Math.max(0, elapsedMs - roundTripMs - leadMs(parallelJobs))
  const nextShare =
    shareAtTime(sinceLeadMs, parallelJobs) + Math.min(parallelJobs, MAX_PARALLEL_JOBS) / LIMIT_PER_MINUTE
  return timeOfShareMs(nextShare, parallelJobs) - sinceLeadMs - roundTripMs
}

// A job that did not know of other jobs doubles its pause with each refusal; fifty jobs can poll twice a minute each.
const FIRST_REFUSED_PAUSE_MS = 5_000
const MAX_REFUSED_PAUSE_MS = 30_000

/**
 * The pause of a job that has been refused: the limit was used up then, so the attempts that succeeded in the minute
 * before are this job's share of it.
 */
function refusedPauseMs({ parallelJobs, refusals, random }: Moment, { agoMs, attemptsInMinute }: LastRefusal): number {
  const jitter = between(0.9, 1.1, random)
  // A small share that was measured depends on chance: the number of jobs counts for half.
  if (parallelJobs > 1) {
    return Math.min(
      (jitter * 2 * MINUTE_MS) / (attemptsInMinute + LIMIT_PER_MINUTE / parallelJobs),
      (MAX_PARALLEL_JOBS * MINUTE_MS) / LIMIT_PER_MINUTE,
    )
  }
  const backedOffMs = Math.min(FIRST_REFUSED_PAUSE_MS * 2 ** (refusals - 1), MAX_REFUSED_PAUSE_MS)
  // Fewer jobs poll as their exports end: twice as often after a minute, three times after two.
  return (jitter * Math.min(backedOffMs, MINUTE_MS / attemptsInMinute)) / (1 + agoMs / MINUTE_MS)
}

/** Always the same pause, as the user asked. */
export function fixedSchedule(intervalMs: number): Schedule {
  return {
    firstDelayMs: adaptiveSchedule.firstDelayMs,
    nextDelayMs: () => intervalMs,
  }
}

// Of more waiting jobs than this, some are refused again anyway: the others need not wait for them.
const MAX_WAITING_JOBS = 70

/**
 * The pause after a request that the rate limit refused, in milliseconds: never less than the service asks for, plus
 * jitter. When it does not say how long, at least a minute, and longer with each refusal.
 *
 * The requests of the minute were sent within a minute less the time asked for, and stop counting at the same pace:
 * the waiting jobs spread over as long a time. If it asks for most of a minute, they may all come at once; if it asks
 * for a second, one after the other.
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control (wait
 * `x-ogw-ratelimit-reset` seconds); without the header, the official CLI advises a minute at least.
 */
export function refusedDelayMs(askedMs: number | undefined, moment: Moment): number {
  const { parallelJobs, refusals, random } = moment
  // A job that does not know of others assumes one more of them with each refusal.
  const waitingJobs =
    parallelJobs > 1 ? Math.min(parallelJobs, MAX_WAITING_JOBS) : Math.min(refusals, MAX_WAITING_JOBS / 2)
  const spreadMs = 200 + (Math.max(MINUTE_MS - (askedMs ?? 0), 0) * waitingJobs) / LIMIT_PER_MINUTE
  if (askedMs !== undefined) return askedMs + 50 + random * spreadMs
  return Math.min(MINUTE_MS * 1.5 ** (refusals - 1), 300_000) + random * Math.max(spreadMs, 5_000)
}

/** The pause after a transient fault, in milliseconds: the usual one, and longer the more faults there were in a row. */
export function faultDelayMs(schedule: Schedule, faultsInARow: number, moment: Moment): number {
  const backOffMs = Math.min(500 * 2 ** (faultsInARow - 1), MAX_PAUSE_MS) * between(1, 1.3, moment.random)
  return Math.max(schedule.nextDelayMs(moment), backOffMs)
}
