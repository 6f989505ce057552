import { OPERATIONS, type Operation } from '../client/operations.js'
import { ERROR_TABLE, type ErrorRow } from './error-table.js'
import type { Failure } from './failure.js'

/**
 * For a failed download without a known error code: the code whose text explains the HTTP status. The row of the code
 * must have a text for the operation (`per`).
 * Source: 下载素材, which lists only statuses, https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 */
const CODES_BY_STATUS: Partial<Record<Operation, Readonly<Record<number, number>>>> = {
  // The usual reason: the service deletes an exported file after ten minutes.
  download: { 404: 1069914, 410: 1069914 },
  mediaDownload: { 403: 1061004, 404: 1061003 },
}

/**
 * Explains a failed download by its HTTP status, with the text of a code from `CODES_BY_STATUS`. Returns the failure
 * unchanged if its own code is in the error table, or if `CODES_BY_STATUS` has no code for this operation and status.
 */
export function explainBareStatus(failure: Failure, operation: Operation): Failure {
  const { code, httpStatus } = failure
  if (code !== undefined && findRow(code)) return failure
  const likelyCode = httpStatus === undefined ? undefined : CODES_BY_STATUS[operation]?.[httpStatus]
  const text = likelyCode === undefined ? undefined : findRow(likelyCode)?.per?.[operation]
  if (!text) return failure
  return {
    ...failure,
    what: `Could not ${OPERATIONS[operation].doing}: ${text.meaning}`,
    advice: text.advice,
    // `classify` may have taken the answer for the page of a gateway, and set `scope` to `app`.
    scope: undefined,
  }
}

const findRow = (code: number): ErrorRow | undefined => ERROR_TABLE.find(({ codes }) => codes.includes(code))
