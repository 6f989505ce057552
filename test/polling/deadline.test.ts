import { describe, expect, it } from '@jest/globals'
import { sleep } from '../../src/polling/clock.js'
import { ATTEMPT_TIMED_OUT, withStallLimit, withTimeLimit, type StallWatch } from '../../src/polling/deadline.js'
import { VirtualClock } from './virtual-clock.js'

const never = new AbortController().signal

/** Runs an attempt of at most 100 ms of silence; returns when and why its signal was aborted. */
async function attempt(
  steps: (clock: VirtualClock, watch: StallWatch, signal: AbortSignal) => Promise<void>,
  parent: AbortSignal = never,
) {
  const clock = new VirtualClock()
  let abortedAtMs: number | undefined
  let reason: unknown
  await clock.run(
    withStallLimit(clock, 100, parent, async (signal, watch) => {
      signal.addEventListener('abort', () => {
        abortedAtMs = clock.nowMs()
        reason = signal.reason
      })
      await steps(clock, watch, signal)
    }),
  )
  const endedAtMs = clock.nowMs()
  // Whatever timer is left would fire now.
  await clock.advance(10_000)
  return { abortedAtMs, reason, endedAtMs }
}

describe('a stall limit', () => {
  it('ends an attempt that is silent from the start', async () => {
    const ended = await attempt((clock, _, signal) => sleep(clock, 5000, signal))
    expect(ended).toEqual({ abortedAtMs: 100, reason: ATTEMPT_TIMED_OUT, endedAtMs: 100 })
  })

  it('lets it go on as long as something comes', async () => {
    const ended = await attempt(async (clock, watch, signal) => {
      for (let n = 0; n < 50; n++) {
        await sleep(clock, 99, signal)
        watch.progress()
      }
    })
    expect(ended).toEqual({ abortedAtMs: undefined, reason: undefined, endedAtMs: 4950 })
  })

  it('counts from what came last', async () => {
    const ended = await attempt(async (clock, watch, signal) => {
      await sleep(clock, 60, signal)
      watch.progress()
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(160)
  })

  it('does not count exempt work, and counts from its end', async () => {
    const ended = await attempt(async (clock, watch, signal) => {
      await sleep(clock, 60, signal)
      await watch.exempt(sleep(clock, 3000, signal))
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(3160)
  })

  it('counts on after exempt work that failed', async () => {
    const ended = await attempt(async (clock, watch, signal) => {
      await watch.exempt(Promise.reject(new Error('disk'))).catch(() => undefined)
      await sleep(clock, 5000, signal)
    })
    expect(ended.abortedAtMs).toBe(100)
  })

  it('leaves no timer behind, even where exempt work outlasts the attempt', async () => {
    const ended = await attempt((clock, watch) => {
      void watch.exempt(clock.wait(500))
      return Promise.resolve()
    })
    expect(ended.abortedAtMs).toBeUndefined()
  })

  it('hands on what its parent says', async () => {
    const parent = new AbortController()
    const ended = await attempt(async (clock, _, signal) => {
      clock.after(30, () => parent.abort('cancelled'))
      await sleep(clock, 5000, signal)
    }, parent.signal)
    expect(ended).toEqual({ abortedAtMs: 30, reason: 'cancelled', endedAtMs: 30 })
    const early = await attempt((clock, _, signal) => sleep(clock, 50, signal), AbortSignal.abort('cancelled'))
    expect(early.endedAtMs).toBe(0)
  })
})

it('a time limit counts the whole attempt, whatever comes', async () => {
  const clock = new VirtualClock()
  const reason = await clock.run(
    withTimeLimit(clock, 100, never, async (signal) => {
      await sleep(clock, 5000, signal)
      return signal.reason as unknown
    }),
  )
  expect([reason, clock.nowMs()]).toEqual([ATTEMPT_TIMED_OUT, 100])
})
