import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { textIn, tolerantPageIn, wordIn, type Fields, type TolerantPage } from '../client/fields.js'

/** A knowledge base. */
export interface WikiSpace {
  readonly spaceId: string
  readonly name: string
}

const NAMES = { list: 'items', cursor: 'page_token', token: 'space_id', title: 'name' }

/**
 * Lists up to 50 of the knowledge bases of which the app (or the user) is a member: one page of the results. A page may
 * be empty although more pages follow. The service never lists 「我的文档库」.
 * Source: 获取知识空间列表, `GET /open-apis/wiki/v2/spaces`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/wiki-v2/space/list
 * @param cursor the cursor that came with the previous page; undefined for the first page
 */
export function wikiSpacesPage(
  connection: Connection,
  credential: Credential,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<TolerantPage<WikiSpace>>> {
  const query = { page_size: '50', ...(cursor !== undefined && { page_token: cursor }) }
  return callApi(
    connection,
    credential,
    {
      operation: 'wikiSpaces',
      method: 'GET',
      path: pathOf(['wiki', 'v2', 'spaces'], query),
      read: ({ data }) => tolerantPageIn(data, NAMES, spaceOf),
    },
    signal,
  )
}

function spaceOf(fields: Fields): WikiSpace {
  return { spaceId: wordIn(fields, 'space_id'), name: textIn(fields, 'name') }
}
