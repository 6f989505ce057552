import type { Root } from 'mdast'
import { frontmatterToMarkdown } from 'mdast-util-frontmatter'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { mathToMarkdown } from 'mdast-util-math'
import { toMarkdown, type Join } from 'mdast-util-to-markdown'
import { LINKS, textHandle } from './addresses.js'
import { inlineMathHandle } from './equations.js'
import { MARK_HANDLERS } from './marks.js'

// GitHub's extensions without the library's rules for addresses, which are those with `before`. These rules also escape
// the dot of `draw.io`. Without alignment, a changed cell of a table changes only one line.
const GFM = (gfmToMarkdown({ tablePipeAlign: false }).extensions ?? []).map((extension) => ({
  ...extension,
  unsafe: (extension.unsafe ?? []).filter(({ before }) => before === undefined),
}))

/** Writes a tree as CommonMark with GitHub's extensions. The text ends with one line feed. */
export function serialize(root: Root): string {
  return toMarkdown(root, {
    bullet: '-',
    rule: '-',
    extensions: [...GFM, mathToMarkdown(), frontmatterToMarkdown()],
    join: [joinInItem],
    handlers: { ...MARK_HANDLERS, inlineMath: inlineMathHandle, text: textHandle },
    unsafe: [
      { character: '.', before: '[Ww]{3}', inConstruct: 'phrasing', notInConstruct: LINKS },
      {
        character: ':',
        before: '[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp]',
        after: '\\/\\/',
        inConstruct: 'phrasing',
        notInConstruct: LINKS,
      },
      // cmark-gfm checks the box of a task if `[x]` is anywhere in the line.
      { character: ']', before: '\\[[Xx]', inConstruct: 'phrasing' },
      // cmark-gfm reads the beginning of `[^a](b)` and `![^a](b)` as a footnote.
      { character: '^', before: '\\[', inConstruct: ['label', 'phrasing'] },
    ],
  })
}

/**
 * Puts an empty line between the parts of a list item, so that every program separates them. Between a paragraph and a
 * list whose first item begins with a paragraph, an empty line is rarely necessary. There the library decides.
 * @returns the number of empty lines; undefined to let the library decide
 */
const joinInItem: Join = (left, right, parent) => {
  if (parent.type !== 'listItem') return undefined
  const isParagraphAndList =
    left.type === 'paragraph' && right.type === 'list' && right.children[0]?.children[0]?.type === 'paragraph'
  return isParagraphAndList ? undefined : 1
}
