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

function linkBlock(url: string, title: string, block: Block, context: Context): ReturnType<ConvertBlock> {
  const link = titledLink(title, url, context)
  if (link.text === '') return placeholder(block, context)
  return [{ type: 'paragraph', children: linkPhrasing(link) }, ...context.convert(block.children)]
}

/**
 * Makes a converter for a sheet, a table of a base or a mind note in the document: it becomes a link.
 * @param text the text of the link
 * @param subIdParameter the parameter that names the sheet or table in an address: `table` for `/base/APP?table=TABLEID`
 */
export function convertEmbedded(
  type: 'sheet' | 'bitable' | 'mindnote',
  text: string,
  subIdParameter?: string,
): ConvertBlock {
  return (block, context) => {
    const token = cleanLine(stringOf(block.content['token']))
    if (token === '') return placeholder(block, context)
    // The token of a sheet is `SPREADSHEET_SHEETID`, that of a table `APP_TABLEID`.
    const separator = subIdParameter === undefined ? -1 : token.lastIndexOf('_')
    const documentToken = separator > 0 ? token.slice(0, separator) : token
    const query = separator > 0 ? `?${subIdParameter}=${encodeURIComponent(token.slice(separator + 1))}` : ''
    const url = referenceUrl(context.surroundings.origin, type, documentToken, query)
    const address = resolveReference({ token: documentToken, type }, url, context)
    const children = linkPhrasing({ text, url: address })
    return [{ type: 'paragraph', children }, ...context.convert(block.children)]
  }
}

/**
 * Converts a reference to a synced block of another document: to its children in this document; if it has none, to the
 * content of the block in the other document; if that cannot be read, to a placeholder with a link.
 */
export const convertReferenceSynced: ConvertBlock = (block, context) => {
  const children = block.children.filter((id) => context.find(id) !== undefined)
  if (children.length > 0) return context.convert(children)
  const documentId = stringOf(block.content['source_document_id'])
  const blockId = stringOf(block.content['source_block_id'])
  if (documentId === '' || blockId === '') return placeholder(block, context)
  const content = context.convertSynced({ documentId, blockId })
  if (content) return content
  const url = referenceUrl(context.surroundings.origin, 'docx', documentId)
  return placeholderWithLink(block, context, resolveReference({ token: documentId, type: 'docx' }, url, context))
}
