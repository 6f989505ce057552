import { describe, expect, it } from '@jest/globals'
import { refusalPauseMs } from '../../../src/export/engine/pauses.js'

describe('the pause after a refusal', () => {
  const FIVE_PER_SECOND = { requests: 5, windowMs: 1000 }
  const HUNDRED_PER_MINUTE = { requests: 100, windowMs: 60_000 }
  const longest = (limit: typeof FIVE_PER_SECOND, askedMs: number | undefined, parallelJobs: number, refusals = 1) =>
    refusalPauseMs(limit, askedMs, { parallelJobs, refusals, random: 0.999 })

  it('spreads the parallel jobs over the windows that they need after the time that the service asks for', () => {
    // Five jobs need one window, 50 jobs need ten.
    expect(longest(FIVE_PER_SECOND, 1000, 5)).toBeLessThan(2_100)
    expect(longest(FIVE_PER_SECOND, 1000, 50)).toBeGreaterThan(10_500)
    expect(longest(FIVE_PER_SECOND, 1000, 50)).toBeLessThan(11_100)
    expect(longest({ requests: 50, windowMs: 1000 }, 1000, 50)).toBeLessThan(2_100)
    expect(longest(HUNDRED_PER_MINUTE, 1000, 50)).toBeGreaterThan(30_000)
  })

  it('is hardly longer than the service asks for a single job, and longer after each refusal', () => {
    expect(longest(FIVE_PER_SECOND, 1000, 1)).toBeLessThan(1_300)
    expect(longest(FIVE_PER_SECOND, 1000, 1, 10)).toBeGreaterThan(2_500)
  })

  it('is never shorter than the service asks, and not zero', () => {
    for (const limit of [FIVE_PER_SECOND, HUNDRED_PER_MINUTE]) {
      for (const askedMs of [0, 1000, 90_000]) {
        expect(refusalPauseMs(limit, askedMs, { parallelJobs: 1, refusals: 1, random: 0 })).toBeGreaterThan(askedMs)
      }
    }
  })

  it('of which the service says nothing starts at two seconds for a limit per second, at a minute for one per minute', () => {
    expect(longest(FIVE_PER_SECOND, undefined, 50)).toBeLessThan(2_600)
    expect(refusalPauseMs(HUNDRED_PER_MINUTE, undefined, { parallelJobs: 1, refusals: 1, random: 0 })).toBe(60_000)
  })
})
