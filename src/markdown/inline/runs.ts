import { cleanLine, cleanText } from '../clean.js'
import type { Context } from '../context.js'
import { fieldsOf, integerOf, isFields, listOf, stringOf, type Fields } from '../fields.js'
import { attachmentLink, resolveLink, resolveReference, titledLink, type LinkText } from './links.js'
import type { Block } from '../parse.js'
import { decodeUrl, referenceUrl, type ReferenceType } from '../urls.js'

/** The marks of a text. */
export interface Marks {
  readonly bold: boolean
  readonly italic: boolean
  readonly strikethrough: boolean
  /** The address of a link, safe to write. */
  readonly link: string | undefined
}

/** A piece of text in one style. */
export interface Run {
  readonly kind: 'text' | 'code' | 'equation'
  /** Cleaned; `\n` is a line break. */
  readonly text: string
  readonly marks: Marks
}

/** What a text element shows: a text, a link or a formula. An empty text is left out. */
type ElementText = string | LinkText | { readonly equation: string }
/** Reads one kind of text element. */
type ReadElement = (element: Fields, block: Block, context: Context) => ElementText

// The type of a mentioned document by its `obj_type`.
const TYPE_BY_NUMBER: ReadonlyMap<number, ReferenceType> = new Map([
  [1, 'doc'],
  [3, 'sheet'],
  [8, 'bitable'],
  [11, 'mindnote'],
  [12, 'file'],
  [15, 'slides'],
  [16, 'wiki'],
  [22, 'docx'],
])

const ELEMENTS: ReadonlyMap<string, ReadElement> = new Map<string, ReadElement>([
  ['text_run', ({ content }) => stringOf(content)],
  ['mention_user', ({ user_id }) => `@${stringOf(user_id)}`],
  ['mention_doc', readMentionedDocument],
  ['equation', ({ content }) => ({ equation: cleanText(stringOf(content)).trim() })],
  ['reminder', readReminder],
  ['file', readFile],
  ['inline_block', readInlineBlock],
  ['link_preview', ({ title, url }, _, context) => titledLink(stringOf(title), stringOf(url), context)],
])

/**
 * Reads the text elements of a block as runs, in order. An element of an unknown kind becomes a run with a note. Elements
 * with nothing to show are left out. To be called once for a block, since notes are counted. To be called before its
 * children are converted, so that a block in the text is not shown again below.
 * Source: 块的数据结构, TextElement, https://open.feishu.cn/document/docs/docs/data-structure/block
 */
export function readRuns(block: Block, context: Context): Run[] {
  return listOf(block.content['elements'])
    .map((element) => readElement(fieldsOf(element), block, context))
    .filter(({ text }) => text !== '')
}

/** Reads a text element as a run; the text of the run is empty if there is nothing to show. */
function readElement(element: Fields, block: Block, context: Context): Run {
  const kind = Object.keys(element).find((key) => isFields(element[key])) ?? ''
  const content = fieldsOf(element[kind])
  const read = ELEMENTS.get(kind)
  if (!read) {
    const note = kind === '' ? '' : context.note(noteName(kind), block.type)
    return makeRun('text', note, {}, undefined)
  }

  const text = read(content, block, context)
  const style = fieldsOf(content['text_element_style'])
  const link = resolveLink(stringOf(fieldsOf(style['link'])['url']), context)
  if (typeof text === 'string') {
    return makeRun(style['inline_code'] === true ? 'code' : 'text', cleanText(text), style, link)
  }
  if ('equation' in text) return makeRun('equation', text.equation, style, link)
  // The element's own link has precedence over the link in its style.
  return makeRun('text', text.text, style, text.url ?? link)
}

/** Makes a run. @param style the `text_element_style` of the element @param link safe to write; undefined for no link */
function makeRun(kind: Run['kind'], text: string, style: Fields, link: string | undefined): Run {
  const marks = {
    bold: style['bold'] === true,
    italic: style['italic'] === true,
    strikethrough: style['strikethrough'] === true,
    link,
  }
  return { kind, text, marks }
}

/** The kind of a text element, if it is a plain word that can be shown. */
function noteName(kind: string): string {
  return /^[a-z]\w{0,39}$/i.test(kind) ? kind : 'unknown'
}

/**
 * Reads a mention of a document as a link to the document. If the document is exported, the link leads to its file.
 * Without a token or a known type, the document is found by the address in the mention.
 */
function readMentionedDocument({ token, obj_type, url, title }: Fields, _: Block, context: Context): ElementText {
  const type = TYPE_BY_NUMBER.get(integerOf(obj_type) ?? 0)
  const documentToken = stringOf(token)
  if (documentToken === '' || type === undefined) return titledLink(stringOf(title), stringOf(url), context)
  const urlInMention = decodeUrl(stringOf(url))
  const reference = { token: documentToken, type, ...(urlInMention !== '' && { url: urlInMention }) }
  const address = urlInMention || referenceUrl(context.surroundings.origin, type, documentToken)
  return { text: cleanLine(stringOf(title)) || cleanLine(address), url: resolveReference(reference, address, context) }
}

// A JavaScript date ends at 8.64e15 ms.
const MAX_TIME_MS = 8e15
const CHINA_OFFSET_MS = 8 * 3_600_000

/** Reads a reminder as a date, with the time unless it is for a whole day. A reminder has no time zone: China's is used. */
function readReminder({ expire_time, is_whole_day }: Fields): ElementText {
  const timeMs = integerOf(expire_time)
  if (timeMs === undefined || Math.abs(timeMs) > MAX_TIME_MS) return ''
  // Split at the `T`, since the length of a date varies: a year after 9999 has a sign and six digits.
  const [date = '', time = ''] = new Date(timeMs + CHINA_OFFSET_MS).toISOString().split('T')
  return is_whole_day === true ? date : `${date} ${time.slice(0, 5)} (UTC+8)`
}

/** Reads an attachment in a text as a link; the block of the file has its name. */
function readFile({ file_token, source_block_id }: Fields, block: Block, context: Context): ElementText {
  const source = context.find(stringOf(source_block_id))
  return attachmentLink(stringOf(file_token), stringOf(source?.content['name']), block.type, context)
}

/**
 * Reads a block in a text. An attachment, a preview of a link or a web page in a frame becomes a link. Any other block
 * becomes a note. So does a block that is missing or was converted before.
 */
function readInlineBlock({ block_id }: Fields, block: Block, context: Context): ElementText {
  const inside = context.take(stringOf(block_id))
  if (!inside) return context.note('inline_block', block.type)
  const { token, name, url, component } = inside.content
  if (inside.kind === 'file') return attachmentLink(stringOf(token), stringOf(name), inside.type, context)
  if (inside.kind === 'link_preview') return titledLink('', stringOf(url), context)
  if (inside.kind === 'iframe') return titledLink('', stringOf(fieldsOf(component)['url']), context)
  return context.note(inside.kind, inside.type)
}
