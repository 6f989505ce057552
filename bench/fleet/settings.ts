import type { Limit } from '../../test/emulator/limiter.js'
import { createRandom, type Random } from '../../test/emulator/random.js'
import type { Job, Setting } from './simulate.js'

export const KINDS = ['fixed', 'sliding', 'bucket'] as const satisfies readonly Limit['kind'][]

/** How the jobs of a fleet begin. */
export type Start = 'at once' | 'within 10 s' | 'one a second'

/** How long the exports of a fleet take: one length for all, in seconds, or the mix of a real knowledge base. */
export type Lengths = number | 'mix'

export interface FleetOptions {
  readonly jobs: number
  readonly lengths: Lengths
  /** How the service counts its 100 a minute; nobody says. */
  readonly kind: Limit['kind']
  readonly start?: Start
  /** Requests a minute that strangers send under the same limit, at random. */
  readonly strangersPerMinute?: number
  readonly seed: number
}

/** Makes a fleet: the same seed makes the same one. */
function fleet(options: FleetOptions): Setting {
  const { jobs, lengths, kind, start = 'within 10 s', strangersPerMinute = 0, seed } = options
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
    strangersMs: atRandom(strangersPerMinute, random),
    seed,
  }
}

/** The same fleet with several seeds. */
export function fleets(seeds: number, options: Omit<FleetOptions, 'seed'>): Setting[] {
  return Array.from({ length: seeds }, (_, index) => fleet({ ...options, seed: index + 1 }))
}

// What users report: most within 15 s, large tables one to three minutes, the largest up to ten.
function mixedSeconds(random: Random): number {
  const kind = random()
  if (kind < 0.75) return 2 + 13 * random()
  if (kind < 0.9) return 15 + 45 * random()
  if (kind < 0.98) return 60 + 120 * random()
  return 180 + 420 * random()
}

const STRANGERS_STAY_MS = 3600_000

/** Moments at random (a Poisson process), so many a minute on average. */
function atRandom(perMinute: number, random: Random): number[] {
  const moments: number[] = []
  if (perMinute === 0) return moments
  for (let atMs = 0; ;) {
    atMs += (-Math.log(1 - random()) * 60_000) / perMinute
    if (atMs > STRANGERS_STAY_MS) return moments
    moments.push(atMs)
  }
}
