import type { RecordedRequest } from './types.js'

type PagedRequest = Pick<RecordedRequest, 'path' | 'query' | 'logId'>

interface PageSize {
  /** The size when the request names none. */
  usual: number
  /** The largest size that a request may name. */
  max: number
  /** The most items on a page, even if more are requested. */
  cap: number | undefined
}

interface Page<T> {
  items: T[]
  /** Where the next page begins; empty on the last one. */
  cursor: string
}

/** The page of a list that a request asks for. A cursor is bad if it is broken or belongs to another list. */
export function pageOf<T>(
  all: readonly T[],
  request: PagedRequest,
  { usual, max, cap }: PageSize,
): Page<T> | 'bad-cursor' | 'bad-size' {
  const { page_size: size = '' } = request.query
  const requestedSize = size === '' ? usual : Number(size)
  if (!Number.isInteger(requestedSize) || requestedSize < 1 || requestedSize > max) return 'bad-size'
  const start = offsetOf(request)
  if (start === undefined) return 'bad-cursor'
  const end = start + Math.min(requestedSize, cap ?? requestedSize)
  return { items: all.slice(start, end), cursor: end < all.length ? cursorOf(request, end) : '' }
}

/** Makes a new cursor, another one for each request, that leads to the page that the request asks for. */
export function sameCursor(request: PagedRequest): string {
  return cursorOf(request, offsetOf(request) ?? 0, request.logId)
}

/**
 * Makes a cursor, which is opaque to clients.
 * @param mark any text: cursors with different marks differ, but lead to the same page
 */
function cursorOf(request: PagedRequest, offset: number, mark = ''): string {
  return Buffer.from(JSON.stringify([listOf(request), offset, mark])).toString('base64url')
}

/** The index at which the requested page begins; undefined if its cursor is broken or belongs to another list. */
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

/** Names the list that a request is about, by what all requests for its pages have in common. */
function listOf({ path, query }: PagedRequest): string {
  const common = Object.entries(query).filter(([name]) => name !== 'page_token' && name !== 'page_size')
  return `${path}?${new URLSearchParams(common).toString()}`
}
