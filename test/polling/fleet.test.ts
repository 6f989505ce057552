import { describe, expect, it } from '@jest/globals'
import { measure, type Figures } from '../../bench/fleet/figures.js'
import { generateFleets, KINDS, type FleetOptions } from '../../bench/fleet/settings.js'
import { obeyingAdaptive, thisAction, type Behaviour } from '../../bench/fleet/simulate.js'

// A small version of bench/fleet/run.ts, which has more fleet sizes, export lengths and seeds. A fleet is the parallel
// jobs of one app, which share its rate limit; the lengths of their exports are in seconds.

type WindowKind = FleetOptions['kind']
type Fleet = Omit<FleetOptions, 'seed' | 'kind'>

/** Simulates `seedCount` fleets of this description; by default, the jobs know how many they are. */
const run = (
  fleet: Fleet,
  kind: WindowKind,
  seedCount: number,
  behaviour: Behaviour = thisAction(fleet.jobs),
): Promise<Figures> => measure(generateFleets(seedCount, { ...fleet, kind }), behaviour)

describe.each(KINDS)('under a rate limit with a %s window', (kind) => {
  it('ten jobs are never throttled, and half of them notice the end within three seconds', async () => {
    for (const lengths of [5, 10, 60, 'mix'] as const) {
      const { throttledShare, medianDelaySeconds, idealMedianDelaySeconds } = await run({ jobs: 10, lengths }, kind, 12)
      expect(throttledShare).toBe(0)
      expect(medianDelaySeconds - idealMedianDelaySeconds).toBeLessThanOrEqual(3)
    }
  })

  it('fifty jobs are rarely throttled, and half of them notice the end within ten seconds; with exports of a minute, the last job needs at most 1.4 times the ideal time', async () => {
    for (const lengths of [5, 10, 60, 'mix'] as const) {
      const figures = await run({ jobs: 50, lengths }, kind, 6)
      expect(figures.throttledShare).toBeLessThanOrEqual(0.1)
      expect(figures.medianDelaySeconds - figures.idealMedianDelaySeconds).toBeLessThanOrEqual(10)
      if (lengths === 60) expect(figures.lastRatio).toBeLessThanOrEqual(1.4)
    }
  })

  it('jobs are never throttled when their number does not divide the limit', async () => {
    for (const jobs of [12, 45, 60, 80]) {
      const { throttledShare } = await run({ jobs, lengths: 60, start: 'at once' }, kind, 2)
      expect(throttledShare).toBe(0)
    }
  })

  it('with two hundred jobs, the last one notices its end at most two minutes later than in the ideal order', async () => {
    for (const lengths of [10, 60, 300] as const) {
      for (const start of ['at once', 'within 10 s', 'one a second'] as const) {
        const figures = await run({ jobs: 200, lengths, start }, kind, 1)
        expect(figures.throttledShare).toBeLessThanOrEqual(0.45)
        expect(figures.lastBehindSeconds).toBeLessThanOrEqual(120)
      }
    }
  })

  it('jobs that do not know of each other need fewer requests than jobs that wait as long as the header says, and are nearly as fast', async () => {
    const totals = { ours: { delay: 0, requests: 0 }, obeying: { delay: 0, requests: 0 } }
    for (const lengths of [10, 20, 45, 75, 150, 'mix'] as const) {
      const ours = await run({ jobs: 50, lengths }, kind, 1, thisAction(1))
      const obeying = await run({ jobs: 50, lengths }, kind, 1, obeyingAdaptive)
      totals.ours.delay += ours.medianDelaySeconds
      totals.ours.requests += ours.requestsPerJob
      totals.obeying.delay += obeying.medianDelaySeconds
      totals.obeying.requests += obeying.requestsPerJob
    }
    expect(totals.ours.requests).toBeLessThan(totals.obeying.requests)
    // Fewer requests cost about a second of delay.
    expect(totals.ours.delay).toBeLessThanOrEqual(totals.obeying.delay * 1.1)
  })
})

it('the same fleets give the same figures each time', async () => {
  const fleet = { jobs: 20, lengths: 'mix', otherRequestsPerMinute: 50 } as const
  expect(await run(fleet, 'sliding', 2)).toEqual(await run(fleet, 'sliding', 2))
})

// The attempt during which the export ends may be too early to notice it. That attempt and the next one, which notices the
// end, take up to 300 ms each.
const ROUND_TRIPS_SECONDS = 0.6

it('a single job notices the end within a tenth of the length, or a second, plus the round trips; and sends few requests', async () => {
  for (const lengths of [5, 30, 60, 300, 600] as const) {
    const { worstDelaySeconds, requestsPerJob } = await run({ jobs: 1, lengths }, 'fixed', 8)
    expect(worstDelaySeconds).toBeLessThanOrEqual(Math.max(1, lengths / 10) + ROUND_TRIPS_SECONDS)
    if (lengths === 60) expect(requestsPerJob).toBeLessThanOrEqual(40)
    if (lengths === 600) expect(requestsPerJob).toBeLessThanOrEqual(100)
  }
})
