// Invisible characters that may be pasted along with a text: soft hyphens, zero-width spaces, byte order marks, and
// marks of the writing direction. The two joiners are part of some emoji, so they are removed only from links.
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const JOINERS = /[\u200c\u200d]/g

/** Removes invisible characters from a text. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '')

/** Replaces full-width forms by ASCII characters: `ｈｔｔｐｓ：／／` becomes `https://`. */
export const toHalfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET))

const FULL_WIDTH_OFFSET = 0xfee0

// The name of an option, the `=`, and a value if it is in quotes: ASCII quotes, other double or other single quotes.
const OPTION =
  /(?<=^|\s)([a-z-]+)[=＝](?:(["'])[^]*?(?:\2(?=\s|$)|$)|[“”„‟＂]([^“”„‟＂"]*)[“”„‟＂"](?=\s|$)|[‘’‚‛＇]([^‘’‚‛＇']*)[‘’‚‛＇'](?=\s|$))?/gi

/**
 * Normalizes a line with a link and options that was pasted, or typed with a Chinese keyboard: `to＝“a b”` becomes
 * `to="a b"`. Invisible characters are removed everywhere. A full-width `＝` after the name of an option becomes ASCII, and
 * so do curly or full-width quotes around its value. Inside ASCII quotes, `＝` and such quotes are not changed.
 */
export function normalizePastedText(text: string): string {
  return withoutInvisible(text).replace(
    OPTION,
    (option, name: string, _quote: unknown, inDoubles: string | undefined, inSingles: string | undefined) => {
      if (inDoubles !== undefined) return `${name}="${inDoubles}"`
      if (inSingles !== undefined) return `${name}='${inSingles}'`
      return `${name}=${option.slice(name.length + 1)}`
    },
  )
}

/** The only link in a text. If it occurs more than once, the text between its occurrences is ignored. */
export interface FoundLink {
  readonly kind: 'found'
  /** Full-width characters are replaced by ASCII. */
  readonly link: string
  /** The text before its first occurrence. */
  readonly before: string
  /** The text after its last occurrence. */
  readonly after: string
}

// A link may lack the scheme, or be percent-encoded as a whole. It ends at a blank, a quote, one of `<>|\^{}`, the `](`
// of Markdown, most full-width or CJK punctuation, or a Chinese, Japanese or Korean character.
const SCHEME = /[hｈ][tｔ]{2}[pｐ][sｓ]?(?:[:：][/／]{2}|%3a%2f%2f)/u
const HOST = /(?<![\w/:.@%-])[\w-]+(?:\.[\w-]+)+(?::\d+)?\//u
const REST =
  /(?:(?!\]\()[^\s<>"'`|\\^{}“”‘’（）＜＞［］｛｝｜，；！：\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uffef])*/u
const WITH_SCHEME = new RegExp(SCHEME.source + REST.source, 'giu')
const WITHOUT_SCHEME = new RegExp(HOST.source + REST.source, 'giu')
// Punctuation that is not part of the link before it.
const TRAILING = new Set(')],:;!?*~')

/**
 * Finds the only link in a pasted text. Other text may be around the link: `【title】LINK 复制链接`, `- LINK`, `<LINK>`,
 * `[title](LINK)`. Links without a scheme are considered only if no link has one. Equal links count as one.
 * @returns the link; `none` or `several` if there is not exactly one
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

/** The options that a line may have after its link, in the inputs `sources` and `sources-file`. */
export const LINE_OPTIONS: readonly string[] = ['as', 'to', 'children', 'depth']

// Inputs of `create` that somebody may write like an option.
const LIKE_OPTIONS = ['type', 'token', 'sub-id', 'file-extension']
const ANY_OPTION = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?:${[...LINE_OPTIONS, ...LIKE_OPTIONS].join('|')})(?:\\s*[=＝]\\s*|[:：])\\S+`,
  'iu',
)

/**
 * Finds the first option in the text after the only link, such as `as=docx`: an input that takes only a link refuses it.
 * A `#` after a blank begins a comment.
 */
export function findOptionAfterLink(pasted: string): string | undefined {
  const found = findLink(pasted)
  const text = found.kind === 'found' ? found.after.replace(/(?<=^|\s)#.*/s, '') : ''
  return ANY_OPTION.exec(text)?.[0]
}

/**
 * Removes the punctuation and single dots, also full-width ones, from the end of a link. Several dots in a row are kept:
 * they show that the link was cut off.
 */
function withoutTrailing(link: string): string {
  const halfWidth = toHalfWidth(link)
  let end = link.length
  const isSingleDot = (): boolean => halfWidth[end - 1] === '.' && halfWidth[end - 2] !== '.'
  while (TRAILING.has(halfWidth.charAt(end - 1)) || isSingleDot()) end--
  return link.slice(0, end)
}
