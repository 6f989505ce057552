import type { PhrasingContent } from 'mdast'
import { cleanLine } from '../clean.js'
import type { Asset, Context, ConvertBlock } from '../context.js'
import { fieldsOf, stringOf } from '../fields.js'
import { attachmentLink, type LinkText } from '../inline/links.js'
import { pathUrl } from '../urls.js'
import type { Block } from '../parse.js'
import { placeholder } from './placeholder.js'

/** Converts a picture, with its caption as the alternative text; to a placeholder if its file is not saved. */
export const convertImage: ConvertBlock = (block, context) => {
  const caption = stringOf(fieldsOf(block.content['caption'])['content'])
  return convertPicture({ kind: 'picture', token: stringOf(block.content['token']) }, caption, block, context)
}

/** Converts a board to a picture; to a placeholder if its file is not saved. */
export const convertBoard: ConvertBlock = (block, context) =>
  convertPicture({ kind: 'board', token: stringOf(block.content['token']) }, '', block, context)

/** Converts an attachment to a link with its name; to its name with a note if its file is not saved. */
export const convertFile: ConvertBlock = (block, context) => {
  const { token, name } = block.content
  const link = attachmentLink(stringOf(token), stringOf(name), block.type, context)
  return [{ type: 'paragraph', children: linkPhrasing(link) }, ...context.convert(block.children)]
}

/** Converts a picture or board to an image; to a placeholder if its file is not saved. */
function convertPicture(asset: Asset, caption: string, block: Block, context: Context): ReturnType<ConvertBlock> {
  const path = asset.token === '' ? undefined : context.surroundings.assetPath(asset)
  if (path === undefined) return placeholder(block, context)
  const image: PhrasingContent = { type: 'image', url: pathUrl(path), alt: cleanLine(caption) }
  return [{ type: 'paragraph', children: [image] }, ...context.convert(block.children)]
}

/** Makes a link, or plain text if there is no address. */
export function linkPhrasing({ text, url }: LinkText): PhrasingContent[] {
  const value: PhrasingContent = { type: 'text', value: text }
  return [url === undefined ? value : { type: 'link', url, children: [value] }]
}
