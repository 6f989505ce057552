import { afterAll, expect, it } from '@jest/globals'
import { startEmulator, type Task } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, pollRequestsFor, retryOnce, runWait } from '../wait/support.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

/** The milliseconds from the start of each request for a task to the start of the next one. */
const pausesOf = (task: Task): number[] => {
  const times = pollRequestsFor(emulator, task).map((request) => request.atMs)
  return times.slice(1).map((time, index) => time - (times[index] ?? NaN))
}

it.concurrent('polls immediately, then half a second later: an export of 0.4 s is seen within a second', () =>
  retryOnce(async () => {
    const task = emulator.addTask({ durationMs: 400 })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expect(pollRequestsFor(emulator, task)).toHaveLength(2)
    const [pause = NaN] = pausesOf(task)
    expect(pause).toBeGreaterThanOrEqual(500)
    expect(pause).toBeLessThan(1000)
  }),
)

it.concurrent('the first pauses are at least half a second, with jitter', () =>
  retryOnce(async () => {
    const task = emulator.addTask({ durationMs: 3000 })
    expectWaitSuccess(await runWait(emulator, task))
    const pauses = pausesOf(task)
    expect(pauses.length).toBeGreaterThanOrEqual(4)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(495)
    expect(Math.max(...pauses)).toBeLessThan(1200)
    expect(new Set(pauses.map((pause) => Math.round(pause / 5))).size).toBeGreaterThan(1)
  }),
)

it.concurrent('with a fixed interval, the pauses are as long as it says', async () => {
  const task = emulator.addTask({ result: [...Array<unknown>(4).fill({ job_status: 2 }), undefined] })
  expectWaitSuccess(await runWait(emulator, task, { 'poll-interval-seconds': '0.1' }))
  const pauses = pausesOf(task)
  expect(pauses).toHaveLength(4)
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(98)
  // Pauses without a fixed interval are at least half a second.
  expect(Math.min(...pauses)).toBeLessThan(480)
})

it.concurrent('a last attempt just before the deadline finds an export that ended in a long pause', () =>
  retryOnce(async () => {
    const task = emulator.addTask({ result: [{ job_status: 2 }, undefined] })
    const step = await runWait(emulator, task, { 'poll-interval-seconds': 60, 'timeout-seconds': 3 })
    expectWaitSuccess(step)
    expect(pollRequestsFor(emulator, task)).toHaveLength(2)
    expect(step.durationMs).toBeGreaterThan(2000)
    expect(step.durationMs).toBeLessThan(3000)
  }),
)

it.concurrent('the last attempt is also made when the export does not end, and the step still ends in time', () =>
  retryOnce(async () => {
    const task = emulator.addTask({ durationMs: 60_000 })
    const step = await runWait(emulator, task, { 'poll-interval-seconds': 60, 'timeout-seconds': 2.5 })
    const message = expectWaitFailure(step)
    expect(message).toMatch(/did not end within 2.5 s.*The last status was (new|processing)/)
    expect(pollRequestsFor(emulator, task).length).toBeGreaterThan(1)
    expect(step.durationMs).toBeLessThan(3500)
  }),
)

it.concurrent('parallel jobs spread the first attempts and stretch the pauses', async () => {
  const tasks = Array.from({ length: 3 }, () => emulator.addTask({ durationMs: 60_000 }))
  const startedAtMs = emulator.now()
  const steps = await Promise.all(
    tasks.map((task) => runWait(emulator, task, { 'parallel-jobs': 50, 'timeout-seconds': 4 })),
  )
  for (const step of steps) expectWaitFailure(step)
  for (const task of tasks) {
    for (const query of pollRequestsFor(emulator, task)) expect(query.atMs - startedAtMs).toBeGreaterThan(2000)
  }
})

it.concurrent('an empty parallel-jobs counts as one', async () => {
  const task = emulator.addTask({ durationMs: 300 })
  expectWaitSuccess(await runWait(emulator, task, { 'parallel-jobs': '', 'poll-interval-seconds': '' }))
  const [pause = NaN] = pausesOf(task)
  expect(pause).toBeLessThan(1500)
})
