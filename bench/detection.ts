// How late the end of an export is seen, and at what cost in requests: the action's own loop on a virtual clock.
import { startDeadline } from '../src/polling/deadline.js'
import { poll, type Look } from '../src/polling/poll.js'
import { adaptiveSchedule, fixedSchedule, type Schedule } from '../src/polling/schedule.js'
import { createRandom } from '../test/emulator/random.js'
import { VirtualClock } from '../test/polling/virtual-clock.js'
import { median } from './lib/machine.js'
import type { Plot } from './lib/plot.js'
import { markdownTable } from './lib/table.js'

const DURATIONS_S = [0.4, 1, 3, 5, 10, 15, 30, 60, 120, 180, 300, 600]
const ROUND_TRIP_MS = 150
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)

/** A way to wait. */
interface Waiter {
  readonly name: string
  readonly schedule: Schedule
  /** Gives up after so many looks. */
  readonly mostLooks?: number
  /** The pause comes before the first look too. */
  readonly pauseFirst?: boolean
}

const fixed = (seconds: number): Schedule => fixedSchedule(seconds * 1000)

const WAITERS: readonly Waiter[] = [
  { name: 'this action', schedule: adaptiveSchedule },
  { name: 'every 1 s', schedule: fixed(1) },
  { name: 'every 2 s', schedule: fixed(2) },
  { name: 'every 5 s', schedule: fixed(5) },
  { name: 'CLI: 5 s × 10', schedule: fixed(5), mostLooks: 10 },
]

interface Seen {
  /** Undefined when the waiter gave up before. */
  readonly delayMs: number | undefined
  readonly looks: number
}

/** Waits once for an export that takes so long. */
async function waitOnce(waiter: Waiter, durationMs: number, seed: number): Promise<Seen> {
  const clock = new VirtualClock()
  const random = createRandom(seed * 7919 + durationMs)
  const cancel = new AbortController()
  const deadline = startDeadline(clock, 3_600_000, 0, cancel.signal)
  // Fixed loops have no jitter: what they meet is where in their pause the end falls.
  const endsAtMs = durationMs * (0.95 + 0.1 * random())
  let looks = 0
  const look = async (): Promise<Look<undefined, never>> => {
    await clock.wait(ROUND_TRIP_MS / 2)
    looks++
    const hasEnded = clock.nowMs() >= endsAtMs
    await clock.wait(ROUND_TRIP_MS / 2)
    if (hasEnded) return { kind: 'done', value: undefined }
    if (waiter.mostLooks !== undefined && looks >= waiter.mostLooks) cancel.abort()
    return { kind: 'pending' }
  }
  const end = await clock.run(poll({ look, schedule: waiter.schedule, rivals: 1, clock, deadline, random }))
  deadline.release()
  return { delayMs: end.kind === 'done' ? clock.nowMs() - ROUND_TRIP_MS - endsAtMs : undefined, looks }
}

/** The figures of all waiters over all durations. */
export async function measureDetection(): Promise<{
  readonly table: string
  readonly plots: Readonly<Record<string, Plot>>
}> {
  const rows: string[][] = []
  const delays = WAITERS.map(({ name }, index) => ({ name, main: index === 0, points: [] as [number, number][] }))
  const requests = WAITERS.map(({ name }, index) => ({ name, main: index === 0, points: [] as [number, number][] }))
  for (const seconds of DURATIONS_S) {
    const row = [`${seconds} s`]
    for (const [index, waiter] of WAITERS.entries()) {
      const seen = await Promise.all(SEEDS.map((seed) => waitOnce(waiter, seconds * 1000, seed)))
      const late = seen.flatMap(({ delayMs }) => delayMs ?? [])
      const looks = median(seen.map((one) => one.looks))
      const share = Math.max(...seen.map(({ looks: most }) => most))
      if (late.length < seen.length) {
        row.push('gives up')
        continue
      }
      row.push(
        `${(median(late) / 1000).toFixed(1)} s (${(Math.max(...late) / 1000).toFixed(1)}) · ${looks}${index === 0 ? ` (${share})` : ''}`,
      )
      delays[index]?.points.push([seconds, Math.max(0.1, median(late) / 1000)])
      requests[index]?.points.push([seconds, looks])
    }
    rows.push(row)
  }
  const head = ['Export takes', ...WAITERS.map(({ name }) => name)]
  const x = { label: 'the export takes (s)', ticks: [0.4, 1, 3, 10, 30, 100, 600] }
  return {
    table: markdownTable(head, rows),
    plots: {
      'detection-delay': {
        title: 'How late the end is seen (median)',
        x,
        y: { label: 'seconds after the end', ticks: [0.1, 0.3, 1, 3, 10] },
        series: delays,
      },
      'detection-requests': {
        title: 'What it costs (median)',
        x,
        y: { label: 'requests', ticks: [1, 3, 10, 30, 100, 600] },
        series: requests,
      },
    },
  }
}
