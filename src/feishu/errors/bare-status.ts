import { OPERATIONS, type Operation } from '../client/operations.js'
import { ERROR_TABLE } from './error-table.js'
import type { Failure } from './failure.js'

/**
 * The error codes whose text explains the HTTP status of a download that has no code.
 * Source: 下载素材, which lists only statuses, https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 */
const CODES_BY_STATUS: Partial<Record<Operation, Readonly<Record<number, number>>>> = {
  // Usually, the service has deleted the file after ten minutes.
  download: { 404: 1069914, 410: 1069914 },
  mediaDownload: { 403: 1061004, 404: 1061003 },
}

/** Explains a failed download without a known code by its HTTP status. */
export function explainBareStatus(failure: Failure, operation: Operation): Failure {
  const { code, httpStatus } = failure
  const isKnown = ERROR_TABLE.some(({ codes }) => code !== undefined && codes.includes(code))
  const likely = httpStatus === undefined ? undefined : CODES_BY_STATUS[operation]?.[httpStatus]
  const text = ERROR_TABLE.find(({ codes }) => likely !== undefined && codes.includes(likely))?.per?.[operation]
  if (isKnown || !text) return failure
  return {
    ...failure,
    what: `Could not ${OPERATIONS[operation].doing}: ${text.meaning}`,
    advice: text.advice,
    scope: undefined,
  }
}
