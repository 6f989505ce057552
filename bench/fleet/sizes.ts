import { cellsOf, headsOf, lengthName, maxOf, percent, seconds, table } from './format.js'
import { measureAction, type FiguresByKind } from './measure-fleet.js'
import { LENGTHS, STARTS } from './settings.js'

const SIZES = [1, 10, 50, 100, 200]
const START_COLUMNS = ['throttled', 'medianDelay', 'worstDelay', 'lastJob'] as const
const SIZE_COLUMNS = [
  'throttled',
  'medianDelay',
  'idealMedianDelay',
  'worstDelay',
  'worstShare',
  'lastJob',
  'requests',
] as const

/** Measures the action for each number of jobs and length of exports. @returns a table */
export async function measureSizesAndLengths(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of SIZES) {
    for (const lengths of LENGTHS) {
      const result = await measureAction({ jobs, lengths })
      rows.push([String(jobs), lengthName(lengths), ...cellsOf(result, SIZE_COLUMNS)])
    }
  }
  return table(['Jobs', 'Exports', ...headsOf(SIZE_COLUMNS)], rows)
}

/** Measures the action for each way to start the jobs. @returns a table */
export async function measureStarts(): Promise<string> {
  const rows: string[][] = []
  for (const jobs of [10, 50, 200]) {
    for (const start of STARTS) {
      const result = await measureAction({ jobs, lengths: 'mix', start })
      rows.push([String(jobs), start, ...cellsOf(result, START_COLUMNS)])
    }
  }
  return table(['Jobs', 'Start', ...headsOf(START_COLUMNS)], rows)
}

/** Returns the text that says how many jobs are sensible. `npm run readme` copies its numbers to the pages. */
export async function describeSensibleSize(): Promise<string> {
  const [ten, fifty, hundred, large] = [
    await measureAction({ jobs: 10, lengths: 'mix' }),
    await measureAction({ jobs: 50, lengths: 'mix' }),
    await measureAction({ jobs: 100, lengths: 'mix' }),
    await measureAction({ jobs: 200, lengths: 'mix' }),
  ]
  // How long after the end half of the jobs, and all jobs, have noticed it.
  const half = (result: FiguresByKind): string => seconds(maxOf(result, (figures) => figures.medianDelaySeconds))
  const all = (result: FiguresByKind): string => seconds(maxOf(result, (figures) => figures.worstDelaySeconds))
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
