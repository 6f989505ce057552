import type { BlockContent, Heading } from 'mdast'
import type { ConvertBlock } from '../context.js'
import { linePhrasingOf, phrasingOf } from '../inline/phrasing.js'

/** A text and what is indented below it, which Markdown does not indent. */
export const convertText: ConvertBlock = (block, context) => {
  const children = phrasingOf(block, context)
  const below = context.convert(block.children)
  // Feishu's empty lines: Markdown has none.
  return children.length === 0 ? below : [{ type: 'paragraph', children }, ...below]
}

/** A heading and what is folded below it. The title has level 1; Markdown ends at level 6. */
export const convertHeading: ConvertBlock = (block, context) => {
  const level = Number(/\d$/.exec(block.kind)?.[0])
  const depth = Math.min(level + 1, 6) as Heading['depth']
  const children = linePhrasingOf(block, context)
  const below = context.convert(block.children)
  return children.length === 0 ? below : [{ type: 'heading', depth, children }, ...below]
}

/** A quote of one text, a container of quoted blocks or a callout. */
export const convertQuote: ConvertBlock = (block, context) => {
  const children = convertText(block, context) as BlockContent[]
  return children.length === 0 ? [] : [{ type: 'blockquote', children }]
}

/** A divider: a thematic break. */
export const convertDivider: ConvertBlock = () => [{ type: 'thematicBreak' }]
