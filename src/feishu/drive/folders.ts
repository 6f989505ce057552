import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { linkIn, textIn, editTimeIn, tolerantPageIn, wordIn, type Fields, type TolerantPage } from '../client/fields.js'
import { isObject } from '../client/json.js'

/** An item of a folder. */
export interface FolderItem {
  /** Its token; for a shortcut, the shortcut's own token. */
  readonly token: string
  /** doc, docx, sheet, bitable, slides, mindnote, board, file, folder, shortcut, or another word of the service. */
  readonly type: string
  readonly name: string
  readonly url: string | undefined
  /** Its edit time; for a shortcut, the edit time of the shortcut itself, not of its target. */
  readonly modifiedTime: string | undefined
  /** The target of a shortcut; undefined for other items, and when the service does not send it. */
  readonly target: { readonly token: string; readonly type: string } | undefined
}

const NAMES = { list: 'files', cursor: 'next_page_token', token: 'token', title: 'name' }

/**
 * Lists up to 200 items of a folder, without the content of its sub-folders: one page of the results. The oldest items
 * come first, because this order does not change while documents are edited.
 * Source: 获取文件夹中的文件清单, `GET /open-apis/drive/v1/files`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/folder/list
 * @param cursor the cursor that came with the previous page; undefined for the first page
 */
export function folderPage(
  connection: Connection,
  credential: Credential,
  folderToken: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<TolerantPage<FolderItem>>> {
  const query = {
    folder_token: folderToken,
    page_size: '200',
    order_by: 'CreatedTime',
    direction: 'ASC',
    ...(cursor !== undefined && { page_token: cursor }),
  }
  return callApi(
    connection,
    credential,
    {
      operation: 'folder',
      method: 'GET',
      path: pathOf(['drive', 'v1', 'files'], query),
      read: ({ data }) => tolerantPageIn(data, NAMES, itemOf),
    },
    signal,
  )
}

/** Reads an item of a folder. @throws WrongShape */
function itemOf(fields: Fields): FolderItem {
  const type = wordIn(fields, 'type')
  const shortcut = fields['shortcut_info']
  return {
    token: wordIn(fields, 'token'),
    type,
    name: textIn(fields, 'name'),
    url: linkIn(fields, 'url'),
    modifiedTime: editTimeIn(fields, 'modified_time'),
    target:
      type === 'shortcut' && isObject(shortcut)
        ? { token: wordIn(shortcut, 'target_token'), type: wordIn(shortcut, 'target_type') }
        : undefined,
  }
}
