import type { Delete, Emphasis, PhrasingContent, Strong } from 'mdast'
import type { Handle, Info, State } from 'mdast-util-to-markdown'

type MarkedNode = Strong | Emphasis | Delete
type MarkHandle = Handle & { peek: Handle }

/**
 * These functions write `**a**`, `*a*` and `~~a~~` where programs read these marks. In other places, such as beside
 * Chinese punctuation, they write an HTML element.
 */
export const MARK_HANDLERS: Readonly<Record<MarkedNode['type'], Handle>> = {
  strong: markHandle('strong', ['**', '__']),
  emphasis: markHandle('em', ['*', '_']),
  delete: markHandle('del', ['~~']),
}

/** Makes the function that writes a marked text. @param marks the marks to try before the HTML element `tag` */
function markHandle(tag: string, marks: readonly string[]): MarkHandle {
  const handle: MarkHandle = (node: MarkedNode, parent, state, info) => {
    const index = state.indexStack.at(-1) ?? 0
    const previous = (parent?.children[index - 1] as PhrasingContent | undefined)?.type
    const tryMark = (mark: string, inner: MarkedNode): string | undefined =>
      markWith(mark, inner, previous, state, info)

    // Bold text that is italic as a whole gets both marks in one.
    const [only] = node.children
    if (node.type === 'strong' && only?.type === 'emphasis' && node.children.length === 1) {
      const combined = tryMark('***', only)
      if (combined !== undefined) return combined
    }
    for (const mark of marks) {
      const marked = tryMark(mark, node)
      if (marked !== undefined) return marked
    }
    return `<${tag}>${serializeInside(node, '>', '<', state, info)}</${tag}>`
  }
  // The first character of the output. The library passes it to the node before, as `info.after`, before this node chooses
  // its mark. So `<` stands for `*` and `_`, too: beside all three, the mark of the node before works. For `*`, that node
  // would avoid its own `*`. Instead, `markWith` refuses a `*` after a `*`. Beside `~`, the mark of the node before may not
  // work (see SURE_BOUNDARY).
  handle.peek = () => (tag === 'del' ? '~' : '<')
  return handle
}

/**
 * Writes the content of a node between two marks.
 * @param previous the type of the node before the marked one
 * @returns undefined if a program might not read the mark, or might confuse it with another one
 */
function markWith(
  mark: string,
  node: MarkedNode,
  previous: PhrasingContent['type'] | undefined,
  state: State,
  info: Info,
): string | undefined {
  const character = mark.charAt(0)
  // Programs confuse neighbouring marks of one character. The end of a text is no mark: the library escapes it.
  if (info.before.endsWith(character) && previous !== 'text') return undefined
  if (info.after.startsWith(character)) return undefined
  const inside = serializeInside(node, mark, mark, state, info)
  const canOpen = flanks(character, lastCharacter(info.before), firstCharacter(inside))
  const canClose = flanks(character, firstCharacter(info.after), lastCharacter(inside))
  return canOpen && canClose ? `${mark}${inside}${mark}` : undefined
}

/** Writes the content of a node. @param before the mark or tag before the content @param after the one after it */
function serializeInside(node: MarkedNode, before: string, after: string, state: State, info: Info): string {
  return state.containerPhrasing(node, { ...info, before, after })
}

/**
 * True if a mark works between the character outside the marked text and the one inside. CommonMark calls such a mark
 * left-flanking before the text, and right-flanking after it. Programs disagree on symbols (punctuation in CommonMark
 * 0.31, letters on GitHub) and on characters above U+FFFF. The mark must work either way.
 * Source: Emphasis and strong emphasis, https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
 */
function flanks(markCharacter: string, outside: string, inside: string): boolean {
  if (inside === '' || /\s/.test(inside)) return false
  if (SURE_BOUNDARY.test(outside)) return true
  return markCharacter !== '_' && !POSSIBLE_PUNCTUATION.test(inside)
}

// Without `~`: beside `*` and `_`, GitHub skips it and uses the character beyond it.
const SURE_BOUNDARY = /^(?![\u{10000}-\u{10ffff}])[\t\n\f\r\p{Zs}\p{P}$+<=>^`|]$/u
const POSSIBLE_PUNCTUATION = /[\p{P}\p{S}]/u

/** The first code point of a text; empty for the empty text. */
function firstCharacter(text: string): string {
  const [character = ''] = text.slice(0, 2)
  return character
}

/** The last code point of a text; empty for the empty text. */
function lastCharacter(text: string): string {
  return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? text.slice(-2) : text.slice(-1)
}
