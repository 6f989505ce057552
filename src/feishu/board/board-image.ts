import type { Credential } from '../auth/credentials.js'
import { pathOf, type Connection } from '../client/client.js'
import { openDownload, type FileSource } from '../drive/file-download.js'
import type { Reply } from '../errors/failure.js'

/**
 * The download of a board (画板) as a picture. The format is that of the answer's content type, usually PNG or JPEG.
 * Source: 下载画板为图片, `GET /open-apis/board/v1/whiteboards/:whiteboard_id/download_as_image`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/board-v1/whiteboard/download_as_image
 * @param whiteboardId the token in a board block (type 43) of a document, or that of a board that is a separate document
 */
export const boardImage = (whiteboardId: string): FileSource => ({
  operation: 'boardImage',
  path: pathOf(['board', 'v1', 'whiteboards', whiteboardId, 'download_as_image']),
  mayBeEmpty: false,
  // The service makes a new picture for each request.
  ranges: false,
})

/** The error code for a board that does not exist. */
export const BOARD_NOT_FOUND = 2890003

/**
 * Checks that a board exists and can be read. Boards have no metadata that would say so. So this function opens
 * the download of the picture, and ends it without reading the picture.
 */
export async function checkBoard(
  connection: Connection,
  credential: Credential,
  token: string,
  signal: AbortSignal,
): Promise<Reply<void>> {
  const reply = await openDownload(connection, credential, boardImage(token), signal)
  if (!reply.ok) return reply
  reply.value.destroy()
  return { ok: true, value: undefined }
}
