import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { requiredTextIn, pageIn, revisionIn, wordIn, type Fields, type Page } from '../client/fields.js'

/** A table of a base (多维表格). */
export interface Table {
  /** The `sub_id` of an export to csv. */
  readonly tableId: string
  readonly name: string
  /** Different after every change of the table; undefined if the service sends none. */
  readonly revision: string | undefined
}

/**
 * Lists one page of the tables of a base.
 * Source: 列出数据表, `GET /open-apis/bitable/v1/apps/:app_token/tables`,
 * https://open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/list
 * @param appToken the token of the base
 * @param cursor the cursor that came with the previous page; undefined for the first page
 */
export function tablesPage(
  connection: Connection,
  credential: Credential,
  appToken: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<Page<Table>>> {
  const query = { page_size: '100', ...(cursor !== undefined && { page_token: cursor }) }
  return callApi(
    connection,
    credential,
    {
      operation: 'tables',
      method: 'GET',
      path: pathOf(['bitable', 'v1', 'apps', appToken, 'tables'], query),
      read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, tableOf),
    },
    signal,
  )
}

/** Reads an item of `items`. @throws WrongShape */
function tableOf(fields: Fields): Table {
  return {
    tableId: wordIn(fields, 'table_id'),
    name: requiredTextIn(fields, 'name'),
    revision: revisionIn(fields, 'revision'),
  }
}
