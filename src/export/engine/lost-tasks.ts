import type { Failure } from '../../feishu/errors/failure.js'

// In the answer to a query, this code means that the document was deleted. In the answer to a download, it means that the
// exported file was deleted.
const DELETED = 1069906
/**
 * The codes for a task, or the file of a task, that the service no longer knows. The documentation names only one of
 * them: 1060001, as an error of the download.
 */
const LOST_CODES: Readonly<Record<'query' | 'download', readonly number[]>> = {
  query: [1069904, 1069914],
  download: [1060001, 1069904, DELETED, 1069914],
}

/** True when the service no longer knows a task, or the file of a task: a new task is needed. */
export function isLost(step: 'query' | 'download', { code, httpStatus, scope }: Failure): boolean {
  // A failure with a scope concerns other requests, too, so its reason is not this task.
  if (scope !== undefined) return false
  if (code !== undefined && LOST_CODES[step].includes(code)) return true
  // The code of a query, since that of a download has returned above. A new task cannot export a deleted document either.
  if (code === DELETED) return false
  return httpStatus === 404 || httpStatus === 410
}
