import { expect, it } from '@jest/globals'
import { sleep } from '../../src/polling/clock.js'
import { VirtualClock } from './virtual-clock.js'

const neverAborted = new AbortController().signal

it('fires timers in the order of their times; timers of one time fire in the order in which they were set', async () => {
  const clock = new VirtualClock()
  const fired: string[] = []
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['b3', 20],
  ] as const) {
    clock.after(delayMs, () => fired.push(`${name} at ${clock.nowMs()}`))
  }
  await clock.advance(25)
  expect(fired).toEqual(['a at 10', 'b1 at 20', 'b2 at 20', 'b3 at 20'])
  expect(clock.nowMs()).toBe(25)
  await clock.advance(5)
  expect(fired).toHaveLength(5)
})

it('does not advance while a promise can continue without a timer', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  const longChain = async (): Promise<void> => {
    await sleep(clock, 10, neverAborted)
    for (let step = 0; step < 1000; step++) await Promise.resolve()
    times.push(clock.nowMs())
    clock.after(1, () => times.push(clock.nowMs()))
    await sleep(clock, 5, neverAborted)
  }
  clock.after(12, () => times.push(clock.nowMs()))
  await clock.run(longChain())
  expect(times).toEqual([10, 11, 12])
  expect(clock.nowMs()).toBe(15)
})

it('does not fire a timer that was cancelled', async () => {
  const clock = new VirtualClock()
  const fired: number[] = []
  const cancel = clock.after(10, () => fired.push(10))
  clock.after(20, () => fired.push(20))
  cancel()
  await clock.advance(100)
  expect(fired).toEqual([20])
})

it('returns what the work returns, and fails when the work waits for something that never happens', async () => {
  const clock = new VirtualClock()
  await expect(clock.run(sleep(clock, 3_600_000, neverAborted).then(() => 'slept'))).resolves.toBe('slept')
  await expect(clock.run(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('No timer is left after 3600000 ms')
})

it('has a wall time that advances with the clock', async () => {
  const clock = new VirtualClock({ epochMs: 1_700_000_000_000 })
  await clock.advance(1234)
  expect(clock.wallMs()).toBe(1_700_000_001_234)
})

it('keeps the order of thousands of timers', async () => {
  const clock = new VirtualClock()
  const fired: number[] = []
  // Each delay from 0 to 4999 ms, in no simple order: 7919 and 5000 have no common factor.
  for (let index = 0; index < 5000; index++) clock.after((index * 7919) % 5000, () => fired.push(clock.nowMs()))
  await clock.advance(5000)
  expect(fired).toEqual(Array.from({ length: 5000 }, (_, index) => index))
})
