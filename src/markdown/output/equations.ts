import type { RootContent } from 'mdast'
import type { InlineMath } from 'mdast-util-math'
import type { Handle } from 'mdast-util-to-markdown'

// What a reader that knows no formulas, or looks for Markdown first, would take for HTML, a link, code, a mark, a
// character reference or a line break.
const LIVE = /<[a-z/!?]|&[#a-z]|[`*~$@]|\]\(|\[\^|:\/\/|www\.|(?<![a-z\d])_|(?<!\\)(?:\\\\)*\\$| {2}$/im
// As the first thing in a line, anything else might begin a list, a heading, a quote or a table.
const PLAIN_LINES = /^(?:[ \t]*(?!\d+[.)])[a-z\d\\({][^\n]*(?:\n|$))+$/i

/** A formula on lines of its own: `$$`, or GitHub's ```` ```math ```` where `$$` is not safe. */
export function equationBlock(tex: string): RootContent {
  return !LIVE.test(tex) && PLAIN_LINES.test(tex)
    ? { type: 'math', value: tex }
    : { type: 'code', lang: 'math', value: tex }
}

/**
 * A formula in a text. GitHub reads `$a$` only where no letter and no Chinese punctuation is beside it; it reads
 * $`a`$ there too, and no other reader finds anything live in it.
 * Source: Writing mathematical expressions,
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
export const inlineMathHandle: Handle & { peek?: Handle } = ({ value }: InlineMath, parent, state, info) => {
  const isApart = /\s$/.test(info.before) && /^[\s.,;:!?]/.test(info.after)
  // In the cell of a table, a pipe is escaped, which `$` does not know.
  const isPlain = isApart && !LIVE.test(value) && !(value.includes('|') && state.stack.includes('tableCell'))
  return `$${isPlain ? value : state.handle({ type: 'inlineCode', value }, parent, state, info)}$`
}
inlineMathHandle.peek = () => '$'
