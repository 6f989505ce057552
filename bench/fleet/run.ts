// Fleets of parallel jobs under one limit of 100 requests a minute: the loop, the schedule and the reaction to rate limits
// of the action itself, on a virtual clock. Writes bench/results/fleet.md. `--long` runs more seeds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { mean, measure, type Figures } from './figures.js'
import { generateFleets, KINDS, type Lengths, type Start } from './settings.js'
import { firstDraft, fixedLoop, obeyingAdaptive, obeyingLoop, thisAction, type Behaviour } from './simulate.js'

const isLong = process.argv.includes('--long')
const SEEDS = isLong ? 20 : 3
const SEEDS_OF_LOOPS = isLong ? 4 : 1

const SIZES = [1, 10, 50, 100, 200]
const LENGTHS: readonly Lengths[] = [5, 10, 30, 60, 120, 300, 600, 'mix']
// No divisors or multiples of a minute: no behaviour has an advantage by keeping step with the limit's minute.
const UNEVEN_LENGTHS: readonly Lengths[] = [7, 20, 45, 75, 90, 150, 200]
const STARTS: readonly Start[] = ['at once', 'within 10 s', 'one a second']

type Kind = (typeof KINDS)[number]
type FiguresByKind = Readonly<Record<Kind, Figures>>

interface Case {
  readonly jobs: number
  readonly lengths: Lengths
  readonly start?: Start
  readonly otherRequestsPerMinute?: number
}

/** Small fleets run with more seeds: otherwise the result would depend on chance. */
const seedsFor = (jobs: number, seeds: number): number => Math.min(Math.ceil((seeds * 200) / jobs), 40)

async function measureEachLimit(fleet: Case, behaviour: Behaviour, seeds: number): Promise<FiguresByKind> {
  const run = (kind: Kind): Promise<Figures> =>
    measure(generateFleets(seedsFor(fleet.jobs, seeds), { ...fleet, kind }), behaviour)
  return { fixed: await run('fixed'), sliding: await run('sliding'), bucket: await run('bucket') }
}

const measured = new Map<string, FiguresByKind>()

/** Measures the action with the right `parallel-jobs`; runs the same fleet only once. */
async function measureAction({
  jobs,
  lengths,
  start = 'within 10 s',
  otherRequestsPerMinute = 0,
}: Case): Promise<FiguresByKind> {
  const fleet = { jobs, lengths, start, otherRequestsPerMinute }
  const key = JSON.stringify(fleet)
  const figures = measured.get(key) ?? (await measureEachLimit(fleet, thisAction(jobs), SEEDS))
  measured.set(key, figures)
  return figures
}

// How figures are printed

const formatEach = (perKind: FiguresByKind, text: (figures: Figures) => string): string => {
  const texts = KINDS.map((kind) => text(perKind[kind]))
  return texts.every((one) => one === texts[0]) ? (texts[0] ?? '') : texts.join(' / ')
}
const maxOf = (perKind: FiguresByKind, value: (figures: Figures) => number): number =>
  Math.max(...KINDS.map((kind) => value(perKind[kind])))

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`
const seconds = (value: number): string => `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)} s`
const lengthName = (lengths: Lengths): string => (lengths === 'mix' ? 'mix' : `${lengths} s`)
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

// The goals

const delayBehindIdeal = ({ medianDelay, idealMedianDelay }: Figures): number => medianDelay - idealMedianDelay

async function measureGoals(): Promise<string> {
  const rows: string[][] = []
  const goal = (text: string, value: string, isReached: boolean): void => {
    rows.push([text, value, isReached ? 'yes' : '**no**'])
  }
  const measureCases = async (jobs: number, lengths: readonly Lengths[], starts = STARTS): Promise<FiguresByKind[]> => {
    const results: FiguresByKind[] = []
    for (const length of lengths)
      for (const start of starts) results.push(await measureAction({ jobs, lengths: length, start }))
    return results
  }
  const maxOfAll = (results: readonly FiguresByKind[], value: (figures: Figures) => number): number =>
    Math.max(...results.map((result) => maxOf(result, value)))

  const ten = await measureCases(10, [...LENGTHS, ...UNEVEN_LENGTHS])
  const tenShort = await measureCases(10, [5, 10, 'mix'])
  const tenOthers = await measureCases(10, [7, 20, 30, 45, 60, 75, 90, 120, 150, 200, 300, 600], ['within 10 s'])
  goal(
    '10 jobs: never throttled',
    percent(maxOfAll(ten, (f) => f.throttledShare)),
    maxOfAll(ten, (f) => f.throttledShare) === 0,
  )
  goal(
    '10 jobs, exports of 5 s, 10 s and the mix: median ≤ 3 s',
    seconds(maxOfAll(tenShort, delayBehindIdeal)),
    maxOfAll(tenShort, delayBehindIdeal) <= 3,
  )
  const tenMean = mean(tenOthers.map((result) => maxOf(result, delayBehindIdeal)))
  goal(
    '10 jobs, twelve other lengths from 7 s to 600 s: median ≤ 3 s',
    `${seconds(tenMean)} on average, ${seconds(maxOfAll(tenOthers, delayBehindIdeal))} at worst`,
    maxOfAll(tenOthers, delayBehindIdeal) <= 3,
  )
  const fifty = await measureCases(50, [...LENGTHS, ...UNEVEN_LENGTHS])
  goal(
    '50 jobs: at most 10 % throttled',
    percent(maxOfAll(fifty, (f) => f.throttledShare)),
    maxOfAll(fifty, (f) => f.throttledShare) <= 0.1,
  )
  for (const length of [5, 10, 60, 'mix'] as const) {
    const results = await measureCases(50, [length])
    goal(
      `50 jobs, ${length === 'mix' ? 'the mix' : `exports of ${length} s`}: median ≤ 10 s`,
      seconds(maxOfAll(results, delayBehindIdeal)),
      maxOfAll(results, delayBehindIdeal) <= 10,
    )
  }
  const fiftyOthers = await measureCases(50, [7, 20, 30, 45, 75, 90, 120, 150, 200, 300, 600], ['within 10 s'])
  const fiftyMean = mean(fiftyOthers.map((result) => maxOf(result, delayBehindIdeal)))
  goal(
    '50 jobs, eleven other lengths from 7 s to 600 s: median ≤ 10 s',
    `${seconds(fiftyMean)} on average, ${seconds(maxOfAll(fiftyOthers, delayBehindIdeal))} at worst`,
    maxOfAll(fiftyOthers, delayBehindIdeal) <= 10,
  )
  const fiftyMinute = await measureCases(50, [60])
  const ratio = maxOfAll(fiftyMinute, (f) => f.lastRatio)
  goal('50 jobs, exports of 60 s: the last within 1.4 × the coordinator', ratio.toFixed(2), ratio <= 1.4)
  const large = await measureCases(200, [...LENGTHS, ...UNEVEN_LENGTHS])
  const largeThrottled = maxOfAll(large, (f) => f.throttledShare)
  const largeBehind = maxOfAll(large, (f) => f.lastBehind)
  goal('200 jobs: at most 45 % throttled', percent(largeThrottled), largeThrottled <= 0.45)
  goal('200 jobs: the last within the coordinator + 120 s', `+ ${seconds(largeBehind)}`, largeBehind <= 120)
  return table(['Goal (under each limit, each start)', 'Reached', ''], rows)
}

async function compareWithFirstDraft(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const lengths of [10, 60, 'mix'] as const) {
      const before = await measureEachLimit({ jobs, lengths }, firstDraft(jobs), SEEDS)
      const after = await measureAction({ jobs, lengths })
      for (const [name, result] of [
        ['first draft', before],
        ['**now**', after],
      ] as const) {
        rows.push([
          String(jobs),
          lengthName(lengths),
          name,
          formatEach(result, (f) => percent(f.throttledShare)),
          formatEach(result, (f) => seconds(f.medianDelay)),
          formatEach(result, (f) => seconds(f.worstDelay)),
          formatEach(result, (f) => `+ ${seconds(f.lastBehind)}`),
          formatEach(result, (f) => f.requestsPerJob.toFixed(1)),
        ])
      }
    }
  }
  return table(['Jobs', 'Exports', '', 'Throttled', 'Median delay', 'Worst delay', 'Last job', 'Requests a job'], rows)
}

// The tables

async function measureSizesAndLengths(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of SIZES) {
    for (const lengths of LENGTHS) {
      const result = await measureAction({ jobs, lengths })
      rows.push([
        String(jobs),
        lengthName(lengths),
        formatEach(result, (f) => percent(f.throttledShare)),
        formatEach(result, (f) => seconds(f.medianDelay)),
        formatEach(result, (f) => seconds(f.idealMedianDelay)),
        formatEach(result, (f) => seconds(f.worstDelay)),
        formatEach(result, (f) => (f.worstDelay / f.medianDelay).toFixed(1)),
        formatEach(result, (f) => `+ ${seconds(f.lastBehind)}`),
        formatEach(result, (f) => f.requestsPerJob.toFixed(1)),
      ])
    }
  }
  return table(
    [
      'Jobs',
      'Exports',
      'Throttled',
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

async function measureStarts(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const start of STARTS) {
      const result = await measureAction({ jobs, lengths: 'mix', start })
      rows.push([
        String(jobs),
        start,
        formatEach(result, (f) => percent(f.throttledShare)),
        formatEach(result, (f) => seconds(f.medianDelay)),
        formatEach(result, (f) => seconds(f.worstDelay)),
        formatEach(result, (f) => `+ ${seconds(f.lastBehind)}`),
      ])
    }
  }
  return table(['Jobs', 'Start', 'Throttled', 'Median delay', 'Worst delay', 'Last job'], rows)
}

async function measureLoops(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [1, 10, 50, 200]) {
    const behaviours: readonly (readonly [string, Behaviour])[] = [
      ['**this action**', thisAction(jobs)],
      ['every 1 s, obeys the header', obeyingLoop(1000)],
      ['a tenth of the time waited, obeys the header', obeyingAdaptive],
      ['every 1 s, whatever the answer', fixedLoop(1000)],
      ['every 2 s, whatever the answer', fixedLoop(2000)],
      ['every 5 s, whatever the answer', fixedLoop(5000)],
    ]
    for (const [name, behaviour] of behaviours) {
      const ten = await measureEachLimit({ jobs, lengths: 10 }, behaviour, SEEDS_OF_LOOPS)
      const mix = await measureEachLimit({ jobs, lengths: 'mix' }, behaviour, SEEDS_OF_LOOPS)
      rows.push([
        String(jobs),
        name,
        formatEach(ten, (f) => seconds(f.medianDelay)),
        formatEach(mix, (f) => seconds(f.medianDelay)),
        formatEach(mix, (f) => seconds(f.worstDelay)),
        formatEach(mix, (f) => percent(f.throttledShare)),
        formatEach(mix, (f) => f.requestsPerJob.toFixed(1)),
      ])
    }
  }
  return table(
    [
      'Jobs',
      'Each job polls',
      'Median delay, 10 s',
      'Median delay, mix',
      'Worst, mix',
      'Throttled, mix',
      'Requests a job, mix',
    ],
    rows,
  )
}

async function measureUnknownJobs(): Promise<string> {
  const lengths: readonly Lengths[] = [5, 10, 20, 30, 45, 60, 75, 90, 120, 150, 200, 'mix']
  const behaviours: readonly (readonly [string, Behaviour])[] = [
    ['**this action**', thisAction(1)],
    ['a tenth of the time waited, obeys the header', obeyingAdaptive],
    ['every 1 s, obeys the header', obeyingLoop(1000)],
  ]
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const [name, behaviour] of behaviours) {
      const results: FiguresByKind[] = []
      for (const length of lengths) {
        results.push(await measureEachLimit({ jobs, lengths: length }, behaviour, SEEDS_OF_LOOPS))
      }
      const over = (value: (figures: Figures) => number, text: (value: number) => string): string =>
        KINDS.map((kind) => text(mean(results.map((result) => value(result[kind]))))).join(' / ')
      const worstOf = (kind: Kind): number => Math.max(...results.map((result) => result[kind].worstDelay))
      rows.push([
        String(jobs),
        name,
        over((f) => f.medianDelay, seconds),
        KINDS.map((kind) => seconds(worstOf(kind))).join(' / '),
        over((f) => f.throttledShare, percent),
        over(
          (f) => f.requestsPerJob,
          (value) => value.toFixed(1),
        ),
      ])
    }
  }
  return table(['Jobs', 'Each job polls', 'Median delay', 'Worst delay', 'Throttled', 'Requests a job'], rows)
}

async function measureOtherPrograms(): Promise<string> {
  const rows: string[][] = []
  for (const otherRequestsPerMinute of [20, 50]) {
    for (const jobs of [1, 10, 50, 200]) {
      for (const lengths of [10, 60, 'mix'] as const) {
        const fleet = { jobs, lengths, otherRequestsPerMinute }
        const result = await measureAction(fleet)
        const loop = await measureEachLimit(fleet, obeyingAdaptive, SEEDS_OF_LOOPS)
        rows.push([
          String(otherRequestsPerMinute),
          String(jobs),
          lengthName(lengths),
          formatEach(result, (f) => percent(f.throttledShare)),
          formatEach(result, (f) => seconds(f.medianDelay)),
          formatEach(result, (f) => seconds(f.idealMedianDelay)),
          formatEach(result, (f) => seconds(f.worstDelay)),
          formatEach(result, (f) => f.requestsPerJob.toFixed(1)),
          formatEach(loop, (f) => seconds(f.medianDelay)),
          formatEach(loop, (f) => f.requestsPerJob.toFixed(1)),
        ])
      }
    }
  }
  return table(
    [
      'Other requests a minute',
      'Jobs',
      'Exports',
      'Throttled',
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

/** The text whose numbers the README copies. */
async function describeSensibleSize(): Promise<string> {
  const [ten, fifty, hundred, large] = [
    await measureAction({ jobs: 10, lengths: 'mix' }),
    await measureAction({ jobs: 50, lengths: 'mix' }),
    await measureAction({ jobs: 100, lengths: 'mix' }),
    await measureAction({ jobs: 200, lengths: 'mix' }),
  ]
  const half = (result: FiguresByKind): string => seconds(maxOf(result, (figures) => figures.medianDelay))
  const all = (result: FiguresByKind): string => seconds(maxOf(result, (figures) => figures.worstDelay))
  const throttled = (result: FiguresByKind): string => percent(maxOf(result, (figures) => figures.throttledShare))
  return [
    `Ten parallel jobs hardly affect each other: ${throttled(ten)} of their requests are throttled, half of the jobs notice`,
    `within ${half(ten)} that their export has ended, and all within ${all(ten)}. Fifty are fine: ${throttled(fifty)} throttled, half notice it`,
    `within ${half(fifty)}, all within ${all(fifty)}. Each of a hundred jobs polls once a minute: ${throttled(hundred)} throttled, ${half(hundred)} for`,
    `half, ${all(hundred)} for all. Beyond that there are more jobs than requests allowed in a minute: of two hundred jobs'`,
    `requests up to ${throttled(large)} are throttled, half of the jobs notice the end after ${half(large)}, the last after ${all(large)}. So let up to fifty`,
    'jobs run at the same time (`max-parallel`), and fewer when seconds matter. For more documents, use one export step, which',
    'takes any number.',
  ].join('\n')
}

const startedAtMs = performance.now()
const processors = cpus()
const text = `# Fleets: many jobs under one limit

All jobs of an app share 100 requests a minute. Here the action's own loop, schedule and reaction to rate limits run on a
virtual clock, for fleets of parallel jobs, with the three ways in which a service may count: a fixed window, a sliding
window, a token bucket. Three figures in a cell are for these three, in this order; one figure is the same for all. The
**delay** of a job is the time from the end of its export until the job notices it, including a round trip of 0.1 to
0.3 s. The **coordinator** is the ideal: it knows when each export ends and sends one request for each job, as soon as the
same limiter accepts it. **Last job** is how much later than the coordinator the last job of the fleet notices its end, in
the worst run. The mix is what users report: three quarters of the exports take 2 to 15 s, 15 % take 15 to 60 s, 8 % one to
three minutes, 2 % up to ten. Unless stated otherwise, jobs start within 10 s of each other.

Command: \`npm run bench:fleet${isLong ? ' -- --long' : ''}\`. Node ${process.version}, ${processors[0]?.model.trim() ?? 'unknown processor'} (${processors.length} processors), ${new Date().toISOString().slice(0, 10)}. ${SEEDS} seeds for
fleets of 200 (${SEEDS_OF_LOOPS} for the loops), more for smaller ones.

## The goals

\`parallel-jobs\` is known. Delays are relative to the coordinator; each figure is the worst of three limits and three ways
to start (all at once, within 10 s, one a second).

${await measureGoals()}

When ten jobs use the whole limit, each polls every six seconds. A job cannot know when its export ends, so half of the
exports end more than three seconds before the next attempt: without being throttled, ten jobs cannot have a better median
over all lengths than 3.0 s, fifty jobs none better than 15 s. A schedule that is faster at some lengths is slower at
others: this one polls when most exports end.

## Compared with the first draft

The first draft of a schedule for jobs that know their number (a job polls as often as if it were alone, but pauses at
least half of 0.7 s for each job; first attempts and attempts after a rate limit are spread over the same time), and the
schedule of the action.

${await compareWithFirstDraft()}

## What size of matrix is sensible

The mix, \`parallel-jobs\` known, the worst of the three limits.

${await describeSensibleSize()}

## Sizes and lengths, \`parallel-jobs\` known

${await measureSizesAndLengths()}

## Ways to start, \`parallel-jobs\` known, the mix

${await measureStarts()}

## Compared with simple loops

${await measureLoops()}

## \`parallel-jobs\` not known: each job polls as if it were alone

Averages over twelve lengths from 5 s to 200 s and the mix; the worst delay is the worst of all.

${await measureUnknownJobs()}

## Other programs under the same limit, \`parallel-jobs\` known

${await measureOtherPrograms()}
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/fleet.md', text)
console.log(text)
console.log(`${Math.round((performance.now() - startedAtMs) / 1000)} s`)
