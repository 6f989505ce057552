import type { Root, Text } from 'mdast'
import { frontmatterToMarkdown } from 'mdast-util-frontmatter'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { mathToMarkdown } from 'mdast-util-math'
import { defaultHandlers, toMarkdown, type ConstructName, type Handle } from 'mdast-util-to-markdown'
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
    handlers: { ...MARK_HANDLERS, inlineMath: inlineMathHandle, text: textHandle },
    // The library knows these only before ASCII.
    unsafe: [{ character: '.', before: '[Ww]{3}', inConstruct: 'phrasing', notInConstruct: LINKS }],
  })
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
  return parts
    .map((part, index) => {
      const before = index === 0 ? info.before : '@'
      const after = index === parts.length - 1 ? info.after : '@'
      const text = state.safe(part, { ...info, before, after })
      if (index === 0) return text
      const isAddress = /[\w.+-]$/.test(parts[index - 1] ?? '') && /^[\w.-]*\.\w/.test(part)
      return `${isAddress ? '<!---->' : ''}@${text}`
    })
    .join('')
}
