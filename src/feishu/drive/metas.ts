import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import { ERROR_TABLE } from '../errors/error-table.js'
import { OPERATIONS } from '../client/operations.js'
import type { Failure, Reply } from '../errors/failure.js'
import { linkIn, readItem, textIn, editTimeIn, wordIn, type Fields } from '../client/fields.js'
import { isObject, WrongShape } from '../client/json.js'

/** A document by token and type. With the type `wiki`, the token is a node token: the document behind that wiki page. */
export interface DocumentRef {
  readonly token: string
  readonly type: string
}

/** The metadata of a document. */
export interface Meta {
  /** The token in the request: for a wiki page, its node token. */
  readonly requestedToken: string
  /** The token of the document itself. */
  readonly token: string
  readonly type: string
  readonly title: string
  readonly modifiedTime: string | undefined
  readonly url: string | undefined
}

/**
 * The answer for several documents. The documents that can be read are in `metas`, the others in `refused`. The service
 * may also leave out a document.
 */
export interface Metas {
  readonly metas: readonly Meta[]
  readonly refused: readonly { readonly requestedToken: string; readonly code: number }[]
}

/** The maximum number of documents in one request. */
export const MAX_METAS = 200

/** The types that the API accepts. */
export const META_TYPES: ReadonlySet<string> = new Set([
  'doc',
  'docx',
  'sheet',
  'bitable',
  'slides',
  'mindnote',
  'file',
  'folder',
  'wiki',
])

/** The codes in `failed_list`. */
export const META_WRONG_TYPE = 970002
const META_NO_PERMISSION = 970003
export const META_NOT_FOUND = 970005

/**
 * Queries the metadata of up to `MAX_METAS` documents: token, type, title, edit time and link.
 * Source: 获取文件元数据, `POST /open-apis/drive/v1/metas/batch_query`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/file/batch_query
 * @param documents each token only once, since `refused` has no types
 */
export function queryMetas(
  connection: Connection,
  credential: Credential,
  documents: readonly DocumentRef[],
  signal: AbortSignal,
): Promise<Reply<Metas>> {
  return callApi(
    connection,
    credential,
    {
      operation: 'metas',
      method: 'POST',
      path: pathOf(['drive', 'v1', 'metas', 'batch_query']),
      body: {
        request_docs: documents.map(({ token, type }) => ({ doc_token: token, doc_type: type })),
        with_url: true,
      },
      read({ data }) {
        if (!isObject(data)) throw new WrongShape('data is not an object')
        return { metas: readableItems(data, 'metas', metaOf), refused: readableItems(data, 'failed_list', refusalOf) }
      },
    },
    signal,
  )
}

/**
 * Reads a list, which may be missing. An item that cannot be read is left out, as if the service had not sent it.
 * @throws WrongShape when the field is not a list
 */
function readableItems<T>(data: Fields, name: string, read: (item: Fields) => T): readonly T[] {
  const list = data[name] ?? []
  if (!Array.isArray(list)) throw new WrongShape(`data.${name} is not a list`)
  return list.flatMap((raw) => {
    const item = readItem(raw, read)
    return item instanceof WrongShape ? [] : [item]
  })
}

/** Reads an item of `metas`. @throws WrongShape */
function metaOf(fields: Fields): Meta {
  const token = wordIn(fields, 'doc_token')
  const requested = fields['request_doc_info']
  return {
    requestedToken: isObject(requested) ? wordIn(requested, 'doc_token') : token,
    token,
    type: wordIn(fields, 'doc_type'),
    title: textIn(fields, 'title'),
    modifiedTime: editTimeIn(fields, 'latest_modify_time'),
    url: linkIn(fields, 'url'),
  }
}

/** Reads an item of `failed_list`. @throws WrongShape */
function refusalOf(fields: Fields): Metas['refused'][number] {
  const code = fields['code']
  if (!Number.isInteger(code)) throw new WrongShape('a code of failed_list is not an integer')
  return { requestedToken: wordIn(fields, 'token'), code: code as number }
}

/**
 * Makes the failure of one document whose metadata could not be queried.
 * @param code the code of the document in `failed_list`; undefined when the answer does not have the document
 */
export function metaFailure(code: number | undefined, type: string, logId: string | undefined): Failure {
  const failure = (meaning: string, advice: string | undefined): Failure => ({
    class: 'permanent',
    what: `Could not ${OPERATIONS.metas.doing}: ${meaning}`,
    advice,
    code,
    logId,
  })
  const thing = THINGS[type] ?? 'document'
  const thingOfType = THINGS[type] ?? `document of type ${type}`
  switch (code) {
    case META_WRONG_TYPE:
      return failure(`the token is not that of ${type === 'file' ? 'an' : 'a'} ${thingOfType}`, CHECK_LINK)
    case META_NO_PERMISSION:
      return failure(`the app or user may not read this ${thing}`, adviceFor(type))
    case META_NOT_FOUND:
      return failure(`there is no such ${thing}`, 'It may have been deleted or moved. Check the link, or take it out.')
    case undefined:
      return failure(
        `the service said nothing about this ${thing}`,
        'Run it again; if the error comes back, open the link and check it.',
      )
    default:
      return failure(`the service refused to describe this ${thing}`, 'Give code and log id to Feishu support.')
  }
}

/** What the messages call a document of these types; of any other type, it is a "document". */
const THINGS: Readonly<Record<string, string>> = { wiki: 'wiki page', folder: 'folder', file: 'uploaded file' }

const CHECK_LINK = 'Copy the link again from the address bar of the browser.'

// To list or export the document, the same permission is needed. Without it, these calls get the error codes below, whose
// advice is used here, too.
const CODE_WITH_SAME_ADVICE: Readonly<Record<string, number>> = { wiki: 131006, folder: 1061004, file: 1061004 }
const NO_PERMISSION_ON_DOCUMENT = 1069902

/** The advice for a document that the app or user may not read, by its type. */
function adviceFor(type: string): string | undefined {
  const code = CODE_WITH_SAME_ADVICE[type] ?? NO_PERMISSION_ON_DOCUMENT
  return ERROR_TABLE.find((row) => row.codes.includes(code))?.advice
}
