import { pathOf } from '../client/client.js'
import type { FileSource } from './file-download.js'
import type { DocumentRef } from './metas.js'

/** A picture or an attachment of a document. */
export interface Media {
  readonly kind: 'picture' | 'attachment'
  /** The token in the image block or file block, not the id of the block. */
  readonly token: string
}

/**
 * The download of a picture or an attachment of a document.
 * Source: 下载素材, `GET /open-apis/drive/v1/medias/:file_token/download`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 * @param document the document with this picture or attachment, sent as `extra`. Only for a second request, after an
 * HTTP 403: the service refuses some pictures without `extra`
 */
export const mediaFile = ({ kind, token }: Media, document?: DocumentRef): FileSource => ({
  operation: 'mediaDownload',
  path: pathOf(
    ['drive', 'v1', 'medias', token, 'download'],
    document && { extra: JSON.stringify({ doc_token: document.token, doc_type: document.type }) },
  ),
  // An attachment can be an empty file, but a picture cannot.
  mayBeEmpty: kind === 'attachment',
  ranges: true,
})
