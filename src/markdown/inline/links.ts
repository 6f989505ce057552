import { cleanLine } from '../clean.js'
import type { Context } from '../context.js'
import { decodeUrl, findReference, pathUrl, safeUrl, type DocumentReference } from '../urls.js'

/** The text of a link, and its address, which is safe to write; undefined if there is none. */
export interface LinkText {
  readonly text: string
  readonly url: string | undefined
}

/**
 * Resolves a link, percent-encoded as the service sends it: to the file of the linked document if that is exported,
 * otherwise to the link itself.
 */
export function resolveLink(encoded: string, context: Context): string | undefined {
  const url = decodeUrl(encoded)
  const reference = findReference(url)
  return reference ? resolveReference(reference, url, context) : safeUrl(url)
}

/** Resolves a reference to a document: to its file if that is exported, otherwise to `url`. */
export function resolveReference(reference: DocumentReference, url: string, context: Context): string | undefined {
  const path = context.surroundings.documentPath(reference)
  return path === undefined ? safeUrl(url) : pathUrl(path)
}

/** Makes a link with a title or, without one, with its address as the text. */
export function titledLink(title: string, encoded: string, context: Context): LinkText {
  return { text: cleanLine(title) || cleanLine(decodeUrl(encoded)), url: resolveLink(encoded, context) }
}

/** Makes a link to an attachment; a note if its file is not saved. */
export function attachmentLink(token: string, name: string, blockType: number, context: Context): LinkText {
  const shown = cleanLine(name) || token
  const path = token === '' ? undefined : context.surroundings.assetPath({ kind: 'attachment', token, name: shown })
  return path === undefined
    ? { text: `${shown} ${context.note('file', blockType)}`.trim(), url: undefined }
    : { text: shown, url: pathUrl(path) }
}
