import { oneLine } from '../text.js'

/**
 * Makes text safe to be printed where the runner reads commands: one line, without a live `##[` anywhere or `::` at its
 * start. Source: the runner's ActionCommand, which takes `::name::` at the start of a line (after blanks) and
 * `##[name]` anywhere in it, from stdout and stderr.
 */
export function logLine(text: string): string {
  return oneLine(text, 4000)
    .replace(/##(?=\[)/g, '# #')
    .replace(/^\s*::/, ': :')
}

/** Escapes text for a job summary: no HTML, no Markdown, no link comes alive. */
export function summaryText(text: string): string {
  return oneLine(text, 2000).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`)
}
