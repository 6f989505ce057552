import { measure, type Figures } from './figures.js'
import { generateFleets, KINDS, type Lengths, type Start } from './settings.js'
import { thisAction, type Behaviour } from './simulate.js'

/** True with `--long`: more seeds, which takes longer. */
export const isLong = process.argv.includes('--long')
/** The number of seeds for a fleet of 200 jobs; smaller fleets have more (see seedCountFor). */
export const SEEDS = isLong ? 20 : 3
/** The same for comparisons with simple loops. */
export const SEEDS_OF_LOOPS = isLong ? 4 : 1

export type Kind = (typeof KINDS)[number]
/** The figures under each kind of rate limit. */
export type FiguresByKind = Readonly<Record<Kind, Figures>>

/** A fleet of parallel jobs. */
export interface Fleet {
  readonly jobs: number
  readonly lengths: Lengths
  readonly start?: Start
  readonly otherRequestsPerMinute?: number
}

/**
 * The number of seeds for a fleet. Small fleets get more, at most 40: otherwise their results would depend on chance.
 * @param seedCount the number for 200 jobs
 */
const seedCountFor = (jobs: number, seedCount: number): number => Math.min(Math.ceil((seedCount * 200) / jobs), 40)

/** Measures a behaviour under each kind of rate limit. @param seedCount the number of seeds for a fleet of 200 jobs */
export async function measureEachLimit(fleet: Fleet, behaviour: Behaviour, seedCount: number): Promise<FiguresByKind> {
  const run = (kind: Kind): Promise<Figures> =>
    measure(generateFleets(seedCountFor(fleet.jobs, seedCount), { ...fleet, kind }), behaviour)
  return { fixed: await run('fixed'), sliding: await run('sliding'), bucket: await run('bucket') }
}

/** The results of measureAction, by fleet as JSON. */
const measured = new Map<string, FiguresByKind>()

/** Measures the action with the true `parallel-jobs`. A fleet that was measured before is not simulated again. */
export async function measureAction({
  jobs,
  lengths,
  start = 'within 10 s',
  otherRequestsPerMinute = 0,
}: Fleet): Promise<FiguresByKind> {
  // With the defaults, so that the same fleet always has the same key.
  const fleet = { jobs, lengths, start, otherRequestsPerMinute }
  const key = JSON.stringify(fleet)
  const figures = measured.get(key) ?? (await measureEachLimit(fleet, thisAction(jobs), SEEDS))
  measured.set(key, figures)
  return figures
}
