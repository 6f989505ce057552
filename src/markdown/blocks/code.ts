import type { RootContent } from 'mdast'
import { cleanText } from '../clean.js'
import type { ConvertBlock } from '../context.js'
import { equationBlock } from '../output/equations.js'
import { fieldsOf, integerOf, stringOf } from '../fields.js'
import { FENCE_LANGUAGES } from './languages.js'
import { plainTextOf } from '../inline/phrasing.js'
import { placeholder } from './placeholder.js'

// The widget for Mermaid and PlantUML, which is not documented: the id as the service sends it.
const DIAGRAM_WIDGET = 'blk_631fefbbae02400430b8f9f4'

/** Converts a code block, with the language if its number is known. */
export const convertCode: ConvertBlock = (block, context) => {
  const language = FENCE_LANGUAGES.get(integerOf(fieldsOf(block.content['style'])['language']) ?? 0)
  return [codeBlock(plainTextOf(block, context), language), ...context.convert(block.children)]
}

/** Converts a formula block. An empty formula is left out, but not the blocks below it. */
export const convertEquation: ConvertBlock = (block, context) => {
  const tex = plainTextOf(block, context).trim()
  const below = context.convert(block.children)
  return tex === '' ? below : [equationBlock(tex), ...below]
}

/**
 * Converts a widget with the source of a Mermaid or PlantUML diagram to a code block. Any other widget becomes a
 * placeholder.
 */
export const convertAddOn: ConvertBlock = (block, context) => {
  const source = block.content['component_type_id'] === DIAGRAM_WIDGET ? diagramSource(block.content['record']) : ''
  if (source === '') return placeholder(block, context)
  const language = source.trimStart().startsWith('@start') ? 'plantuml' : 'mermaid'
  return [codeBlock(source, language), ...context.convert(block.children)]
}

/** Reads the source of a diagram; the empty text if there is none. @param record JSON with the source in `data` */
function diagramSource(record: unknown): string {
  const { data } = fieldsOf(tryParse(stringOf(record)))
  return cleanText(stringOf(data)).trimEnd()
}

/** @returns undefined when the text is not JSON */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function codeBlock(value: string, lang: string | undefined): RootContent {
  return { type: 'code', value, ...(lang !== undefined && { lang }) }
}
