import { beforeEach, describe, expect, it } from '@jest/globals'
import { measureShare, serviceFor } from '../../../bench/export/services.js'
import { QuerySchedule, type WatchedTask } from '../../../src/export/engine/query-schedule.js'
import { VirtualClock } from '../../polling/virtual-clock.js'

let clock: VirtualClock
let schedule: QuerySchedule
/** The number of status queries that the rate limit leaves for each minute. */
let perMinute: number
let creationsMs: number[]

beforeEach(() => {
  clock = new VirtualClock()
  perMinute = 100
  creationsMs = []
  schedule = new QuerySchedule(clock, {
    // Query n is sent in minute n / `perMinute` at the earliest.
    lastQueryMs: (requestedMs) => {
      let lastMs = 0
      requestedMs.forEach((wanted, nth) => {
        lastMs = Math.max(lastMs, wanted, Math.floor(nth / perMinute) * 60_000)
      })
      return lastMs
    },
    creationsMs: () => creationsMs,
  })
})

const wait = (ms: number): Promise<void> => clock.run(clock.wait(ms))
/** Begins to watch this number of tasks, which are created now. */
const watch = (count: number): WatchedTask[] => Array.from({ length: count }, () => schedule.watch())

/** Queries a task. The answer comes without delay. @param result `unknown` if the query fails */
function query(task: WatchedTask, result: 'ended' | 'unfinished' | 'unknown'): void {
  schedule.recordSending(task)
  schedule.recordResult(task, clock.nowMs(), result)
  if (result === 'ended') schedule.forget(task)
}

/** Waits until a task is due, while no other task is queried. Returns the age of the task then, in milliseconds. */
async function ageWhenDue(task: WatchedTask): Promise<number> {
  while (schedule.dueMs(task) > clock.nowMs()) await wait(schedule.dueMs(task) - clock.nowMs())
  return clock.nowMs() - task.createdAtMs
}

describe('a single task', () => {
  it('is queried after 1.5 s, and then after pauses of about a tenth of its age, at least half a second', async () => {
    const [task] = watch(1)
    if (!task) throw new Error('no task')
    let lastAgeMs = 0
    for (let count = 0; count < 30; count++) {
      const ageMs = await ageWhenDue(task)
      if (count === 0) expect(ageMs).toBe(1_500)
      else expect(ageMs - lastAgeMs).toBeLessThanOrEqual(lastAgeMs * 0.12 + 500)
      expect(ageMs - lastAgeMs).toBeGreaterThanOrEqual(499)
      lastAgeMs = ageMs
      query(task, 'unfinished')
    }
    expect(lastAgeMs).toBeGreaterThan(40_000)
  })
})

describe('as many tasks as the limit allows queries', () => {
  it('are not queried before they are expected to have ended', async () => {
    const tasks = watch(100)
    for (const task of tasks) expect(schedule.dueMs(task)).toBeGreaterThan(clock.nowMs())
    expect(await ageWhenDue(tasks[0] as WatchedTask)).toBe(16_000)
  })

  it('are queried a few at a time at first, and more after each that has ended', async () => {
    const tasks = watch(100)
    await wait(16_000)
    /** Sends the queries that are due, and returns how many these are. */
    const sendDueQueries = (): number => {
      let count = 0
      for (const task of tasks) {
        if (schedule.dueMs(task) > clock.nowMs()) continue
        schedule.recordSending(task)
        count++
      }
      return count
    }
    expect(sendDueQueries()).toBe(4)
    for (const task of tasks.slice(0, 4)) schedule.recordResult(task, clock.nowMs(), 'ended')
    expect(sendDueQueries()).toBe(16)
  })

  it('are queried a minute later if the first of them has not ended when expected', async () => {
    const [first, second] = watch(100)
    if (!first || !second) throw new Error('no tasks')
    creationsMs = Array.from({ length: 100 }, () => 20_000)
    await wait(16_000)
    query(first, 'unfinished')
    expect(await ageWhenDue(second)).toBeGreaterThanOrEqual(59_000)
  })

  it('are hardly delayed by a task that takes longer, after many have ended when expected', async () => {
    const tasks = watch(100)
    creationsMs = Array.from({ length: 100 }, () => 60_000)
    await wait(16_000)
    for (const task of tasks.slice(0, 20)) query(task, 'ended')
    query(tasks[20] as WatchedTask, 'unfinished')
    expect(await ageWhenDue(tasks[21] as WatchedTask)).toBeLessThan(18_000)
  })
})

describe('early queries', () => {
  it('of all tasks pause after one that found its task unfinished, and continue after one that found its task ended', async () => {
    const [first, second, third] = watch(50)
    if (!first || !second || !third) throw new Error('no tasks')
    await wait(2_000)
    expect(schedule.dueMs(second)).toBeLessThanOrEqual(clock.nowMs())
    query(first, 'unfinished')
    expect(schedule.dueMs(second)).toBeGreaterThanOrEqual(clock.nowMs() + 500)
    await wait(500)
    expect(schedule.dueMs(second)).toBeLessThanOrEqual(clock.nowMs())
    query(second, 'ended')
    expect(schedule.dueMs(third)).toBeLessThanOrEqual(clock.nowMs())
  })

  it('go first to the task that has aged most since its last query, but after tasks that are expected to have ended', async () => {
    const [old] = watch(1)
    await wait(10_000)
    const [young] = watch(1)
    await wait(3_000)
    if (!old || !young) throw new Error('no tasks')
    expect(schedule.sortKeyOf(old)).toBeLessThan(schedule.sortKeyOf(young))
    query(old, 'unfinished')
    expect(schedule.sortKeyOf(young)).toBeLessThan(schedule.sortKeyOf(old))
    await wait(20_000)
    expect(schedule.sortKeyOf(old)).toBeLessThan(schedule.sortKeyOf(young))
  })

  it('are not delayed by a query without an answer', async () => {
    const [task, other] = watch(10)
    if (!task || !other) throw new Error('no tasks')
    await wait(2_000)
    query(task, 'unknown')
    expect(schedule.dueMs(other)).toBeLessThanOrEqual(clock.nowMs())
    expect(task.lastUnfinishedAgeMs).toBe(0)
  })
})

describe('in a simulation with the engine and the limits of the service,', () => {
  it.each([
    [200, 'sliding', [3, 15], 0.88],
    [200, 'fixed', [3, 60], 0.82],
    [130, 'bucket', [3, 60], 0.88],
    [50, 'fixed', [3, 15], 0.82],
  ] as const)(
    '%i documents under a %s limit, whose exports take %j s, have at least this share of the best possible speed: %d',
    async (documents, kind, range, minShare) => {
      const { share, refused, queries } = await measureShare(serviceFor(documents, kind, range, 1), 1)
      expect(share).toBeGreaterThanOrEqual(minShare)
      expect(share).toBeLessThanOrEqual(1.001)
      expect(refused).toBeLessThanOrEqual(3)
      expect(queries).toBeLessThan(documents * 1.5 + 20)
    },
  )
})
