import type { Root, RootContent } from 'mdast'
import { cleanLine } from './clean.js'
import type { Placeholder, Surroundings } from './context.js'
import { convertDocument } from './convert.js'
import type { DocumentBlocks } from './parse.js'
import { serialize } from './output/serialize.js'

/** The fields of the YAML front matter, in this order. */
export interface FrontMatter {
  readonly title: string
  readonly url: string
  readonly token: string
  readonly type: string
  /** ISO 8601. */
  readonly edited: string
}

/** What the rendering needs besides the blocks. */
export interface RenderOptions extends Surroundings {
  readonly title: string
  readonly frontMatter?: FrontMatter | undefined
}

/** The Markdown of a document. */
export interface RenderedMarkdown {
  /** Ends with one line feed. The same blocks and options give the same text. */
  readonly text: string
  /** The blocks and text elements that Markdown cannot show, in the order of the document. */
  readonly placeholders: readonly Placeholder[]
}

/** Renders a document as Markdown for GitHub. Text that Markdown or HTML would interpret is escaped. */
export function renderMarkdown(blocks: DocumentBlocks, options: RenderOptions): RenderedMarkdown {
  const { content, placeholders } = convertDocument(blocks, options)
  const title = cleanLine(options.title)
  const heading: RootContent = {
    type: 'heading',
    depth: 1,
    children: title === '' ? [] : [{ type: 'text', value: title }],
  }
  const matter: RootContent[] = options.frontMatter ? [{ type: 'yaml', value: toYaml(options.frontMatter) }] : []
  const root: Root = { type: 'root', children: [...matter, heading, ...content] }
  return { text: serialize(root), placeholders }
}

/** Writes the front matter. Every JSON string is also a YAML string. */
function toYaml({ title, url, token, type, edited }: FrontMatter): string {
  return Object.entries({ title, url, token, type, edited })
    .map(([key, value]) => `${key}: ${JSON.stringify(cleanLine(value))}`)
    .join('\n')
}
