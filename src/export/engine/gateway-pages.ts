import type { Operation } from '../../feishu/client/operations.js'
import type { Failure } from '../../feishu/errors/failure.js'

// After this many pages of a gateway, and no success of the API, the fault is not about one document.
const MAX_PAGES_WITHOUT_SUCCESS = 3

/** The operations that download files: here, a gateway may send its page because it blocks one file. */
const FILE_OPERATIONS: ReadonlySet<Operation> = new Set(['download', 'fileDownload', 'mediaDownload', 'boardImage'])

/** Decides whether a page (or redirect) that a gateway sent in place of an answer concerns one document or every request. */
export class GatewayPages {
  private readonly pageCounts = new Map<Operation, number>()
  private readonly succeeded = new Set<Operation>()

  /** Records that a call of an API has succeeded. */
  recordSuccess(operation: Operation): void {
    this.succeeded.add(operation)
  }

  /**
   * Narrows the scope of a failure to one document if the failure is a page of a gateway. Returns any other failure as it
   * is. A page keeps the scope `app` only if it is at least the third one, and no call of the API has succeeded. If the
   * API downloads files, no page keeps the scope.
   */
  narrowScope(operation: Operation, failure: Failure): Failure {
    // An error of the service has a code; a failure without any answer has no HTTP status.
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pageCounts.get(operation) ?? 0) + 1
    this.pageCounts.set(operation, pages)
    const hasOnlyPages = pages >= MAX_PAGES_WITHOUT_SUCCESS && !this.succeeded.has(operation)
    return hasOnlyPages && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined }
  }
}
