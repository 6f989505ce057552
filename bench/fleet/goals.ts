import { mean, type Figures } from './figures.js'
import { maxOf, percent, seconds, table } from './format.js'
import { measureAction, type FiguresByKind } from './measure-fleet.js'
import { LENGTHS, STARTS, type Lengths } from './settings.js'

// Except for 20, no length divides a minute or is a multiple of a minute. With the others, no behaviour has the advantage
// of being in phase with the limit.
const UNEVEN_LENGTHS: readonly Lengths[] = [7, 20, 45, 75, 90, 150, 200]

/** How much longer the median delay is than with an ideal coordinator. */
const secondsBehindIdeal = ({ medianDelaySeconds, idealMedianDelaySeconds }: Figures): number =>
  medianDelaySeconds - idealMedianDelaySeconds

/** Measures whether the goals are reached. @returns a table: each goal, what was measured, and whether it is reached */
export async function measureGoals(): Promise<string> {
  const rows: string[][] = []
  const addGoal = (text: string, value: string, isReached: boolean): void => {
    rows.push([text, value, isReached ? 'yes' : '**no**'])
  }
  // Measures every combination of length and start.
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
  addGoal(
    '10 jobs: never throttled',
    percent(maxOfAll(ten, (f) => f.throttledShare)),
    maxOfAll(ten, (f) => f.throttledShare) === 0,
  )
  addGoal(
    '10 jobs, exports of 5 s, 10 s and the mix: median ≤ 3 s',
    seconds(maxOfAll(tenShort, secondsBehindIdeal)),
    maxOfAll(tenShort, secondsBehindIdeal) <= 3,
  )
  const tenMean = mean(tenOthers.map((result) => maxOf(result, secondsBehindIdeal)))
  addGoal(
    '10 jobs within 10 s, twelve other lengths from 7 s to 600 s: median ≤ 3 s',
    `${seconds(tenMean)} on average, ${seconds(maxOfAll(tenOthers, secondsBehindIdeal))} at worst`,
    maxOfAll(tenOthers, secondsBehindIdeal) <= 3,
  )
  const fifty = await measureCases(50, [...LENGTHS, ...UNEVEN_LENGTHS])
  addGoal(
    '50 jobs: at most 10 % throttled',
    percent(maxOfAll(fifty, (f) => f.throttledShare)),
    maxOfAll(fifty, (f) => f.throttledShare) <= 0.1,
  )
  for (const length of [5, 10, 60, 'mix'] as const) {
    const results = await measureCases(50, [length])
    addGoal(
      `50 jobs, ${length === 'mix' ? 'the mix' : `exports of ${length} s`}: median ≤ 10 s`,
      seconds(maxOfAll(results, secondsBehindIdeal)),
      maxOfAll(results, secondsBehindIdeal) <= 10,
    )
  }
  const fiftyOthers = await measureCases(50, [7, 20, 30, 45, 75, 90, 120, 150, 200, 300, 600], ['within 10 s'])
  const fiftyMean = mean(fiftyOthers.map((result) => maxOf(result, secondsBehindIdeal)))
  addGoal(
    '50 jobs within 10 s, eleven other lengths from 7 s to 600 s: median ≤ 10 s',
    `${seconds(fiftyMean)} on average, ${seconds(maxOfAll(fiftyOthers, secondsBehindIdeal))} at worst`,
    maxOfAll(fiftyOthers, secondsBehindIdeal) <= 10,
  )
  const fiftyMinute = await measureCases(50, [60])
  const ratio = maxOfAll(fiftyMinute, (f) => f.lastRatio)
  addGoal('50 jobs, exports of 60 s: the last within 1.4 × the coordinator', ratio.toFixed(2), ratio <= 1.4)
  const large = await measureCases(200, [...LENGTHS, ...UNEVEN_LENGTHS])
  const largeThrottled = maxOfAll(large, (f) => f.throttledShare)
  const largeBehind = maxOfAll(large, (f) => f.lastBehindSeconds)
  addGoal('200 jobs: at most 45 % throttled', percent(largeThrottled), largeThrottled <= 0.45)
  addGoal('200 jobs: the last within the coordinator + 120 s', `+ ${seconds(largeBehind)}`, largeBehind <= 120)
  return table(['Goal (under each limit, each start unless one is named)', 'Measured', 'Reached'], rows)
}
