/** The facts that the next pause depends on. All are handed in, so that a simulation can run the same schedule. */
export interface PauseFacts {
  /** The time since the wait began, in milliseconds. */
  readonly elapsedMs: number
  /** How long the last attempt took, in milliseconds. */
  readonly roundTripMs?: number | undefined
  /** How many jobs share the app's rate limit, this one included; 1 if it is not known. */
  readonly parallelJobs: number
  /** How many requests of this wait the rate limit has refused. */
  readonly refusals: number
  readonly lastRefusal?: LastRefusal | undefined
  /** From 0 up to, not including, 1. */
  readonly random: number
}

/** The last refusal by the rate limit, which shows how much of the limit other jobs use. */
export interface LastRefusal {
  readonly agoMs: number
  /** How many attempts of this job succeeded in the minute before the refusal: the job's share of the limit. */
  readonly attemptsInMinute: number
}

/** When to make the attempts. */
export interface Schedule {
  /** The pause before the first attempt, in milliseconds. `random` is from 0 up to, not including, 1. */
  readonly firstDelayMs: (parallelJobs: number, random: number) => number
  /** The pause after an attempt that found the task unfinished, in milliseconds. */
  readonly nextDelayMs: (facts: PauseFacts) => number
}

// The service takes 100 requests a minute from all jobs of an app together.
export const LIMIT_PER_MINUTE = 100
export const MINUTE_MS = 60_000

// More jobs than this do not make the pauses longer: no job waits two minutes so that others can poll.
const MAX_PARALLEL_JOBS = 175

// Exports take from a few seconds to ten minutes. If each pause is a tenth of the time waited so far, the end is seen
// within 10 % of the export's duration. Even with the shortest pauses, one minute needs 40 attempts and ten minutes 99.
const MIN_SHARE = 0.09
const MAX_SHARE = 0.1
const MIN_PAUSE_MS = 500
export const MAX_PAUSE_MS = 10_000
// Parallel jobs may poll a long export more often than a single job, whose number of requests a test limits.
const MAX_PAUSE_IN_FLEET_MS = 5_000

/** The value at a part of the way from `low` to `high`. @param random the part: 0 is `low`, 1 is `high` */
export const between = (low: number, high: number, random: number): number => low + (high - low) * random
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/**
 * The adaptive schedule. A single job polls immediately, then after pauses that grow with the time waited so far. Each
 * of several parallel jobs spreads its share of the limit over a minute. It repeats that every minute, when its earlier
 * requests no longer count. So up to 100 jobs that know their number are not refused, if nobody else uses the limit. This
 * holds whichever way the service counts. After a refusal, the pauses also depend on how many attempts succeeded in the
 * minute before (see `pauseSinceRefusalMs`).
 */
export const adaptiveSchedule: Schedule = {
  firstDelayMs(parallelJobs, random) {
    if (parallelJobs <= 1) return 0
    const jobs = plannedJobs(parallelJobs)
    // The first attempts of all jobs are spread over the time in which each job makes one attempt. One attempt is this
    // share of those that a job makes in a minute (see `plannedPauseMs`). The time is at most a minute, even with more
    // jobs than requests in the limit. A large matrix does not run all its jobs at the same time.
    const maxShare = Math.min(jobs / LIMIT_PER_MINUTE, 1)
    return leadMs(jobs) + timeOfShareMs(random * maxShare, jobs)
  },
  nextDelayMs(facts) {
    const { parallelJobs, lastRefusal } = facts
    if (lastRefusal) return Math.max(ownPauseMs(facts), pauseSinceRefusalMs(facts, lastRefusal))
    if (parallelJobs <= 1) return ownPauseMs(facts)
    return Math.max(Math.min(ownPauseMs(facts), MAX_PAUSE_IN_FLEET_MS), plannedPauseMs(facts))
  },
}

/** The pause of a job that has the limit for itself, in milliseconds: a share of the time waited so far. */
function ownPauseMs({ elapsedMs, random }: PauseFacts): number {
  const proportional = elapsedMs * between(MIN_SHARE, MAX_SHARE, random)
  return clamp(proportional, MIN_PAUSE_MS * between(1, 1.3, random), MAX_PAUSE_MS * between(0.95, 1.1, random))
}

/**
 * The number of parallel jobs that the plan of a job assumes; it may be a fraction. With up to 100 jobs, each plans a
 * whole number of attempts a minute. So 60 jobs plan as 100 do, one attempt each; 40 plan as 50 do, two each. More than
 * 100 jobs plan with their real number, at most `MAX_PARALLEL_JOBS`.
 */
function plannedJobs(parallelJobs: number): number {
  if (parallelJobs > LIMIT_PER_MINUTE) return Math.min(parallelJobs, MAX_PARALLEL_JOBS)
  // Without rounding, each of sixty jobs could make 1.7 attempts a minute. If by chance many made two in the same minute,
  // they would exceed the limit.
  const attemptsPerMinute = Math.floor(LIMIT_PER_MINUTE / parallelJobs)
  return LIMIT_PER_MINUTE / attemptsPerMinute
}

// How a job distributes its attempts over a minute. Most exports end within 15 s; almost all others are large tables
// that take one to three minutes. With ten jobs, each has an attempt about every six seconds, a few more early in the
// minute. With fifty, each has two attempts a minute: one while most exports end, one for those that take a little
// longer. Between ten and fifty, the shares are interpolated.
const STAGES = [
  { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
  { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
  { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
] as const
// A quarter of a second more than a minute, since not all requests take the same time to arrive.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0)

/**
 * The time before the first attempt, in milliseconds. Hardly any export ends so early, and with many jobs attempts are
 * scarce.
 */
function leadMs(parallelJobs: number): number {
  return Math.min(parallelJobs * 100, 3_000)
}

/**
 * The time at which a job has made a share of its attempts, in milliseconds after the lead (see `leadMs`). A share of 1
 * is all its attempts of the first minute, 2 those of two minutes. `STAGES` says how the attempts are distributed within
 * a minute. With fifty jobs, a share of 0.5 is made after 13 s, and a share of 1.5 after `PLAN_MS` + 13 s.
 */
function timeOfShareMs(share: number, parallelJobs: number): number {
  let timeMs = Math.floor(share) * PLAN_MS
  let left = share % 1
  for (const stage of STAGES) {
    const ofStage = shareOf(stage, parallelJobs)
    if (left < ofStage) return timeMs + (left / ofStage) * stage.lastsMs
    left -= ofStage
    timeMs += stage.lastsMs
  }
  // Reached only if rounding leaves a tiny rest.
  return timeMs
}

/**
 * The inverse of `timeOfShareMs`: the share of its attempts that a job has made `timeMs` after the lead. 0.5 is half of
 * those of one `PLAN_MS`, 2 is all those of two.
 */
function shareAtTime(timeMs: number, parallelJobs: number): number {
  let share = Math.floor(timeMs / PLAN_MS)
  let leftMs = timeMs - share * PLAN_MS
  for (const stage of STAGES) {
    share += shareOf(stage, parallelJobs) * clamp(leftMs / stage.lastsMs, 0, 1)
    leftMs -= stage.lastsMs
  }
  return share
}

/** The share of its attempts that a job makes in a stage. */
function shareOf({ shareOfTen, shareOfFifty }: (typeof STAGES)[number], parallelJobs: number): number {
  return between(shareOfTen, shareOfFifty, clamp((parallelJobs - 10) / 40, 0, 1))
}

/**
 * The pause of a job that knows how many jobs share the limit, in milliseconds: until its next planned attempt. The
 * plan counts from the sending of the last attempt, so that slow answers do not shift it. The pause is negative if the
 * answer came too late for the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, parallelJobs }: PauseFacts): number {
  const jobs = plannedJobs(parallelJobs)
  // When the last attempt was sent, counted from the end of the lead.
  const sentAtMs = Math.max(0, elapsedMs - roundTripMs - leadMs(jobs))
  // A job may make LIMIT_PER_MINUTE / jobs attempts a minute; together, they are a share of 1. With 50 jobs, these are two
  // attempts, each with a share of 0.5.
  const shareOfOneAttempt = jobs / LIMIT_PER_MINUTE
  const nextShare = shareAtTime(sentAtMs, jobs) + shareOfOneAttempt
  return timeOfShareMs(nextShare, jobs) - sentAtMs - roundTripMs
}

// A job that does not know about other jobs doubles its maximum pause with each refusal. With the longest one it polls
// twice a minute, and fifty jobs can do so.
const FIRST_REFUSED_PAUSE_MS = 5_000
const MAX_REFUSED_PAUSE_MS = 30_000

/**
 * The pause after an attempt that was not refused, if an earlier one was, in milliseconds. (`refusedDelayMs` is the pause
 * directly after a refusal.) At the refusal, the limit was used up. So the attempts that succeeded in the minute before
 * the refusal are this job's share of the limit.
 */
function pauseSinceRefusalMs(
  { parallelJobs, refusals, random }: PauseFacts,
  { agoMs, attemptsInMinute }: LastRefusal,
): number {
  const jitter = between(0.9, 1.1, random)
  if (parallelJobs > 1) {
    // The measured number is partly chance, so it is averaged with this job's equal part of the limit.
    const attemptsPerMinute = (attemptsInMinute + LIMIT_PER_MINUTE / parallelJobs) / 2
    // The pause with which MAX_PARALLEL_JOBS jobs use up the limit: 105 s.
    const maxPauseMs = (MAX_PARALLEL_JOBS * MINUTE_MS) / LIMIT_PER_MINUTE
    return Math.min((jitter * MINUTE_MS) / attemptsPerMinute, maxPauseMs)
  }
  const backedOffMs = Math.min(FIRST_REFUSED_PAUSE_MS * 2 ** (refusals - 1), MAX_REFUSED_PAUSE_MS)
  // With few attempts in the minute, this job's share of the limit gives a long pause, or an infinite one. But early in a
  // wait, few attempts do not mean a small share. So the back-off is the maximum.
  const pauseMs = Math.min(backedOffMs, MINUTE_MS / attemptsInMinute)
  // As other exports end, fewer jobs poll: the pause is half as long after a minute, a third as long after two.
  return (jitter * pauseMs) / (1 + agoMs / MINUTE_MS)
}

/** Makes a schedule in which all pauses are equal. Only the delay before the first attempt is that of `adaptiveSchedule`. */
export function fixedSchedule(pauseMs: number): Schedule {
  return {
    firstDelayMs: adaptiveSchedule.firstDelayMs,
    nextDelayMs: () => pauseMs,
  }
}
