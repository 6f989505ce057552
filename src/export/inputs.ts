import path from 'node:path'
import { readConnectionInputs, type ConnectionInputs } from '../inputs/connection.js'
import { readDirectory } from '../inputs/files.js'
import { booleanInput, countInput, excerpt, InputError, type InputReader } from '../runner/inputs.js'
import { EXPORTABLE_TYPES, formatFault, isExportable } from './formats.js'
import { parseExclude, type ExcludeRules } from './sources/exclude.js'
import type { Source } from './sources/source.js'
import { parseExtensions, parseSources, type SourceText } from './sources/source-lines.js'

/** The inputs of the export action, checked. */
export interface ExportInputs extends ConnectionInputs {
  readonly sources: readonly Source[]
  /** The file extensions that each type is exported to. */
  readonly formats: ReadonlyMap<string, readonly string[]>
  readonly includeFiles: boolean
  readonly includeAttachments: boolean
  readonly frontMatter: boolean
  readonly exclude: ExcludeRules
  /** Absolute. */
  readonly directory: string
  readonly overwrite: boolean
  /** Relative to `directory`, with `/`. */
  readonly manifest: string
  readonly force: boolean
  readonly deleteStale: boolean
  readonly failFast: boolean
  readonly dryRun: boolean
  /** How many jobs work with the same app at the same time, this one included. */
  readonly parallelJobs: number
}

/** The files that the inputs name. */
export interface InputFiles {
  /** The directory that relative paths refer to, absolute. */
  readonly workspace: string
  /** The bytes of a file. Throws as Node's `readFileSync` does. */
  readonly readFile: (absolutePath: string) => Uint8Array
}

/**
 * Reads and checks all inputs before any request.
 * @param mask called with every secret
 * @throws InputError
 */
export function readExportInputs(read: InputReader, mask: (secret: string) => void, files: InputFiles): ExportInputs {
  const connection = readConnectionInputs(read, mask, 3600)
  return {
    ...connection,
    sources: readSources(read, files, connection.baseUrl),
    formats: readFormats(read),
    includeFiles: booleanInput(read, 'include-files', false),
    includeAttachments: booleanInput(read, 'include-attachments', false),
    frontMatter: booleanInput(read, 'front-matter', false),
    exclude: parseExclude(read('exclude')),
    directory: readDirectory(read, files.workspace),
    overwrite: booleanInput(read, 'overwrite', false),
    manifest: readManifest(read),
    force: booleanInput(read, 'force', false),
    deleteStale: booleanInput(read, 'delete-stale', false),
    failFast: booleanInput(read, 'fail-fast', false),
    dryRun: booleanInput(read, 'dry-run', false),
    parallelJobs: countInput(read, 'parallel-jobs'),
  }
}

const ONE_LINK = 'Write one link a line, for example https://example.feishu.cn/wiki/space/7143131813848813572.'

function readSources(read: InputReader, files: InputFiles, baseUrl: string): readonly Source[] {
  const file = read('sources-file').trim()
  const texts: SourceText[] = [{ text: read('sources') }]
  if (file !== '') texts.push({ text: readSourcesFile(file, files), file })
  const sources = parseSources(texts, baseUrl)
  if (sources.length > 0) return sources
  throw new InputError(
    file === ''
      ? `Inputs \`sources\` and \`sources-file\` name nothing to export. ${ONE_LINK}`
      : `Input \`sources-file\` is ${excerpt(file)}, a file without any link, and \`sources\` names none either. ${ONE_LINK}`,
  )
}

const DISK_FAULTS: Readonly<Record<string, readonly [fault: string, cure: string]>> = {
  ENOENT: ['which is not there', 'Check the path, and that the repository was checked out before (actions/checkout).'],
  ENOTDIR: ['which is not there', 'Check the path: a part of it is a file, not a folder.'],
  EISDIR: ['which is a folder', 'Give the path of a file.'],
  EACCES: ['which may not be read', 'Give the user of the runner the right to read it.'],
  ENXIO: ['which is no plain file', 'Give the path of a text file.'],
  ELOOP: ['which is a link that leads out of the workspace', 'Put the file itself into the repository.'],
  EPERM: ['which may not be read', 'Give the user of the runner the right to read it.'],
}

function readSourcesFile(file: string, { workspace, readFile }: InputFiles): string {
  const bad = (fault: string, cure: string): InputError =>
    new InputError(`Input \`sources-file\` is ${excerpt(file)}, ${fault}. ${cure}`)
  const absolute = path.resolve(workspace, file)
  const inside = path.relative(workspace, absolute)
  if (file.includes('\0') || /^\.\.([/\\]|$)/.test(inside) || path.isAbsolute(inside)) {
    throw bad('which is not in the workspace', 'Write a path relative to the workspace, for example docs/sources.txt.')
  }
  let bytes: Uint8Array
  try {
    bytes = readFile(absolute)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const [fault, cure] = DISK_FAULTS[code] ?? [`which cannot be read (${code})`, 'Check the path and the disk.']
    throw bad(fault, cure)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw bad('which is not UTF-8 text', 'Save it as UTF-8.')
  }
}

/** The formats of the types that the input does not name. */
const DEFAULT_FORMATS = 'doc=docx docx=docx sheet=xlsx bitable=xlsx slides=pptx'

function readFormats(read: InputReader): ReadonlyMap<string, readonly string[]> {
  const formats = new Map(parseFormats(DEFAULT_FORMATS))
  for (const [type, extensions] of parseFormats(read('formats'))) formats.set(type, extensions)
  return formats
}

function parseFormats(text: string): ReadonlyMap<string, readonly string[]> {
  const bad = (word: string, fault: string, cure: string): InputError =>
    new InputError(`Input \`formats\` has ${excerpt(word)}: ${fault}. ${cure}`)
  const example = 'Write TYPE=EXT[,EXT] separated by blanks, for example docx=docx,pdf sheet=xlsx.'
  const formats = new Map<string, readonly string[]>()
  const words = text.replace(/\s*([=,，])\s*/g, '$1').split(/\s+/)
  for (const word of words.filter((word) => word !== '')) {
    const [, type, list] = /^([^=]*)=([^=]*)$/.exec(word) ?? []
    if (type === undefined || list === undefined) throw bad(word, 'this is no TYPE=EXT', example)
    const name = type.toLowerCase()
    if (!isExportable(name)) {
      throw bad(
        word,
        `${excerpt(type)} is no type that can be exported`,
        `One of these: ${EXPORTABLE_TYPES.join(', ')}.`,
      )
    }
    const extensions = parseExtensions(list)
    if (extensions.length === 0) throw bad(word, 'the file extension is missing', example)
    for (const extension of extensions) {
      const fault = formatFault(name, extension)
      if (fault) throw bad(word, fault.what, fault.can)
    }
    if (formats.has(name)) throw bad(word, `${name} is given twice`, `Write ${name}=EXT,EXT for several.`)
    formats.set(name, extensions)
  }
  return formats
}

function readManifest(read: InputReader): string {
  const value = read('manifest').trim() || '.feishu-export.json'
  const bad = (fault: string): InputError =>
    new InputError(
      `Input \`manifest\` is ${excerpt(value)}, ${fault}. Write the path of a file below \`directory\`, with / between` +
        ' its parts, for example .feishu-export.json.',
    )
  if (value.includes('\0')) throw bad('which holds a NUL character')
  if (/^[/\\]|^[a-z]:/i.test(value)) throw bad('an absolute path')
  if (value.includes('\\')) throw bad('a path with \\ in it')
  const segments = value.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.some((segment) => segment.trim() === '..')) throw bad('a path with .. in it')
  if (segments.length === 0 || value.endsWith('/')) throw bad('which names no file')
  if (segments.some((segment) => /^\.git$/i.test(segment.trim()))) throw bad("a path inside Git's own folder")
  return segments.join('/')
}
