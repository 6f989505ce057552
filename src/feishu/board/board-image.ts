import { pathOf } from '../client/client.js'
import type { FileSource } from '../drive/file-download.js'

/**
 * The download of a board (画板) as a picture. The format is that of the answer's content type, usually PNG or JPEG.
 * Source: 下载画板为图片, `GET /open-apis/board/v1/whiteboards/:whiteboard_id/download_as_image`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/board-v1/whiteboard/download_as_image
 * @param whiteboardId the token of a block of type 43, or of a board that is a separate document
 */
export const boardImage = (whiteboardId: string): FileSource => ({
  operation: 'boardImage',
  path: pathOf(['board', 'v1', 'whiteboards', whiteboardId, 'download_as_image']),
  mayBeEmpty: false,
  // The service makes a new picture for each request.
  ranges: false,
})
