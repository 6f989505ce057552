import { pathOf } from '../client/client.js'
import type { FileSource } from './file-download.js'
import type { DocumentRef } from './metas.js'

/**
 * The download of a picture or an attachment of a document.
 * Source: 下载素材, `GET /open-apis/drive/v1/medias/:file_token/download`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 * @param fileToken the token of an image block or a file block
 * @param document the document that uses it, sent as `extra`; without it the service refuses some pictures with HTTP 403
 */
export const mediaFile = (fileToken: string, document?: DocumentRef): FileSource => ({
  operation: 'mediaDownload',
  path: pathOf(
    ['drive', 'v1', 'medias', fileToken, 'download'],
    document && { extra: JSON.stringify({ doc_token: document.token, doc_type: document.type }) },
  ),
  // An attachment can be an empty file.
  mayBeEmpty: true,
  ranges: true,
})
