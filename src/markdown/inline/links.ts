import { cleanLine } from '../clean.js'
import type { Context } from '../context.js'
import { decodeUrl, findReference, pathUrl, safeUrl, type DocumentReference } from '../urls.js'

/** A link, or only its text. */
export interface LinkText {
  readonly text: string
  /** Safe to write; undefined if the text has no link. */
  readonly url: string | undefined
}

/**
 * Resolves a link: to the file of the linked document if that document is exported, otherwise to the link itself.
 * @param encoded the link as the service sends it, percent-encoded as a whole
 * @returns an address that is safe to write; undefined if the link is empty or not safe
 */
export function resolveLink(encoded: string, context: Context): string | undefined {
  const url = decodeUrl(encoded)
  const reference = findReference(url)
  return reference ? resolveReference(reference, url, context) : safeUrl(url)
}

/**
 * Resolves a reference to a document: to its file if the document is exported, otherwise to `url`.
 * @param url decoded
 * @returns an address that is safe to write; undefined if `url` is not safe
 */
export function resolveReference(reference: DocumentReference, url: string, context: Context): string | undefined {
  const path = context.surroundings.documentPath(reference)
  return path === undefined ? safeUrl(url) : pathUrl(path)
}

/** Makes a link whose text is the title or, without a title, the address. @param encoded the address: see `resolveLink` */
export function titledLink(title: string, encoded: string, context: Context): LinkText {
  return { text: cleanLine(title) || cleanLine(decodeUrl(encoded)), url: resolveLink(encoded, context) }
}

/**
 * Makes a link to an attachment. If its file is not saved, the text has a note and no link, and the attachment counts as a
 * placeholder.
 * @param name the file name; if it is empty, the text has the token instead
 * @param blockType the type that the note names
 */
export function attachmentLink(token: string, name: string, blockType: number, context: Context): LinkText {
  const shown = cleanLine(name) || cleanLine(token)
  const path = token === '' ? undefined : context.surroundings.assetPath({ kind: 'attachment', token, name: shown })
  return path === undefined
    ? { text: `${shown} ${context.note('file', blockType)}`.trim(), url: undefined }
    : { text: shown, url: pathUrl(path) }
}
