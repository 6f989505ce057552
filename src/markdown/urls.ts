/** A Feishu or Lark document that a text links to or mentions. */
export interface DocumentReference {
  readonly token: string
  readonly type: ReferenceType
  /** As the document has it, decoded; missing where the block only has the token. */
  readonly url?: string
}

export type ReferenceType = 'doc' | 'docx' | 'sheet' | 'bitable' | 'slides' | 'wiki' | 'file' | 'mindnote' | 'board'

const ALLOWED_SCHEMES = new Set(['http', 'https', 'mailto'])

// The words of the links that the product makes, older ones among them.
const TYPE_BY_WORD: ReadonlyMap<string, ReferenceType> = new Map([
  ['doc', 'doc'],
  ['docs', 'doc'],
  ['docx', 'docx'],
  ['sheet', 'sheet'],
  ['sheets', 'sheet'],
  ['base', 'bitable'],
  ['bitable', 'bitable'],
  ['slides', 'slides'],
  ['wiki', 'wiki'],
  ['file', 'file'],
  ['mindnote', 'mindnote'],
  ['mindnotes', 'mindnote'],
  ['board', 'board'],
])

const WORD_BY_TYPE: Readonly<Record<ReferenceType, string>> = {
  doc: 'docs',
  docx: 'docx',
  sheet: 'sheets',
  bitable: 'base',
  slides: 'slides',
  wiki: 'wiki',
  file: 'file',
  mindnote: 'mindnotes',
  board: 'board',
}

/** The link of a document that is known by its token. */
export function documentUrl(origin: string, type: ReferenceType, token: string, query = ''): string {
  return `${origin}/${WORD_BY_TYPE[type]}/${encodeURIComponent(token.toWellFormed())}${query}`
}

/** The document to which a link leads, on any host; undefined for any other link. */
export function findReference(url: string): DocumentReference | undefined {
  const match = /^https?:\/\/[^/?#\s]+\/(?:space\/)?([a-z]+)\/([\w-]{10,40})(?:[/?#]|$)/i.exec(url)
  const type = TYPE_BY_WORD.get(match?.[1]?.toLowerCase() ?? '')
  return match?.[2] !== undefined && type !== undefined ? { token: match[2], type, url } : undefined
}

/** The service sends the addresses of links percent-encoded as a whole. */
export function decodeUrl(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

/**
 * Makes an address safe in a Markdown link and in an HTML attribute.
 * @param url decoded
 * @returns undefined where it is empty or has another scheme than http, https and mailto
 */
export function safeUrl(url: string): string | undefined {
  // Browsers ignore control characters, also in the middle of a scheme.
  const address = url
    .toWellFormed()
    .replace(/\p{Cc}+/gu, '')
    .trim()
  const scheme = /^([^/?#:]*):/.exec(address)?.[1]
  if (address === '' || (scheme !== undefined && !ALLOWED_SCHEMES.has(scheme.toLowerCase()))) return undefined
  // `&copy;` in a bare link: CommonMark's programs disagree whether that is a character reference.
  return encodeCharacters(address.replace(/&(#?\w+);/g, '&$1%3B'), /[\s<>"\\`^{|}]/gu)
}

/**
 * A relative path as an address: what means something there is percent-encoded, other letters stay readable.
 * @param path with `/` between its segments
 */
export function pathUrl(path: string): string {
  const encoded = encodeCharacters(path.toWellFormed(), /[\s\p{Cc}<>"\\`^{|}%#?&]/gu)
  return /^[^/]*:|^\//.test(encoded) ? `./${encoded.replace(/^\/+/, '')}` : encoded
}

function encodeCharacters(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => encodeURIComponent(character))
}
