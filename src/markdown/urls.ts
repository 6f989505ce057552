/** A document of Feishu or Lark that a text links to or mentions. */
export interface DocumentReference {
  readonly token: string
  readonly type: ReferenceType
  /** The link in the document, decoded; missing if the block has only the token. */
  readonly url?: string
}

/** The type of a linked document. */
export type ReferenceType = 'doc' | 'docx' | 'sheet' | 'bitable' | 'slides' | 'wiki' | 'file' | 'mindnote' | 'board'

const ALLOWED_SCHEMES = new Set(['http', 'https', 'mailto'])

// The words in the links of the product, also in older links.
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

/** Makes the address of a document that a block refers to by type and token. @param query with its `?`, or empty */
export function referenceUrl(origin: string, type: ReferenceType, token: string, query = ''): string {
  return `${origin}/${WORD_BY_TYPE[type]}/${encodeURIComponent(token.toWellFormed())}${query}`
}

/**
 * Finds the document that a link leads to, on any host; undefined for any other link. A token has 10 to 40 characters. The
 * minimum excludes other pages of the product, such as `/wiki/settings`.
 * @param url decoded: `https://example.feishu.cn/docx/TOKEN`, or an older link with `/space/doc/TOKEN`
 */
export function findReference(url: string): DocumentReference | undefined {
  const match = /^https?:\/\/[^/?#\s]+\/(?:space\/)?([a-z]+)\/([\w-]{10,40})(?:[/?#]|$)/i.exec(url)
  const [, word = '', token = ''] = match ?? []
  const type = TYPE_BY_WORD.get(word.toLowerCase())
  return type === undefined ? undefined : { token, type, url }
}

/** Decodes the address of a link, which the service percent-encodes as a whole. An invalid encoding is unchanged. */
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
 * @returns the address, percent-encoded where necessary; undefined if it is empty, or has another scheme than http,
 * https and mailto
 */
export function safeUrl(url: string): string | undefined {
  // Browsers ignore control characters such as tab and line feed, even in the middle of a scheme.
  const address = url
    .toWellFormed()
    .replace(/\p{Cc}+/gu, '')
    .trim()
  const scheme = /^([^/?#:]*):/.exec(address)?.[1]
  if (address === '' || (scheme !== undefined && !ALLOWED_SCHEMES.has(scheme.toLowerCase()))) return undefined
  // Programs disagree whether `&copy;` in a bare link is a character reference. In Markdown, `&copy` without the `;` is
  // none, so the `;` is encoded.
  return encodeCharacters(address.replace(/&(#?\w+);/g, '&$1%3B'), /[\s<>"\\`^{|}]/gu)
}

/**
 * Makes an address of a relative path. Characters that would break or change the address are percent-encoded;
 * Chinese characters stay readable.
 * @param path with `/` between its segments
 */
export function pathUrl(path: string): string {
  const encoded = encodeCharacters(path.toWellFormed(), /[\s\p{Cc}<>"\\`^{|}%#?&]/gu)
  // Without `./`, a `:` in the first segment would end a scheme, and a `/` at the start would mean the site's root.
  return /^[^/]*:|^\//.test(encoded) ? `./${encoded.replace(/^\/+/, '')}` : encoded
}

/** Percent-encodes the characters that match. @param characters a regular expression for one character, with the flag g */
function encodeCharacters(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => encodeURIComponent(character))
}
