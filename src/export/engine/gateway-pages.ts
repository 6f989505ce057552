import type { Operation } from '../../feishu/client/operations.js'
import type { Failure } from '../../feishu/errors/failure.js'

// If an API has got this many pages of a gateway, and no success, the fault may concern every request.
const MIN_PAGES_ABOUT_ALL = 3

/** The operations that download files. A gateway may block single files, and send a page in place of each. */
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
   * Narrows the scope of a gateway's page from `app` to one document; returns any other failure unchanged. If an API has
   * got `MIN_PAGES_ABOUT_ALL` pages and no success, the fault may concern every request: then the scope stays `app`. For
   * an API that downloads files, the scope is always narrowed. Counts the page: to be called once for each failed call.
   */
  narrowScope(operation: Operation, failure: Failure): Failure {
    // An error of the service has a code; a failure without any answer has no HTTP status.
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pageCounts.get(operation) ?? 0) + 1
    this.pageCounts.set(operation, pages)
    const mayConcernAll = pages >= MIN_PAGES_ABOUT_ALL && !this.succeeded.has(operation)
    return mayConcernAll && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined }
  }
}
