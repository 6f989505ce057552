import type { Failure } from '../../feishu/errors/failure.js'
import { needsSubId } from '../../feishu/tasks/export-formats.js'
import { quoted } from '../../text.js'
import { formatFault, isExportable, kindFor } from '../formats.js'
import type { Entry } from '../listing/types.js'
import { isSingle, SPACE_TYPE, type DocumentInfo, type Output, type OutputVariant } from '../model.js'
import type { Source } from '../sources/source.js'
import { uploadedName } from '../names.js'

/** The inputs that decide which outputs a document has. */
export interface SelectionOptions {
  /** The extensions that each type becomes, where the source does not override them. */
  readonly formats: ReadonlyMap<string, readonly string[]>
  readonly includeFiles: boolean
  /** Whether the attachments of a document are saved beside whatever it is exported to. */
  readonly includeAttachments: boolean
  readonly frontMatter: boolean
}

/** An output that a document is to have. */
export interface SelectedFile {
  readonly output: Output
  /** The extension of the file's name; empty for an uploaded file without one. */
  readonly extension: string
  /** Why it cannot be made, as far as that is known before any request. */
  readonly failure: Failure | undefined
}

/** What a found thing becomes: files, or the reason why it is skipped. A folder has neither. */
export interface Selected {
  readonly files: readonly SelectedFile[]
  readonly skip: string | undefined
}

/** Decides which outputs a found thing has. Pure. */
export function selectOutputs(entry: Entry, source: Source, options: SelectionOptions): Selected {
  if (entry.excludedBy !== undefined) {
    return { files: [], skip: `excluded by ${quoted(entry.excludedBy)}` }
  }
  // A line that names the document itself wants it; in a tree it may be left out.
  if (entry.type === 'file') return selectUploaded(entry, isSingle(source) || options.includeFiles)
  if (entry.type === 'folder' || entry.type === SPACE_TYPE) return { files: [], skip: undefined }
  if (entry.table?.unsupported !== undefined) {
    const skip = `a tab of type ${entry.table.unsupported.slice(0, 40)} in a spreadsheet has no csv`
    return { files: [], skip }
  }
  if (!isExportable(entry.type)) {
    return isSingle(source)
      ? { files: [notExportable(entry)], skip: undefined }
      : { files: [], skip: describeUnsupported(entry.type) }
  }
  const { extensions, skip } = selectExtensions(entry.type, source, options)
  const own = extensions.filter((extension) => isOfTables(extension, source) === (entry.table !== undefined))
  const files = own.map((extension) =>
    exportedFile(entry, extension, source, variantOf(entry.type, extension, own, options)),
  )
  return { files, skip: entry.table ? undefined : skip }
}

/** True for a format that the sheets or tables of a document have each: the link names none of them. */
const isOfTables = (extension: string, { target }: Source): boolean =>
  needsSubId(extension) && !('subId' in target && target.subId !== undefined)

/** True when every sheet or table of a document has an output of its own. Pure. */
export function selectsTables(entry: Entry, source: Source, options: SelectionOptions): boolean {
  if (entry.excludedBy !== undefined || (entry.type !== 'sheet' && entry.type !== 'bitable')) return false
  return selectExtensions(entry.type, source, options).extensions.some((extension) => isOfTables(extension, source))
}

const TYPE_NAMES: Readonly<Record<string, string>> = { mindnote: 'mind notes (思维笔记)' }

function describeUnsupported(type: string): string {
  const name = Object.hasOwn(TYPE_NAMES, type) ? TYPE_NAMES[type] : undefined
  return `the service cannot export ${name ?? `documents of type ${type.slice(0, 40)}`}`
}

const outputOf = (document: DocumentInfo, rest: Omit<Output, keyof DocumentInfo>): Output => {
  const { token, type, title, editTime, url } = document
  return { token, type, title, editTime, url, ...rest }
}

function notExportable(entry: Entry): SelectedFile {
  const what = `Could not export it: ${describeUnsupported(entry.type)}`
  return {
    output: outputOf(entry, { kind: 'task', fileExtension: '', subId: undefined }),
    extension: '',
    failure: { class: 'permanent', what, advice: 'Remove its line from the sources.' },
  }
}

function selectExtensions(
  type: string,
  source: Source,
  { formats }: SelectionOptions,
): { extensions: string[]; skip?: string } {
  // A line that names a board asks for it.
  const usual = isSingle(source) && type === 'board' ? ['png'] : []
  const requested = [...new Set(source.as ?? formats.get(type) ?? usual)]
  if (requested.length === 0) return { extensions: [], skip: describeNoFormat(type) }
  // Not everything in a tree can become what its line asks for; a single document must.
  if (source.as === undefined || isSingle(source)) return { extensions: requested }
  const extensions = requested.filter((extension) => formatFault(type, extension) === undefined)
  if (extensions.length > 0) return { extensions }
  const fault = formatFault(type, requested[0] ?? '')
  return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.can ?? ''}` }
}

const describeNoFormat = (type: string): string =>
  type === 'board'
    ? 'board (画板); add `board=png` to `formats` to have a picture of it'
    : `\`formats\` names no format for ${type}`

/** Attachments go with one of a document's files: with Markdown, which always has them, else with the first one. */
function variantOf(
  type: string,
  extension: string,
  extensions: readonly string[],
  { includeAttachments, frontMatter }: SelectionOptions,
): OutputVariant | undefined {
  if (type !== 'docx') return undefined
  if (extension === 'md') return frontMatter ? 'front-matter' : undefined
  const isFirst = extension === extensions[0] && !extensions.includes('md')
  return includeAttachments && isFirst ? 'attachments' : undefined
}

function exportedFile(
  entry: Entry,
  extension: string,
  { target }: Source,
  variant: OutputVariant | undefined,
): SelectedFile {
  const named = needsSubId(extension) && 'subId' in target ? target.subId : undefined
  const { id: subId = named, revision } = entry.table ?? {}
  const kind = kindFor(entry.type, extension)
  const output = outputOf(entry, { kind, fileExtension: extension, subId, revision, variant })
  const fault = formatFault(entry.type, extension)
  const failure: Failure | undefined = fault && {
    class: 'permanent',
    what: `Could not export it: ${fault.what}`,
    advice: fault.can,
  }
  return { output, extension, failure }
}

function selectUploaded(entry: Entry, isWanted: boolean): Selected {
  if (!isWanted) return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' }
  const { extension } = uploadedName(entry.title)
  const output = outputOf(entry, { kind: 'upload', fileExtension: extension.toLowerCase(), subId: undefined })
  return { files: [{ output, extension, failure: undefined }], skip: undefined }
}
