import type { Root, Text } from 'mdast'
import { frontmatterToMarkdown } from 'mdast-util-frontmatter'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { mathToMarkdown } from 'mdast-util-math'
import { defaultHandlers, toMarkdown, type ConstructName, type Handle, type Join } from 'mdast-util-to-markdown'
import { inlineMathHandle } from './equations.js'
import { MARK_HANDLERS } from './marks.js'

const LINKS: ConstructName[] = ['autolink', 'link', 'image', 'label']

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

/**
 * GitHub makes a link of every e-mail address in a text, also of an escaped one. An empty comment in it prevents that;
 * any other `@` can stay as it is.
 */
function textHandle(...[node, parent, state, info]: Parameters<Handle>): string {
  const { value } = node as Text
  if (!value.includes('@') || LINKS.some((construct) => state.stack.includes(construct))) {
    return defaultHandlers.text(node as Text, parent, state, info)
  }
  const parts = value.split('@')
  const textAt = (index: number): string => {
    const before = index === 0 ? info.before : '@'
    const after = index === parts.length - 1 ? info.after : '@'
    return state.safe(parts[index], { ...info, before, after })
  }
  return parts.reduce((written, part, index) => {
    if (index === 0) return textAt(0)
    const isLast = index === parts.length - 1
    // A mark of `_` may be read as part of an address.
    const name = parts[index - 1] || (index === 1 ? info.before : '')
    const isHost = /^[\w.-]*\.\w/.test(part) || (isLast && /^[\w.-]*$/.test(part) && /^[<_]/.test(info.after))
    return `${written}${/[\w.+-]$/.test(name) && isHost ? '<!---->' : ''}@${textAt(index)}`
  }, '')
}
