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

/** The formats that each type exports to by an export task, as a sentence for the user. */
export const TASK_FORMATS_SENTENCE =
  'These can be exported: doc and docx to docx or pdf; sheet to xlsx or csv; bitable (base) to xlsx, csv or base;' +
  ' slides to pptx or pdf.'

/**
 * Checks whether a type can be exported to an extension.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can, otherwise what cannot be done (a clause) and what can be done (a sentence)
 */
export function pairFault(
  type: string,
  fileExtension: string,
): { readonly what: string; readonly can: string } | undefined {
  if (!isDocumentType(type))
    return { what: `a document of type ${type} cannot be exported at all`, can: TASK_FORMATS_SENTENCE }
  const formats: readonly string[] = EXPORT_FORMATS[type]
  if (formats.includes(fileExtension)) return undefined
  return {
    what: `a document of type ${type} cannot be exported to ${fileExtension}`,
    can: `It exports to ${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}.`,
  }
}
