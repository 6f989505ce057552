import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { Call } from './call.js'
import { DRIVE, METAS } from './codes.js'
import { contentOf, type EmulatedDocument } from './documents.js'
import { rangedAnswer } from './file-answer.js'
import { tokenOf, type Entry, type Folder, type Shortcut } from './folders.js'
import { pageOf } from './pages.js'
import { isForbidden, type Store } from './store.js'

const OWNER = 'ou_c4be1f4e5e7b2fbe0a9b8c7d6e5f4a3b'

/** `GET drive/v1/files`: one page of one folder. */
export function listFolder({ request, store, maxPageItems }: Call): PlainAnswer {
  const { folder_token: token = '', order_by: by = 'EditedTime', direction = 'DESC' } = request.query
  // Without a folder token, the service lists what the app itself has created: here, nothing.
  if (token === '') return answers.ok({ files: [], has_more: false })
  const folder = store.folders.find(token)
  // The service refuses the token of a document in another way than an unknown token.
  if (folder === undefined)
    return answers.error(store.documents.find(token) === undefined ? DRIVE.notFound : DRIVE.invalidParam)
  if (folder.deleted) return answers.error(DRIVE.deleted)
  if (folder.noPermission) return answers.error(DRIVE.forbidden)
  if (!['EditedTime', 'CreatedTime'].includes(by) || !['ASC', 'DESC'].includes(direction))
    return answers.error(DRIVE.invalidParam)
  const sign = direction === 'ASC' ? 1 : -1
  const sorted = folder.entries
    .filter((entry) => !isDeleted(entry))
    .sort((a, b) => sign * (timeOf(a, by) - timeOf(b, by)))
  const page = pageOf(sorted, request, { usual: 100, max: 200, cap: maxPageItems.folder })
  if (typeof page === 'string') return answers.error(DRIVE.invalidParam)
  const files = page.items.map((entry) => entryJson(entry, token))
  return answers.ok({
    files,
    has_more: page.cursor !== '',
    ...(page.cursor === '' ? {} : { next_page_token: page.cursor }),
  })
}

/** The most documents in one query for metadata. */
const MAX_META_DOCUMENTS = 200

/**
 * `POST drive/v1/metas/batch_query`: up to 200 documents or folders in one request. For a wiki node, it returns the
 * document of the node.
 */
export function queryMetas({ request, store }: Call): PlainAnswer {
  const body = (request.body ?? {}) as { request_docs?: unknown; with_url?: unknown }
  const requested = body.request_docs
  if (!Array.isArray(requested) || requested.length === 0)
    return answers.fieldViolation('request_docs', 'request_docs is required')
  if (requested.length > MAX_META_DOCUMENTS)
    return answers.fieldViolation('request_docs', `the max len is ${MAX_META_DOCUMENTS}`, String(requested.length))
  const metas: unknown[] = []
  const failed: unknown[] = []
  for (const requestDoc of requested as { doc_token: string; doc_type: string }[]) {
    const meta = findMeta(requestDoc, store, body.with_url === true)
    if (typeof meta === 'number') failed.push({ code: meta, token: requestDoc.doc_token })
    else metas.push(meta)
  }
  return answers.ok({ failed_list: failed, metas })
}

/** `GET drive/v1/files/:file_token/download`: an uploaded file, with `Range`. */
export function downloadFile({ request, params, store }: Call): PlainAnswer {
  const file = store.documents.find(params['fileToken'] ?? '')
  if (file?.type !== 'file') return answers.error(file === undefined ? DRIVE.notFound : DRIVE.invalidParam)
  if (file.deleted) return answers.error(DRIVE.deleted)
  if (isForbidden(file, store)) return answers.error(DRIVE.forbidden)
  return rangedAnswer(contentOf(file, ''), file.title, request.headers.range, file.contentType)
}

/** The values of `doc_type` that a query for metadata accepts. */
const META_TYPES = ['doc', 'docx', 'sheet', 'bitable', 'slides', 'mindnote', 'file', 'folder', 'wiki']

/** Finds the metadata of one document or folder. @returns the entry in `metas`, or the code of the entry in `failed_list` */
function findMeta(
  { doc_token: token, doc_type: requestedType }: { doc_token: string; doc_type: string },
  store: Store,
  withUrl: boolean,
): Record<string, unknown> | number {
  if (!META_TYPES.includes(requestedType)) return METAS.wrongType
  const node = requestedType === 'wiki' ? store.wiki.findNode(token) : undefined
  // The check of the document, below, is not enough: a shortcut that cannot be read may lead to a document that can.
  if (node !== undefined && !store.wiki.canRead(node)) return METAS.noPermission
  const folder = store.folders.find(token)
  const document = node?.document ?? store.documents.find(token)
  const found = document ?? folder
  if (found === undefined || found.deleted) return METAS.notFound
  const type = 'type' in found ? found.type : 'folder'
  // A media is a part of its document, and no document itself.
  if (type === 'media') return METAS.notFound
  if (node === undefined && requestedType !== type) return METAS.wrongType
  if (isForbidden(found, store)) return METAS.noPermission
  return {
    create_time: found.createTime,
    doc_token: found.token,
    doc_type: type,
    latest_modify_time: found.editTime,
    latest_modify_user: OWNER,
    owner_id: OWNER,
    request_doc_info: { doc_token: token, doc_type: requestedType },
    title: 'title' in found ? found.title : found.name,
    ...(withUrl ? { url: urlOf(type, found.token) } : {}),
  }
}

/** True for a deleted document or folder. A shortcut remains when its target is deleted. */
function isDeleted(entry: Entry): boolean {
  const item = itemOf(entry)
  return 'deleted' in item && item.deleted
}

/** The time by which an entry is sorted. @param by the value of `order_by`: `EditedTime` or `CreatedTime` */
function timeOf(entry: Entry, by: string): number {
  const { editTime, createTime } = itemOf(entry)
  return Number(by === 'CreatedTime' ? createTime : editTime)
}

function itemOf(entry: Entry): EmulatedDocument | Folder | Shortcut {
  switch (entry.kind) {
    case 'document':
      return entry.document
    case 'folder':
      return entry.folder
    case 'shortcut':
      return entry.shortcut
  }
}

/** An entry as `GET drive/v1/files` lists it. @param parent the token of the folder */
function entryJson(entry: Entry, parent: string): Record<string, unknown> {
  const type = typeOf(entry)
  const { editTime, createTime } = itemOf(entry)
  const shortcut = entry.kind === 'shortcut' ? entry.shortcut : undefined
  return {
    created_time: createTime,
    modified_time: editTime,
    name: nameOf(entry),
    owner_id: OWNER,
    parent_token: parent,
    ...(shortcut && { shortcut_info: { target_token: shortcut.targetToken, target_type: shortcut.targetType } }),
    token: tokenOf(entry),
    type,
    url: urlOf(type, tokenOf(entry)),
  }
}

function nameOf(entry: Entry): string {
  const item = itemOf(entry)
  return 'title' in item ? item.title : item.name
}

function typeOf(entry: Entry): string {
  return entry.kind === 'document' ? entry.document.type : entry.kind
}

/** By type: the part of a link that names the type, where it is not the type itself. */
const PATHS: Readonly<Record<string, string>> = {
  doc: 'docs',
  sheet: 'sheets',
  bitable: 'base',
  mindnote: 'mindnotes',
  folder: 'drive/folder',
}

function urlOf(type: string, token: string): string {
  return `https://example.feishu.cn/${PATHS[type] ?? type}/${token}`
}
