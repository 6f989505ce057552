// Fleets of parallel waits under one limit of 100 requests a minute: the loop, the schedule and the way with refusals of
// the action itself, on a virtual clock. Writes bench/results/fleet.md. `--long` takes more seeds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { mean, measure, type Figures } from './figures.js'
import { fleets, KINDS, type Lengths, type Start } from './settings.js'
import { fixedLoop, obeyingAdaptive, obeyingLoop, product, sketch, type Behaviour } from './simulate.js'

const isLong = process.argv.includes('--long')
const SEEDS = isLong ? 20 : 3
const SEEDS_OF_LOOPS = isLong ? 4 : 1

const SIZES = [1, 10, 50, 100, 200]
const LENGTHS: readonly Lengths[] = [5, 10, 30, 60, 120, 300, 600, 'mix']
// Not multiples of the limit's minute: no behaviour is to look good by keeping step with it.
const ODD_LENGTHS: readonly Lengths[] = [7, 20, 45, 75, 90, 150, 200]
const STARTS: readonly Start[] = ['at once', 'within 10 s', 'one a second']

type Kind = (typeof KINDS)[number]
type PerKind = Readonly<Record<Kind, Figures>>

interface Case {
  readonly jobs: number
  readonly lengths: Lengths
  readonly start?: Start
  readonly strangersPerMinute?: number
}

/** Small fleets are run more often, or chance would decide. */
const seedsFor = (jobs: number, seeds: number): number => Math.min(Math.ceil((seeds * 200) / jobs), 40)

async function underEachLimit(fleet: Case, behaviour: Behaviour, seeds: number): Promise<PerKind> {
  const run = (kind: Kind): Promise<Figures> =>
    measure(fleets(seedsFor(fleet.jobs, seeds), { ...fleet, kind }), behaviour)
  return { fixed: await run('fixed'), sliding: await run('sliding'), bucket: await run('bucket') }
}

const knownBefore = new Map<string, PerKind>()

/** The product, told how many jobs there are; the same fleet is run only once. */
async function known({ jobs, lengths, start = 'within 10 s', strangersPerMinute = 0 }: Case): Promise<PerKind> {
  const fleet = { jobs, lengths, start, strangersPerMinute }
  const key = JSON.stringify(fleet)
  const figures = knownBefore.get(key) ?? (await underEachLimit(fleet, product(jobs), SEEDS))
  knownBefore.set(key, figures)
  return figures
}

// How figures are written

const each = (perKind: PerKind, text: (figures: Figures) => string): string => {
  const texts = KINDS.map((kind) => text(perKind[kind]))
  return texts.every((one) => one === texts[0]) ? (texts[0] ?? '') : texts.join(' / ')
}
const worst = (perKind: PerKind, value: (figures: Figures) => number): number =>
  Math.max(...KINDS.map((kind) => value(perKind[kind])))

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`
const seconds = (value: number): string => `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)} s`
const lengthName = (lengths: Lengths): string => (lengths === 'mix' ? 'mix' : `${lengths} s`)
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

// The goals

const lateness = ({ medianDelay, idealMedianDelay }: Figures): number => medianDelay - idealMedianDelay

async function goals(): Promise<string> {
  const rows: string[][] = []
  const goal = (text: string, value: string, isReached: boolean): void => {
    rows.push([text, value, isReached ? 'yes' : '**no**'])
  }
  const casesOf = async (jobs: number, lengths: readonly Lengths[], starts = STARTS): Promise<PerKind[]> => {
    const results: PerKind[] = []
    for (const length of lengths)
      for (const start of starts) results.push(await known({ jobs, lengths: length, start }))
    return results
  }
  const most = (results: readonly PerKind[], value: (figures: Figures) => number): number =>
    Math.max(...results.map((result) => worst(result, value)))

  const ten = await casesOf(10, [...LENGTHS, ...ODD_LENGTHS])
  const tenShort = await casesOf(10, [5, 10, 'mix'])
  const tenOthers = await casesOf(10, [7, 20, 30, 45, 60, 75, 90, 120, 150, 200, 300, 600], ['within 10 s'])
  goal('10 jobs: no refusal', percent(most(ten, (f) => f.refusedShare)), most(ten, (f) => f.refusedShare) === 0)
  goal(
    '10 jobs, exports of 5 s, 10 s and the mix: median ≤ 3 s',
    seconds(most(tenShort, lateness)),
    most(tenShort, lateness) <= 3,
  )
  const tenMean = mean(tenOthers.map((result) => worst(result, lateness)))
  goal(
    '10 jobs, twelve other lengths from 7 s to 600 s: median ≤ 3 s',
    `${seconds(tenMean)} on average, ${seconds(most(tenOthers, lateness))} at worst`,
    most(tenOthers, lateness) <= 3,
  )
  const fifty = await casesOf(50, [...LENGTHS, ...ODD_LENGTHS])
  goal(
    '50 jobs: at most 10 % refused',
    percent(most(fifty, (f) => f.refusedShare)),
    most(fifty, (f) => f.refusedShare) <= 0.1,
  )
  for (const length of [5, 10, 60, 'mix'] as const) {
    const results = await casesOf(50, [length])
    goal(
      `50 jobs, ${length === 'mix' ? 'the mix' : `exports of ${length} s`}: median ≤ 10 s`,
      seconds(most(results, lateness)),
      most(results, lateness) <= 10,
    )
  }
  const fiftyOthers = await casesOf(50, [7, 20, 30, 45, 75, 90, 120, 150, 200, 300, 600], ['within 10 s'])
  const fiftyMean = mean(fiftyOthers.map((result) => worst(result, lateness)))
  goal(
    '50 jobs, eleven other lengths from 7 s to 600 s: median ≤ 10 s',
    `${seconds(fiftyMean)} on average, ${seconds(most(fiftyOthers, lateness))} at worst`,
    most(fiftyOthers, lateness) <= 10,
  )
  const fiftyMinute = await casesOf(50, [60])
  const ratio = most(fiftyMinute, (f) => f.lastRatio)
  goal('50 jobs, exports of 60 s: the last within 1.4 × the coordinator', ratio.toFixed(2), ratio <= 1.4)
  const large = await casesOf(200, [...LENGTHS, ...ODD_LENGTHS])
  const largeRefused = most(large, (f) => f.refusedShare)
  const largeBehind = most(large, (f) => f.lastBehind)
  goal('200 jobs: at most 45 % refused', percent(largeRefused), largeRefused <= 0.45)
  goal('200 jobs: the last within the coordinator + 120 s', `+ ${seconds(largeBehind)}`, largeBehind <= 120)
  return table(['Goal (under each limit, each start)', 'Reached', ''], rows)
}

async function beforeAndAfter(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const lengths of [10, 60, 'mix'] as const) {
      const before = await underEachLimit({ jobs, lengths }, sketch(jobs), SEEDS)
      const after = await known({ jobs, lengths })
      for (const [name, result] of [
        ['sketch', before],
        ['**now**', after],
      ] as const) {
        rows.push([
          String(jobs),
          lengthName(lengths),
          name,
          each(result, (f) => percent(f.refusedShare)),
          each(result, (f) => seconds(f.medianDelay)),
          each(result, (f) => seconds(f.worstDelay)),
          each(result, (f) => `+ ${seconds(f.lastBehind)}`),
          each(result, (f) => f.requestsPerJob.toFixed(1)),
        ])
      }
    }
  }
  return table(['Jobs', 'Exports', '', 'Refused', 'Median delay', 'Worst delay', 'Last job', 'Requests a job'], rows)
}

// The tables

async function sizesAndLengths(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of SIZES) {
    for (const lengths of LENGTHS) {
      const result = await known({ jobs, lengths })
      rows.push([
        String(jobs),
        lengthName(lengths),
        each(result, (f) => percent(f.refusedShare)),
        each(result, (f) => seconds(f.medianDelay)),
        each(result, (f) => seconds(f.idealMedianDelay)),
        each(result, (f) => seconds(f.worstDelay)),
        each(result, (f) => (f.worstDelay / f.medianDelay).toFixed(1)),
        each(result, (f) => `+ ${seconds(f.lastBehind)}`),
        each(result, (f) => f.requestsPerJob.toFixed(1)),
      ])
    }
  }
  return table(
    [
      'Jobs',
      'Exports',
      'Refused',
      'Median delay',
      'Coordinator',
      'Worst delay',
      'Worst ÷ median',
      'Last job',
      'Requests a job',
    ],
    rows,
  )
}

async function starts(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const start of STARTS) {
      const result = await known({ jobs, lengths: 'mix', start })
      rows.push([
        String(jobs),
        start,
        each(result, (f) => percent(f.refusedShare)),
        each(result, (f) => seconds(f.medianDelay)),
        each(result, (f) => seconds(f.worstDelay)),
        each(result, (f) => `+ ${seconds(f.lastBehind)}`),
      ])
    }
  }
  return table(['Jobs', 'Start', 'Refused', 'Median delay', 'Worst delay', 'Last job'], rows)
}

async function loops(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [1, 10, 50, 200]) {
    const behaviours: readonly (readonly [string, Behaviour])[] = [
      ['**this action**', product(jobs)],
      ['every 1 s, obeys the header', obeyingLoop(1000)],
      ['a tenth of the time waited, obeys the header', obeyingAdaptive],
      ['every 1 s, whatever comes', fixedLoop(1000)],
      ['every 2 s, whatever comes', fixedLoop(2000)],
      ['every 5 s, whatever comes', fixedLoop(5000)],
    ]
    for (const [name, behaviour] of behaviours) {
      const ten = await underEachLimit({ jobs, lengths: 10 }, behaviour, SEEDS_OF_LOOPS)
      const mix = await underEachLimit({ jobs, lengths: 'mix' }, behaviour, SEEDS_OF_LOOPS)
      rows.push([
        String(jobs),
        name,
        each(ten, (f) => seconds(f.medianDelay)),
        each(mix, (f) => seconds(f.medianDelay)),
        each(mix, (f) => seconds(f.worstDelay)),
        each(mix, (f) => percent(f.refusedShare)),
        each(mix, (f) => f.requestsPerJob.toFixed(1)),
      ])
    }
  }
  return table(
    [
      'Jobs',
      'Each job looks',
      'Median delay, 10 s',
      'Median delay, mix',
      'Worst, mix',
      'Refused, mix',
      'Requests a job, mix',
    ],
    rows,
  )
}

async function unknown(): Promise<string> {
  const lengths: readonly Lengths[] = [5, 10, 20, 30, 45, 60, 75, 90, 120, 150, 200, 'mix']
  const behaviours: readonly (readonly [string, Behaviour])[] = [
    ['**this action**', product(1)],
    ['a tenth of the time waited, obeys the header', obeyingAdaptive],
    ['every 1 s, obeys the header', obeyingLoop(1000)],
  ]
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const [name, behaviour] of behaviours) {
      const results: PerKind[] = []
      for (const length of lengths) {
        results.push(await underEachLimit({ jobs, lengths: length }, behaviour, SEEDS_OF_LOOPS))
      }
      const over = (value: (figures: Figures) => number, text: (value: number) => string): string =>
        KINDS.map((kind) => text(mean(results.map((result) => value(result[kind]))))).join(' / ')
      const worstOf = (kind: Kind): number => Math.max(...results.map((result) => result[kind].worstDelay))
      rows.push([
        String(jobs),
        name,
        over((f) => f.medianDelay, seconds),
        KINDS.map((kind) => seconds(worstOf(kind))).join(' / '),
        over((f) => f.refusedShare, percent),
        over(
          (f) => f.requestsPerJob,
          (value) => value.toFixed(1),
        ),
      ])
    }
  }
  return table(['Jobs', 'Each job looks', 'Median delay', 'Worst delay', 'Refused', 'Requests a job'], rows)
}

async function strangers(): Promise<string> {
  const rows: string[][] = []
  for (const strangersPerMinute of [20, 50]) {
    for (const jobs of [1, 10, 50, 200]) {
      for (const lengths of [10, 60, 'mix'] as const) {
        const fleet = { jobs, lengths, strangersPerMinute }
        const result = await known(fleet)
        const loop = await underEachLimit(fleet, obeyingAdaptive, SEEDS_OF_LOOPS)
        rows.push([
          String(strangersPerMinute),
          String(jobs),
          lengthName(lengths),
          each(result, (f) => percent(f.refusedShare)),
          each(result, (f) => seconds(f.medianDelay)),
          each(result, (f) => seconds(f.idealMedianDelay)),
          each(result, (f) => seconds(f.worstDelay)),
          each(result, (f) => f.requestsPerJob.toFixed(1)),
          each(loop, (f) => seconds(f.medianDelay)),
          each(loop, (f) => f.requestsPerJob.toFixed(1)),
        ])
      }
    }
  }
  return table(
    [
      'Strangers a minute',
      'Jobs',
      'Exports',
      'Refused',
      'Median delay',
      'Coordinator',
      'Worst delay',
      'Requests a job',
      'A loop that obeys: median',
      'its requests',
    ],
    rows,
  )
}

/** For the README. */
async function sensibleSize(): Promise<string> {
  const [ten, fifty, hundred, large] = [
    await known({ jobs: 10, lengths: 'mix' }),
    await known({ jobs: 50, lengths: 'mix' }),
    await known({ jobs: 100, lengths: 'mix' }),
    await known({ jobs: 200, lengths: 'mix' }),
  ]
  const half = (result: PerKind): string => seconds(worst(result, (figures) => figures.medianDelay))
  const all = (result: PerKind): string => seconds(worst(result, (figures) => figures.worstDelay))
  const refused = (result: PerKind): string => percent(worst(result, (figures) => figures.refusedShare))
  return [
    `Ten jobs at the same time hardly notice each other: ${refused(ten)} of their requests are refused, half of the jobs know`,
    `within ${half(ten)} that their export has ended, and all within ${all(ten)}. Fifty are fine: ${refused(fifty)} refused, half know`,
    `within ${half(fifty)}, all within ${all(fifty)}. A hundred jobs have one look a minute each: ${refused(hundred)} refused, ${half(hundred)} for`,
    `half, ${all(hundred)} for all. Beyond that there are more jobs than the limit has requests in a minute: of two hundred jobs'`,
    `requests up to ${refused(large)} are refused, half of the jobs know after ${half(large)}, the last after ${all(large)}. So let up to fifty`,
    'jobs run at the same time (`max-parallel`), and rather fewer where seconds count. For more documents than that, one',
    'export step takes as many as you like.',
  ].join('\n')
}

const startedAtMs = performance.now()
const processors = cpus()
const text = `# Fleets: many waits under one limit

100 requests a minute are shared by all jobs of an app. Here the action's own loop, schedule and way with refusals run on
a virtual clock, for fleets of parallel jobs, under the three ways in which a service may count: a fixed window, a sliding
window, a token bucket. Where three figures stand in a cell, they are for these three, in this order; one figure is the
same for all. The **delay** of a job is the time from its export's end until the job was told, a round trip of 0.1 to
0.3 s included. The **coordinator** is the ideal: it knows when each export ends and spends one request on each job, at
the first moment that the same limiter lets it pass. **Last job** is how much later than the coordinator's the last job
of the fleet was told, in the worst run. The mix is what users report: three quarters of the exports end in 2 to 15 s,
15 % in 15 to 60 s, 8 % in one to three minutes, 2 % in up to ten. Jobs start within 10 s of each other where nothing
else is said.

Command: \`npm run bench:fleet${isLong ? ' -- --long' : ''}\`. Node ${process.version}, ${processors[0]?.model.trim() ?? 'unknown processor'} (${processors.length} processors), ${new Date().toISOString().slice(0, 10)}. ${SEEDS} seeds for
fleets of 200 (${SEEDS_OF_LOOPS} for the loops), more for smaller ones.

## The goals

\`parallel-jobs\` is known. Delays are behind the coordinator's; the worst of three limits and three ways to start (all at
once, within 10 s, one a second).

${await goals()}

Ten jobs that use the whole limit look every six seconds each. A job cannot know when its export ends, so half of the ends
come more than three seconds before the next look: 3.0 s is the best median over all lengths that any ten jobs can have
without refusals, and fifty jobs' is 15 s. To be faster at some lengths is to be slower at others: here the looks stand
where most exports end.

## Before and after

The first sketch of a schedule for jobs that know their number (a job looks as often as if it were alone, but pauses at
least half of 0.7 s for each job; first looks and looks after a refusal are spread over as long a time), and the one of
the action.

${await beforeAndAfter()}

## What size of matrix is sensible

The mix, \`parallel-jobs\` known, the worst of the three limits.

${await sensibleSize()}

## Sizes and lengths, \`parallel-jobs\` known

${await sizesAndLengths()}

## Ways to start, \`parallel-jobs\` known, the mix

${await starts()}

## Next to simple loops

${await loops()}

## \`parallel-jobs\` not known: each job believes that it is alone

Averages over twelve lengths from 5 s to 200 s and the mix; the worst delay is the worst of all.

${await unknown()}

## Strangers under the same limit, \`parallel-jobs\` known

${await strangers()}
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/fleet.md', text)
console.log(text)
console.log(`${Math.round((performance.now() - startedAtMs) / 1000)} s`)
