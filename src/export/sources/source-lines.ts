import { parseLink, platformFault, type DocumentLink, type WikiHome } from '../../feishu/links/document-link.js'
import { findLink, normalizePastedText } from '../../feishu/links/pasted-text.js'
import { excerpt, InputError, readEach } from '../../runner/inputs.js'
import type { FormatFault } from '../../feishu/tasks/export-formats.js'
import { findFormatFault, OUTPUT_EXTENSIONS, SUPPORTED_FORMATS_SENTENCE } from '../formats.js'
import { isSingle } from '../model.js'
import type { Source, SourceTarget } from './source.js'

/** A text with source lines. */
export interface SourceText {
  readonly text: string
  /** The file's path as the user wrote it; undefined for the input `sources`. */
  readonly file?: string | undefined
}

/**
 * Reads source lines: `LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N]`. Skips blank lines and `#` comments, and
 * each line with the same link and options as an earlier one.
 * @param baseUrl the base URL of the open platform that the requests go to
 * @throws InputError that names each wrong line, its fault and the cure
 */
export function parseSources(texts: readonly SourceText[], baseUrl: string): readonly Source[] {
  const lines = texts.flatMap(({ text, file }) =>
    text.split(/\r\n|\r|\n/).map((line, index) => ({ line, name: nameLine(index + 1, file) })),
  )
  const sources = new Map<string, Source>()
  for (const source of readEach(lines, ({ line, name }) => parseLine(line, name, baseUrl))) {
    if (!source) continue
    const key = JSON.stringify([source.link, source.target, source.as, source.to, source.depth])
    if (!sources.has(key)) sources.set(key, source)
  }
  return [...sources.values()]
}

/** How messages name a line. */
interface LineName {
  /** "sources line 3" */
  readonly where: string
  /** The beginning of a sentence: "Input `sources`, line 3". */
  readonly subject: string
}

/** Makes the name of a line. @param file undefined for the input `sources` */
const nameLine = (number: number, file: string | undefined): LineName =>
  file === undefined
    ? { where: `sources line ${number}`, subject: `Input \`sources\`, line ${number}` }
    : { where: `${file} line ${number}`, subject: `Input \`sources-file\`, line ${number} of ${file}` }

/** Makes the error of a line. */
type Refuse = (fault: string, cure: string) => InputError

/** Parses one line; undefined for a blank line or a comment. @throws InputError */
function parseLine(line: string, name: LineName, baseUrl: string): Source | undefined {
  const text = normalizePastedText(line)
  const isBlankOrComment = /^\s*(#|$)/.test(text)
  if (isBlankOrComment) return undefined
  const refuse: Refuse = (fault, cure) => new InputError(`${name.subject}: ${fault}. ${cure}`)
  const refuseLink: Refuse = (fault, cure) => new InputError(`${name.subject} has ${fault}. ${cure}`)
  const beforeComment = findLink(withoutComment(text))
  // The title before a link may have a # of its own, which begins no comment.
  const found = beforeComment.kind === 'none' ? findLink(text) : beforeComment
  if (found.kind === 'several') throw refuseLink(`several links: ${excerpt(line.trim())}`, 'Write one link a line.')
  const { link, after } = found.kind === 'found' ? found : { link: text.trim(), after: '' }
  // With the text after the link: `parseLink` refuses a placeholder there, as in `/wiki/space/数字`.
  const parsed = parseLink(`${link}${after}`, 'document-or-tree')
  if (parsed.kind === 'fault') throw refuseLink(`${excerpt(link)}, ${parsed.fault}`, parsed.cure)
  const mismatch = platformFault(parsed.host, baseUrl)
  if (mismatch) throw refuseLink(`${excerpt(link)}, ${mismatch.fault}`, mismatch.cure)
  const early = found.kind === 'found' ? EARLY_OPTION.exec(found.before)?.[0] : undefined
  if (early !== undefined)
    throw refuse(
      `${excerpt(early)} is before the link`,
      `Write it after the link, or leave it out if it belongs to a title. ${LINE_SYNTAX}`,
    )
  const options = readOptions(after, refuse)
  const target = targetOf(parsed, readChildren(options.get('children'), parsed, refuse))
  const isTree = !isSingle({ target })
  const as = readAs(options.get('as'), target, refuse)
  const to = readTo(options.get('to'), isTree, refuse)
  const depth = readDepth(options.get('depth'), isTree, refuse)
  return { where: name.where, link, host: parsed.host, target, as, to, depth }
}

/**
 * Removes a comment, which may name another link. A `#` in the quotes of an option begins no comment. A quote that is not
 * closed (see splitWords) goes on to the end of the line.
 */
const withoutComment = (text: string): string =>
  text.replace(/\b(?:as|to|children|depth)=(["']).*?(?:\1(?=\s|$)|$)|\s#.*$/gi, (option, quote: string | undefined) =>
    quote === undefined ? '' : option,
  )

const OPTIONS = ['as', 'to', 'children', 'depth']
// A colon is no sign of an option after `as` and `to`: a title may be `How to: …`.
const EARLY_OPTION = /(?<![\p{L}\p{N}-])(?:(?:as|to|children|depth)\s*[=＝]|(?:children|depth)\s*[:：])\s*\S*/iu
const LIST_COMMA = /[,，、;；]/
const LINE_SYNTAX = 'A line is LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N].'
const LINE_SYNTAX_AND_QUOTES = `${LINE_SYNTAX} A path with blanks needs quotes: to="my folder/name". One link a line.`

/**
 * Reads the options after a link. Words without a `=` before the first option are ignored, as they may be pasted with the
 * link. But words such as `depth` and `depth：1` are refused: they are options without a `=`.
 * @throws InputError
 */
function readOptions(text: string, refuse: Refuse): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  let lastName = ''
  for (const word of splitWords(text, refuse)) {
    // A comma or bracket before the name: `，depth：1`.
    const [name = ''] = word
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .toLowerCase()
      .split(/[=:：]/)
    const isOption = OPTIONS.includes(name)
    if (!isOption && !word.includes('=')) {
      if (options.size === 0) continue
      const list = options.get('as') ?? ''
      // There may be blanks around the commas of a list: `as=md, docx`.
      if (lastName === 'as' && (LIST_COMMA.test(list.slice(-1)) || LIST_COMMA.test(word.charAt(0)))) {
        options.set('as', list + word)
        continue
      }
      // It may be the rest of a path with blanks and without quotes.
      throw refuse(`${excerpt(word)} is not allowed after an option`, LINE_SYNTAX_AND_QUOTES)
    }
    if (!isOption) throw refuse(`${excerpt(word)} is not an option`, LINE_SYNTAX_AND_QUOTES)
    if (!word.toLowerCase().startsWith(`${name}=`)) {
      throw refuse(
        `${excerpt(word)} has no = with a value`,
        `Write ${name}=… without blanks around the sign. ${LINE_SYNTAX}`,
      )
    }
    if (options.has(name)) throw refuse(`\`${name}\` is given twice`, 'Leave one of them out.')
    options.set(name, word.slice(name.length + 1))
    lastName = name
  }
  return options
}

/**
 * Splits the text after a link into words at its blanks. Only the value of an option may be in quotes, and then have
 * blanks: `to="a b"`. The value ends at the first quote of the same kind before a blank or the end of the text. The quotes
 * are removed. A word that begins with `#` begins a comment, which is left out.
 * @throws InputError for a quote that is not closed
 */
function splitWords(text: string, refuse: Refuse): readonly string[] {
  const words: string[] = []
  // After blanks: `end`, an option in quotes, or any other `word`. `end` is a comment or the end of the text. An option in
  // quotes has `key`, `quote` and `value`, but no `value` if the quote is not closed.
  const next = /\s*(?:(?<end>#.*|$)|(?<key>[a-z-]+=)(?<quote>["'])(?:(?<value>.*?)\k<quote>(?=\s|$))?|(?<word>\S+))/iy
  for (;;) {
    // The pattern matches at every position, so there are always groups: the default values are for the types.
    const { end, key = '', quote, value, word } = next.exec(text)?.groups ?? { end: '' }
    if (end !== undefined) return words
    if (quote !== undefined && value === undefined) {
      const optionStart = next.lastIndex - `${key}${quote}`.length
      const shown = excerpt(text.slice(optionStart))
      throw refuse(`${shown} begins with a quote that does not end`, `Put ${quote} at its end, before the next blank.`)
    }
    words.push(word ?? `${key}${value ?? ''}`)
  }
}

/**
 * Reads the option `children`: whether the pages below a wiki page are taken, too; false by default.
 * @throws InputError for `true` with a link that is not to a wiki page, and for a value other than `true` and `false`
 */
function readChildren(value: string | undefined, { kind }: DocumentLink | WikiHome, refuse: Refuse): boolean {
  const word = value?.toLowerCase() ?? 'false'
  if (word === 'false') return false
  if (word !== 'true') throw refuse(`\`children\` is ${excerpt(word)}`, 'Write children=true, or leave it out.')
  if (kind === 'wiki-node') return true
  const isTree = kind === 'folder' || kind === 'wiki-space' || kind === 'wiki-home'
  const cure = isTree
    ? 'Leave `children=true` out: a folder or knowledge base is taken whole anyway.'
    : 'Leave `children=true` out: this document has nothing below it.'
  throw refuse('`children=true` is only for wiki pages', cure)
}

/** What a link leads to. @param children whether a wiki page includes the pages below it */
function targetOf(link: DocumentLink | WikiHome, children: boolean): SourceTarget {
  switch (link.kind) {
    case 'wiki-home':
      return { kind: 'wiki-spaces' }
    case 'document':
      return { kind: 'document', token: link.token, type: link.type, subId: link.subId }
    case 'other':
      // An uploaded file, a mind note or a board: without sheets or tables, so without a `subId`.
      return { kind: 'document', token: link.token, type: link.type }
    case 'wiki-node':
      return { kind: 'wiki-node', token: link.token, subId: link.subId, children }
    case 'wiki-space':
      return { kind: 'wiki-space', spaceId: link.spaceId }
    case 'folder':
      return { kind: 'folder', token: link.token }
  }
}

/** Reads `depth`, which only a tree may have; undefined means all levels. */
function readDepth(value: string | undefined, isTree: boolean, refuse: Refuse): number | undefined {
  if (value === undefined) return undefined
  if (!isTree) {
    throw refuse(
      '`depth` is given for a single document',
      'Leave it out, or add children=true to the link of a wiki page.',
    )
  }
  if (!/^[1-9]\d{0,3}$/.test(value)) {
    throw refuse(`\`depth\` is ${excerpt(value)}`, 'Write a number of levels: depth=1 is what is directly in it.')
  }
  return Number(value)
}

/** Reads the extensions of `as`. */
function readAs(value: string | undefined, target: SourceTarget, refuse: Refuse): readonly string[] | undefined {
  if (value === undefined) return undefined
  const extensions = parseExtensions(value)
  if (extensions.length === 0) throw refuse('`as` is empty', `Write as=pdf for example, or leave it out.`)
  // Undefined for a wiki page or a tree: its link does not show the type.
  const type = target.kind === 'document' ? target.type : undefined
  if (type === 'file') {
    throw refuse('`as` is given for an uploaded file', 'Leave it out: an uploaded file is downloaded as it is.')
  }
  for (const extension of extensions) {
    const fault = type === undefined ? findExtensionFault(extension) : findFormatFault(type, extension)
    if (fault) throw refuse(`\`as\` is ${excerpt(value)}: ${fault.what}`, fault.cure)
  }
  return extensions
}

/** Checks an extension for a source whose type is unknown: a wiki page or a tree. */
function findExtensionFault(extension: string): FormatFault | undefined {
  if (OUTPUT_EXTENSIONS.includes(extension)) return undefined
  return { what: `nothing can be exported to ${excerpt(extension)}`, cure: SUPPORTED_FORMATS_SENTENCE }
}

/** Reads file extensions separated by commas, semicolons or `、`. Case and a leading dot do not matter; repeats are dropped. */
export function parseExtensions(value: string): readonly string[] {
  const words = value.split(LIST_COMMA).map((word) => word.trim().toLowerCase().replace(/^\./, ''))
  return [...new Set(words.filter((word) => word !== ''))]
}

const TO_EXAMPLE = 'Write a path below `directory`, with / between its parts: to="contracts/2026".'

/**
 * Reads the segments of `to`.
 * @param isTree true if `to` is a directory, false if it is the path of a file without extension
 * @returns undefined without `to`, and for a tree whose `to` is `directory` itself
 */
function readTo(value: string | undefined, isTree: boolean, refuse: Refuse): readonly string[] | undefined {
  if (value === undefined) return undefined
  const bad = (fault: string, cure = TO_EXAMPLE): InputError => refuse(`\`to\` is ${excerpt(value)}, ${fault}`, cure)
  if (/^\s*[/\\]/.test(value)) throw bad('an absolute path')
  if (/^\s*[a-z]:/i.test(value)) throw bad('a path with a drive letter')
  if (value.includes('\\')) throw bad('a path with \\ in it')
  const segments = value.split('/').filter((segment) => segment.trim() !== '' && segment.trim() !== '.')
  if (segments.some((segment) => segment.trim() === '..')) throw bad('a path with .. in it: nothing leaves `directory`')
  if (isTree) return segments.length === 0 ? undefined : segments
  if (segments.length === 0) throw bad('which names no file', 'Write the path without extension: to="contracts/lease".')
  if (/\/\s*$/.test(value)) {
    throw bad(
      'which ends with /',
      'For one document, write the path of the file without extension: to="contracts/lease".',
    )
  }
  return segments
}
