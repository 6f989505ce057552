import type { Limit } from '../../test/emulator/limiter.js'
import { createRandom, type Random } from '../../test/emulator/random.js'
import type { Job, Setting } from './simulate.js'

export const KINDS = ['fixed', 'sliding', 'bucket'] as const satisfies readonly Limit['kind'][]

/** When the jobs of a fleet start. */
export type Start = 'at once' | 'within 10 s' | 'one a second'

/** How long the exports of a fleet take: one length for all, in seconds, or the mix that users report. */
export type Lengths = number | 'mix'

export interface FleetOptions {
  /** The number of jobs. */
  readonly jobs: number
  readonly lengths: Lengths
  /** How the service counts its 100 requests a minute; it is not documented. */
  readonly kind: Limit['kind']
  readonly start?: Start
  /** Requests a minute that other programs send under the same limit, at random times. */
  readonly otherRequestsPerMinute?: number
  readonly seed: number
}

/** Generates a fleet; the same seed gives the same fleet. */
function generateFleet(options: FleetOptions): Setting {
  const { jobs, lengths, kind, start = 'within 10 s', otherRequestsPerMinute = 0, seed } = options
  const random = createRandom(seed)
  const startMs = (index: number): number => {
    switch (start) {
      case 'at once':
        return 0
      case 'within 10 s':
        return random() * 10_000
      case 'one a second':
        return index * 1000
    }
  }
  return {
    jobs: Array.from({ length: jobs }, (_, index): Job => {
      return { startMs: startMs(index), exportMs: 1000 * (lengths === 'mix' ? mixedSeconds(random) : lengths) }
    }),
    limit: { kind, requests: 100, windowMs: 60_000 },
    otherRequestsMs: drawRequestTimes(otherRequestsPerMinute, random),
    seed,
  }
}

/** Generates the same kind of fleet with several seeds. */
export function generateFleets(seeds: number, options: Omit<FleetOptions, 'seed'>): Setting[] {
  return Array.from({ length: seeds }, (_, index) => generateFleet({ ...options, seed: index + 1 }))
}

/** Draws the length of an export, in seconds, from the mix that users report. */
function mixedSeconds(random: Random): number {
  const share = random()
  if (share < 0.75) return between(2, 15, random)
  if (share < 0.9) return between(15, 60, random)
  if (share < 0.98) return between(60, 180, random)
  return between(180, 600, random)
}

function between(min: number, max: number, random: Random): number {
  return min + (max - min) * random()
}

// Other programs send requests for an hour.
const OTHER_REQUESTS_END_MS = 3600_000

/**
 * Draws when other programs send requests, up to {@link OTHER_REQUESTS_END_MS}, with this average number a minute (a
 * Poisson process). @returns milliseconds, in ascending order
 */
function drawRequestTimes(perMinute: number, random: Random): number[] {
  const times: number[] = []
  if (perMinute === 0) return times
  let atMs = 0
  for (;;) {
    atMs += (-Math.log(1 - random()) * 60_000) / perMinute
    if (atMs > OTHER_REQUESTS_END_MS) return times
    times.push(atMs)
  }
}

/** The lengths of exports in seconds, or the mix that users report. */
export const LENGTHS: readonly Lengths[] = [5, 10, 30, 60, 120, 300, 600, 'mix']
export const STARTS: readonly Start[] = ['at once', 'within 10 s', 'one a second']
