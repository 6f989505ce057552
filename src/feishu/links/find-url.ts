import { quoted } from '../../text.js'
import { findLink, type FoundLink } from './pasted-text.js'

/** Why a text is not a link to export from. */
export interface LinkFault {
  readonly kind: 'fault'
  /** A phrase that follows `Input … is "TEXT", `. */
  readonly fault: string
  /** What to do, in sentences. */
  readonly cure: string
}

/** The targets that an input accepts. `tree`: a folder or a knowledge base. */
export type LinkScope = 'document' | 'document-or-tree'

const CURE =
  "Copy the link from the browser's address bar or with 「分享」→「复制链接」: https://…/docx/TOKEN, also /docs/, /sheets/," +
  ' /base/, /slides/, /wiki/'

/** What to do about a link that is not usable, in sentences. */
export const CURES: Readonly<Record<LinkScope, string>> = {
  document: `${CURE}.`,
  'document-or-tree': `${CURE}, /file/, and for everything below it /drive/folder/, /wiki/space/.`,
}

/** Makes a fault with the cure for the scope, unless another one is given. */
export type MakeFault = (what: string, cure?: string) => LinkFault

/**
 * Finds the URL of the only link in a text; of a link that opens the app, the URL in it.
 * @returns a fault if there is not exactly one link, or if it is cut off, has a placeholder, or only opens the app
 */
export function findUrl(text: string, scope: LinkScope, fault: MakeFault): URL | LinkFault {
  const found = findOuterUrl(text, scope, fault)
  return found instanceof URL && opensApp(found) ? findUrlInside(found, scope, fault) : found
}

/**
 * True for a link that opens the app.
 * Source: 打开云文档,
 * https://open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-docs
 */
const opensApp = ({ host }: URL): boolean => host.startsWith('applink.')

// The end of a link that expects a token, a number or an id; or the end of the link to all knowledge bases.
const OPEN_END = /[/#]$|[?&#](?:sheet|table)=$|\/wiki(?:\/(?:home|space))?$/
// A letter, a digit or an opening bracket, also after other marks. But after the end of a clause, it is a text that was
// pasted with the link: `，请看`. After a blank, only what looks like a token or a number is a placeholder.
const PLACEHOLDER = /^[^\s,，。;；!！]*?[\p{L}\p{N}\p{Ps}\p{Pi}<＜$\\]\S*|^\s+(?=[\w-]*\d)[\w-]{15,64}(?=\s|$)/u

/**
 * Finds the word after a link with an open end, such as a placeholder: `/wiki/space/数字`. Without this word, the link might
 * lead to much more. After any other link, such a word is only text that was pasted with it.
 */
function findPlaceholder({ link, after }: FoundLink): string | undefined {
  return OPEN_END.test(decoded(link)) ? PLACEHOLDER.exec(after)?.[0].trim() : undefined
}

/** Finds the only link in a text, and makes a URL of it. A link that was cut off, or that has a placeholder, is a fault. */
function findOuterUrl(text: string, scope: LinkScope, fault: MakeFault): URL | LinkFault {
  const found = findLink(text)
  if (found.kind === 'several') return fault('which holds several links', 'Give one of them.')
  if (found.kind === 'none') {
    return fault(/^\s*[a-z][\w+.-]*:\/\//i.test(text) ? 'which is no web link' : 'which is no link')
  }
  // `/..` would even lead to a higher level.
  if (/\.{3}|…|\/\.\.(?:[/?#]|$)/.test(found.link)) {
    return fault('which is cut off (it holds dots where something is left out)', `Copy the whole link. ${CURES[scope]}`)
  }
  const placeholder = findPlaceholder(found)
  if (placeholder !== undefined) {
    return fault(
      `which ends before ${quoted(placeholder, 20)}: no link has such characters`,
      'Write a token or number there, or a blank if it is not part of the link.',
    )
  }
  return toUrl(found.link) ?? fault('which is no link')
}

/** Finds the URL in the query of a link that opens the app (`url=`, `URL=`). Another link that opens the app is a fault. */
function findUrlInside(appLink: URL, scope: LinkScope, fault: MakeFault): URL | LinkFault {
  const text = [...appLink.searchParams].find(([name]) => name.toLowerCase() === 'url')?.[1]
  // If the URL is not encoded, what follows a `#` in it seems to belong to the app link.
  const found = text === undefined ? undefined : findOuterUrl(text + appLink.hash, scope, fault)
  const namesNoDocument = found === undefined || (found instanceof URL && opensApp(found))
  return namesNoDocument ? fault('which opens the Feishu app, but names no document') : found
}

/**
 * Makes a URL of a link, which may lack `https://` or be percent-encoded as a whole. Undefined when the link is not
 * valid, or has nothing after the host.
 */
function toUrl(found: string): URL | undefined {
  const link = /^https?%3A/i.test(found) ? decoded(found) : found
  const url = /^https?:\/\//i.test(link) ? link : `https://${link}`
  return /^https?:\/\/[^/\s]+\/\S/i.test(url) && URL.canParse(url) ? new URL(url) : undefined
}

/** @returns the text itself when its percent-encoding is invalid */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
