import type { Text } from 'mdast'
import { defaultHandlers, type ConstructName, type Handle } from 'mdast-util-to-markdown'

/** The constructs inside which an address in a text does not become a link. */
export const LINKS: ConstructName[] = ['autolink', 'link', 'image', 'label']

/**
 * Writes a text so that no e-mail address in it becomes a link. GitHub makes a link even of an escaped address; an empty
 * comment in it prevents that. Any other `@` is written as it is.
 */
export const textHandle: Handle = (node: Text, parent, state, info) => {
  const { value } = node
  if (!value.includes('@') || LINKS.some((construct) => state.stack.includes(construct))) {
    return defaultHandlers.text(node, parent, state, info)
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
    // A `_` of a mark may be read as part of an address.
    const name = parts[index - 1] || (index === 1 ? info.before : '')
    const isHost = /^[\w.-]*\.\w/.test(part) || (isLast && /^[\w.-]*$/.test(part) && /^[<_]/.test(info.after))
    return `${written}${/[\w.+-]$/.test(name) && isHost ? '<!---->' : ''}@${textAt(index)}`
  }, '')
}
