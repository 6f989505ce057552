import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { adaptiveSchedule, faultDelayMs, refusedDelayMs } from '../../src/polling/schedule.js'
import { moments } from './moments.js'

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
      const waitMs = refusedDelayMs(askedMs, { parallelJobs: 1, refusals: 1, random: 0.999 })
      expect(waitMs - askedMs).toBeLessThan(1200)
    }
  })

  it('spreads parallel jobs over the time in which the limit recovers', () => {
    const maxExtraMs = (askedMs: number, parallelJobs: number): number =>
      refusedDelayMs(askedMs, { parallelJobs, refusals: 1, random: 0.999 }) - askedMs
    expect(maxExtraMs(1000, 50)).toBeGreaterThan(29_000)
    expect(maxExtraMs(30_000, 50)).toBeGreaterThan(15_000)
    expect(maxExtraMs(30_000, 50)).toBeLessThan(16_000)
    expect(maxExtraMs(59_000, 50)).toBeLessThan(1500)
    expect(maxExtraMs(1000, 10)).toBeLessThan(7000)
  })

  it('spreads jobs that do not know of each other more with each rate limit', () => {
    const maxWaitMs = (refusals: number): number => refusedDelayMs(1000, { parallelJobs: 1, refusals, random: 0.999 })
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
    const minWaitMs = (refusals: number): number => refusedDelayMs(undefined, { parallelJobs: 1, refusals, random: 0 })
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
