import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { revisionIn, textIn } from '../client/fields.js'
import { isObject, WrongShape } from '../client/json.js'

/** Title and revision of a document of type docx. */
export interface DocxDocument {
  readonly documentId: string
  /** Different after every edit. */
  readonly revisionId: string
  readonly title: string
}

/**
 * Queries title and revision of a document of type docx, in one request.
 * Source: 获取文档基本信息, `GET /open-apis/docx/v1/documents/:document_id`,
 * https://open.feishu.cn/document/server-docs/docs/docs/docx-v1/document/get
 * @param documentId the document's own token, not that of a wiki page
 * @returns the document, or a failure; never throws for errors of the service or the network
 */
export function getDocument(
  connection: Connection,
  credential: Credential,
  documentId: string,
  signal: AbortSignal,
): Promise<Reply<DocxDocument>> {
  return callApi(
    connection,
    credential,
    {
      operation: 'document',
      method: 'GET',
      path: pathOf(['docx', 'v1', 'documents', documentId]),
      read({ data }) {
        const document = isObject(data) ? data['document'] : undefined
        if (!isObject(document)) throw new WrongShape('data.document is not an object')
        const revisionId = revisionIn(document, 'revision_id')
        if (revisionId === undefined) throw new WrongShape('revision_id is not a number')
        return { documentId, revisionId, title: textIn(document, 'title') }
      },
    },
    signal,
  )
}
