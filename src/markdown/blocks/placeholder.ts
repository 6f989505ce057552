import type { PhrasingContent } from 'mdast'
import type { Context, ConvertBlock } from '../context.js'
import type { Block } from '../parse.js'
import { convertText } from './texts.js'

/** Counts a block that cannot be shown, and converts it to a visible note, its text and the blocks below it. */
export const placeholder: ConvertBlock = (block, context) => placeholderWithLink(block, context, undefined)

/** Like `placeholder`, but the note is a link. @param url leads to a document with the block; undefined for a plain note */
export function placeholderWithLink(block: Block, context: Context, url: string | undefined): ReturnType<ConvertBlock> {
  const value = context.note(block.kind, block.type)
  const note: PhrasingContent = { type: 'emphasis', children: [{ type: 'text', value }] }
  const children: PhrasingContent[] = [url === undefined ? note : { type: 'link', url, children: [note] }]
  return [{ type: 'paragraph', children }, ...convertText(block, context)]
}
