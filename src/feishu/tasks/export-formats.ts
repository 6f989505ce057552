/**
 * The file extensions that each type of document exports to.
 * Source: 导出云文档概述, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/export-user-guide;
 * `slides` and `base` from the official SDK and CLI.
 */
export const EXPORT_FORMATS = {
  doc: ['docx', 'pdf'],
  docx: ['docx', 'pdf'],
  sheet: ['xlsx', 'csv'],
  bitable: ['xlsx', 'csv', 'base'],
  slides: ['pptx', 'pdf'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** A type of document that can be exported, as the API names it. */
export type DocumentType = keyof typeof EXPORT_FORMATS

/** All types that can be exported. */
export const DOCUMENT_TYPES = Object.keys(EXPORT_FORMATS) as readonly DocumentType[]

/** All file extensions of exports, in lower case and without a dot. */
export const EXPORT_EXTENSIONS: readonly string[] = [...new Set(Object.values(EXPORT_FORMATS).flat())]

/** True for a type that can be exported. */
export function isDocumentType(type: string): type is DocumentType {
  return Object.hasOwn(EXPORT_FORMATS, type)
}

/** True for an extension that exports only one sheet or table, whose id (`sub_id`) the service needs. */
export const needsSubId = (fileExtension: string): boolean => fileExtension === 'csv'

/** The formats that an export task can make of each type, as a sentence for the user. */
export const TASK_FORMATS_SENTENCE =
  'These can be exported: doc and docx to docx or pdf; sheet to xlsx or csv; bitable (base) to xlsx, csv or base;' +
  ' slides to pptx or pdf.'

/** Why a type of document cannot be exported to an extension. */
export interface FormatFault {
  /** A clause: "a document of type sheet cannot be exported to docx". */
  readonly what: string
  /** What can be exported instead: a sentence. */
  readonly cure: string
}

/**
 * Checks whether an export task can export a type to an extension.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can
 */
export const findTaskFormatFault = (type: string, fileExtension: string): FormatFault | undefined =>
  findMissingFormatFault(isDocumentType(type) ? EXPORT_FORMATS[type] : [], type, fileExtension, TASK_FORMATS_SENTENCE)

/**
 * Checks whether an extension is among the formats of a type. The caller gives the formats, because `export` also makes
 * md and png, which no export task can make.
 * @param formats the extensions that the type can be exported to; empty if it cannot be exported
 * @param cureIfNone the cure if `formats` is empty: a sentence with the extensions of every type
 * @returns undefined if the extension is among them
 */
export function findMissingFormatFault(
  formats: readonly string[],
  type: string,
  fileExtension: string,
  cureIfNone: string,
): FormatFault | undefined {
  if (formats.includes(fileExtension)) return undefined
  if (formats.length === 0) return { what: `a document of type ${type} cannot be exported at all`, cure: cureIfNone }
  const last = formats.at(-1) ?? ''
  const list = formats.length === 1 ? last : `${formats.slice(0, -1).join(', ')} or ${last}`
  return { what: `a document of type ${type} cannot be exported to ${fileExtension}`, cure: `It exports to ${list}.` }
}
