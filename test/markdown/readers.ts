// Readers: Markdown programs of third parties, and what a person sees of the HTML that they write.
import { execFileSync, spawnSync } from 'node:child_process'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

export interface Reader {
  readonly name: string
  readonly toHtml: (markdown: string) => string
}

const MICROMARK: Reader = {
  name: 'micromark',
  toHtml: (markdown) =>
    micromark(markdown, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    }),
}

const EXTENSIONS = ['table', 'strikethrough', 'autolink', 'tasklist', 'footnotes'].flatMap((name) => ['-e', name])

/** The program that GitHub uses. */
const CMARK_GFM: Reader = {
  name: 'cmark-gfm',
  toHtml: (markdown) =>
    execFileSync('cmark-gfm', ['--unsafe', ...EXTENSIONS], { input: markdown, encoding: 'utf8', maxBuffer: 1e9 }),
}

const hasCmarkGfm = spawnSync('cmark-gfm', ['--version']).status === 0

/** micromark comes with the development dependencies; cmark-gfm is used where it is installed. */
export const READERS: readonly Reader[] = hasCmarkGfm ? [MICROMARK, CMARK_GFM] : [MICROMARK]

/** A piece of visible text and its style. */
export interface Seen {
  readonly text: string
  readonly bold: boolean
  readonly italic: boolean
  readonly strikethrough: boolean
  /** Inline code. The text of a code block counts as plain. */
  readonly code: boolean
  readonly link: string | undefined
}

/** What a person sees of an HTML page, and its elements. */
export interface Page {
  readonly seen: readonly Seen[]
  /** How often each element begins, by its name. */
  readonly elements: ReadonlyMap<string, number>
  /** The addresses of the links. */
  readonly links: readonly string[]
  /** The addresses of the pictures. */
  readonly pictures: readonly string[]
}

/** A comment, a tag (with the slash of an end tag, the name and the attributes), or text up to the next tag. */
const TOKEN = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>|[^<]+|</g
/** The elements that are on lines of their own, and `br`. */
const BLOCKS = /^(?:h[1-6]|p|ul|ol|li|blockquote|pre|table|thead|tbody|tr|td|th|hr|br)$/
/** The elements without an end tag. */
const VOID_ELEMENTS: readonly string[] = ['img', 'br', 'hr', 'input']

/** Reads HTML that a Markdown program wrote. */
export function readPage(html: string): Page {
  /** The elements around the current position, the outermost first. */
  const open: { name: string; href: string | undefined }[] = []
  const seen: Seen[] = []
  const elements = new Map<string, number>()
  const links: string[] = []
  const pictures: string[] = []
  /** Adds a visible text, with the style of the elements around it. */
  const see = (text: string): void => {
    const has = (name: string): boolean => open.some((element) => element.name === name)
    const link = open.findLast(({ name }) => name === 'a')?.href
    seen.push({
      text,
      bold: has('strong'),
      italic: has('em'),
      strikethrough: has('del'),
      code: has('code') && !has('pre'),
      link,
    })
  }
  for (const [token, slash, name = '', attributes = ''] of html.matchAll(TOKEN)) {
    const isTag = name !== ''
    if (!isTag) {
      const isComment = token.startsWith('<!--')
      if (!isComment) see(decodeEntities(token))
      continue
    }
    if (BLOCKS.test(name)) see('\n')
    if (slash === '/') {
      const index = open.findLastIndex((element) => element.name === name)
      if (index >= 0) open.splice(index, 1)
      continue
    }
    elements.set(name, (elements.get(name) ?? 0) + 1)
    const attribute = (key: string): string | undefined => {
      const encoded = new RegExp(`\\s${key}="([^"]*)"`).exec(attributes)?.[1]
      return encoded === undefined ? undefined : decodeEntities(encoded)
    }
    if (name === 'a') links.push(attribute('href') ?? '')
    // cmark-gfm sometimes leaves an empty box as this text. It also checks the wrong box sometimes, so the attribute
    // `checked` is ignored.
    if (name === 'input') see('[ ] ')
    if (name === 'img') {
      pictures.push(attribute('src') ?? '')
      see(attribute('alt') ?? '')
    }
    if (!VOID_ELEMENTS.includes(name)) open.push({ name, href: attribute('href') })
  }
  return { seen, elements, links, pictures }
}

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
])

/** Decodes the character references of HTML; leaves a name that is not in `NAMED_ENTITIES` as it is. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name = '') => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16))
    return NAMED_ENTITIES.get(name as string) ?? whole
  })
}

/** The visible text. Blanks and line breaks in a row become one blank; those at both ends are removed. */
export function textOf(seen: readonly Seen[]): string {
  return seen
    .map(({ text }) => text)
    .join('')
    .replace(/[ \t\n\r\f]+/g, ' ')
    .trim()
}

/** Every visible character that is not a blank, with its style: `a bold https://example.com`. */
export function charactersOf(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ text, bold, italic, strikethrough, code, link }) => {
    const marks = [bold && 'bold', italic && 'italic', strikethrough && 'struck', code && 'code', link].filter(Boolean)
    return Array.from(text.replace(/\s/g, ''), (character) => `${character} ${marks.join(' ')}`)
  })
}
