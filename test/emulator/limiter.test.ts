import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createLimiter, type Limit, type LimitDecision } from './limiter.js'

const PASSED: LimitDecision = { ok: true }

function refused(resetSeconds: number): LimitDecision {
  return { ok: false, resetSeconds }
}

function takeAt(limit: Limit | readonly Limit[], ...times: number[]): LimitDecision[] {
  const limiter = createLimiter(limit)
  return times.map((time) => limiter.take(time))
}

describe('a fixed window', () => {
  const limit: Limit = { kind: 'fixed', requests: 2, windowMs: 60_000 }

  it('begins with the first request; requests pass again when it is over', () => {
    const decisions = takeAt(limit, 5000, 30_000, 30_001, 64_999, 65_000, 65_001, 65_002)
    expect(decisions).toEqual([PASSED, PASSED, refused(35), refused(1), PASSED, PASSED, refused(60)])
  })

  it('begins at its phase if it has one', () => {
    const decisions = takeAt({ ...limit, phaseMs: 10_000 }, 69_000, 69_100, 69_200, 70_000)
    expect(decisions).toEqual([PASSED, PASSED, refused(1), PASSED])
  })

  it('counts a request that rounding puts a little before its phase in the window that begins there', () => {
    const decisions = takeAt({ ...limit, phaseMs: 10_000 }, 69_000, 70_000 - 1e-7, 70_000, 70_000)
    expect(decisions).toEqual([PASSED, PASSED, PASSED, refused(60)])
  })

  it('lets twice its number of requests pass around a boundary', () => {
    expect(takeAt({ ...limit, phaseMs: 0 }, 59_999, 59_999, 60_000, 60_000).every(({ ok }) => ok)).toBe(true)
  })
})

describe('a sliding window', () => {
  const limit: Limit = { kind: 'sliding', requests: 2, windowMs: 60_000 }

  it('refuses until the oldest request leaves it', () => {
    const decisions = takeAt(limit, 0, 20_000, 20_000, 59_999.5, 60_000, 60_001, 80_000)
    expect(decisions).toEqual([PASSED, PASSED, refused(40), refused(1), PASSED, refused(20), PASSED])
  })

  it('never lets more than its number of requests pass in any span of its length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 5 }),
        (gaps, n) => {
          const limiter = createLimiter({ kind: 'sliding', requests: n, windowMs: 1000 })
          let now = 0
          const passed: number[] = []
          for (const gap of gaps) {
            now += gap
            if (limiter.take(now).ok) passed.push(now)
          }
          return passed.every((time) => passed.filter((other) => other >= time && other < time + 1000).length <= n)
        },
      ),
    )
  })

  it('still counts right after many requests', () => {
    const limiter = createLimiter({ kind: 'sliding', requests: 7, windowMs: 1000 })
    const passed: number[] = []
    for (let now = 0; now < 1_000_000; now += 100) if (limiter.take(now).ok) passed.push(now)
    const spans = passed.slice(7).map((time, i) => time - (passed[i] ?? 0))
    expect(new Set(spans)).toEqual(new Set([1000]))
  })
})

describe('a token bucket', () => {
  const limit: Limit = { kind: 'bucket', requests: 100, windowMs: 60_000 }

  it('starts full and fills up evenly', () => {
    const limiter = createLimiter(limit)
    for (let i = 0; i < 100; i += 1) expect(limiter.take(0)).toEqual(PASSED)
    expect(limiter.take(0)).toEqual(refused(1))
    expect(limiter.take(599)).toEqual(refused(1))
    expect(limiter.take(600)).toEqual(PASSED)
    expect(limiter.take(600)).toEqual(refused(1))
  })

  it('says in whole seconds when the next request can pass', () => {
    expect(takeAt({ kind: 'bucket', requests: 1, windowMs: 60_000 }, 0, 0, 500, 59_000, 60_000)).toEqual([
      PASSED,
      refused(60),
      refused(60),
      refused(1),
      PASSED,
    ])
  })
})

describe('several limits', () => {
  it('must all accept a request; one that any limit refuses does not count', () => {
    const limits: Limit[] = [
      { kind: 'fixed', requests: 3, windowMs: 60_000 },
      { kind: 'fixed', requests: 2, windowMs: 1000 },
    ]
    expect(takeAt(limits, 0, 0, 0, 0, 1000, 1000)).toEqual([
      PASSED,
      PASSED,
      refused(1),
      refused(1),
      PASSED,
      refused(59),
    ])
  })
})

describe('any limiter', () => {
  it('lets a request pass after the announced time, and refuses it a second earlier', () => {
    const kinds = fc.constantFrom('fixed' as const, 'sliding' as const, 'bucket' as const)
    const gaps = fc.array(fc.double({ min: 0, max: 3000, noNaN: true }), { minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9000 }),
        gaps,
        (kind, requests, windowMs, steps) => {
          const limit: Limit = { kind, requests, windowMs }
          const times: number[] = []
          let now = 0
          for (const step of steps) {
            now += step
            times.push(now)
            const decision = takeAt(limit, ...times).at(-1)
            if (decision === undefined || decision.ok) continue
            const after = (seconds: number): boolean | undefined =>
              takeAt(limit, ...times, now + seconds * 1000).at(-1)?.ok
            expect(after(decision.resetSeconds)).toBe(true)
            if (decision.resetSeconds > 1) expect(after(decision.resetSeconds - 1)).toBe(false)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
