import { isDocumentType, needsSubId, pairFault } from '../feishu/tasks/export-formats.js'
import type { Failure } from '../feishu/errors/failure.js'
import type { Entry, ExportUnit, Source } from './model.js'
import { uploadedName } from './paths/names.js'

/** What the user wants exported. */
export interface Wishes {
  /** The extensions that each type becomes, where the source says nothing else. */
  readonly formats: ReadonlyMap<string, readonly string[]>
  readonly includeFiles: boolean
}

/** A file that is to be. */
export interface WantedFile {
  readonly unit: ExportUnit
  /** As it stands in the name; empty for an uploaded file without one. */
  readonly extension: string
  /** Why it cannot be had, as far as that is known before any request. */
  readonly failure: Failure | undefined
}

/** What a found thing becomes: files, or the reason why it does not. A folder has neither. */
export interface Wanted {
  readonly files: readonly WantedFile[]
  readonly skip: string | undefined
}

/** True where a source is one document, and its `to` a path without extension. */
export const isSingle = ({ target }: Source): boolean =>
  target.kind === 'document' || (target.kind === 'wiki-node' && !target.children)

/** Decides what a found thing becomes. */
export function wantedOf(entry: Entry, source: Source, wishes: Wishes): Wanted {
  // What a line names itself is wanted; what a tree brings along may be left out.
  if (entry.type === 'file') return uploaded(entry, isSingle(source) || wishes.includeFiles)
  if (entry.type === 'folder') return { files: [], skip: undefined }
  if (!isDocumentType(entry.type)) {
    return isSingle(source)
      ? { files: [notExportable(entry)], skip: undefined }
      : { files: [], skip: cannotBeExported(entry.type) }
  }
  const { extensions, skip } = wantedExtensions(entry.type, source, wishes)
  return { files: extensions.map((extension) => exported(entry, extension, source)), skip }
}

const NAMES: Readonly<Record<string, string>> = { mindnote: 'mind notes (思维笔记)', board: 'boards (画板)' }

function cannotBeExported(type: string): string {
  return `the service cannot export ${(Object.hasOwn(NAMES, type) ? NAMES[type] : undefined) ?? `documents of type ${type.slice(0, 40)}`}`
}

function notExportable(entry: Entry): WantedFile {
  const { token, type, title, editTime, url } = entry
  const what = `Could not export it: ${cannotBeExported(type)}`
  return {
    unit: { token, type, title, editTime, url, fileExtension: '', subId: undefined, uploaded: false },
    extension: '',
    failure: { class: 'permanent', what, advice: 'Take its line out of the sources.' },
  }
}

function wantedExtensions(type: string, source: Source, { formats }: Wishes): { extensions: string[]; skip?: string } {
  const asked = [...new Set(source.as ?? formats.get(type) ?? [])]
  if (asked.length === 0) return { extensions: [], skip: `\`formats\` names no format for ${type}` }
  // What a tree holds need not all fit what is asked of it; a single document must.
  if (source.as === undefined || isSingle(source)) return { extensions: asked }
  const extensions = asked.filter((extension) => pairFault(type, extension) === undefined)
  if (extensions.length > 0) return { extensions }
  const fault = pairFault(type, asked[0] ?? '')
  return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.can ?? ''}` }
}

function exported(entry: Entry, extension: string, source: Source): WantedFile {
  const { token, type, title, editTime, url } = entry
  const { target } = source
  const subId = needsSubId(extension) && isSingle(source) && 'subId' in target ? target.subId : undefined
  const unit = { token, type, title, editTime, url, fileExtension: extension, subId, uploaded: false }
  return { unit, extension, failure: failureOf(type, extension, subId) }
}

function failureOf(type: string, extension: string, subId: string | undefined): Failure | undefined {
  const fault = pairFault(type, extension)
  if (fault) return { class: 'permanent', what: `Could not export it: ${fault.what}`, advice: fault.can }
  if (!needsSubId(extension) || subId !== undefined) return undefined
  return {
    class: 'permanent',
    what: `Could not export it to ${extension}, which holds one sheet or table: nothing names which one`,
    advice:
      'Open the sheet or table in the browser, copy the address (with `?sheet=` or `?table=` in it) and give it a line of' +
      ' its own with `as=csv`; or export to xlsx.',
  }
}

function uploaded(entry: Entry, isWanted: boolean): Wanted {
  const { token, type, title, editTime, url } = entry
  if (!isWanted) return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' }
  const { extension } = uploadedName(title)
  const fileExtension = extension.toLowerCase()
  const unit = { token, type, title, editTime, url, fileExtension, subId: undefined, uploaded: true }
  return { files: [{ unit, extension, failure: undefined }], skip: undefined }
}

/** What makes two files the same export. An uploaded file has one form only, whatever its name says. */
export function unitKey(unit: Pick<ExportUnit, 'token' | 'type' | 'fileExtension'> & { subId?: string | undefined }) {
  const { token, type, fileExtension, subId = '' } = unit
  return JSON.stringify(type === 'file' ? [token, type] : [token, type, fileExtension, subId])
}
