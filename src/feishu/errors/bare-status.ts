import { OPERATIONS, type Operation } from '../client/operations.js'
import { ERROR_TABLE } from './error-table.js'
import type { Failure } from './failure.js'

/**
 * What a download's HTTP status means where no code says more: the code whose words fit.
 * Source: 下载素材 lists statuses alone, https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 */
const CODES_BY_STATUS: Partial<Record<Operation, Readonly<Record<number, number>>>> = {
  // The ten minutes are the usual reason.
  download: { 404: 1069914, 410: 1069914 },
  mediaDownload: { 403: 1061004, 404: 1061003 },
}

/** Explains a failed download that has no code, or one that nobody knows, by its HTTP status. */
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
