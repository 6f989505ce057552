import type { RecordedRequest } from './types.js'

type PagedRequest = Pick<RecordedRequest, 'path' | 'query' | 'logId'>

interface PageSize {
  /** When the request does not name a size. */
  usual: number
  /** A request for a larger page is refused. */
  max: number
  /** A larger page is allowed, but has only this many items. */
  cap: number | undefined
}

interface Page<T> {
  items: T[]
  /** Where the next page begins; empty on the last one. */
  cursor: string
}

/** The page of a list that a request asks for. The cursor is opaque to clients: the list and the offset. */
export function pageOf<T>(
  all: readonly T[],
  request: PagedRequest,
  { usual, max, cap }: PageSize,
): Page<T> | 'bad-cursor' | 'bad-size' {
  const { page_size: size = '' } = request.query
  const asked = size === '' ? usual : Number(size)
  if (!Number.isInteger(asked) || asked < 1 || asked > max) return 'bad-size'
  const start = offsetOf(request)
  if (start === undefined) return 'bad-cursor'
  const end = start + Math.min(asked, cap ?? asked)
  return { items: all.slice(start, end), cursor: end < all.length ? cursorOf(request, end) : '' }
}

/** Makes another cursor to the beginning of the page that a request asks for. */
export function sameCursor(request: PagedRequest): string {
  return cursorOf(request, offsetOf(request) ?? 0, request.logId)
}

/** @param mark any text: cursors with different marks differ, but lead to the same page */
function cursorOf(request: PagedRequest, offset: number, mark = ''): string {
  return Buffer.from(JSON.stringify([listOf(request), offset, mark])).toString('base64url')
}

/** @returns undefined when the text is not a cursor of this list */
function offsetOf(request: PagedRequest): number | undefined {
  const { page_token: cursor = '' } = request.query
  if (cursor === '') return 0
  try {
    const [list, offset] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown]
    return list === listOf(request) && typeof offset === 'number' ? offset : undefined
  } catch {
    return undefined
  }
}

function listOf({ path, query }: PagedRequest): string {
  const named = Object.entries(query).filter(([name]) => name !== 'page_token' && name !== 'page_size')
  return `${path}?${new URLSearchParams(named).toString()}`
}
