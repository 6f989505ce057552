import type { Delete, Emphasis, PhrasingContent, Strong } from 'mdast'
import type { Handle, Info, State } from 'mdast-util-to-markdown'

type MarkedNode = Strong | Emphasis | Delete
type MarkHandle = Handle & { peek: Handle }

/**
 * Write `**a**`, `*a*` and `~~a~~` where programs read these marks; otherwise, as beside Chinese punctuation, the HTML
 * element.
 */
export const MARK_HANDLERS: Readonly<Record<MarkedNode['type'], Handle>> = {
  strong: markHandle('strong', ['**', '__']),
  emphasis: markHandle('em', ['*', '_']),
  delete: markHandle('del', ['~~']),
}

/** Makes the function that writes a mark. @param marks the marks to try before the HTML element `tag` */
function markHandle(tag: string, marks: readonly string[]): MarkHandle {
  const handle: MarkHandle = (node: MarkedNode, parent, state, info) => {
    const index = state.indexStack.at(-1) ?? 0
    const previous = (parent?.children[index - 1] as PhrasingContent | undefined)?.type
    const [only] = node.children
    const write = (inner: MarkedNode, mark: string): string | undefined => markWith(mark, inner, previous, state, info)

    const combined = only?.type === 'emphasis' && node.children.length === 1 ? write(only, '***') : undefined
    if (combined !== undefined) return combined
    for (const mark of marks) {
      const marked = write(node, mark)
      if (marked !== undefined) return marked
    }
    return `<${tag}>${serializeInside(node, '>', '<', state, info)}</${tag}>`
  }
  // The library asks for the first character, to escape the same character at the end of the text before. With `<`, it
  // escapes no mark there: `markWith` avoids such conflicts itself, except for `~`.
  handle.peek = () => (tag === 'del' ? '~' : '<')
  return handle
}

/**
 * Writes a node with a mark.
 * @returns undefined if CommonMark would not read the mark, or would confuse it with another one
 */
function markWith(
  mark: string,
  node: MarkedNode,
  previous: PhrasingContent['type'] | undefined,
  state: State,
  info: Info,
): string | undefined {
  const character = mark.charAt(0)
  // The same character at the end of a text before it is escaped, so it is not a mark.
  if (info.before.endsWith(character) && previous !== 'text') return undefined
  if (info.after.startsWith(character)) return undefined
  const inside = serializeInside(node, mark, mark, state, info)
  const worksBefore = flanks(character, lastCharacter(info.before), firstCharacter(inside))
  return worksBefore && flanks(character, firstCharacter(info.after), lastCharacter(inside))
    ? `${mark}${inside}${mark}`
    : undefined
}

function serializeInside(node: MarkedNode, before: string, after: string, state: State, info: Info): string {
  return state.containerPhrasing(node, { ...info, before, after })
}

/**
 * True if a mark between two characters works: it must be left- or right-flanking, as CommonMark calls it. Programs
 * disagree on symbols (punctuation in CommonMark 0.31, letters on GitHub) and on characters above U+FFFF: the mark must
 * work in both cases.
 * Source: Emphasis and strong emphasis, https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
 */
function flanks(mark: string, outside: string, inside: string): boolean {
  if (inside === '' || /\s/.test(inside)) return false
  if (SURE_BOUNDARY.test(outside)) return true
  return mark !== '_' && !POSSIBLE_PUNCTUATION.test(inside)
}

// Without `~`: GitHub ignores it beside `*` and `_` and uses the character after it.
const SURE_BOUNDARY = /^(?![\u{10000}-\u{10ffff}])[\t\n\f\r\p{Zs}\p{P}$+<=>^`|]$/u
const POSSIBLE_PUNCTUATION = /[\p{P}\p{S}]/u

function firstCharacter(text: string): string {
  const [character = ''] = text.slice(0, 2)
  return character
}

function lastCharacter(text: string): string {
  return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? text.slice(-2) : text.slice(-1)
}
