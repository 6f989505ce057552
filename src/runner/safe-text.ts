import { oneLine } from '../text.js'

/**
 * Makes text safe to print to stdout or stderr, where the runner executes commands. A command is `::name::` at the
 * start of a line (after blanks), or `##[name]` anywhere in it. The result is one line without commands. A text of more
 * than 4000 characters is cut.
 * Source: ActionCommand.cs of the runner,
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function logLine(text: string): string {
  return oneLine(text, 4000)
    .replace(/##(?=\[)/g, '# #')
    .replace(/^\s*::/, ': :')
}

/**
 * Escapes text for a job summary, so that none of it is HTML, Markdown or a link. The result is one line. A text of more
 * than 2000 characters is cut.
 */
export function summaryText(text: string): string {
  // All punctuation of ASCII, as numeric character references.
  return oneLine(text, 2000).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`)
}
