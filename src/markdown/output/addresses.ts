import type { Text } from 'mdast'
import { defaultHandlers, type ConstructName, type Handle } from 'mdast-util-to-markdown'

/** The constructs inside which an address in a text does not become a link. */
export const LINKS: ConstructName[] = ['autolink', 'link', 'image', 'label']

/**
 * Writes a text so that no e-mail address in it becomes a link. GitHub makes a link even of an escaped address; an
 * empty HTML comment before the `@` prevents that. An `@` that cannot be in an address gets no comment.
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
    // Before the first `@`, the character before the text counts, too: GitHub may read the `_` of an emphasis as a name.
    const name = `${index === 1 ? info.before : ''}${parts[index - 1] ?? ''}`
    // GitHub reads a host with its escaped characters; other programs end it before the backslash of the first one.
    const isAddress = endsAsName(name) && (startsAsHost(part, after) || startsAsHost(text, after))
    return isAddress ? `<!---->@${text}` : `@${text}`
  })
  return written.join('')
}

/** True for a text whose end may be the name of an address: `write to jane.doe`. After a `<`, a name has any marks. */
const endsAsName = (text: string): boolean => /[\w.+-]$|<[^\s<>@]*$/.test(text)

/**
 * True for a text whose start may be the host of an address: `example.com, or call`. A host has a dot and ends with a
 * letter, so the version in `react@18.2.0` is none. At the end of the text, it may go on with `_` or an HTML tag.
 * @param after the first characters after the text; `<` also stands for a mark (see `peek` in `marks.ts`)
 */
function startsAsHost(text: string, after: string): boolean {
  const [host = ''] = /^(?:[\w-]|\.(?=[a-z\d]))*/i.exec(text) ?? []
  const mayGoOn = host === text && /^[<_]/.test(after)
  return mayGoOn || (host.includes('.') && /[a-z]$/i.test(host))
}
