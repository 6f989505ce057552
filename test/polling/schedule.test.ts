import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  adaptiveSchedule,
  faultDelayMs,
  fixedSchedule,
  refusedDelayMs,
  type Moment,
  type Schedule,
} from '../../src/polling/schedule.js'

/** The values of `random()`, call by call. A bound breaks at the ends of the range first. */
const randoms = fc.oneof(
  fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 60 }),
  fc.constantFrom([0], [1 - Number.EPSILON], [0, 1 - Number.EPSILON]),
)
const moments = fc.record({
  elapsedMs: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
  roundTripMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
  parallelJobs: fc.oneof(fc.constantFrom(1, 2, 10, 50, 100, 200), fc.integer({ min: 1, max: 1000 })),
  refusals: fc.integer({ min: 1, max: 40 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  lastRefusal: fc.option(
    fc.record({ agoMs: fc.double({ min: 0, max: 600_000, noNaN: true }), attemptsInMinute: fc.nat(100) }),
    { nil: undefined },
  ),
}) satisfies fc.Arbitrary<Moment>

/** Returns the times until `untilMs` at which a wait without faults sends its requests. */
function attemptTimes(
  schedule: Schedule,
  parallelJobs: number,
  random: readonly number[],
  untilMs: number,
  roundTripMs = 0,
): number[] {
  let calls = 0
  const next = (): number => random[calls++ % random.length] ?? 0
  const times: number[] = []
  let timeMs = schedule.firstDelayMs(parallelJobs, next())
  while (timeMs <= untilMs) {
    times.push(timeMs)
    timeMs += roundTripMs
    timeMs += schedule.nextDelayMs({ elapsedMs: timeMs, roundTripMs, parallelJobs, refusals: 0, random: next() })
  }
  return times
}

describe('a single job', () => {
  it('polls at once', () => {
    expect(adaptiveSchedule.firstDelayMs(1, 0.99)).toBe(0)
  })

  it('notices the end within 10 % of the length, or a second for short exports, whatever the random numbers', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        const times = attemptTimes(adaptiveSchedule, 1, random, 700_000)
        for (const [index, time] of times.slice(1).entries()) {
          // The worst case: the export ends right after an attempt.
          const endMs = times[index] ?? NaN
          expect(time - endMs).toBeLessThanOrEqual(Math.max(endMs / 10, 1000) + 1e-6)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('needs at most 40 requests for a minute and 100 for ten, whatever the random numbers', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        const times = attemptTimes(adaptiveSchedule, 1, random, 700_000)
        // The attempt that notices the end counts too.
        expect(times.findIndex((time) => time >= 60_000) + 1).toBeLessThanOrEqual(40)
        expect(times.findIndex((time) => time >= 600_000) + 1).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('does not poll in step with another job', () => {
    const pause = (random: number): number =>
      adaptiveSchedule.nextDelayMs({ elapsedMs: 60_000, parallelJobs: 1, refusals: 0, random })
    expect(pause(0.9)).toBeGreaterThan(pause(0.1) * 1.05)
  })
})

describe('parallel jobs', () => {
  it('stay within their share in any minute, whatever the random numbers and however long requests take', () => {
    const jobCounts = fc.oneof(fc.constantFrom(2, 4, 5, 10, 20, 25, 50, 100), fc.integer({ min: 2, max: 200 }))
    fc.assert(
      fc.property(
        jobCounts,
        randoms,
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (parallelJobs, random, roundTripMs) => {
          const times = attemptTimes(adaptiveSchedule, parallelJobs, random, 300_000, roundTripMs)
          const share = Math.ceil(100 / parallelJobs)
          for (const [index, time] of times.slice(share).entries()) {
            expect(time - (times[index] ?? NaN)).toBeGreaterThan(60_000)
          }
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

  it('keep their times within the minute when answers are slow', () => {
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

  it('make two attempts in the first minute when there are fifty: before 17 s and before 46 s', () => {
    for (const phase of [0, 0.5, 0.999]) {
      const [first = NaN, second = NaN, third = NaN] = attemptTimes(adaptiveSchedule, 50, [phase], 200_000)
      expect(first).toBeLessThan(17_000)
      expect(second).toBeGreaterThan(15_000)
      expect(second).toBeLessThan(46_000)
      expect(third - first).toBeCloseTo(60_250, 0)
    }
  })
})

describe('any pause', () => {
  it('is at least half a second and at most two minutes', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const pauseMs = adaptiveSchedule.nextDelayMs(moment)
        expect(pauseMs).toBeGreaterThanOrEqual(500)
        expect(pauseMs).toBeLessThanOrEqual(120_000)
      }),
      { numRuns: 500 },
    )
  })

  it('is the same for the same moment', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        expect(adaptiveSchedule.nextDelayMs({ ...moment })).toBe(adaptiveSchedule.nextDelayMs(moment))
      }),
    )
  })
})

describe('after a rate limit', () => {
  const refusedOnce = {
    elapsedMs: 5000,
    parallelJobs: 1,
    refusals: 1,
    random: 0.5,
    lastRefusal: { agoMs: 0, attemptsInMinute: 0 },
  }

  it('a job that does not know of parallel jobs slows down, more with each rate limit, up to half a minute', () => {
    const pause = (refusals: number): number => adaptiveSchedule.nextDelayMs({ ...refusedOnce, refusals })
    expect(pause(1)).toBeGreaterThan(4000)
    expect(pause(2)).toBeGreaterThan(pause(1))
    expect(pause(3)).toBeGreaterThan(pause(2))
    expect(pause(30)).toBe(pause(20))
    expect(pause(30)).toBeLessThanOrEqual(33_000)
  })

  it('it keeps the share that it had, when that is larger', () => {
    const pause = (attemptsInMinute: number): number =>
      adaptiveSchedule.nextDelayMs({ ...refusedOnce, refusals: 9, lastRefusal: { agoMs: 0, attemptsInMinute } })
    expect(pause(10)).toBeCloseTo(6000, -1)
    expect(pause(4)).toBeCloseTo(15_000, -1)
    expect(pause(0)).toBeGreaterThan(pause(4))
  })

  it('it returns to its own pauses while no other rate limit follows', () => {
    const pause = (agoMs: number): number =>
      adaptiveSchedule.nextDelayMs({ ...refusedOnce, refusals: 9, lastRefusal: { agoMs, attemptsInMinute: 0 } })
    expect(pause(60_000)).toBeLessThan(0.6 * pause(0))
    expect(pause(600_000)).toBeLessThan(0.2 * pause(0))
  })

  it('a parallel job depends on the number of jobs and on the share that it had', () => {
    const pause = (attemptsInMinute: number, parallelJobs = 10): number =>
      adaptiveSchedule.nextDelayMs({ ...refusedOnce, parallelJobs, lastRefusal: { agoMs: 0, attemptsInMinute } })
    expect(pause(10)).toBeCloseTo(6000, -1)
    expect(pause(5)).toBeCloseTo(8000, -1)
    expect(pause(0)).toBeCloseTo(12_000, -1)
    expect(pause(0, 200)).toBeLessThanOrEqual(105_000)
  })
})

describe('the pause after a rate limit', () => {
  it('is as long as the service says or a little longer, never shorter', () => {
    fc.assert(
      fc.property(moments, fc.double({ min: 0, max: 600_000, noNaN: true }), (moment, askedMs) => {
        const waitMs = refusedDelayMs(askedMs, moment)
        expect(waitMs).toBeGreaterThan(askedMs)
        expect(waitMs).toBeLessThanOrEqual(askedMs + 43_000)
      }),
      { numRuns: 1000 },
    )
  })

  it('of a single job is hardly longer', () => {
    for (const askedMs of [1000, 30_000, 60_000]) {
      const waitMs = refusedDelayMs(askedMs, { elapsedMs: 0, parallelJobs: 1, refusals: 1, random: 0.999 })
      expect(waitMs - askedMs).toBeLessThan(1200)
    }
  })

  it('spreads parallel jobs over the time in which the limit recovers', () => {
    const maxExtraMs = (askedMs: number, parallelJobs: number): number =>
      refusedDelayMs(askedMs, { elapsedMs: 0, parallelJobs, refusals: 1, random: 0.999 }) - askedMs
    expect(maxExtraMs(1000, 50)).toBeGreaterThan(29_000)
    expect(maxExtraMs(30_000, 50)).toBeGreaterThan(15_000)
    expect(maxExtraMs(30_000, 50)).toBeLessThan(16_000)
    expect(maxExtraMs(59_000, 50)).toBeLessThan(1500)
    expect(maxExtraMs(1000, 10)).toBeLessThan(7000)
  })

  it('spreads jobs that do not know of each other more with each rate limit', () => {
    const maxWaitMs = (refusals: number): number =>
      refusedDelayMs(1000, { elapsedMs: 0, parallelJobs: 1, refusals, random: 0.999 })
    expect(maxWaitMs(2)).toBeGreaterThan(maxWaitMs(1))
    expect(maxWaitMs(5)).toBeGreaterThan(maxWaitMs(2) + 1500)
    expect(maxWaitMs(50)).toBeLessThan(25_000)
  })

  it('is a minute at least when the service does not say, and grows up to about five minutes', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const waitMs = refusedDelayMs(undefined, moment)
        expect(waitMs).toBeGreaterThanOrEqual(60_000)
        expect(waitMs).toBeLessThanOrEqual(345_000)
      }),
    )
    const minWaitMs = (refusals: number): number =>
      refusedDelayMs(undefined, { elapsedMs: 0, parallelJobs: 1, refusals, random: 0 })
    expect([minWaitMs(1), minWaitMs(2), minWaitMs(3)]).toEqual([60_000, 90_000, 135_000])
    expect(minWaitMs(20)).toBe(300_000)
  })
})

describe('after transient faults', () => {
  it('the pause grows with each fault in a row, up to about ten seconds, and is never shorter than the usual one', () => {
    const pause = (faults: number): number =>
      faultDelayMs(adaptiveSchedule, faults, { elapsedMs: 0, parallelJobs: 1, refusals: 0, random: 0 })
    expect([1, 2, 3, 4, 5, 6, 60].map(pause)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 100 }), (moment, faults) => {
        const pauseMs = faultDelayMs(adaptiveSchedule, faults, moment)
        expect(pauseMs).toBeGreaterThanOrEqual(adaptiveSchedule.nextDelayMs(moment))
      }),
    )
  })
})

describe('a fixed interval', () => {
  it('is kept, whatever happens; only the first attempt is spread', () => {
    const schedule = fixedSchedule(7000)
    fc.assert(
      fc.property(moments, (moment) => {
        expect(schedule.nextDelayMs(moment)).toBe(7000)
      }),
    )
    expect(schedule.firstDelayMs(1, 0.5)).toBe(0)
    expect(schedule.firstDelayMs(50, 0.5)).toBe(adaptiveSchedule.firstDelayMs(50, 0.5))
  })
})
