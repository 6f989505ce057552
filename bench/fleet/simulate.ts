import { startDeadline } from '../../src/polling/deadline.js'
import { sleep, type Clock } from '../../src/polling/clock.js'
import { poll, type PollAttempt } from '../../src/polling/poll.js'
import { adaptiveSchedule } from '../../src/polling/schedule.js'
import { createLimiter, type Limit, type Limiter } from '../../test/emulator/limiter.js'
import { createRandom, type Random } from '../../test/emulator/random.js'
import { VirtualClock } from '../../test/polling/virtual-clock.js'

/** An export and the step that waits for it. */
export interface Job {
  /** When the export and the step that waits for it start. */
  readonly startMs: number
  readonly exportMs: number
}

/** The jobs of a fleet and the conditions under which they run. */
export interface Setting {
  readonly jobs: readonly Job[]
  readonly limit: Limit
  /** When other programs send requests under the same limit. */
  readonly otherRequestsMs?: readonly number[]
  /** The time from a request to its answer: minimum and maximum. */
  readonly roundTripMs?: readonly [number, number]
  readonly seed: number
}

/** The result of one job. */
export interface JobResult {
  readonly job: Job
  /** When the job noticed the end of its export. */
  readonly noticedMs: number
  /** All requests of the job, with the throttled ones. */
  readonly requests: number
  readonly throttled: number
}

/** How a job polls until it notices the end of its export. */
export type Behaviour = (step: Step) => Promise<void>

/** What a behaviour can use. */
export interface Step {
  readonly clock: Clock
  readonly random: Random
  /** Makes one poll attempt. */
  readonly attempt: () => Promise<PollAttempt<true, string>>
}

const USUAL_ROUND_TRIP_MS = [100, 300] as const

// Far longer than any wait here: a job that is throttled very often has a long delay, but never a time-out.
const TIMEOUT_MS = 4 * 3600_000

const NEVER_ABORTED = new AbortController().signal

/** Polls as the action does: with its loop, its schedule and its reaction to rate limits. */
export function thisAction(parallelJobs: number): Behaviour {
  return async ({ clock, random, attempt }) => {
    const deadline = startDeadline(clock, TIMEOUT_MS, NEVER_ABORTED, clock.nowMs())
    const end = await poll({ attempt, schedule: adaptiveSchedule, parallelJobs, clock, deadline, random })
    deadline.release()
    if (end.kind !== 'done') throw new Error(`A wait of the fleet ended ${end.kind}`)
  }
}

/** A loop with a fixed pause that ignores rate limits: what many people write in a shell. */
export function fixedLoop(pauseMs: number): Behaviour {
  return loop(
    () => pauseMs,
    () => pauseMs,
  )
}

/** A loop with a fixed pause. After a throttled request, it waits as long as the header `x-ogw-ratelimit-reset` says. */
export function obeyingLoop(pauseMs: number): Behaviour {
  return loop(
    () => pauseMs,
    (askedMs) => askedMs,
  )
}

/**
 * A loop that pauses for a tenth of the time waited so far. After a throttled request, it waits as long as the header
 * says.
 */
export const obeyingAdaptive: Behaviour = loop(tenthOf, (askedMs) => askedMs)

/** A pause of 9 to 10 % of the elapsed time, by chance; at least 0.5 s, at most 10 s. @param jitter from 0 to 1 */
function tenthOf(elapsedMs: number, jitter: number): number {
  return Math.min(Math.max(500, elapsedMs * (0.09 + 0.01 * jitter)), 10_000)
}

/**
 * The first draft of a schedule for parallel jobs. Each job polls as if it were alone, but pauses at least 0.35 s times
 * the number of jobs (17.5 s with 50 jobs). The first attempt waits for a random part of this minimum. After a
 * throttled request, the job waits as long as the header says, plus a random part of this minimum.
 */
export function firstDraft(parallelJobs: number): Behaviour {
  const minPauseMs = parallelJobs * 350
  return async (step) => {
    await sleep(step.clock, step.random() * minPauseMs, NEVER_ABORTED)
    return loop(
      (elapsedMs, jitter) => Math.max(tenthOf(elapsedMs, jitter), minPauseMs),
      (askedMs) => askedMs + step.random() * minPauseMs,
    )(step)
  }
}

// For the type only: the limiter of a simulation always says how long to wait.
const UNASKED_PAUSE_MS = 60_000

/**
 * Makes a loop that polls until the export has ended.
 * @param pauseMs the pause when the export has not ended; `jitter` is a random number from 0 to 1
 * @param throttledPauseMs the pause after a throttled request, when the header asks for `askedMs`
 */
function loop(
  pauseMs: (elapsedMs: number, jitter: number) => number,
  throttledPauseMs: (askedMs: number) => number,
): Behaviour {
  return async ({ clock, random, attempt }) => {
    const startMs = clock.nowMs()
    for (;;) {
      const outcome = await attempt()
      if (outcome.kind === 'done') return
      const delayMs =
        outcome.kind === 'refused'
          ? throttledPauseMs(outcome.askedMs ?? UNASKED_PAUSE_MS)
          : pauseMs(clock.nowMs() - startMs, random())
      await sleep(clock, delayMs, NEVER_ABORTED)
    }
  }
}

/** Runs all jobs of a fleet on a virtual clock, under one limiter, until each has noticed the end of its export. */
export async function simulate(setting: Setting, behaviour: Behaviour): Promise<JobResult[]> {
  const clock = new VirtualClock()
  const limiter = createLimiter(setting.limit)
  const otherPrograms = createOtherPrograms(setting, limiter)
  const [minMs, maxMs] = setting.roundTripMs ?? USUAL_ROUND_TRIP_MS
  const runJob = async (job: Job, index: number): Promise<JobResult> => {
    // A prime larger than any fleet: each job of each seed has a random sequence of its own.
    const random = createRandom(setting.seed * 1_000_003 + index)
    let requests = 0
    let throttled = 0
    await sleep(clock, job.startMs, NEVER_ABORTED)
    await behaviour({
      clock,
      random,
      async attempt() {
        const oneWayMs = (minMs + (maxMs - minMs) * random()) / 2
        await sleep(clock, oneWayMs, NEVER_ABORTED)
        const nowMs = clock.nowMs()
        requests++
        otherPrograms.sendUntil(nowMs)
        const decision = limiter.take(nowMs)
        const isDone = nowMs >= job.startMs + job.exportMs
        await sleep(clock, oneWayMs, NEVER_ABORTED)
        if (decision.ok) return isDone ? { kind: 'done', value: true } : { kind: 'pending' }
        throttled++
        return { kind: 'refused', failure: 'too many requests', askedMs: decision.resetSeconds * 1000 }
      },
    })
    return { job, noticedMs: clock.nowMs(), requests, throttled }
  }
  return clock.run(Promise.all(setting.jobs.map(runJob)))
}

/**
 * Simulates an ideal coordinator, which knows when each export ends. In the order of these ends, it sends one request
 * for each job, as soon as the limiter accepts it.
 * @returns for each job, in the order of the jobs, when its end is noticed
 */
export function simulateCoordinator(setting: Setting): number[] {
  const limiter = createLimiter(setting.limit)
  const otherPrograms = createOtherPrograms(setting, limiter)
  const [minMs, maxMs] = setting.roundTripMs ?? USUAL_ROUND_TRIP_MS
  const ends = setting.jobs.map((job, index) => ({ index, endMs: job.startMs + job.exportMs }))
  const noticedMs: number[] = []
  let nowMs = 0
  for (const { index, endMs } of ends.sort((a, b) => a.endMs - b.endMs)) {
    nowMs = Math.max(nowMs, endMs)
    for (;;) {
      otherPrograms.sendUntil(nowMs)
      if (limiter.take(nowMs).ok) break
      nowMs += COORDINATOR_STEP_MS
    }
    // Here the limiter decides when the request is sent, not when it arrives. So a whole round trip follows, of the mean
    // length.
    noticedMs[index] = nowMs + (minMs + maxMs) / 2
  }
  return noticedMs
}

// The coordinator tries again after this time.
const COORDINATOR_STEP_MS = 10

interface OtherPrograms {
  /** Sends their requests that are due by this time and were not sent yet. */
  sendUntil(nowMs: number): void
}

/** Makes the programs that use the same limiter as the fleet. */
function createOtherPrograms({ otherRequestsMs = [] }: Setting, limiter: Limiter): OtherPrograms {
  let next = 0
  return {
    sendUntil(nowMs) {
      for (;;) {
        const atMs = otherRequestsMs[next]
        if (atMs === undefined || atMs > nowMs) return
        limiter.take(atMs)
        next++
      }
    },
  }
}
