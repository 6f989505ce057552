import type { Failure } from '../../feishu/errors/failure.js'
import { isDocumentType, needsSubId, pairFault } from '../../feishu/tasks/export-formats.js'
import type { Entry } from '../listing/types.js'
import { isSingle, type DocumentInfo, type Output } from '../model.js'
import type { Source } from '../sources/source.js'
import { uploadedName } from '../names.js'

/** The inputs that decide which outputs a document has. */
export interface SelectionOptions {
  /** The extensions that each type becomes, where the source does not override them. */
  readonly formats: ReadonlyMap<string, readonly string[]>
  readonly includeFiles: boolean
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
  // A line that names the document itself wants it; in a tree it may be left out.
  if (entry.type === 'file') return selectUploaded(entry, isSingle(source) || options.includeFiles)
  if (entry.type === 'folder') return { files: [], skip: undefined }
  if (!isDocumentType(entry.type)) {
    return isSingle(source)
      ? { files: [notExportable(entry)], skip: undefined }
      : { files: [], skip: describeUnsupported(entry.type) }
  }
  const { extensions, skip } = selectExtensions(entry.type, source, options)
  return { files: extensions.map((extension) => exportedFile(entry, extension, source)), skip }
}

const TYPE_NAMES: Readonly<Record<string, string>> = { mindnote: 'mind notes (思维笔记)', board: 'boards (画板)' }

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
  const requested = [...new Set(source.as ?? formats.get(type) ?? [])]
  if (requested.length === 0) return { extensions: [], skip: `\`formats\` names no format for ${type}` }
  // Not everything in a tree can become what its line asks for; a single document must.
  if (source.as === undefined || isSingle(source)) return { extensions: requested }
  const extensions = requested.filter((extension) => pairFault(type, extension) === undefined)
  if (extensions.length > 0) return { extensions }
  const fault = pairFault(type, requested[0] ?? '')
  return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.can ?? ''}` }
}

function exportedFile(entry: Entry, extension: string, source: Source): SelectedFile {
  const { target } = source
  const subId = needsSubId(extension) && isSingle(source) && 'subId' in target ? target.subId : undefined
  const output = outputOf(entry, { kind: 'task', fileExtension: extension, subId })
  return { output, extension, failure: checkPair(entry.type, extension, subId) }
}

function checkPair(type: string, extension: string, subId: string | undefined): Failure | undefined {
  const fault = pairFault(type, extension)
  if (fault) return { class: 'permanent', what: `Could not export it: ${fault.what}`, advice: fault.can }
  if (!needsSubId(extension) || subId !== undefined) return undefined
  return {
    class: 'permanent',
    what: `Could not export it to ${extension}, which holds one sheet or table: the link names none`,
    advice:
      'Open the sheet or table in the browser, copy the address (with `?sheet=` or `?table=` in it) and give it a line of' +
      ' its own with `as=csv`; or export to xlsx.',
  }
}

function selectUploaded(entry: Entry, isWanted: boolean): Selected {
  if (!isWanted) return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' }
  const { extension } = uploadedName(entry.title)
  const output = outputOf(entry, { kind: 'upload', fileExtension: extension.toLowerCase(), subId: undefined })
  return { files: [{ output, extension, failure: undefined }], skip: undefined }
}
