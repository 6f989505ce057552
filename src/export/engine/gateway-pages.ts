import type { Operation } from '../../feishu/client/operations.js'
import type { Failure } from '../../feishu/errors/failure.js'

// So many pages of a gateway for an API, and no success of it, mean that the fault is not about one document.
const PAGES_ABOUT_ALL = 3

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
   * Narrows the scope of a failure from `app` to one document if the failure is a page of a gateway. If an API has got
   * three such pages and no success, the fault may concern every request: then the scope stays. It is narrowed all the
   * same for APIs that download files. Any other failure is returned unchanged.
   */
  narrowScope(operation: Operation, failure: Failure): Failure {
    // An error of the service has a code; a failure without any answer has no HTTP status.
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pageCounts.get(operation) ?? 0) + 1
    this.pageCounts.set(operation, pages)
    const mayConcernAll = pages >= PAGES_ABOUT_ALL && !this.succeeded.has(operation)
    return mayConcernAll && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined }
  }
}
