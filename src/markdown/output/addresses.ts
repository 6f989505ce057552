import type { Text } from 'mdast'
import { defaultHandlers, type ConstructName, type Handle } from 'mdast-util-to-markdown'

/** Where no address in a text becomes a link. */
export const LINKS: ConstructName[] = ['autolink', 'link', 'image', 'label']

/**
 * GitHub makes a link of every e-mail address in a text, also of an escaped one. An empty comment in it prevents that;
 * any other `@` can stay as it is.
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
    // A mark of `_` may be read as part of an address.
    const name = parts[index - 1] || (index === 1 ? info.before : '')
    const isHost = /^[\w.-]*\.\w/.test(part) || (isLast && /^[\w.-]*$/.test(part) && /^[<_]/.test(info.after))
    return `${written}${/[\w.+-]$/.test(name) && isHost ? '<!---->' : ''}@${textAt(index)}`
  }, '')
}
