import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ProgressLines, Ticker } from '../../../src/export/report/progress.js'
import { VirtualClock } from '../../polling/virtual-clock.js'

/** The time left that a progress line shows, in minutes; undefined if it shows none. */
const minutesIn = (line: string): number | undefined => {
  const [, minutes] = /about (\d+) min left$/.exec(line) ?? []
  return minutes === undefined ? undefined : Number(minutes)
}

describe('the progress line', () => {
  it('has the number of exports a minute, and after two minutes the time left', () => {
    const lines = new ProgressLines()
    const early = { done: 50, total: 400, inFlight: 12, isWaitingForLimit: false, failed: 10, elapsedMs: 60_000 }
    expect(lines.line(early)).toBe('50 of 400 done, 12 in flight, 10 failed, 50 a minute')
    expect(lines.line({ ...early, done: 100, elapsedMs: 120_000 })).toBe(
      '100 of 400 done, 12 in flight, 10 failed, 50 a minute, about 6 min left',
    )
    expect(lines.line({ ...early, done: 390, elapsedMs: 480_000 })).toBe(
      '390 of 400 done, 12 in flight, 10 failed, 49 a minute',
    )
  })

  it('has no number of exports a minute in the first minute', () => {
    const early = { done: 45, total: 400, inFlight: 12, isWaitingForLimit: false, failed: 10, elapsedMs: 3_000 }
    expect(new ProgressLines().line(early)).toBe('45 of 400 done, 12 in flight, 10 failed')
  })

  it('says that requests wait for the rate limit', () => {
    const full = { done: 501, total: 638, inFlight: 137, isWaitingForLimit: true, failed: 0, elapsedMs: 70_000 }
    expect(new ProgressLines().line(full)).toBe(
      '501 of 638 done, 137 in flight, waiting for the rate limit, 0 failed, 429 a minute',
    )
  })

  it('never has a time left in the first two minutes, or one twice as long as the last one', () => {
    const steps = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 600 }), done: fc.nat(200) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(steps, (all) => {
        const lines = new ProgressLines()
        let [elapsedMs, done, lastMinutes] = [0, 0, Infinity]
        for (const step of all) {
          elapsedMs += step.seconds * 1000
          done = Math.min(2000, done + step.done)
          const minutes = minutesIn(
            lines.line({ done, total: 2000, inFlight: 1, isWaitingForLimit: false, failed: 0, elapsedMs }),
          )
          if (minutes === undefined) continue
          expect(elapsedMs).toBeGreaterThanOrEqual(120_000)
          expect(minutes).toBeLessThan(2 * lastMinutes)
          expect(minutes).toBeGreaterThan(0)
          lastMinutes = minutes
        }
      }),
      { numRuns: 200 },
    )
  })
})

it('the ticker logs a line only if it has changed', async () => {
  const clock = new VirtualClock()
  const written: string[] = []
  const texts = ['a', 'a', 'b', 'b']
  const log = { info: (line: string) => void written.push(line) }
  const ticker = new Ticker(clock, log as never, () => texts.shift() ?? 'c')
  await clock.run(clock.wait(55_000))
  ticker.stop()
  await clock.run(clock.wait(60_000))
  expect(written).toEqual(['a', 'b', 'c'])
})
