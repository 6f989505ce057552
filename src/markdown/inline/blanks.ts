import type { Marks, Run } from './runs.js'

const NO_MARKS: Marks = { bold: false, italic: false, strikethrough: false, link: undefined }

/**
 * Moves the blanks at both ends of each text to separate runs. In Markdown, text between marks such as `**` cannot begin
 * or end with a blank. A code run keeps its blanks, and is cut only at its line breaks. Blanks get the marks that the
 * runs on both sides of them have in common.
 */
export function separateBlanks(runs: readonly Run[]): Run[] {
  const pieces = runs.flatMap(splitBlanks).filter(({ text }) => text !== '')
  const marksBefore = marksOfPrevious(pieces)
  const marksAfter = marksOfPrevious(pieces.toReversed()).toReversed()
  return pieces.map((piece, index) =>
    isBlank(piece)
      ? { ...piece, marks: commonMarks(marksBefore[index] ?? NO_MARKS, marksAfter[index] ?? NO_MARKS) }
      : piece,
  )
}

/** For each run, the marks of the last run before it that is not blank. */
function marksOfPrevious(runs: readonly Run[]): Marks[] {
  let previous = NO_MARKS
  return runs.map((run) => {
    const marks = previous
    if (!isBlank(run)) previous = run.marks
    return marks
  })
}

/**
 * Splits a run into the blanks at its start, the rest, and the blanks at its end; each may be empty. Code is split at its
 * line breaks instead.
 */
function splitBlanks(run: Run): Run[] {
  // Code keeps its blanks. But inline code of Markdown has no line breaks: each line break becomes a run of text.
  if (run.kind === 'code') {
    return run.text.split(/(\n)/).map((text) => ({ ...run, kind: text === '\n' ? 'text' : 'code', text }))
  }
  const { text } = run
  const start = text.length - text.trimStart().length
  // In a text of blanks alone, all of them are at its start.
  const end = Math.max(start, text.trimEnd().length)
  return [text.slice(0, start), text.slice(start, end), text.slice(end)].map((part) => ({ ...run, text: part }))
}

const isBlank = ({ kind, text }: Run): boolean => kind === 'text' && text.trim() === ''

/** The marks that both have; the link only if it is the same one. */
function commonMarks(a: Marks, b: Marks): Marks {
  return {
    bold: a.bold && b.bold,
    italic: a.italic && b.italic,
    strikethrough: a.strikethrough && b.strikethrough,
    link: a.link === b.link ? a.link : undefined,
  }
}

/**
 * Removes the blanks that Markdown ignores: at both ends of a block's text, and around each line break.
 * @param runs the runs of one block after `separateBlanks` and `mergeRuns`. Each line break is in one run with the
 * blanks around it
 */
export function trimBlanks(runs: readonly Run[]): Run[] {
  const trimmed = runs.map((run) => (run.kind === 'text' ? { ...run, text: trimAroundBreaks(run.text) } : run))
  const hasContent = ({ kind, text }: Run): boolean => kind !== 'text' || trimAsciiStart(text) !== ''
  const first = trimmed.findIndex(hasContent)
  if (first === -1) return []
  const content = trimmed.slice(first, trimmed.findLastIndex(hasContent) + 1)
  return content.map((run, index) => {
    if (run.kind !== 'text') return run
    const text = index === 0 ? trimAsciiStart(run.text) : run.text
    return { ...run, text: index === content.length - 1 ? trimAsciiEnd(text) : text }
  })
}

/**
 * Removes the blanks around each line break. The blanks at both ends of the text stay: they separate it from the runs
 * beside it.
 */
function trimAroundBreaks(text: string): string {
  const lines = text.split('\n')
  return lines
    .map((line, index) => (index === 0 ? line : trimAsciiStart(line)))
    .map((line, index) => (index === lines.length - 1 ? line : trimAsciiEnd(line)))
    .join('\n')
}

// Not `String.trim`, since wider blanks, as at the start of a Chinese paragraph, are shown.
const isAsciiBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\n'

function trimAsciiStart(text: string): string {
  let start = 0
  while (isAsciiBlank(text.charAt(start))) start++
  return text.slice(start)
}

function trimAsciiEnd(text: string): string {
  let length = text.length
  while (isAsciiBlank(text.charAt(length - 1))) length--
  return text.slice(0, length)
}
