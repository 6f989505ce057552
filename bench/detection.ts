// How late the end of an export is noticed, and how many requests that takes: the action's own loop on a virtual clock.
import { startDeadline } from '../src/polling/deadline.js'
import { poll, type PollAttempt } from '../src/polling/poll.js'
import { adaptiveSchedule, fixedSchedule, type Schedule } from '../src/polling/schedule.js'
import { createRandom } from '../test/emulator/random.js'
import { VirtualClock } from '../test/polling/virtual-clock.js'
import { median } from './lib/machine.js'
import type { Plot } from './lib/plot.js'
import { markdownTable } from './lib/table.js'

const DURATIONS_S = [0.4, 1, 3, 5, 10, 15, 30, 60, 120, 180, 300, 600]
const ROUND_TRIP_MS = 150
// Longer than any wait here.
const TIMEOUT_MS = 3_600_000
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)

/** A way to wait for an export. */
interface Strategy {
  readonly name: string
  readonly schedule: Schedule
  /** After this many poll attempts, it gives up; without it, never. */
  readonly maxAttempts?: number
}

const fixed = (seconds: number): Schedule => fixedSchedule(seconds * 1000)

const STRATEGIES: readonly Strategy[] = [
  { name: 'this action', schedule: adaptiveSchedule },
  { name: 'every 1 s', schedule: fixed(1) },
  { name: 'every 2 s', schedule: fixed(2) },
  { name: 'every 5 s', schedule: fixed(5) },
  { name: 'CLI: 5 s × 10', schedule: fixed(5), maxAttempts: 10 },
]

interface Wait {
  /**
   * From the end of the export until it was noticed, without one round trip: even a request that is sent at the end needs
   * that. Undefined if the strategy gave up before.
   */
  readonly delayMs: number | undefined
  readonly attempts: number
}

/** Waits once, on a new virtual clock, for an export of about `durationMs`. */
async function waitOnce(strategy: Strategy, durationMs: number, seed: number): Promise<Wait> {
  const clock = new VirtualClock()
  // Other random numbers for each seed and duration.
  const random = createRandom(seed * 7919 + durationMs)
  const cancel = new AbortController()
  const deadline = startDeadline(clock, TIMEOUT_MS, cancel.signal)
  // Random, since the delay of a fixed loop depends on when within a pause the export ends.
  const endsAtMs = durationMs * (0.95 + 0.1 * random())
  let attempts = 0
  const attempt = async (): Promise<PollAttempt<undefined, never>> => {
    await clock.wait(ROUND_TRIP_MS / 2)
    attempts++
    const hasEnded = clock.nowMs() >= endsAtMs
    await clock.wait(ROUND_TRIP_MS / 2)
    if (hasEnded) return { kind: 'done', value: undefined }
    // A cancelled poll stands for a strategy that gives up.
    if (strategy.maxAttempts !== undefined && attempts >= strategy.maxAttempts) cancel.abort()
    return { kind: 'pending' }
  }
  const end = await clock.run(poll({ attempt, schedule: strategy.schedule, parallelJobs: 1, clock, deadline, random }))
  deadline.release()
  return { delayMs: end.kind === 'done' ? clock.nowMs() - ROUND_TRIP_MS - endsAtMs : undefined, attempts }
}

/** Measures all strategies with exports of all durations. @returns a Markdown table, and plots by file name without `.svg` */
export async function measureDetection(): Promise<{
  readonly table: string
  readonly plots: Readonly<Record<string, Plot>>
}> {
  const rows: string[][] = []
  const delays = STRATEGIES.map(({ name }, index) => ({ name, main: index === 0, points: [] as [number, number][] }))
  const requests = STRATEGIES.map(({ name }, index) => ({ name, main: index === 0, points: [] as [number, number][] }))
  for (const seconds of DURATIONS_S) {
    const row = [`${seconds} s`]
    for (const [index, strategy] of STRATEGIES.entries()) {
      const waits = await Promise.all(SEEDS.map((seed) => waitOnce(strategy, seconds * 1000, seed)))
      const delaysMs = waits.flatMap(({ delayMs }) => delayMs ?? [])
      const counts = waits.map(({ attempts }) => attempts)
      const medianCount = median(counts)
      if (delaysMs.length < waits.length) {
        row.push('gives up')
        continue
      }
      // The largest number of requests is shown for the action only.
      const maxCount = index === 0 ? ` (${Math.max(...counts)})` : ''
      row.push(
        `${(median(delaysMs) / 1000).toFixed(1)} s (${(Math.max(...delaysMs) / 1000).toFixed(1)}) · ${medianCount}${maxCount}`,
      )
      delays[index]?.points.push([seconds, median(delaysMs) / 1000])
      requests[index]?.points.push([seconds, medianCount])
    }
    rows.push(row)
  }
  const head = ['Export takes', ...STRATEGIES.map(({ name }) => name)]
  const x = { label: 'the export takes (s)', ticks: [0.4, 1, 3, 10, 30, 100, 600] }
  return {
    table: markdownTable(head, rows),
    plots: {
      'detection-delay': {
        title: 'How late the end is noticed (median)',
        x,
        y: { label: 'seconds after the end', ticks: [0.1, 0.3, 1, 3, 10] },
        series: delays,
      },
      'detection-requests': {
        title: 'How many requests it takes (median)',
        x,
        y: { label: 'requests', ticks: [1, 3, 10, 30, 100, 600] },
        series: requests,
      },
    },
  }
}
