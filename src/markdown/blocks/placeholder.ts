import type { PhrasingContent } from 'mdast'
import type { ConvertBlock } from '../context.js'
import type { Block } from '../parse.js'
import type { Context } from '../context.js'

/** A visible note of what a block is that cannot be shown, and then what is below it. */
export const placeholder: ConvertBlock = (block, context) => placeholderWithLink(block, context, undefined)

/** As `placeholder`, with a link to where it can be seen. */
export function placeholderWithLink(block: Block, context: Context, url: string | undefined): ReturnType<ConvertBlock> {
  const note: PhrasingContent = {
    type: 'emphasis',
    children: [{ type: 'text', value: context.note(block.kind, block.type) }],
  }
  const children: PhrasingContent[] = [url === undefined ? note : { type: 'link', url, children: [note] }]
  return [{ type: 'paragraph', children }, ...context.convert(block.children)]
}
