import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { Call } from './call.js'
import { BASE, BOARD, DRIVE, SHEETS } from './codes.js'
import { contentOf, revisionOf, type EmulatedDocument } from './documents.js'
import { rangedAnswer } from './file-answer.js'
import { pageOf } from './pages.js'
import { isForbidden, type Store } from './store.js'

/** `GET drive/v1/medias/:file_token/download`: a picture or attachment, with `Range`. */
export function downloadMedia({ request, params, store }: Call): PlainAnswer {
  const media = store.documents.find(params['fileToken'] ?? '')
  if (media?.type !== 'media' || media.deleted) return answers.error(DRIVE.notFound)
  if (media.noPermission || !namesDocument(request.query['extra'], media, store)) return answers.error(DRIVE.forbidden)
  return rangedAnswer(contentOf(media, ''), media.title, request.headers.range, media.contentType)
}

/** `GET board/v1/whiteboards/:whiteboard_id/download_as_image`. */
export function downloadBoard({ params, store }: Call): PlainAnswer {
  const board = store.documents.find(params['whiteboardId'] ?? '')
  if (board?.type !== 'board' || board.deleted) return answers.error(BOARD.notFound)
  if (isForbidden(board, store)) return answers.error(BOARD.forbidden)
  return { status: 200, headers: { 'content-type': board.contentType }, body: contentOf(board, '') }
}

/** `GET sheets/v3/spreadsheets/:spreadsheet_token/sheets/query`: all sheets, on one page. */
export function querySheets({ params, store }: Call): PlainAnswer {
  const document = store.documents.find(params['spreadsheetToken'] ?? '')
  if (document?.type !== 'sheet') return answers.error(SHEETS.notFound)
  if (document.deleted) return answers.error(SHEETS.deleted)
  if (isForbidden(document, store)) return answers.error(SHEETS.noPermission)
  const sheets = document.sheets.map(({ sheetId, title, hidden = false, resourceType = 'sheet' }, index) => ({
    hidden,
    index,
    resource_type: resourceType,
    sheet_id: sheetId,
    title,
  }))
  return answers.ok({ sheets })
}

/** `GET bitable/v1/apps/:app_token/tables`: one page. For an unknown or deleted base: an error, but with HTTP 200. */
export function listTables({ request, params, store, maxPageItems }: Call): PlainAnswer {
  const document = store.documents.find(params['appToken'] ?? '')
  if (document?.type !== 'bitable' || document.deleted) return answers.error(BASE.notFound)
  if (isForbidden(document, store)) return answers.error(BASE.noPermission)
  if (document.copying) return answers.error(BASE.copying)
  const page = pageOf(document.tables, request, { usual: 20, max: 100, cap: maxPageItems.tables })
  if (page === 'bad-cursor') return answers.fieldViolation('page_token', 'page_token is invalid')
  if (page === 'bad-size')
    return answers.fieldViolation('page_size', 'the max value is 100', request.query['page_size'])
  return answers.ok({
    has_more: page.cursor !== '',
    items: page.items.map((table) => ({ name: table.name, revision: revisionOf(table), table_id: table.tableId })),
    page_token: page.cursor,
    total: document.tables.length,
  })
}

/**
 * True when the media requires no document in `extra`, or `extra` names the required one.
 * @param extra a parameter with JSON
 */
function namesDocument(extra: string | undefined, { extraOf }: EmulatedDocument, store: Store): boolean {
  if (extraOf === undefined) return true
  const required = store.documents.get(extraOf)
  try {
    const { doc_token: token, doc_type: type } = JSON.parse(extra ?? '') as Record<string, unknown>
    return token === required.token && type === required.type
  } catch {
    // `extra` is missing or not a JSON object.
    return false
  }
}
