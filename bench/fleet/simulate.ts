import { startDeadline } from '../../src/polling/deadline.js'
import { sleep, type Clock } from '../../src/polling/clock.js'
import { poll, type Look } from '../../src/polling/poll.js'
import { adaptiveSchedule } from '../../src/polling/schedule.js'
import { createLimiter, type Limit, type Limiter } from '../../test/emulator/limiter.js'
import { createRandom, type Random } from '../../test/emulator/random.js'
import { VirtualClock } from '../../test/polling/virtual-clock.js'

/** One export and the step that waits for it. */
export interface Job {
  /** When its step begins to wait, and the export to run. */
  readonly startMs: number
  readonly exportMs: number
}

/** What a fleet meets. */
export interface Setting {
  readonly jobs: readonly Job[]
  readonly limit: Limit
  /** When strangers send a request of theirs under the same limit. */
  readonly strangersMs?: readonly number[]
  /** From one request to its answer: least and most. */
  readonly roundTripMs?: readonly [number, number]
  readonly seed: number
}

/** What became of one job. */
export interface Told {
  readonly job: Job
  /** When the job knew of its export's end. */
  readonly toldMs: number
  readonly requests: number
  readonly refused: number
}

/** How a job behaves: it looks until it is told. */
export type Behaviour = (step: Step) => Promise<void>

/** What a behaviour is given to work with. */
export interface Step {
  readonly clock: Clock
  readonly random: Random
  /** One request: there and back. */
  readonly look: () => Promise<Look<true, string>>
}

const USUAL_ROUND_TRIP_MS = [100, 300] as const

// Far longer than any wait here: starving shows as a long delay, not as a time-out.
const TIMEOUT_MS = 4 * 3600_000

const never = new AbortController().signal

/** The product: its loop, its schedule, its way with refusals. */
export function product(parallelJobs: number): Behaviour {
  return async ({ clock, random, look }) => {
    const deadline = startDeadline(clock, TIMEOUT_MS, clock.nowMs(), never)
    const end = await poll({ look, schedule: adaptiveSchedule, rivals: parallelJobs, clock, deadline, random })
    deadline.release()
    if (end.kind !== 'done') throw new Error(`A wait of the fleet ended ${end.kind}`)
  }
}

/** A loop with one pause that takes no notice of refusals: what most people write in a shell. */
export function fixedLoop(pauseMs: number): Behaviour {
  return loop(
    () => pauseMs,
    () => pauseMs,
  )
}

/** A loop with one pause that waits out a refusal for as long as the header says. */
export function obeyingLoop(pauseMs: number): Behaviour {
  return loop(
    () => pauseMs,
    (askedMs) => askedMs,
  )
}

/** Pauses of a tenth of the time waited, as if it were alone, and the header's seconds after a refusal. */
export const obeyingAdaptive: Behaviour = loop(
  (elapsedMs, random) => Math.min(Math.max(500, elapsedMs * (0.09 + 0.01 * random)), 10_000),
  (askedMs) => askedMs,
)

/** The first sketch of a schedule that knows its rivals: as if alone, but never faster than half of 0.7 s for each. */
export function sketch(rivals: number): Behaviour {
  const spanMs = (rivals * 700) / 2
  const own = (elapsedMs: number, random: number): number =>
    Math.min(Math.max(500, elapsedMs * (0.09 + 0.01 * random)), 10_000)
  return async (step) => {
    await sleep(step.clock, step.random() * spanMs, never)
    return loop(
      (elapsedMs, random) => Math.max(own(elapsedMs, random), spanMs),
      (askedMs) => askedMs + step.random() * spanMs,
    )(step)
  }
}

function loop(
  pauseMs: (elapsedMs: number, random: number) => number,
  refusedMs: (askedMs: number) => number,
): Behaviour {
  return async ({ clock, random, look }) => {
    const startMs = clock.nowMs()
    for (;;) {
      const seen = await look()
      if (seen.kind === 'done') return
      const delayMs =
        seen.kind === 'refused' ? refusedMs(seen.askedMs ?? 60_000) : pauseMs(clock.nowMs() - startMs, random())
      await sleep(clock, delayMs, never)
    }
  }
}

/** Runs all jobs of a fleet on a virtual clock, under one limiter, until the last is told. */
export async function simulate(setting: Setting, behaviour: Behaviour): Promise<Told[]> {
  const clock = new VirtualClock()
  const limiter = createLimiter(setting.limit)
  const strangers = strangersOf(setting, limiter)
  const [leastMs, mostMs] = setting.roundTripMs ?? USUAL_ROUND_TRIP_MS
  const runJob = async (job: Job, index: number): Promise<Told> => {
    const random = createRandom(setting.seed * 1_000_003 + index)
    let requests = 0
    let refused = 0
    await sleep(clock, job.startMs, never)
    await behaviour({
      clock,
      random,
      async look() {
        const oneWayMs = (leastMs + (mostMs - leastMs) * random()) / 2
        await sleep(clock, oneWayMs, never)
        const nowMs = clock.nowMs()
        requests++
        strangers.passUntil(nowMs)
        const verdict = limiter.take(nowMs)
        const isDone = nowMs >= job.startMs + job.exportMs
        await sleep(clock, oneWayMs, never)
        if (verdict.ok) return isDone ? { kind: 'done', value: true } : { kind: 'pending' }
        refused++
        return { kind: 'refused', failure: 'too many requests', askedMs: verdict.resetSeconds * 1000 }
      },
    })
    return { job, toldMs: clock.nowMs(), requests, refused }
  }
  return clock.run(Promise.all(setting.jobs.map(runJob)))
}

/**
 * When a coordinator that knows the ends would have told each job: one request a job, at the first moment that the
 * limiter lets it pass, in the order of the ends.
 */
export function coordinate(setting: Setting): number[] {
  const limiter = createLimiter(setting.limit)
  const strangers = strangersOf(setting, limiter)
  const [leastMs, mostMs] = setting.roundTripMs ?? USUAL_ROUND_TRIP_MS
  const ends = setting.jobs.map((job, index) => ({ index, endMs: job.startMs + job.exportMs }))
  const told: number[] = []
  let nowMs = 0
  for (const { index, endMs } of ends.sort((a, b) => a.endMs - b.endMs)) {
    nowMs = Math.max(nowMs, endMs)
    for (;;) {
      strangers.passUntil(nowMs)
      if (limiter.take(nowMs).ok) break
      nowMs += COORDINATOR_STEP_MS
    }
    told[index] = nowMs + (leastMs + mostMs) / 2
  }
  return told
}

// How finely the coordinator looks for the first free moment.
const COORDINATOR_STEP_MS = 10

interface Strangers {
  /** Lets their requests up to this moment have their turn at the limiter. */
  passUntil(nowMs: number): void
}

function strangersOf({ strangersMs = [] }: Setting, limiter: Limiter): Strangers {
  let next = 0
  return {
    passUntil(nowMs) {
      for (let atMs = strangersMs[next]; atMs !== undefined && atMs <= nowMs; atMs = strangersMs[next]) {
        limiter.take(atMs)
        next++
      }
    },
  }
}
