import { BOARD_NOT_FOUND } from '../../feishu/board/board-image.js'
import type { Failure } from '../../feishu/errors/failure.js'

// The codes of the metadata API and of the API of wiki pages.
const DELETED: ReadonlySet<number | undefined> = new Set([970005, 131005, BOARD_NOT_FOUND])

/** True when the service says that the document does not exist; after any other failure it may exist. */
export const isDeleted = (failure: Failure): boolean => DELETED.has(failure.code)
