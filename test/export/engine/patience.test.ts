import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Patience } from '../../../src/export/engine/patience.js'
import { createRandom } from '../../emulator/random.js'

describe('the age for a first look', () => {
  it.each([
    ['all alike', () => 20_000],
    ['from 3 to 60 s', (random: () => number) => 3_000 + 57_000 * random()],
    ['a few seconds', (random: () => number) => 1_500 + 2_000 * random()],
  ])('settles where nearly every look finds the export ended: %s', (_, durationMs) => {
    const random = createRandom(7)
    const patience = new Patience()
    let misses = 0
    for (let nth = 0; nth < 3000; nth++) {
      const endMs = durationMs(random)
      let ageMs = patience.firstLookAgeMs(1)
      while (ageMs < endMs) {
        patience.miss(ageMs)
        if (nth >= 1000) misses++
        ageMs = patience.nextLookAgeMs(ageMs, 1)
      }
      patience.hit()
    }
    expect(misses / 2000).toBeLessThan(0.06)
    expect(patience.firstLookAgeMs(1)).toBeLessThan(150_000)
  })

  it('comes earlier where looks are to spare, but not at once; and never as late as the file lives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 200 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (seen, spare) => {
          const patience = new Patience()
          for (const isHit of seen) {
            if (isHit) patience.hit()
            else patience.miss(10 * 60_000)
          }
          const ageMs = patience.firstLookAgeMs(spare)
          expect(ageMs).toBeGreaterThanOrEqual(500)
          expect(ageMs).toBeLessThanOrEqual(4 * 60_000)
          expect(ageMs).toBeLessThanOrEqual(patience.firstLookAgeMs(1))
        },
      ),
    )
  })
})

describe('the age for the next look', () => {
  it('is later than the last one by half a second at least, by a tenth where looks are to spare, more where they are dear', () => {
    const patience = new Patience()
    expect(patience.nextLookAgeMs(10_000, Infinity)).toBe(11_000)
    expect(patience.nextLookAgeMs(1_000, Infinity)).toBe(1_500)
    expect(patience.nextLookAgeMs(10_000, 1)).toBe(13_500)
    expect(patience.nextLookAgeMs(1_000, 1)).toBe(patience.firstLookAgeMs(1))
  })
})

describe('how many looks go at once', () => {
  it('is one while dear looks miss, more with each hit, and many where looks are to spare', () => {
    const patience = new Patience()
    patience.miss(60_000)
    expect(patience.concurrency(1)).toBe(1)
    for (let nth = 0; nth < 30; nth++) patience.hit()
    expect(patience.concurrency(1)).toBe(16)
    patience.miss(60_000)
    expect(patience.concurrency(1)).toBe(8)
    expect(patience.concurrency(2)).toBe(16)
  })
})
