import { describe, expect, it } from '@jest/globals'
import { sleep, type Clock } from '../../src/polling/clock.js'
import { ATTEMPT_TIMED_OUT, withStallLimit, withTimeLimit, type StallWatch } from '../../src/polling/deadline.js'
import { VirtualClock } from './virtual-clock.js'

const neverAborted = new AbortController().signal

/**
 * Runs the attempt `steps` under a stall limit of 100 ms. Fails if the limit leaves a timer behind.
 * @returns when the attempt ended, and when and why its signal was aborted. Both are undefined if it was not aborted
 * during the attempt
 */
async function runWithStallLimit(
  steps: (clock: VirtualClock, watch: StallWatch, signal: AbortSignal) => Promise<void>,
  parent: AbortSignal = neverAborted,
) {
  const clock = new VirtualClock()
  let isOver = false
  let lateTimers = 0
  /** The clock of the stall limit alone, without the timers of `steps`. */
  const limitClock: Clock = {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) =>
      clock.after(delayMs, () => {
        if (isOver) lateTimers++
        callback()
      }),
  }
  let abortedAtMs: number | undefined
  let reason: unknown
  await clock.run(
    withStallLimit(limitClock, 100, parent, async (signal, watch) => {
      signal.addEventListener('abort', () => {
        abortedAtMs = clock.nowMs()
        reason = signal.reason
      })
      await steps(clock, watch, signal)
    }),
  )
  isOver = true
  const endedAtMs = clock.nowMs()
  // A timer that the stall limit left behind fires now.
  await clock.advance(10_000)
  expect(lateTimers).toBe(0)
  return { abortedAtMs, reason, endedAtMs }
}

describe('a stall limit', () => {
  it('ends an attempt that is silent from the start', async () => {
    const ended = await runWithStallLimit((clock, _, signal) => sleep(clock, 5000, signal))
    expect(ended).toEqual({ abortedAtMs: 100, reason: ATTEMPT_TIMED_OUT, endedAtMs: 100 })
  })

  it('lets an attempt continue as long as it makes progress', async () => {
    const ended = await runWithStallLimit(async (clock, watch, signal) => {
      for (let n = 0; n < 50; n++) {
        await sleep(clock, 99, signal)
        watch.progress()
      }
    })
    expect(ended).toEqual({ abortedAtMs: undefined, reason: undefined, endedAtMs: 4950 })
  })

  it('counts from the last progress', async () => {
    const ended = await runWithStallLimit(async (clock, watch, signal) => {
      await sleep(clock, 60, signal)
      watch.progress()
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(160)
  })

  it('does not count exempt work: the silence starts again when the work ends', async () => {
    const ended = await runWithStallLimit(async (clock, watch, signal) => {
      await sleep(clock, 60, signal)
      await watch.exempt(sleep(clock, 3000, signal))
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(3160)
  })

  it('starts to count again when exempt work fails', async () => {
    const ended = await runWithStallLimit(async (clock, watch, signal) => {
      await watch.exempt(Promise.reject(new Error('disk'))).catch(() => undefined)
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(100)
  })

  it('leaves no timer behind, even when exempt work takes longer than the attempt', async () => {
    const ended = await runWithStallLimit((clock, watch) => {
      void watch.exempt(clock.wait(500))
      return Promise.resolve()
    })
    expect(ended.abortedAtMs).toBeUndefined()
  })

  it('aborts the attempt with the reason of the parent signal; at once if that was aborted before', async () => {
    const parent = new AbortController()
    const ended = await runWithStallLimit(async (clock, _, signal) => {
      clock.after(30, () => parent.abort('cancelled'))
      await sleep(clock, 5000, signal)
    }, parent.signal)
    expect(ended).toEqual({ abortedAtMs: 30, reason: 'cancelled', endedAtMs: 30 })
    const early = await runWithStallLimit(
      (clock, _, signal) => sleep(clock, 50, signal),
      AbortSignal.abort('cancelled'),
    )
    expect(early.endedAtMs).toBe(0)
  })
})

it('a time limit aborts an attempt that takes longer in total', async () => {
  const clock = new VirtualClock()
  const reason = await clock.run(
    withTimeLimit(clock, 100, neverAborted, async (signal) => {
      await sleep(clock, 5000, signal)
      return signal.reason as unknown
    }),
  )
  expect([reason, clock.nowMs()]).toEqual([ATTEMPT_TIMED_OUT, 100])
})
