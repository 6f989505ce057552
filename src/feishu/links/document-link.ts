import type { DocumentType } from '../tasks/export-formats.js'

/** What a link of Feishu or Lark leads to. `host` is the link's: no request ever goes there. */
export type DocumentLink =
  | {
      readonly kind: 'document'
      readonly token: string
      readonly type: DocumentType
      readonly subId?: string | undefined
      readonly host: string
    }
  | { readonly kind: 'wiki-node'; readonly token: string; readonly subId?: string | undefined; readonly host: string }
  | { readonly kind: 'folder'; readonly token: string; readonly host: string }
  | { readonly kind: 'wiki-space'; readonly spaceId: string; readonly host: string }
  /** Something with a link that no export task takes: an uploaded file, a mind note, a board. */
  | { readonly kind: 'other'; readonly token: string; readonly type: OtherType; readonly host: string }

export type OtherType = 'file' | 'mindnote' | 'board'

/** Why a text is no link to export from: a phrase that follows "is …, ", and the cure in a sentence. */
export interface LinkFault {
  readonly kind: 'fault'
  readonly fault: string
  readonly cure: string
}

// Source: 云文档概述 and the links of the product; the words of older links (`/space/doc/`, `/sheet/`) among them.
const TYPES: Readonly<Record<string, DocumentType | OtherType>> = {
  doc: 'doc',
  docs: 'doc',
  docx: 'docx',
  sheet: 'sheet',
  sheets: 'sheet',
  base: 'bitable',
  bitable: 'bitable',
  slides: 'slides',
  file: 'file',
  mindnote: 'mindnote',
  mindnotes: 'mindnote',
  board: 'board',
}

const TOKEN = /^[\w-]{1,27}$/
const SPACE_ID = /^\d{1,20}$/
const NO_NODES = new Set(['home', 'space', 'settings', 'recent', 'trash', 'all'])
const CURE =
  "Copy the link from the browser's address bar or with 「分享」→「复制链接」: https://…/docx/TOKEN, also /docs/, /sheets/," +
  ' /base/, /slides/, /wiki/.'

/**
 * Reads a link as people paste it: any host, with query and `#` parts, slashes, blanks or `<>` around it, with or
 * without `https://`.
 * @returns what the link leads to, or why it leads nowhere; never throws, makes no request
 */
export function parseDocumentLink(text: string): DocumentLink | LinkFault {
  const url = urlOf(text)
  if (!url) return fault('which is no link')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return fault('which is no web link')
  const { host } = url
  const parts = pathParts(url.pathname)
  if (!parts) return fault('whose path is damaged (a stray %)')

  const subId = subIdOf(url)
  for (const [index, word] of parts.entries()) {
    const next = parts[index + 1]
    if (word === 'share') return fault('which is a shared form or view, not the document')
    if (word === 'wiki') return wikiLink(next, parts[index + 2], subId, host)
    if (word === 'folder') {
      return next !== undefined && TOKEN.test(next) ? { kind: 'folder', token: next, host } : badToken(next, 'folder')
    }
    const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined
    if (type === undefined) continue
    if (next === undefined || !TOKEN.test(next)) return badToken(next, 'document')
    if (type === 'file' || type === 'mindnote' || type === 'board') return { kind: 'other', token: next, type, host }
    return { kind: 'document', token: next, type, subId, host }
  }
  return fault('whose path names no document')
}

function wikiLink(
  word: string | undefined,
  id: string | undefined,
  subId: string | undefined,
  host: string,
): DocumentLink | LinkFault {
  if (word === 'space' || word === 'settings') {
    return id !== undefined && SPACE_ID.test(id)
      ? { kind: 'wiki-space', spaceId: id, host }
      : fault('where the number of the knowledge base is missing')
  }
  if (word === undefined || NO_NODES.has(word)) return fault('which names no page of the knowledge base')
  return TOKEN.test(word) ? { kind: 'wiki-node', token: word, subId, host } : badToken(word, 'wiki page')
}

function fault(what: string): LinkFault {
  return { kind: 'fault', fault: what, cure: CURE }
}

function badToken(token: string | undefined, whose: string): LinkFault {
  if (token === undefined) return fault(`where the token of the ${whose} is missing`)
  return fault(
    token.length > 27 && /^[\w-]+$/.test(token)
      ? `where the token of the ${whose} is longer than the 27 characters it can have`
      : `where the token of the ${whose} holds other characters than letters, digits, - and _`,
  )
}

function urlOf(text: string): URL | undefined {
  // What stands around a link in a sentence, a mail or a table.
  const bare = text.trim().replace(/^[<"'「“《(（[]+|[>"'」”》)）\].,;!。，；！、]+$/gu, '')
  const link = /^https?%3A/i.test(bare) ? decoded(bare) : bare
  const whole = /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(link) ? `https://${link}` : link
  return /^[a-z]+:\/\/[^/\s]+\/\S/i.test(whole) && !/\s/.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function pathParts(pathname: string): string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map((part) => decodeURIComponent(part).trim())
  } catch {
    return undefined
  }
}

/** The id of the one sheet or table that the link shows; some links carry their query behind the `#`. */
function subIdOf(url: URL): string | undefined {
  const behindHash = new URLSearchParams(url.hash.replace(/^#\??/, ''))
  return [url.searchParams, behindHash]
    .flatMap((query) => [query.get('sheet'), query.get('table')])
    .find((id): id is string => id !== null && /^[\w-]{1,64}$/.test(id))
}

const PLATFORMS = [
  { documents: 'feishu.cn', name: 'Feishu', baseUrl: 'https://open.feishu.cn' },
  { documents: 'larksuite.com', name: 'Lark', baseUrl: 'https://open.larksuite.com' },
] as const

/**
 * Compares where a link comes from with the open platform that is to be asked: Feishu and Lark know nothing of each
 * other's documents. Other hosts pass.
 * @param host of the link
 * @returns undefined when they fit, otherwise a phrase that follows "is …, " and the cure
 */
export function platformFault(host: string, baseUrl: string): Omit<LinkFault, 'kind'> | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  const home = PLATFORMS.find(({ documents }) => name === documents || name.endsWith(`.${documents}`))
  const asked = PLATFORMS.find((platform) => platform.baseUrl === baseUrl)
  if (!home || !asked || home === asked) return undefined
  return {
    fault: `a link of ${home.name}, but \`base-url\` is ${asked.baseUrl}, the open platform of ${asked.name}`,
    cure: `Set \`base-url: ${home.baseUrl}\`, and use a credential of ${home.name}.`,
  }
}
