// Third-party Markdown programs, and what a person sees of their HTML.
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
  readonly code: boolean
  readonly link: string | undefined
}

/** What a person sees of a page, and its elements. */
export interface Page {
  readonly seen: readonly Seen[]
  /** How often each element begins. */
  readonly elements: ReadonlyMap<string, number>
  readonly links: readonly string[]
  readonly pictures: readonly string[]
}

const TOKEN = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>|[^<]+|</g
/** The elements that begin a line. */
const BLOCKS = /^(?:h[1-6]|p|ul|ol|li|blockquote|pre|table|thead|tbody|tr|td|th|hr|br)$/

/** Reads HTML that a Markdown program wrote. */
export function readPage(html: string): Page {
  /** The elements around the current position, the outermost first. */
  const open: { name: string; href: string | undefined }[] = []
  const seen: Seen[] = []
  const elements = new Map<string, number>()
  const links: string[] = []
  const pictures: string[] = []
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
    if (name === '') {
      if (!token.startsWith('<!--')) see(decodeEntities(token))
      continue
    }
    if (BLOCKS.test(name)) see('\n')
    if (slash === '/') {
      open.splice(
        open.findLastIndex((element) => element.name === name),
        1,
      )
      continue
    }
    elements.set(name, (elements.get(name) ?? 0) + 1)
    const value = (key: string): string | undefined => {
      const raw = new RegExp(`\\s${key}="([^"]*)"`).exec(attributes)?.[1]
      return raw === undefined ? undefined : decodeEntities(raw)
    }
    if (name === 'a') links.push(value('href') ?? '')
    // Every box counts as empty, also a checked one: cmark-gfm sometimes leaves a box as text, or checks the wrong one.
    if (name === 'input') see('[ ] ')
    if (name === 'img') {
      pictures.push(value('src') ?? '')
      see(value('alt') ?? '')
    }
    if (!['img', 'br', 'hr', 'input'].includes(name)) open.push({ name, href: value('href') })
  }
  return { seen, elements, links, pictures }
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name = '') => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return hex !== undefined ? String.fromCodePoint(parseInt(hex, 16)) : (NAMED_ENTITIES[name as string] ?? whole)
  })
}

/** The text with runs of blanks as one, as a browser shows it. */
export function textOf(seen: readonly Seen[]): string {
  return seen
    .map(({ text }) => text)
    .join('')
    .replace(/[ \t\n\r\f]+/g, ' ')
    .trim()
}

/** Every visible character that is not a blank, with its style. */
export function charactersOf(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ text, bold, italic, strikethrough, code, link }) => {
    const marks = [bold && 'bold', italic && 'italic', strikethrough && 'struck', code && 'code', link].filter(Boolean)
    return Array.from(text.replace(/\s/g, ''), (character) => `${character} ${marks.join(' ')}`)
  })
}
