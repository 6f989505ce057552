import type { Operation } from '../../feishu/client/operations.js'
import type { Failure } from '../../feishu/errors/failure.js'

// After this many pages of a gateway without any answer of the service, the fault is not about one document.
const MAX_PAGES_WITHOUT_ANSWER = 3

/** The operations that download files: a page of a gateway may concern only the file that it blocks. */
const FILE_OPERATIONS: ReadonlySet<Operation> = new Set(['download', 'fileDownload', 'mediaDownload', 'boardImage'])

/** Decides whether a page that a gateway sent in place of an answer concerns one document or every request. */
export class GatewayPages {
  private readonly pages = new Map<Operation, number>()
  private readonly answered = new Set<Operation>()

  /** Records that the service has answered a call of an API. */
  recordAnswer(operation: Operation): void {
    this.answered.add(operation)
  }

  /**
   * Limits the scope of a failure to one document if it is a page of a gateway. The scope is kept only if the API has
   * answered no call at all and `MAX_PAGES_WITHOUT_ANSWER` pages were received. Any other failure is returned as it is.
   */
  limitScope(operation: Operation, failure: Failure): Failure {
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pages.get(operation) ?? 0) + 1
    this.pages.set(operation, pages)
    const isOnlyPages = pages >= MAX_PAGES_WITHOUT_ANSWER && !this.answered.has(operation)
    return isOnlyPages && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined }
  }
}
