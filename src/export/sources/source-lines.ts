import { parseLink, platformFault, type DocumentLink, type WikiHome } from '../../feishu/links/document-link.js'
import { findLink, normalizePastedText } from '../../feishu/links/pasted-text.js'
import { excerpt, InputError, readEach } from '../../runner/inputs.js'
import type { FormatFault } from '../../feishu/tasks/export-formats.js'
import { findFormatFault, OUTPUT_EXTENSIONS, SUPPORTED_FORMATS_SENTENCE } from '../formats.js'
import { isSingle } from '../model.js'
import { findEarlyOption, LINE_SYNTAX, LIST_COMMA, readOptions, withoutComment, type Refuse } from './line-options.js'
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
  const early = found.kind === 'found' ? findEarlyOption(found.before) : undefined
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
