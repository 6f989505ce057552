import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { faultDelayMs, refusedDelayMs } from '../../src/polling/retry-delays.js'
import { adaptiveSchedule } from '../../src/polling/schedule.js'
import { pauseFacts } from './pause-facts.js'

describe('the pauses of a job that was refused by the rate limit', () => {
  const justRefused = {
    elapsedMs: 5000,
    parallelJobs: 1,
    refusals: 1,
    random: 0.5,
    lastRefusal: { agoMs: 0, attemptsInMinute: 0 },
  }

  it('grow with each refusal, up to about half a minute, when it does not know of parallel jobs', () => {
    const pause = (refusals: number): number => adaptiveSchedule.nextDelayMs({ ...justRefused, refusals })
    expect(pause(1)).toBeGreaterThan(4000)
    expect(pause(2)).toBeGreaterThan(pause(1))
    expect(pause(3)).toBeGreaterThan(pause(2))
    expect(pause(30)).toBe(pause(20))
    expect(pause(30)).toBeLessThanOrEqual(33_000)
  })

  it('are shorter when more of its attempts succeeded in the minute before: it keeps that share of the limit', () => {
    const pause = (attemptsInMinute: number): number =>
      adaptiveSchedule.nextDelayMs({ ...justRefused, refusals: 9, lastRefusal: { agoMs: 0, attemptsInMinute } })
    // Ten attempts in a minute are one in 6000 ms, four are one in 15 000 ms.
    expect(pause(10)).toBeCloseTo(6000, -1)
    expect(pause(4)).toBeCloseTo(15_000, -1)
    expect(pause(0)).toBeGreaterThan(pause(4))
  })

  it('become shorter again as long as no other refusal follows', () => {
    const pause = (agoMs: number): number =>
      adaptiveSchedule.nextDelayMs({ ...justRefused, refusals: 9, lastRefusal: { agoMs, attemptsInMinute: 0 } })
    expect(pause(60_000)).toBeLessThan(0.6 * pause(0))
    expect(pause(600_000)).toBeLessThan(0.2 * pause(0))
  })

  it('depend, when it knows of parallel jobs, on their number and on how many of its attempts succeeded', () => {
    const pause = (attemptsInMinute: number, parallelJobs = 10): number =>
      adaptiveSchedule.nextDelayMs({ ...justRefused, parallelJobs, lastRefusal: { agoMs: 0, attemptsInMinute } })
    // One of ten jobs may make 10 attempts a minute. That is averaged with the attempts that succeeded: 10, 7.5 and 5.
    expect(pause(10)).toBeCloseTo(6000, -1)
    expect(pause(5)).toBeCloseTo(8000, -1)
    expect(pause(0)).toBeCloseTo(12_000, -1)
    expect(pause(0, 200)).toBeLessThanOrEqual(105_000)
  })
})

describe('the pause right after a refusal by the rate limit', () => {
  it('is a little longer than the service asks, for any facts', () => {
    fc.assert(
      fc.property(pauseFacts, fc.double({ min: 0, max: 600_000, noNaN: true }), (facts, askedMs) => {
        const waitMs = refusedDelayMs(askedMs, facts)
        expect(waitMs).toBeGreaterThan(askedMs)
        expect(waitMs).toBeLessThanOrEqual(askedMs + 43_000)
      }),
      { numRuns: 1000 },
    )
  })

  it('is hardly longer than the service asks when there is a single job', () => {
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

  it('spreads jobs that do not know of each other more with each refusal', () => {
    // The wait that the largest random number gives.
    const maxWaitMs = (refusals: number): number => refusedDelayMs(1000, { parallelJobs: 1, refusals, random: 0.999 })
    expect(maxWaitMs(2)).toBeGreaterThan(maxWaitMs(1))
    expect(maxWaitMs(5)).toBeGreaterThan(maxWaitMs(2) + 1500)
    expect(maxWaitMs(50)).toBeLessThan(25_000)
  })

  it('is a minute at least when the service does not ask for a time, and grows up to about five minutes', () => {
    fc.assert(
      fc.property(pauseFacts, (facts) => {
        const waitMs = refusedDelayMs(undefined, facts)
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
  it('the pause grows with each fault in a row, up to about ten seconds, and is never shorter than the schedule plans', () => {
    const pause = (faults: number): number =>
      faultDelayMs(adaptiveSchedule, faults, { elapsedMs: 0, parallelJobs: 1, refusals: 0, random: 0 })
    expect([1, 2, 3, 4, 5, 6, 60].map(pause)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    fc.assert(
      fc.property(pauseFacts, fc.integer({ min: 1, max: 100 }), (facts, faults) => {
        const pauseMs = faultDelayMs(adaptiveSchedule, faults, facts)
        expect(pauseMs).toBeGreaterThanOrEqual(adaptiveSchedule.nextDelayMs(facts))
      }),
    )
  })
})
