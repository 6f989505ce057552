import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { adaptiveSchedule, fixedSchedule, type Schedule } from '../../src/polling/schedule.js'
import { pauseFacts } from './pause-facts.js'

/**
 * The values that `random()` returns one after another, repeated from the start when they are used up. The smallest and
 * the largest value are tried often: if the schedule exceeds a bound, it most likely does so for them.
 */
const randoms = fc.oneof(
  fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 60 }),
  fc.constantFrom([0], [1 - Number.EPSILON], [0, 1 - Number.EPSILON]),
)

/** Returns the times, up to `untilMs`, at which a wait without faults or refusals sends its requests, in milliseconds. */
function attemptTimes(
  schedule: Schedule,
  parallelJobs: number,
  randomValues: readonly number[],
  untilMs: number,
  roundTripMs = 0,
): number[] {
  let randomCalls = 0
  const random = (): number => randomValues[randomCalls++ % randomValues.length] ?? 0
  const times: number[] = []
  let timeMs = schedule.firstDelayMs(parallelJobs, random())
  while (timeMs <= untilMs) {
    times.push(timeMs)
    timeMs += roundTripMs
    timeMs += schedule.nextDelayMs({ elapsedMs: timeMs, roundTripMs, parallelJobs, refusals: 0, random: random() })
  }
  return times
}

describe('a single job', () => {
  it('makes its first attempt at once', () => {
    expect(adaptiveSchedule.firstDelayMs(1, 0.99)).toBe(0)
  })

  it('notices the end within a tenth of the length of the export, or within a second if that is longer', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        const times = attemptTimes(adaptiveSchedule, 1, random, 700_000)
        const delays = times.slice(1).map((noticedAtMs, index) => {
          // The worst case: the export ends right after the attempt before.
          const endMs = times[index] ?? NaN
          return { endMs, isShort: noticedAtMs - endMs <= Math.max(endMs / 10, 1000) + 1e-6 }
        })
        expect(delays.filter(({ isShort }) => !isShort)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('needs at most 40 requests for an export of a minute, and at most 100 for one of ten minutes', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        const times = attemptTimes(adaptiveSchedule, 1, random, 700_000)
        // The attempt that notices the end counts too.
        expect(times.findIndex((time) => time >= 60_000) + 1).toBeLessThanOrEqual(40)
        expect(times.findIndex((time) => time >= 600_000) + 1).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('has pauses whose length depends on the random number, so that two jobs do not poll in step', () => {
    const pause = (random: number): number =>
      adaptiveSchedule.nextDelayMs({ elapsedMs: 60_000, parallelJobs: 1, refusals: 0, random })
    expect(pause(0.9)).toBeGreaterThan(pause(0.1) * 1.05)
  })
})

describe('parallel jobs', () => {
  it('stay within their share of the limit in any minute, however long requests take', () => {
    const jobCounts = fc.oneof(fc.constantFrom(2, 4, 5, 10, 20, 25, 50, 100), fc.integer({ min: 2, max: 200 }))
    fc.assert(
      fc.property(
        jobCounts,
        randoms,
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (parallelJobs, random, roundTripMs) => {
          const times = attemptTimes(adaptiveSchedule, parallelJobs, random, 300_000, roundTripMs)
          // The service takes 100 requests a minute. A job that sends at most `share` of them in any minute needs more
          // than a minute for `share` + 1. More than 100 jobs cannot all stay below the limit.
          const share = Math.max(1, Math.floor(100 / parallelJobs))
          const spansMs = times.slice(share).map((time, index) => time - (times[index] ?? NaN))
          expect(Math.min(Infinity, ...spansMs)).toBeGreaterThan(60_000)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('use their share: each of ten jobs polls about ten times a minute', () => {
    for (const phase of [0, 0.3, 0.6, 0.9]) {
      const times = attemptTimes(adaptiveSchedule, 10, [phase], 601_000)
      expect(times.length).toBeGreaterThan(95)
    }
  })

  it('send their requests at the same times when answers are slow', () => {
    for (const parallelJobs of [20, 50]) {
      const fast = attemptTimes(adaptiveSchedule, parallelJobs, [0.5], 300_000)
      const slow = attemptTimes(adaptiveSchedule, parallelJobs, [0.5], 300_000, 1500)
      expect(slow).toHaveLength(fast.length)
      for (const [index, time] of slow.entries()) expect(time).toBeCloseTo(fast[index] ?? NaN, 3)
    }
  })

  it('spread their first attempts over the seconds in which most exports end', () => {
    const first = (parallelJobs: number, random: number): number => adaptiveSchedule.firstDelayMs(parallelJobs, random)
    expect(first(2, 0)).toBeLessThan(300)
    expect(first(10, 0.999) - first(10, 0)).toBeGreaterThan(4000)
    expect(first(50, 0)).toBeGreaterThanOrEqual(2000)
    expect(first(50, 0.5)).toBeLessThan(11_000)
    expect(first(50, 0.999)).toBeLessThan(17_000)
    expect(first(200, 0.999)).toBe(first(100, 0.999))
    expect(first(200, 0.999)).toBeLessThan(60_000)
  })

  it('make the first attempt later, the larger the random number is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.nat(999), fc.nat(999), (parallelJobs, one, other) => {
        const [low, high] = [Math.min(one, other) / 1000, Math.max(one, other) / 1000]
        expect(adaptiveSchedule.firstDelayMs(parallelJobs, low)).toBeLessThanOrEqual(
          adaptiveSchedule.firstDelayMs(parallelJobs, high) + 1e-6,
        )
      }),
    )
  })

  it('make two attempts in the first minute when there are fifty jobs: before 17 s and before 46 s', () => {
    for (const phase of [0, 0.5, 0.999]) {
      const [first = NaN, second = NaN, third = NaN] = attemptTimes(adaptiveSchedule, 50, [phase], 200_000)
      expect(first).toBeLessThan(17_000)
      expect(second).toBeGreaterThan(15_000)
      expect(second).toBeLessThan(46_000)
      // The plan of a minute repeats after a quarter of a second more.
      expect(third - first).toBeCloseTo(60_250, 0)
    }
  })
})

describe('any pause', () => {
  it('is at least half a second and at most two minutes', () => {
    fc.assert(
      fc.property(pauseFacts, (facts) => {
        const pauseMs = adaptiveSchedule.nextDelayMs(facts)
        expect(pauseMs).toBeGreaterThanOrEqual(500)
        expect(pauseMs).toBeLessThanOrEqual(120_000)
      }),
      { numRuns: 500 },
    )
  })

  it('depends only on the facts', () => {
    fc.assert(
      fc.property(pauseFacts, (facts) => {
        expect(adaptiveSchedule.nextDelayMs({ ...facts })).toBe(adaptiveSchedule.nextDelayMs(facts))
      }),
    )
  })
})

describe('a fixed interval', () => {
  it('is the pause for any facts; only the first attempts of parallel jobs are spread', () => {
    const schedule = fixedSchedule(7000)
    fc.assert(
      fc.property(pauseFacts, (facts) => {
        expect(schedule.nextDelayMs(facts)).toBe(7000)
      }),
    )
    expect(schedule.firstDelayMs(1, 0.5)).toBe(0)
    expect(schedule.firstDelayMs(50, 0.5)).toBe(adaptiveSchedule.firstDelayMs(50, 0.5))
  })
})
