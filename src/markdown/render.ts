import type { Root, RootContent } from 'mdast'
import { cleanLine } from './clean.js'
import type { Placeholder, Surroundings } from './context.js'
import { convertDocument } from './convert.js'
import type { DocumentBlocks } from './parse.js'
import { serialize } from './output/serialize.js'

/** The lines of YAML before the document, in this order. */
export interface FrontMatter {
  readonly title: string
  readonly url: string
  readonly token: string
  readonly type: string
  /** ISO 8601. */
  readonly edited: string
}

export interface RenderOptions extends Surroundings {
  readonly title: string
  readonly frontMatter?: FrontMatter | undefined
}

export interface RenderedMarkdown {
  /** Ends with one line feed. The same blocks and options give the same text. */
  readonly text: string
  /** What the document has and Markdown cannot show, in the order of the document. */
  readonly placeholders: readonly Placeholder[]
}

/** Renders a document as Markdown that GitHub shows as Feishu does. Nothing in its text is live Markdown or HTML. */
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

/** A JSON string is a YAML string, whatever is in it. */
function toYaml({ title, url, token, type, edited }: FrontMatter): string {
  return Object.entries({ title, url, token, type, edited })
    .map(([key, value]) => `${key}: ${JSON.stringify(cleanLine(value))}`)
    .join('\n')
}
