import type { Failure } from '../../feishu/errors/failure.js'
import { needsSubId } from '../../feishu/tasks/export-formats.js'
import { quoted } from '../../text.js'
import { findFormatFault, isExportable, kindFor } from '../formats.js'
import type { Entry } from '../listing/types.js'
import { isSingle, SPACE_TYPE, type DocumentInfo, type Output, type OutputVariant } from '../model.js'
import type { Source } from '../sources/source.js'
import { splitUploadedName } from '../names.js'

/** The inputs that decide which outputs a document has. */
export interface SelectionOptions {
  /** The extensions that each type is exported to, unless the source line has `as`. */
  readonly formats: ReadonlyMap<string, readonly string[]>
  readonly includeFiles: boolean
  /** Whether the attachments of a document are saved beside whatever it is exported to. */
  readonly includeAttachments: boolean
  readonly frontMatter: boolean
}

/** A file to be made for a document. */
export interface SelectedFile {
  readonly output: Output
  /** The extension of the file's name; empty for an uploaded file without one, and for a type that cannot be exported. */
  readonly extension: string
  /** Why it cannot be made, if that is known before any request. */
  readonly failure: Failure | undefined
}

/**
 * The files to be made for an entry, or the reason why it is skipped. A folder or knowledge base has neither, unless it is
 * excluded. Neither is set for a spreadsheet or base if only its sheets or tables are exported.
 */
export interface Selected {
  readonly files: readonly SelectedFile[]
  readonly skip: string | undefined
}

// The service may send any text as a type. In characters.
const MAX_TYPE_LENGTH = 40

/** Selects the outputs of an entry. Pure. */
export function selectOutputs(entry: Entry, source: Source, options: SelectionOptions): Selected {
  if (entry.excludedBy !== undefined) {
    return { files: [], skip: `excluded by ${quoted(entry.excludedBy[0] ?? '')}` }
  }
  // A source line that names an uploaded file always exports it; in a tree, `include-files` decides.
  if (entry.type === 'file') return selectUploaded(entry, isSingle(source) || options.includeFiles)
  if (entry.type === 'folder' || entry.type === SPACE_TYPE) return { files: [], skip: undefined }
  if (entry.table?.unsupported !== undefined) {
    const skip = `a tab of type ${entry.table.unsupported.slice(0, MAX_TYPE_LENGTH)} in a spreadsheet has no csv`
    return { files: [], skip }
  }
  if (!isExportable(entry.type)) {
    return isSingle(source)
      ? { files: [notExportable(entry)], skip: undefined }
      : { files: [], skip: describeUnsupported(entry.type) }
  }
  const { extensions, skip } = selectExtensions(entry.type, source, options)
  // A sheet or table has the formats with one file per sheet or table; its document has the other formats.
  const isTable = entry.table !== undefined
  const entryExtensions = extensions.filter((extension) => isPerTable(extension, source) === isTable)
  const files = entryExtensions.map((extension) =>
    fileFor(entry, extension, source, variantOf(entry.type, extension, entryExtensions, options)),
  )
  // The reason concerns the document, whose own entry reports it.
  return { files, skip: isTable ? undefined : skip }
}

/** True for a format with one file per sheet or table, unless the link names a single one (see `linkedSubId`). */
const isPerTable = (extension: string, source: Source): boolean =>
  needsSubId(extension) && linkedSubId(source) === undefined

/**
 * The id of the sheet or table that the link of a single document names. In a tree, it is ignored: the other documents
 * do not have this sheet or table.
 */
const linkedSubId = (source: Source): string | undefined =>
  isSingle(source) && 'subId' in source.target ? source.target.subId : undefined

/** True when each sheet or table of a document is a separate output. Pure. */
export function hasTableOutputs(entry: Entry, source: Source, options: SelectionOptions): boolean {
  if (entry.excludedBy !== undefined || (entry.type !== 'sheet' && entry.type !== 'bitable')) return false
  return selectExtensions(entry.type, source, options).extensions.some((extension) => isPerTable(extension, source))
}

const TYPE_NAMES: Readonly<Record<string, string>> = { mindnote: 'mind notes (思维笔记)' }

/** A clause: why documents of a type cannot be exported. */
function describeUnsupported(type: string): string {
  const name = Object.hasOwn(TYPE_NAMES, type) ? TYPE_NAMES[type] : undefined
  return `the service cannot export ${name ?? `documents of type ${type.slice(0, MAX_TYPE_LENGTH)}`}`
}

/** Makes an output with the fields that `document` has as a DocumentInfo; an entry has further ones. */
const outputOf = (document: DocumentInfo, rest: Omit<Output, keyof DocumentInfo>): Output => {
  const { token, type, title, editTime, url } = document
  return { token, type, title, editTime, url, ...rest }
}

/**
 * Makes the file by which the report names a single document whose type cannot be exported. It has a failure, so it is
 * never written, and its kind has no meaning.
 */
function notExportable(entry: Entry): SelectedFile {
  const what = `Could not export it: ${describeUnsupported(entry.type)}`
  return {
    output: outputOf(entry, { kind: 'task', fileExtension: '', subId: undefined }),
    extension: '',
    failure: { class: 'permanent', what, advice: 'Remove its line from the sources.' },
  }
}

/** Selects the extensions that a source line wants for a type; if there are none, `skip` is the reason. */
function selectExtensions(
  type: string,
  source: Source,
  { formats }: SelectionOptions,
): { extensions: string[]; skip?: string } {
  // A source line that names a board exports it, although `formats` has no default for boards.
  const defaultExtensions = isSingle(source) && type === 'board' ? ['png'] : []
  const requested = [...new Set(source.as ?? formats.get(type) ?? defaultExtensions)]
  if (requested.length === 0) return { extensions: [], skip: describeNoFormat(type) }
  // For a single document, an extension of `as` that its type does not have becomes a failure (see `fileFor`). In a tree,
  // such an extension is left out, and a document without any other is skipped.
  if (source.as === undefined || isSingle(source)) return { extensions: requested }
  const extensions = requested.filter((extension) => findFormatFault(type, extension) === undefined)
  if (extensions.length > 0) return { extensions }
  const fault = findFormatFault(type, requested[0] ?? '')
  return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.cure ?? ''}` }
}

/** Why a document of a type without formats is skipped. */
const describeNoFormat = (type: string): string =>
  type === 'board'
    ? 'board (画板); add `board=png` to `formats` to have a picture of it'
    : `\`formats\` names no format for ${type}`

/**
 * The variant of one format of a document; undefined for the plain output. Only documents of type docx have variants.
 * Their Markdown may have front matter. With `include-attachments`, the first format saves the attachments. If Markdown is
 * among the formats, no other format saves them, since Markdown always does.
 * @param allExtensions the extensions of all formats that this source line selects for the document
 */
function variantOf(
  type: string,
  extension: string,
  allExtensions: readonly string[],
  { includeAttachments, frontMatter }: SelectionOptions,
): OutputVariant | undefined {
  if (type !== 'docx') return undefined
  if (extension === 'md') return frontMatter ? 'front-matter' : undefined
  const savesAttachments = extension === allExtensions[0] && !allExtensions.includes('md')
  return includeAttachments && savesAttachments ? 'attachments' : undefined
}

/** The file of a document, sheet or table in one format; with a failure if the type cannot be exported to it. */
function fileFor(entry: Entry, extension: string, source: Source, variant: OutputVariant | undefined): SelectedFile {
  const subId = entry.table?.id ?? (needsSubId(extension) ? linkedSubId(source) : undefined)
  const revision = entry.table?.revision
  const kind = kindFor(entry.type, extension)
  const output = outputOf(entry, { kind, fileExtension: extension, subId, revision, variant })
  const fault = findFormatFault(entry.type, extension)
  const failure: Failure | undefined = fault && {
    class: 'permanent',
    what: `Could not export it: ${fault.what}`,
    advice: fault.cure,
  }
  return { output, extension, failure }
}

/** Selects the output of an uploaded file, or skips the file. */
function selectUploaded(entry: Entry, isSelected: boolean): Selected {
  if (!isSelected) return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' }
  const { extension } = splitUploadedName(entry.title)
  const output = outputOf(entry, { kind: 'upload', fileExtension: extension.toLowerCase(), subId: undefined })
  return { files: [{ output, extension, failure: undefined }], skip: undefined }
}
