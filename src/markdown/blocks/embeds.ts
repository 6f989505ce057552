import { cleanLine } from '../clean.js'
import type { Context, ConvertBlock } from '../context.js'
import { fieldsOf, stringOf } from '../fields.js'
import { resolveReference, titledLink } from '../inline/links.js'
import type { Block } from '../parse.js'
import { referenceUrl } from '../urls.js'
import { linkPhrasing } from './media.js'
import { placeholder, placeholderWithLink } from './placeholder.js'

/** Converts a web page in a frame to a link. */
export const convertIframe: ConvertBlock = (block, context) =>
  linkBlock(stringOf(fieldsOf(block.content['component'])['url']), '', block, context)

/** Converts the preview of a web page to a link with its title. */
export const convertLinkPreview: ConvertBlock = (block, context) =>
  linkBlock(stringOf(block.content['url']), stringOf(block.content['title']), block, context)

/**
 * Makes a paragraph with a link, or with the link's text alone if there is no safe address. If both title and address
 * are empty, makes a placeholder.
 * @param url the address as the service sends it, percent-encoded; may be empty
 */
function linkBlock(url: string, title: string, block: Block, context: Context): ReturnType<ConvertBlock> {
  const link = titledLink(title, url, context)
  if (link.text === '') return placeholder(block, context)
  return [{ type: 'paragraph', children: linkPhrasing(link) }, ...context.convert(block.children)]
}

/**
 * Makes the converter for a sheet, a table of a base or a mind note that is embedded in a document. The block becomes a
 * link; without a token, a placeholder.
 * @param text the text of the link
 * @param subIdParameter the query parameter for the sheet or table in an address: `table` in `/base/APP?table=TABLEID`
 */
export function makeEmbeddedConverter(
  type: 'sheet' | 'bitable' | 'mindnote',
  text: string,
  subIdParameter?: string,
): ConvertBlock {
  return (block, context) => {
    const token = cleanLine(stringOf(block.content['token']))
    if (token === '') return placeholder(block, context)
    const { documentToken, query } = splitToken(token, subIdParameter)
    const url = referenceUrl(context.surroundings.origin, type, documentToken, query)
    const address = resolveReference({ token: documentToken, type }, url, context)
    const children = linkPhrasing({ text, url: address })
    return [{ type: 'paragraph', children }, ...context.convert(block.children)]
  }
}

/**
 * Splits the token of an embedded table or sheet at the last `_`: `APP_TABLEID` becomes `APP` and `?table=TABLEID`. These
 * are the token of the base, and the query that selects the table in the address of the base. Without `subIdParameter`,
 * or without a `_` after the first character, the whole token is the `documentToken`.
 */
function splitToken(token: string, subIdParameter: string | undefined): { documentToken: string; query: string } {
  const separator = token.lastIndexOf('_')
  if (subIdParameter === undefined || separator <= 0) return { documentToken: token, query: '' }
  const subId = encodeURIComponent(token.slice(separator + 1))
  return { documentToken: token.slice(0, separator), query: `?${subIdParameter}=${subId}` }
}

/**
 * Converts a block that shows a synced block of another document:
 * - to its own children, if this document has any of them
 * - otherwise to the content of the synced block
 * - if that content cannot be used, to a placeholder with a link to the other document
 * - if the id of the other document or of the synced block is missing, to a plain placeholder
 */
export const convertReferenceSynced: ConvertBlock = (block, context) => {
  if (block.children.some((id) => context.find(id) !== undefined)) return context.convert(block.children)
  const documentId = stringOf(block.content['source_document_id'])
  const blockId = stringOf(block.content['source_block_id'])
  if (documentId === '' || blockId === '') return placeholder(block, context)
  const content = context.convertSynced({ documentId, blockId })
  if (content) return content
  const url = referenceUrl(context.surroundings.origin, 'docx', documentId)
  return placeholderWithLink(block, context, resolveReference({ token: documentId, type: 'docx' }, url, context))
}
