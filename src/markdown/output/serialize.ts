import type { Root } from 'mdast'
import { frontmatterToMarkdown } from 'mdast-util-frontmatter'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { mathToMarkdown } from 'mdast-util-math'
import { toMarkdown, type Join } from 'mdast-util-to-markdown'
import { LINKS, textHandle } from './addresses.js'
import { inlineMathHandle } from './equations.js'
import { MARK_HANDLERS } from './marks.js'

/** The text of a tree, as CommonMark with GitHub's extensions. Ends with one line feed. */
export function serialize(root: Root): string {
  return toMarkdown(root, {
    bullet: '-',
    rule: '-',
    // One changed cell changes one line.
    extensions: [gfmToMarkdown({ tablePipeAlign: false }), mathToMarkdown(), frontmatterToMarkdown()],
    join: [joinInItem],
    handlers: { ...MARK_HANDLERS, inlineMath: inlineMathHandle, text: textHandle },
    // The library knows `www.` before ASCII and small letters only.
    unsafe: [
      { character: '.', before: '[Ww]{3}', inConstruct: 'phrasing', notInConstruct: LINKS },
      { character: ':', before: '[PSps]', after: '\\/', inConstruct: 'phrasing', notInConstruct: LINKS },
      // cmark-gfm checks a box where this is anywhere in the line.
      { character: ']', before: '\\[[Xx]', inConstruct: 'phrasing' },
      // cmark-gfm takes `[^a](b)` and `![^a](b)` for a footnote and something.
      { character: '^', before: '\\[', inConstruct: ['label', 'phrasing'] },
    ],
  })
}

/** In a list item, only a list is close below its text: an empty line ends everything else for every reader. */
const joinInItem: Join = (left, right, parent) => {
  if (parent.type !== 'listItem') return undefined
  const isTextAndList = left.type === 'paragraph' && right.type === 'list'
  return isTextAndList && right.children[0]?.children[0]?.type === 'paragraph' ? undefined : 1
}
