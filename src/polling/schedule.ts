/** What the next pause depends on. Everything is handed in, so that a simulation runs the very same schedule. */
export interface Moment {
  /** Since the wait began, in milliseconds. */
  readonly elapsedMs: number
  /** How long the last look took, there and back. */
  readonly roundTripMs?: number | undefined
  /** How many jobs share the app's rate limit, this one included; 1 is also what a job says that does not know. */
  readonly rivals: number
  /** How many answers refused by the rate limit this wait has had. */
  readonly refusals: number
  readonly lastRefusal?: LastRefusal | undefined
  /** From 0 up to, not including, 1. */
  readonly random: number
}

/** What a refusal tells about the crowd at the limit. */
export interface LastRefusal {
  readonly agoMs: number
  /** How many looks of this wait had passed in the minute before: its share of the limit. */
  readonly looksInMinute: number
}

/** When to look, and look again. */
export interface Schedule {
  /** The pause before the first look, in milliseconds. */
  readonly firstDelayMs: (rivals: number, random: number) => number
  /** The pause after a look that found the task unfinished, in milliseconds. */
  readonly nextDelayMs: (moment: Moment) => number
}

// The service takes 100 requests a minute from all jobs of an app together.
const LIMIT_PER_MINUTE = 100
const MINUTE_MS = 60_000

// More jobs than this do not stretch the pauses: nobody is to starve, be it for two minutes, for the sake of the others.
const MAX_RIVALS = 175

// Exports last from a few seconds to ten minutes. A pause of a tenth of the time already waited sees every end within
// 10 % of the export's length. Even with the shortest pause every time, a minute costs 40 looks so, ten minutes 99.
const MIN_SHARE = 0.09
const MAX_SHARE = 0.1
const MIN_PAUSE_MS = 500
const MAX_PAUSE_MS = 10_000
// The jobs of a fleet may look at a long export more often than a lone one, whose requests are counted.
const MAX_PAUSE_IN_FLEET_MS = 5_000

const between = (low: number, high: number, random: number): number => low + (high - low) * random
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/**
 * Adaptive. Alone: at once, then after pauses that grow with the time already waited. In a fleet: each job spreads its
 * share of the limit over the minute, and repeats it every minute, when the slots it used come free: jobs that know
 * their number are not refused, however the service counts. After a refusal: as often as the service proved to let it.
 */
export const adaptiveSchedule: Schedule = {
  firstDelayMs: (rivals, random) =>
    // At most a minute even if there are more rivals than slots: not all of a large matrix run at the same time.
    rivals > 1 ? leadMs(rivals) + timeOfShareMs(random * Math.min(rivals / LIMIT_PER_MINUTE, 1), rivals) : 0,
  nextDelayMs(moment) {
    const { rivals, lastRefusal } = moment
    if (lastRefusal) return Math.max(ownPauseMs(moment), crowdedPauseMs(moment, lastRefusal))
    if (rivals <= 1) return ownPauseMs(moment)
    return Math.max(Math.min(ownPauseMs(moment), MAX_PAUSE_IN_FLEET_MS), plannedPauseMs(moment))
  },
}

/** What a job needs that is alone: its pause says how late it may see the end. */
function ownPauseMs({ elapsedMs, random }: Moment): number {
  const proportional = elapsedMs * between(MIN_SHARE, MAX_SHARE, random)
  return clamp(proportional, MIN_PAUSE_MS * between(1, 1.3, random), MAX_PAUSE_MS * between(0.95, 1.1, random))
}

// How a job lays its looks into a minute. Most exports end within 15 s, nearly all of the others are large tables that
// take one to three minutes. With ten jobs a look every six seconds is there for all of the minute, with a little more
// at first. With fifty a job has two looks a minute: one while most exports end, one for those that take a bit longer,
// and then none until its slots come free again. Between ten and fifty: in between.
const STAGES = [
  { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
  { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
  { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
] as const
// A quarter of a second more than a minute: requests take differently long to get there.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0)

/** Before this, hardly an export has ended: where looks are scarce, none goes there. */
function leadMs(rivals: number): number {
  return Math.min(rivals * 100, 3_000)
}

/** When so much of the minute's looks is done, from 0 to 1, and so on for the minutes after; since the lead. */
function timeOfShareMs(share: number, rivals: number): number {
  let timeMs = Math.floor(share) * PLAN_MS
  let left = share % 1
  for (const stage of STAGES) {
    const ofStage = shareOf(stage, rivals)
    if (left < ofStage) return timeMs + (left / ofStage) * stage.lastsMs
    left -= ofStage
    timeMs += stage.lastsMs
  }
  return timeMs
}

/** The inverse: how much of the looks is done by this time. */
function shareAtTime(timeMs: number, rivals: number): number {
  let share = Math.floor(timeMs / PLAN_MS)
  let leftMs = timeMs - share * PLAN_MS
  for (const stage of STAGES) {
    share += shareOf(stage, rivals) * clamp(leftMs / stage.lastsMs, 0, 1)
    leftMs -= stage.lastsMs
  }
  return share
}

function shareOf({ shareOfTen, shareOfFifty }: (typeof STAGES)[number], rivals: number): number {
  return between(shareOfTen, shareOfFifty, clamp((rivals - 10) / 40, 0, 1))
}

/**
 * The pause of a job that knows how many share the limit: until its next place in the plan. It counts from when the
 * last look was sent, or slow answers would shift the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, rivals }: Moment): number {
  const sinceLeadMs = Math.max(0, elapsedMs - roundTripMs - leadMs(rivals))
  const nextShare = shareAtTime(sinceLeadMs, rivals) + Math.min(rivals, MAX_RIVALS) / LIMIT_PER_MINUTE
  return timeOfShareMs(nextShare, rivals) - sinceLeadMs - roundTripMs
}

// A job that did not know of rivals doubles its pause with each refusal; half a minute is what fifty jobs can afford.
const FIRST_CROWDED_PAUSE_MS = 5_000
const MAX_CROWDED_PAUSE_MS = 30_000

/**
 * The pause of a job that has been refused: the limit was full then, so the looks that had passed in the minute before
 * are this job's share of it.
 */
function crowdedPauseMs({ rivals, refusals, random }: Moment, { agoMs, looksInMinute }: LastRefusal): number {
  const jitter = between(0.9, 1.1, random)
  // The share that was seen is a matter of chance where shares are small: half of the trust goes to the number of jobs.
  if (rivals > 1) {
    return Math.min(
      (jitter * 2 * MINUTE_MS) / (looksInMinute + LIMIT_PER_MINUTE / rivals),
      (MAX_RIVALS * MINUTE_MS) / LIMIT_PER_MINUTE,
    )
  }
  const backedOffMs = Math.min(FIRST_CROWDED_PAUSE_MS * 2 ** (refusals - 1), MAX_CROWDED_PAUSE_MS)
  // The crowd thins out as exports end: twice as often after a minute, three times after two.
  return (jitter * Math.min(backedOffMs, MINUTE_MS / looksInMinute)) / (1 + agoMs / MINUTE_MS)
}

/** Always the same pause, as the user asked. */
export function fixedSchedule(intervalMs: number): Schedule {
  return {
    firstDelayMs: adaptiveSchedule.firstDelayMs,
    nextDelayMs: () => intervalMs,
  }
}

// Where more jobs wait for a slot than there are, some are refused again anyway: the rest need not wait for them.
const MAX_IN_LINE = 70

/**
 * The pause after an answer that the rate limit refused: what the service asks for, exactly, plus jitter and never
 * less; without its word at least a minute, growing.
 *
 * All slots were used up within a minute less what it asks for, and come free again at that pace: over as long a time
 * the jobs in line spread. Asked for most of a minute, they may all come at once; asked for a second, one by one.
 * Source: 频控策略 (wait `x-ogw-ratelimit-reset` seconds); the official CLI advises a minute at least without a header.
 */
export function refusedDelayMs(askedMs: number | undefined, moment: Moment): number {
  const { rivals, refusals, random } = moment
  // A job that does not know of rivals believes in one more of them with each refusal.
  const inLine = rivals > 1 ? Math.min(rivals, MAX_IN_LINE) : Math.min(refusals, MAX_IN_LINE / 2)
  const spreadMs = 200 + (Math.max(MINUTE_MS - (askedMs ?? 0), 0) * inLine) / LIMIT_PER_MINUTE
  if (askedMs !== undefined) return askedMs + 50 + random * spreadMs
  return Math.min(MINUTE_MS * 1.5 ** (refusals - 1), 300_000) + random * Math.max(spreadMs, 5_000)
}

/** The pause after a passing fault: the usual one, and longer the more faults in a row there were. */
export function faultDelayMs(schedule: Schedule, faultsInARow: number, moment: Moment): number {
  const backOffMs = Math.min(500 * 2 ** (faultsInARow - 1), MAX_PAUSE_MS) * between(1, 1.3, moment.random)
  return Math.max(schedule.nextDelayMs(moment), backOffMs)
}
