import { mean, type Figures } from './figures.js'
import { cellsOf, formatEach, headsOf, lengthName, percent, seconds, table } from './format.js'
import {
  measureAction,
  measureEachLimit,
  SEEDS,
  SEEDS_OF_LOOPS,
  type FiguresByKind,
  type Kind,
} from './measure-fleet.js'
import { KINDS, type Lengths } from './settings.js'
import { firstDraft, fixedLoop, obeyingAdaptive, obeyingLoop, thisAction, type Behaviour } from './simulate.js'

const DRAFT_COLUMNS = ['throttled', 'medianDelay', 'worstDelay', 'lastJob', 'requests'] as const
const OTHERS_COLUMNS = ['throttled', 'medianDelay', 'idealMedianDelay', 'worstDelay', 'requests'] as const

/** Compares the action with {@link firstDraft}, the first draft of its schedule. @returns a table */
export async function compareWithFirstDraft(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const lengths of [10, 60, 'mix'] as const) {
      const before = await measureEachLimit({ jobs, lengths }, firstDraft(jobs), SEEDS)
      const after = await measureAction({ jobs, lengths })
      for (const [name, result] of [
        ['first draft', before],
        ['**now**', after],
      ] as const) {
        rows.push([String(jobs), lengthName(lengths), name, ...cellsOf(result, DRAFT_COLUMNS)])
      }
    }
  }
  return table(['Jobs', 'Exports', '', ...headsOf(DRAFT_COLUMNS)], rows)
}

/** Compares the action with simple loops. @returns a table */
export async function measureLoops(): Promise<string> {
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
        formatEach(ten, (f) => seconds(f.medianDelaySeconds)),
        formatEach(mix, (f) => seconds(f.medianDelaySeconds)),
        formatEach(mix, (f) => seconds(f.worstDelaySeconds)),
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

/** Compares ways to poll when no job knows how many parallel jobs there are. @returns a table */
export async function measureUnknownJobs(): Promise<string> {
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
      // The mean over all lengths, under each kind of rate limit.
      const meanOf = (value: (figures: Figures) => number, text: (value: number) => string): string =>
        KINDS.map((kind) => text(mean(results.map((result) => value(result[kind]))))).join(' / ')
      const worstOf = (kind: Kind): number => Math.max(...results.map((result) => result[kind].worstDelaySeconds))
      rows.push([
        String(jobs),
        name,
        meanOf((f) => f.medianDelaySeconds, seconds),
        KINDS.map((kind) => seconds(worstOf(kind))).join(' / '),
        meanOf((f) => f.throttledShare, percent),
        meanOf(
          (f) => f.requestsPerJob,
          (value) => value.toFixed(1),
        ),
      ])
    }
  }
  return table(['Jobs', 'Each job polls', 'Median delay', 'Worst delay', 'Throttled', 'Requests a job'], rows)
}

/** Measures the action, and a simple loop, while other programs use the same limit. @returns a table */
export async function measureOtherPrograms(): Promise<string> {
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
          ...cellsOf(result, OTHERS_COLUMNS),
          ...cellsOf(loop, ['medianDelay', 'requests']),
        ])
      }
    }
  }
  const heads = ['Other requests a minute', 'Jobs', 'Exports', ...headsOf(OTHERS_COLUMNS)]
  return table([...heads, 'A loop that obeys: median', 'its requests'], rows)
}
