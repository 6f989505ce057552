// How the figures of fleets are printed.
import type { Figures } from './figures.js'
import type { FiguresByKind } from './measure-fleet.js'
import { KINDS, type Lengths } from './settings.js'

/** Formats a figure for each kind of rate limit: three texts, or one if they are the same. */
export const formatEach = (perKind: FiguresByKind, text: (figures: Figures) => string): string => {
  const texts = KINDS.map((kind) => text(perKind[kind]))
  return texts.every((one) => one === texts[0]) ? (texts[0] ?? '') : texts.join(' / ')
}

/** The largest figure under any kind of rate limit. */
export const maxOf = (perKind: FiguresByKind, value: (figures: Figures) => number): number =>
  Math.max(...KINDS.map((kind) => value(perKind[kind])))

/** A share from 0 to 1 as a percentage. Below 1 %, with a decimal, so that only 0 shows as `0 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`
/** Seconds, with a decimal below 10. The limit is 9.95, since `toFixed` would make 10.0 of it. */
export const seconds = (value: number): string => `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)} s`
export const lengthName = (lengths: Lengths): string => (lengths === 'mix' ? 'mix' : `${lengths} s`)

/** A table in Markdown. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** The columns of the tables of fleets: the head, and the text of a cell. */
const COLUMNS = {
  throttled: ['Throttled', (figures) => percent(figures.throttledShare)],
  medianDelay: ['Median delay', (figures) => seconds(figures.medianDelaySeconds)],
  idealMedianDelay: ['Coordinator', (figures) => seconds(figures.idealMedianDelaySeconds)],
  worstDelay: ['Worst delay', (figures) => seconds(figures.worstDelaySeconds)],
  worstShare: ['Worst ÷ median', (figures) => (figures.worstDelaySeconds / figures.medianDelaySeconds).toFixed(1)],
  lastJob: ['Last job', (figures) => `+ ${seconds(figures.lastBehindSeconds)}`],
  requests: ['Requests a job', (figures) => figures.requestsPerJob.toFixed(1)],
} satisfies Record<string, readonly [head: string, text: (figures: Figures) => string]>

type Column = keyof typeof COLUMNS

/** The heads of columns. */
export const headsOf = (columns: readonly Column[]): string[] => columns.map((column) => COLUMNS[column][0])

/** The cells of a result in these columns. */
export const cellsOf = (result: FiguresByKind, columns: readonly Column[]): string[] =>
  columns.map((column) => formatEach(result, COLUMNS[column][1]))
