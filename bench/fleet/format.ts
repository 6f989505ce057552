// How the figures of fleets are printed.
import type { Figures } from './figures.js'
import type { FiguresByKind } from './measure-fleet.js'
import { KINDS, type Lengths } from './settings.js'

/** Formats a figure under each kind of rate limit; once if it is the same under all. */
export const formatEach = (perKind: FiguresByKind, text: (figures: Figures) => string): string => {
  const texts = KINDS.map((kind) => text(perKind[kind]))
  return texts.every((one) => one === texts[0]) ? (texts[0] ?? '') : texts.join(' / ')
}

/** The largest figure under any kind of rate limit. */
export const maxOf = (perKind: FiguresByKind, value: (figures: Figures) => number): number =>
  Math.max(...KINDS.map((kind) => value(perKind[kind])))

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`
export const seconds = (value: number): string => `${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)} s`
export const lengthName = (lengths: Lengths): string => (lengths === 'mix' ? 'mix' : `${lengths} s`)

/** A table in Markdown. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
