import {
  EXPORT_FORMATS,
  findMissingFormatFault,
  type DocumentType,
  type FormatFault,
} from '../feishu/tasks/export-formats.js'

/** How an output is made. */
export type OutputKind =
  /** By an export task of the service. */
  | 'task'
  /** By downloading an uploaded file as it is. */
  | 'upload'
  /** Converted here from the blocks of the document. */
  | 'markdown'
  /** By downloading a board as a picture. */
  | 'board'

/** The formats that this action makes itself, besides those that the service exports. */
const OWN_FORMATS: Readonly<Record<string, Readonly<Record<string, OutputKind>>>> = {
  docx: { md: 'markdown' },
  board: { png: 'board' },
}

/** The extensions of board pictures; which of them a picture has is known only after its download. */
export const BOARD_EXTENSIONS: readonly string[] = ['png', 'jpg']

/** All types of which something can be exported. */
export const EXPORTABLE_TYPES: readonly string[] = [...Object.keys(EXPORT_FORMATS), 'board']

/** True for a type of which something can be exported. */
export const isExportable = (type: string): boolean => EXPORTABLE_TYPES.includes(type)

/** All file extensions of outputs, in lower case and without a dot. */
export const OUTPUT_EXTENSIONS: readonly string[] = [...new Set(EXPORTABLE_TYPES.flatMap(extensionsFor))]

/** The file extensions that documents of a type can be exported to. */
export function extensionsFor(type: string): readonly string[] {
  const byTask: readonly string[] = Object.hasOwn(EXPORT_FORMATS, type) ? EXPORT_FORMATS[type as DocumentType] : []
  return [...byTask, ...Object.keys(OWN_FORMATS[type] ?? {})]
}

/** How a document of a type is exported to an extension; `task` also where that is impossible (see findFormatFault). */
export const kindFor = (type: string, extension: string): OutputKind => OWN_FORMATS[type]?.[extension] ?? 'task'

/** The formats that each type exports to, as a sentence for the user. */
export const SUPPORTED_FORMATS_SENTENCE =
  'These can be exported: doc to docx or pdf; docx to docx, pdf or md; sheet to xlsx or csv; bitable (base) to xlsx, csv' +
  ' or base; slides to pptx or pdf; board to png.'

/**
 * Checks whether a type can be exported to an extension, by an export task or by this action itself.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can
 */
export const findFormatFault = (type: string, extension: string): FormatFault | undefined =>
  findMissingFormatFault(extensionsFor(type), type, extension, SUPPORTED_FORMATS_SENTENCE)
