import type { RootContent } from 'mdast'
import type { InlineMath } from 'mdast-util-math'
import type { Handle } from 'mdast-util-to-markdown'

// Some programs do not support formulas, or read Markdown before formulas. They would read these parts as Markdown, as
// HTML or as the end of the formula.
const MISREADABLE = /<[a-z/!?]|&[#a-z]|[`*~$@]|\]\(|\[\^|:\/\/|www\.|(?<![a-z\d])_|(?<!\\)(?:\\\\)*\\$| {2}$/im
// Lines that begin with an ASCII letter, a digit, `\`, `(` or `{`, but not with `1.` or `1)`. Any other line might begin a
// list, a heading, a quote or a table.
const PLAIN_LINES = /^(?:[ \t]*(?!\d+[.)])[a-z\d\\({][^\n]*(?:\n|$))+$/i

/**
 * Makes a formula block: between `$$` where that is safe, otherwise in GitHub's code block ```` ```math ````. Between
 * `$$`, some programs could read a part of the formula as Markdown, as HTML or as the end of the formula.
 */
export function equationBlock(tex: string): RootContent {
  return !MISREADABLE.test(tex) && PLAIN_LINES.test(tex)
    ? { type: 'math', value: tex }
    : { type: 'code', lang: 'math', value: tex }
}

/**
 * Writes a formula in a text: as `$a$` where that is safe, otherwise as $`a`$. GitHub does not read `$a$` beside a letter
 * or Chinese punctuation. GitHub reads $`a`$ anywhere; other programs show that as code.
 * Source: Writing mathematical expressions,
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
export const inlineMathHandle: Handle & { peek?: Handle } = ({ value }: InlineMath, parent, state, info) => {
  const isSeparate = /\s$/.test(info.before) && /^[\s.,;:!?]/.test(info.after)
  // In a table, a pipe is escaped, but inside `$` the backslash would be part of the formula.
  const isPlain = isSeparate && !MISREADABLE.test(value) && !(value.includes('|') && state.stack.includes('tableCell'))
  return `$${isPlain ? value : state.handle({ type: 'inlineCode', value }, parent, state, info)}$`
}
// The first character, for which the library asks.
inlineMathHandle.peek = () => '$'
