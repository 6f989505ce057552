import { typeInLinks } from '../feishu/links/document-link.js'
import { readConnectionInputs, type ConnectionInputs } from '../inputs/connection.js'
import { readDirectory } from '../inputs/files.js'
import { booleanInput, countInput, excerpt, InputError, type InputReader } from '../runner/inputs.js'
import { EXPORTABLE_TYPES, findFormatFault, isExportable, OUTPUT_EXTENSIONS } from './formats.js'
import { parseExclude, type ExcludeRules } from './sources/exclude.js'
import type { Source } from './sources/source.js'
import { parseExtensions } from './sources/source-lines.js'
import type { SourceInputs } from './sources/read-sources.js'

/** The inputs of the export action, checked. */
export interface ExportInputs extends ExportSettings {
  readonly sources: readonly Source[]
}

/** All inputs but the sources, which may be in a file. */
export interface ExportSettings extends ConnectionInputs {
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

/**
 * Reads all inputs, and checks all but the sources: `readSources` checks those.
 * @param mask called with every secret
 * @param workspace the directory that relative paths refer to, absolute
 * @throws InputError
 */
export function readExportInputs(
  read: InputReader,
  mask: (secret: string) => void,
  workspace: string,
): ExportSettings & SourceInputs {
  return {
    ...readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS),
    sourcesText: read('sources'),
    sourcesFile: read('sources-file').trim() || undefined,
    formats: readFormats(read),
    includeFiles: booleanInput(read, 'include-files', false),
    includeAttachments: booleanInput(read, 'include-attachments', false),
    frontMatter: booleanInput(read, 'front-matter', false),
    exclude: parseExclude(read('exclude')),
    directory: readDirectory(read, workspace),
    overwrite: booleanInput(read, 'overwrite', false),
    manifest: readManifest(read),
    force: booleanInput(read, 'force', false),
    deleteStale: booleanInput(read, 'delete-stale', false),
    failFast: booleanInput(read, 'fail-fast', false),
    dryRun: booleanInput(read, 'dry-run', false),
    parallelJobs: countInput(read, 'parallel-jobs'),
  }
}

const DEFAULT_TIMEOUT_SECONDS = 3600

/** The formats of the types that the input does not name. Boards have no default. */
const DEFAULT_FORMATS = 'doc=docx docx=docx sheet=xlsx bitable=xlsx slides=pptx'

/** Reads the extensions by type: those of the input, and the defaults of the types that it does not name. @throws InputError */
function readFormats(read: InputReader): ReadonlyMap<string, readonly string[]> {
  const formats = new Map(parseFormats(DEFAULT_FORMATS))
  for (const [type, extensions] of parseFormats(read('formats'))) formats.set(type, extensions)
  return formats
}

/** Says in a sentence what was probably meant by a wrong type; empty if that is not known. */
function hintForType(wrongType: string): string {
  if (wrongType === 'wiki') return 'A page of a knowledge base has the type of the document behind it. '
  const type = typeInLinks(wrongType)
  if (type !== undefined && isExportable(type)) return `The type of links with /${wrongType}/ is ${type}. `
  return OUTPUT_EXTENSIONS.includes(wrongType) ? `${wrongType} is a file extension; the type comes before the =. ` : ''
}

/** Reads words such as `docx=docx,pdf`. @returns the extensions by type. @throws InputError */
function parseFormats(text: string): ReadonlyMap<string, readonly string[]> {
  const bad = (word: string, fault: string, cure: string): InputError =>
    new InputError(`Input \`formats\` has ${excerpt(word)}: ${fault}. ${cure}`)
  const example = 'Write TYPE=EXT[,EXT] separated by blanks, for example docx=docx,pdf sheet=xlsx.'
  const formats = new Map<string, readonly string[]>()
  // Removes the blanks in `docx = docx, pdf`, so that it is one word, too.
  const joined = text
    .replace(/＝/g, '=')
    .replace(/\s+/g, ' ')
    .replace(/ ?([=,，、;；]) ?/g, '$1')
  for (const word of joined.split(' ').filter((word) => word !== '')) {
    const [, typeText, extensionsText] = /^([^=]*)=([^=]*)$/.exec(word) ?? []
    if (typeText === undefined || extensionsText === undefined) throw bad(word, 'this is no TYPE=EXT', example)
    const type = typeText.toLowerCase()
    if (!isExportable(type)) {
      throw bad(
        word,
        `${excerpt(typeText)} is no type that can be exported`,
        `${hintForType(type)}One of these: ${EXPORTABLE_TYPES.join(', ')}.`,
      )
    }
    const extensions = parseExtensions(extensionsText)
    if (extensions.length === 0) throw bad(word, 'the file extension is missing', example)
    for (const extension of extensions) {
      const fault = findFormatFault(type, extension)
      if (fault) throw bad(word, fault.what, fault.cure)
    }
    if (formats.has(type)) throw bad(word, `${type} is given twice`, `Write ${type}=EXT,EXT for several.`)
    formats.set(type, extensions)
  }
  return formats
}

/**
 * Reads the path of the manifest.
 * @returns the path relative to `directory`, with `/`; without segments that are empty or `.`
 * @throws InputError
 */
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
