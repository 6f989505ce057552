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

/** Converts a formula block; an empty one is left out. */
export const convertEquation: ConvertBlock = (block, context) => {
  const tex = plainTextOf(block, context).trim()
  const below = context.convert(block.children)
  return tex === '' ? below : [equationBlock(tex), ...below]
}

/** Converts a widget: Mermaid and PlantUML become a code block with their source, others a placeholder. */
export const convertAddOn: ConvertBlock = (block, context) => {
  const source = block.content['component_type_id'] === DIAGRAM_WIDGET ? diagramSource(block.content['record']) : ''
  if (source === '') return placeholder(block, context)
  const language = source.trimStart().startsWith('@start') ? 'plantuml' : 'mermaid'
  return [codeBlock(source, language), ...context.convert(block.children)]
}

function diagramSource(record: unknown): string {
  try {
    return cleanText(stringOf(fieldsOf(JSON.parse(stringOf(record)))['data'])).trimEnd()
  } catch {
    return ''
  }
}

function codeBlock(value: string, lang: string | undefined): RootContent {
  return { type: 'code', value, ...(lang !== undefined && { lang }) }
}
