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
   * Narrows the scope of a page of a gateway from `app` to one document, with one exception. From the third page of an API
   * on, the scope stays if no call of the API has succeeded. The exception does not apply to APIs that download files.
   * Returns a failure that is no page as it is.
   */
  narrowScope(operation: Operation, failure: Failure): Failure {
    // An error of the service has a code; a failure without any answer has no HTTP status.
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pageCounts.get(operation) ?? 0) + 1
    this.pageCounts.set(operation, pages)
    const mayConcernAll = pages >= MAX_PAGES_WITHOUT_SUCCESS && !this.succeeded.has(operation)
    return mayConcernAll && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined }
  }
}
