// What is pasted along with a text and shows nothing: soft hyphens, zero-width blanks, byte order marks, and marks of the
// direction of writing. The two joiners hold some emoji together, so outside of links they stay.
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const JOINERS = /[\u200c\u200d]/g

/** The text without characters that show nothing. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '')

/** The text with ASCII characters in place of their full-width forms: `ｈｔｔｐｓ：／／` is `https://`. */
export const toHalfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET))

const FULL_WIDTH_OFFSET = 0xfee0

/**
 * Makes options readable that were written with a Chinese keyboard: a full-width `＝` behind a name, and curly or
 * full-width quotes around a whole value, become ASCII. The values themselves stay as they are.
 */
export function normalizePastedText(text: string): string {
  return withoutInvisible(text)
    .replace(/(?<=^|\s)([a-z-]+)＝/gi, '$1=')
    .replace(/(?<==)[“”„‟＂]([^“”„‟＂"]*)[“”„‟＂"](?=\s|$)/g, '"$1"')
    .replace(/(?<==)[‘’‚‛＇]([^‘’‚‛＇']*)[‘’‚‛＇'](?=\s|$)/g, "'$1'")
}

/** The one link in a text, in ASCII where it was full-width, and what is around it. */
export interface FoundLink {
  readonly kind: 'found'
  readonly link: string
  readonly before: string
  readonly after: string
}

// A link may have no scheme, or be percent-encoded as a whole. It ends at a blank, a quote, a bracket of CJK or Markdown,
// a CJK punctuation mark, and where Chinese, Japanese or Korean begins.
const SCHEME = /[hｈ][tｔ]{2}[pｐ][sｓ]?(?:[:：][/／]{2}|%3a%2f%2f)/u
const HOST = /(?<![\w/:.@%-])[\w-]+(?:\.[\w-]+)+(?::\d+)?\//u
const REST =
  /(?:(?!\]\()[^\s<>"'`|\\^{}“”‘’（）＜＞［］｛｝｜，；！：\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uffef])*/u
const WITH_SCHEME = new RegExp(SCHEME.source + REST.source, 'giu')
const WITHOUT_SCHEME = new RegExp(HOST.source + REST.source, 'giu')
// What ends a sentence or closes a bracket behind a link. Several dots are left: they say that the link was cut off.
const TRAILING = /[)\],:;!?*~？]+$|(?<!\.)\.$/u

/**
 * Finds the one link in a text that somebody pasted: `【title】LINK 复制链接`, a list item, `<LINK>`, a Markdown link. The
 * same link twice is one.
 */
export function findLink(pasted: string): FoundLink | { readonly kind: 'none' } | { readonly kind: 'several' } {
  const clean = withoutInvisible(pasted)
  const withScheme = [...clean.matchAll(WITH_SCHEME)]
  const matches = withScheme.length > 0 ? withScheme : [...clean.matchAll(WITHOUT_SCHEME)]
  const found = matches.map(({ 0: match, index }) => ({ text: withoutTrailing(match), from: index }))
  const [first] = found
  const last = found.at(-1)
  if (!first || !last) return { kind: 'none' }
  if (found.some(({ text }) => text !== first.text)) return { kind: 'several' }
  return {
    kind: 'found',
    link: toHalfWidth(first.text).replace(JOINERS, ''),
    before: clean.slice(0, first.from),
    after: clean.slice(last.from + last.text.length),
  }
}

function withoutTrailing(link: string): string {
  const shorter = link.replace(TRAILING, '')
  return shorter === link ? link : withoutTrailing(shorter)
}
