import { cleanLine } from '../clean.js'
import type { Context } from '../context.js'
import { decodeUrl, findReference, pathUrl, safeUrl, type DocumentReference } from '../urls.js'

/** A text with the address that it links to, safe to write; no address where there is none to be had. */
export interface LinkText {
  readonly text: string
  readonly url: string | undefined
}

/** The address of a link, percent-encoded as the service sends it: to the file of a document that is written too, else itself. */
export function resolveLink(encoded: string, context: Context): string | undefined {
  const url = decodeUrl(encoded)
  const reference = findReference(url)
  return reference ? resolveReference(reference, url, context) : safeUrl(url)
}

/** The address of a document: its file where it is written too, else `url`. */
export function resolveReference(reference: DocumentReference, url: string, context: Context): string | undefined {
  const path = context.surroundings.documentPath(reference)
  return path === undefined ? safeUrl(url) : pathUrl(path)
}

/** A link with a title or, without one, its address as text. */
export function titledLink(title: string, encoded: string, context: Context): LinkText {
  return { text: cleanLine(title) || cleanLine(decodeUrl(encoded)), url: resolveLink(encoded, context) }
}

/** A link to an attachment; a note where its file is missing. */
export function attachmentLink(token: string, name: string, blockType: number, context: Context): LinkText {
  const shown = cleanLine(name) || token
  const path = token === '' ? undefined : context.surroundings.assetPath({ kind: 'attachment', token, name: shown })
  return path === undefined
    ? { text: `${shown} ${context.note('file', blockType)}`.trim(), url: undefined }
    : { text: shown, url: pathUrl(path) }
}
