import type { BlockContent, Heading } from 'mdast'
import type { ConvertBlock } from '../context.js'
import { linePhrasingOf, phrasingOf } from '../inline/phrasing.js'

/**
 * Converts the text of a block to a paragraph, followed by the blocks below it. A container, such as a column, has no
 * text. The indentation below a text is lost, since Markdown does not have it.
 */
export const convertText: ConvertBlock = (block, context) => {
  const children = phrasingOf(block, context)
  const below = context.convert(block.children)
  // An empty line in Feishu is a block with an empty text. Markdown has no empty paragraph.
  return children.length === 0 ? below : [{ type: 'paragraph', children }, ...below]
}

/**
 * Converts a heading and the blocks folded below it. The level becomes one more, at most 6: level 1 is for the title of
 * the document, and Markdown has six levels.
 */
export const convertHeading: ConvertBlock = (block, context) => {
  const level = Number(/\d$/.exec(block.kind)?.[0])
  const depth = Math.min(level + 1, 6) as Heading['depth']
  const children = linePhrasingOf(block, context)
  const below = context.convert(block.children)
  return children.length === 0 ? below : [{ type: 'heading', depth, children }, ...below]
}

/** Converts a quote, a container of quoted blocks or a callout to a quote; an empty one is left out. */
export const convertQuote: ConvertBlock = (block, context) => {
  const children = convertText(block, context) as BlockContent[]
  return children.length === 0 ? [] : [{ type: 'blockquote', children }]
}

/** Converts a divider to a thematic break. */
export const convertDivider: ConvertBlock = () => [{ type: 'thematicBreak' }]
