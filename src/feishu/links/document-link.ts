import type { DocumentType } from '../tasks/export-formats.js'
import { CURES, findUrl, type LinkFault, type LinkScope, type MakeFault } from './find-url.js'
import { findLookAlike } from './look-alikes.js'

/** The target of a link of Feishu or Lark. `host` is the host of the link; no request is ever sent to it. */
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
  /** A target that no export task accepts: an uploaded file, a mind note, a board. */
  | { readonly kind: 'other'; readonly token: string; readonly type: OtherType; readonly host: string }

/** The page that shows every knowledge base of a tenant. */
export interface WikiHome {
  readonly kind: 'wiki-home'
  readonly host: string
}

/** The types that no export task accepts. */
export type OtherType = 'file' | 'mindnote' | 'board'

/** Much longer than today's tokens of 27 characters; whether a token exists is checked by the service. */
export const MAX_TOKEN_LENGTH = 64

// Source: 如何获取各类云文档资源的 token, https://open.feishu.cn/document/faq/trouble-shooting/how-to-get-docs-tokens; and links
// of the product, also older ones (`/space/doc/`, `/sheet/`).
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

/** The type of the documents whose links have a word in their path, such as `sheets`; undefined for other words. */
export const typeInLinks = (word: string): DocumentType | OtherType | undefined =>
  Object.hasOwn(TYPES, word) ? TYPES[word] : undefined

const TOKEN = /^[\w-]{1,64}$/
const SPACE_ID = /^\d{1,20}$/
// Words after `/wiki/` in the addresses of the product, in the place of a node token.
const NO_NODE_TOKENS = new Set(['home', 'recent', 'trash', 'all'])
// The whole path of the page of all knowledge bases.
const WIKI_HOME = /^wiki(?:\/(?:home|space))?$/
// Hosts of the platform itself, where no tenant has documents.
const NO_TENANT = /^((www|open|applink|accounts)\.)?(feishu\.cn|larksuite\.com|larkoffice\.com)(:\d+)?$/

const SPACE_CURE = 'Copy the address of its settings (知识库设置): https://…/wiki/settings/NUMBER.'

/**
 * Parses a link as people paste it, on any host. It may have a query, a `#` part, or text around it, and may lack
 * `https://`. It may also be a link that opens the app (`applink.feishu.cn`).
 * @param scope the targets that a cure names. Any other target is returned as well: the caller refuses it
 * @returns the target of the link, or why it is not usable; never throws, sends no request
 */
export function parseLink(text: string, scope: LinkScope): DocumentLink | WikiHome | LinkFault {
  const fault: MakeFault = (what, cure = CURES[scope]) => ({ kind: 'fault', fault: what, cure })
  const url = findUrl(text, scope, fault)
  return url instanceof URL ? parseUrl(url, fault) : url
}

/**
 * Parses the URL of a link that does not open the app. The first word in its path that is `wiki`, `folder` or in `TYPES`
 * decides. Before that, a page that only looks like a document is refused (see `findLookAlike`). Only the exact paths of
 * `WIKI_HOME` are the page of all knowledge bases.
 */
function parseUrl(url: URL, fault: MakeFault): DocumentLink | WikiHome | LinkFault {
  const { host } = url
  const parts = pathParts(url.pathname)
  if (!parts) return fault('whose path is damaged (a stray %)')
  const lookAlike = findLookAlike(parts)
  if (lookAlike) return fault(`which is ${lookAlike.is}`, lookAlike.cure)
  // What follows a `#` may be meant as the number of a knowledge base.
  if (WIKI_HOME.test(parts.join('/')) && url.hash === '') {
    return NO_TENANT.test(host)
      ? fault("which is a page of Feishu itself, not of your organization's knowledge bases")
      : { kind: 'wiki-home', host }
  }

  const subId = subIdOf(url)
  for (const [index, word] of parts.entries()) {
    const next = parts[index + 1]
    if (word === 'wiki') return parseWiki(parts.slice(index + 1), subId, host, fault)
    if (word === 'folder') {
      return next !== undefined && TOKEN.test(next)
        ? { kind: 'folder', token: next, host }
        : fault(tokenFault(next, 'folder'))
    }
    const type = typeInLinks(word)
    if (type === undefined) continue
    if (next === undefined || !TOKEN.test(next)) return fault(tokenFault(next, 'document'))
    if (type === 'file' || type === 'mindnote' || type === 'board') return { kind: 'other', token: next, type, host }
    return { kind: 'document', token: next, type, subId, host }
  }
  return fault('whose path names no document')
}

/** Parses the segments after `/wiki/`: a node token, or `space` or `settings` with the number of a knowledge base. */
function parseWiki(
  [word, id]: readonly string[],
  subId: string | undefined,
  host: string,
  fault: MakeFault,
): DocumentLink | LinkFault {
  if (word === 'space' || word === 'settings') {
    return id !== undefined && SPACE_ID.test(id)
      ? { kind: 'wiki-space', spaceId: id, host }
      : fault('where the number of the knowledge base is missing', SPACE_CURE)
  }
  if (word === undefined || !TOKEN.test(word)) return fault(tokenFault(word, 'wiki page'))
  if (NO_NODE_TOKENS.has(word)) return fault('which names no page of the knowledge base')
  return { kind: 'wiki-node', token: word, subId, host }
}

/** Says what is wrong with a token that is missing or not valid. @param whose the thing that has the token: "folder" */
function tokenFault(token: string | undefined, whose: string): string {
  if (token === undefined || token === '') return `where the token of the ${whose} is missing`
  return token.length > MAX_TOKEN_LENGTH && /^[\w-]+$/.test(token)
    ? `where the token of the ${whose} is longer than the ${MAX_TOKEN_LENGTH} characters it can have`
    : `where the token of the ${whose} holds other characters than letters, digits, - and _`
}

/** The segments of a path, decoded and trimmed; undefined when the percent-encoding is invalid. */
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

/**
 * Reads the id of the sheet or table that a link shows, from its query or, in some links, from a query after the `#`.
 * In `table=`, only an id that begins with `tbl` is that of a table. Other ids are ignored: embedded documents (`ldx`),
 * dashboards (`blk`), workflows (`wkf`) and app pages (`wbp`).
 */
function subIdOf(url: URL): string | undefined {
  const queryAfterHash = new URLSearchParams(url.hash.replace(/^#\??/, ''))
  return [url.searchParams, queryAfterHash]
    .flatMap((query) => [query.get('sheet'), query.get('table')?.match(/^tbl.*/)?.[0]])
    .find((id): id is string => typeof id === 'string' && /^[\w-]{1,64}$/.test(id))
}

const PLATFORMS = [
  { documents: 'feishu.cn', name: 'Feishu', baseUrl: 'https://open.feishu.cn' },
  { documents: 'larksuite.com', name: 'Lark', baseUrl: 'https://open.larksuite.com' },
] as const

/**
 * Checks that a link and the base URL are of the same platform: Feishu and Lark do not know each other's documents.
 * @param host the host of the link
 * @returns a phrase that follows the link, and the cure; undefined when the platforms are the same, or one is not known
 */
export function platformFault(host: string, baseUrl: string): Omit<LinkFault, 'kind'> | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  const ofLink = PLATFORMS.find(({ documents }) => name === documents || name.endsWith(`.${documents}`))
  const ofBaseUrl = PLATFORMS.find((platform) => platform.baseUrl === baseUrl)
  if (!ofLink || !ofBaseUrl || ofLink === ofBaseUrl) return undefined
  return {
    fault: `a link of ${ofLink.name}, but \`base-url\` is ${ofBaseUrl.baseUrl}, the open platform of ${ofBaseUrl.name}`,
    cure: `Set \`base-url: ${ofLink.baseUrl}\`, and use a credential of ${ofLink.name}.`,
  }
}
