interface PageRequest {
  /** What is listed: a cursor of another level is stale. */
  level: string
  cursor: string | undefined
  /** The page size asked for, as it stands in the query. */
  size: string | undefined
  usualSize: number
  largestSize: number
  /** The emulator's own bound, below what was asked for. */
  cap: number | undefined
}

interface Page<T> {
  items: T[]
  /** Where the next page begins; empty on the last one. */
  cursor: string
}

/** One page of a level. The cursor is opaque to clients: the level and the offset. */
export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> | 'bad-cursor' | 'bad-size' {
  const asked = request.size === undefined || request.size === '' ? request.usualSize : Number(request.size)
  if (!Number.isInteger(asked) || asked < 1 || asked > request.largestSize) return 'bad-size'
  const size = Math.min(asked, request.cap ?? asked)
  const start = request.cursor === undefined || request.cursor === '' ? 0 : offsetOf(request.cursor, request.level)
  if (start === undefined) return 'bad-cursor'
  const end = start + size
  return { items: all.slice(start, end), cursor: end < all.length ? cursorOf(request.level, end) : '' }
}

function cursorOf(level: string, offset: number): string {
  return Buffer.from(JSON.stringify([level, offset])).toString('base64url')
}

function offsetOf(cursor: string, level: string): number | undefined {
  try {
    const [of, offset] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown]
    return of === level && typeof offset === 'number' ? offset : undefined
  } catch {
    return undefined
  }
}
