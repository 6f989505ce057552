import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { flagIn, requiredTextIn, objectsIn, wordIn, type Fields } from '../client/fields.js'
import { isObject, WrongShape } from '../client/json.js'

/** A sheet of a spreadsheet. */
export interface Sheet {
  /** The `sub_id` of an export to csv. */
  readonly sheetId: string
  readonly title: string
  readonly hidden: boolean
  /** `sheet`, `bitable`, `#UNSUPPORTED_TYPE` or another word of the service; only a `sheet` exports to csv. */
  readonly resourceType: string
}

// The answer also lists every merged range of cells, each in about a hundred bytes.
const MAX_BODY_BYTES = 64 * 1024 * 1024

/**
 * Queries the sheets of a spreadsheet in one request; they are in the order of the tabs.
 * Source: 获取工作表, `GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/query`,
 * https://open.feishu.cn/document/server-docs/docs/sheets-v3/spreadsheet-sheet/query
 */
export function querySheets(
  connection: Connection,
  credential: Credential,
  spreadsheetToken: string,
  signal: AbortSignal,
): Promise<Reply<readonly Sheet[]>> {
  return callApi(
    connection,
    credential,
    {
      operation: 'sheets',
      method: 'GET',
      path: pathOf(['sheets', 'v3', 'spreadsheets', spreadsheetToken, 'sheets', 'query']),
      maxBodyBytes: MAX_BODY_BYTES,
      read({ data }) {
        const list = isObject(data) ? data['sheets'] : undefined
        if (!Array.isArray(list)) throw new WrongShape('data.sheets is not a list')
        return [...objectsIn(list, 'sheets')].sort(byIndex).map(sheetOf)
      },
    },
    signal,
  )
}

/** Compares two sheets by the order of their tabs. If one has no index, they stay in the order of the answer. */
function byIndex(a: Fields, b: Fields): number {
  const [one, other] = [a['index'], b['index']]
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0
}

function sheetOf(fields: Fields): Sheet {
  return {
    sheetId: wordIn(fields, 'sheet_id'),
    title: requiredTextIn(fields, 'title'),
    hidden: flagIn(fields, 'hidden') ?? false,
    resourceType: requiredTextIn(fields, 'resource_type'),
  }
}
