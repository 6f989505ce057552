import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { Call } from './call.js'
import { EXPORT } from './codes.js'
import type { EmulatedDocument, EmulatedSheet } from './documents.js'
import { contentAnswer } from './file-answer.js'
import { isForbidden } from './store.js'
import { endOf, type Task } from './tasks.js'

/** By type: the extensions to which it can be exported. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  doc: ['docx', 'pdf'],
  docx: ['docx', 'pdf'],
  sheet: ['xlsx', 'csv'],
  bitable: ['xlsx', 'csv', 'base'],
  slides: ['pptx', 'pdf'],
}

/** `POST drive/v1/export_tasks`: creates a task, which starts at once. */
export function createTask({ request, caller, store }: Call): PlainAnswer {
  const body = (request.body ?? {}) as Record<string, unknown>
  for (const field of ['file_extension', 'token', 'type']) {
    const value = body[field]
    if (typeof value !== 'string' || value === '') return answers.fieldViolation(field, `${field} is required`)
  }
  const { file_extension: extension, token, type, sub_id: subId } = body as Record<string, string>
  const possible = EXTENSIONS[type ?? '']
  if (possible === undefined) return answers.error(EXPORT.invalidParam)
  if (!possible.includes(extension ?? '')) return answers.error(EXPORT.wrongExtension)
  const document = store.documents.find(token ?? '')
  if (document === undefined || document.type !== type) return answers.error(EXPORT.invalidToken)
  if (document.deleted) return answers.error(EXPORT.deletedOrExpired)
  if (isForbidden(document, store)) return answers.error(EXPORT.noPermission)
  if (extension === 'csv' && !canExportToCsv(document, subId)) return answers.error(EXPORT.invalidParam)
  const task = store.tasks.add({
    document,
    fileExtension: extension ?? '',
    subId: extension === 'csv' ? subId : undefined,
    identity: caller.identity,
  })
  return answers.ok({ ticket: task.ticket })
}

/** `GET drive/v1/export_tasks/:ticket`: the status of a task. */
export function queryTask({ request, params, caller, store }: Call): PlainAnswer {
  const task = store.tasks.find(params['ticket'] ?? '')
  if (task === undefined || request.query['token'] !== task.document.token) return answers.error(EXPORT.invalidParam)
  if (!isAllowed(task, caller.identity)) return answers.error(EXPORT.noPermission)
  return answers.ok({ result: store.tasks.query(task) })
}

/** `GET drive/v1/export_tasks/file/:file_token/download`: the file of a task that has succeeded. */
export function downloadExport({ params, caller, store, nowMs, fileLifetimeMs }: Call): PlainAnswer {
  const task = store.tasks.findByFileToken(params['fileToken'] ?? '')
  if (task === undefined || task.jobStatus !== 0) return answers.error(EXPORT.invalidFileToken)
  const endMs = endOf(task)
  if (endMs === undefined || nowMs < endMs) return answers.error(EXPORT.invalidFileToken)
  if (!isAllowed(task, caller.identity)) return answers.error(EXPORT.noPermission)
  // For an expired file, the service sends the code of a deleted document, but with 410 in place of the usual 404.
  if (nowMs - endMs >= fileLifetimeMs) return answers.error(EXPORT.deletedOrExpired, { status: 410 })
  task.downloads += 1
  return contentAnswer(task.content, `${task.fileName}.${task.fileExtension}`)
}

/**
 * True when the part of the document with this id can be exported to csv. In a document that lists no ids, any id is
 * accepted.
 */
function canExportToCsv({ subIds, sheets, tables }: EmulatedDocument, subId: unknown): boolean {
  if (typeof subId !== 'string' || subId === '') return false
  if (subIds.length + sheets.length + tables.length === 0) return true
  const isSheet = ({ sheetId, resourceType = 'sheet' }: EmulatedSheet): boolean =>
    sheetId === subId && resourceType === 'sheet'
  return subIds.includes(subId) || sheets.some(isSheet) || tables.some(({ tableId }) => tableId === subId)
}

/** True for the caller that created the task. A task without an identity is open to all. */
function isAllowed(task: Task, identity: string): boolean {
  return task.identity === undefined || task.identity === identity
}
