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
  const last = parts.length - 1
  const written = parts.map((part, index) => {
    const before = index === 0 ? info.before : '@'
    const after = index === last ? info.after : '@'
    const text = state.safe(part, { ...info, before, after })
    if (index === 0) return text
    // Where the text begins with `@`, the character before it counts: the `_` of an emphasis may be read as a name.
    const name = parts[index - 1] || (index === 1 ? info.before : '')
    const isAddress = endsAsName(name) && startsAsHost(part, index === last ? info.after : '')
    return `${isAddress ? '<!---->' : ''}@${text}`
  })
  return written.join('')
}

/** True for a text whose end may be the name of an address: `write to jane.doe`. */
const endsAsName = (text: string): boolean => /[\w.+-]$/.test(text)

/**
 * True for a text whose start may be the host of an address: `example.com, or call`. A word (`example`) may be one
 * together with the mark after it.
 * @param after what follows the text, as far as it is known
 */
const startsAsHost = (text: string, after: string): boolean =>
  /^[\w.-]*\.\w/.test(text) || (/^[\w.-]*$/.test(text) && /^[<_]/.test(after))
