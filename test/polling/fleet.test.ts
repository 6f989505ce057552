import { describe, expect, it } from '@jest/globals'
import { measure, type Figures } from '../../bench/fleet/figures.js'
import { fleets, KINDS, type FleetOptions } from '../../bench/fleet/settings.js'
import { obeyingAdaptive, product, type Behaviour } from '../../bench/fleet/simulate.js'

// A small version of bench/fleet/run.ts, which has more sizes, lengths and seeds.

type Kind = FleetOptions['kind']
type Fleet = Omit<FleetOptions, 'seed' | 'kind'>

const run = (fleet: Fleet, kind: Kind, seeds: number, behaviour: Behaviour = product(fleet.jobs)): Promise<Figures> =>
  measure(fleets(seeds, { ...fleet, kind }), behaviour)

describe.each(KINDS)('under a limit of the kind %s', (kind) => {
  it('ten jobs are never refused, and half of them know within three seconds of the end', async () => {
    for (const lengths of [5, 10, 60, 'mix'] as const) {
      const { refusedShare, medianDelay, idealMedianDelay } = await run({ jobs: 10, lengths }, kind, 12)
      expect(refusedShare).toBe(0)
      expect(medianDelay - idealMedianDelay).toBeLessThanOrEqual(3)
    }
  })

  it('fifty jobs are hardly refused, half of them know within ten seconds, the last in 1.4 times the least time', async () => {
    for (const lengths of [5, 10, 60, 'mix'] as const) {
      const figures = await run({ jobs: 50, lengths }, kind, 6)
      expect(figures.refusedShare).toBeLessThanOrEqual(0.1)
      expect(figures.medianDelay - figures.idealMedianDelay).toBeLessThanOrEqual(10)
      if (lengths === 60) expect(figures.lastRatio).toBeLessThanOrEqual(1.4)
    }
  })

  it('of two hundred jobs nobody starves', async () => {
    for (const lengths of [10, 60, 300] as const) {
      for (const start of ['at once', 'within 10 s', 'one a second'] as const) {
        const figures = await run({ jobs: 200, lengths, start }, kind, 1)
        expect(figures.refusedShare).toBeLessThanOrEqual(0.45)
        expect(figures.lastBehind).toBeLessThanOrEqual(120)
      }
    }
  })

  it('jobs that do not know of each other fare no worse than ones that obey the header, with fewer requests', async () => {
    const totals = { ours: { delay: 0, requests: 0 }, theirs: { delay: 0, requests: 0 } }
    for (const lengths of [10, 20, 45, 75, 150, 'mix'] as const) {
      const ours = await run({ jobs: 50, lengths }, kind, 1, product(1))
      const theirs = await run({ jobs: 50, lengths }, kind, 1, obeyingAdaptive)
      totals.ours.delay += ours.medianDelay
      totals.ours.requests += ours.requestsPerJob
      totals.theirs.delay += theirs.medianDelay
      totals.theirs.requests += theirs.requestsPerJob
    }
    expect(totals.ours.requests).toBeLessThan(totals.theirs.requests)
    // A spread of a second or so is what the fewer requests cost.
    expect(totals.ours.delay).toBeLessThanOrEqual(totals.theirs.delay * 1.1)
  })
})

it('the same seed gives the same figures', async () => {
  const fleet = { jobs: 20, lengths: 'mix', strangersPerMinute: 50 } as const
  expect(await run(fleet, 'sliding', 2)).toEqual(await run(fleet, 'sliding', 2))
})

it('a lone job sees the end within a tenth of the length, a round trip aside', async () => {
  for (const lengths of [5, 30, 60, 300, 600] as const) {
    const { worstDelay, requestsPerJob } = await run({ jobs: 1, lengths }, 'fixed', 8)
    expect(worstDelay).toBeLessThanOrEqual(Math.max(1, lengths / 10) + 0.6)
    if (lengths === 60) expect(requestsPerJob).toBeLessThanOrEqual(40)
    if (lengths === 600) expect(requestsPerJob).toBeLessThanOrEqual(100)
  }
})
