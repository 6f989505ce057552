import type { PhrasingContent } from 'mdast'
import { separateBlanks, trimBlanks } from './blanks.js'
import type { Context } from '../context.js'
import type { Block } from '../parse.js'
import { readRuns, type Marks, type Run } from './runs.js'

/**
 * Converts the text elements of a block to phrasing content. Neighbouring runs of one style are merged, and marks are
 * nested. Blanks at both ends of the text and around line breaks are removed. To be called once for a block, before its
 * children are converted: see `readRuns`.
 */
export function phrasingOf(block: Block, context: Context): PhrasingContent[] {
  return toPhrasing(readRuns(block, context))
}

/** Like `phrasingOf`, but the content is one line: line breaks become blanks. */
export function linePhrasingOf(block: Block, context: Context): PhrasingContent[] {
  const toOneLine = (run: Run): Run => (run.kind === 'equation' ? run : { ...run, text: run.text.replace(/\n/g, ' ') })
  return toPhrasing(readRuns(block, context).map(toOneLine))
}

/** The text of a code or formula block, without any style. Unlike `phrasingOf`, this removes no blanks. */
export function plainTextOf(block: Block, context: Context): string {
  return joinTexts(readRuns(block, context))
}

/** Converts runs to phrasing content: see `phrasingOf`. */
function toPhrasing(runs: readonly Run[]): PhrasingContent[] {
  return nest(trimBlanks(mergeRuns(separateBlanks(runs))), LAYERS)
}

/** A level of nesting: one kind of mark. */
interface Layer {
  /** Reads the value of the mark; undefined if a text does not have it. */
  readonly valueOf: (marks: Marks) => string | undefined
  /** Wraps content in an element with that value. */
  readonly wrap: (children: PhrasingContent[], value: string) => PhrasingContent
}

// The outermost first: a link is around all marks, so that it is not split.
const LAYERS: readonly Layer[] = [
  { valueOf: ({ link }) => link, wrap: (children, url) => ({ type: 'link', url, children }) },
  { valueOf: ({ bold }) => (bold ? 'bold' : undefined), wrap: (children) => ({ type: 'strong', children }) },
  { valueOf: ({ italic }) => (italic ? 'italic' : undefined), wrap: (children) => ({ type: 'emphasis', children }) },
  {
    valueOf: ({ strikethrough }) => (strikethrough ? 'strikethrough' : undefined),
    wrap: (children) => ({ type: 'delete', children }),
  },
]

/** Merges neighbouring runs of one style: the service also splits at what Markdown lacks, such as colours and comments. */
function mergeRuns(runs: readonly Run[]): Run[] {
  const differ = (a: Run, b: Run): boolean =>
    a.kind !== b.kind || LAYERS.some(({ valueOf }) => valueOf(a.marks) !== valueOf(b.marks))
  return splitWhere(runs, differ).flatMap((group) => {
    const [first] = group
    return first ? [{ ...first, text: joinTexts(group) }] : []
  })
}

/** Joins the texts of runs, with a line break between two formulas. */
function joinTexts(runs: readonly Run[]): string {
  const isFormula = (run: Run | undefined): boolean => run?.kind === 'equation'
  // Without it, the formulas `\pi` and `r` would become the unknown command `\pir`. After a blank, a comment at the end of
  // the first formula would hide the second.
  return runs.map((run, index) => (isFormula(run) && isFormula(runs[index - 1]) ? `\n${run.text}` : run.text)).join('')
}

/** Nests runs into elements, layer by layer: neighbours with the same value of a layer share one element. */
function nest(runs: readonly Run[], layers: readonly Layer[]): PhrasingContent[] {
  const [layer, ...innerLayers] = layers
  if (!layer) return runs.flatMap(leavesOf)
  return splitWhere(runs, (a, b) => layer.valueOf(a.marks) !== layer.valueOf(b.marks)).flatMap((group) => {
    const value = group[0] && layer.valueOf(group[0].marks)
    const children = nest(group, innerLayers)
    return value === undefined ? children : [layer.wrap(children, value)]
  })
}

/** Splits items into groups: a new group starts where an item differs from the previous one. */
function splitWhere<T>(items: readonly T[], differ: (previous: T, item: T) => boolean): T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const group = groups.at(-1)
    const previous = group?.at(-1)
    if (group && previous !== undefined && !differ(previous, item)) group.push(item)
    else groups.push([item])
  }
  return groups
}

/** Converts a run without its marks; line breaks of a text become nodes, those of a formula become blanks. */
function leavesOf({ kind, text }: Run): PhrasingContent[] {
  if (kind === 'code') return [{ type: 'inlineCode', value: text }]
  if (kind === 'equation') return [{ type: 'inlineMath', value: onOneLine(text) }]
  return text
    .split(/(\n)/)
    .filter((part) => part !== '')
    .map((part) => (part === '\n' ? { type: 'break' } : { type: 'text', value: part }))
}

/** Puts a formula on one line, without its comments: there, a comment would hide all lines after it. */
function onOneLine(formula: string): string {
  const lines = formula.split('\n')
  // Nothing comes after the last line, and what looks like a comment may be meant as a percent sign: `50%`.
  const last = lines.pop() ?? ''
  return [...lines.map((line) => line.replace(TEX_COMMENT, '$1')), last].join(' ').trim()
}

// An odd number of backslashes before the `%` makes it a percent sign.
const TEX_COMMENT = /(?<!\\)((?:\\\\)*)%.*/
