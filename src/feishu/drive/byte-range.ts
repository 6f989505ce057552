/** A part of a file to ask for. */
export interface RequestedRange {
  readonly firstByte: number
  /** Included; undefined for the rest of the file. */
  readonly lastByte?: number | undefined
  /** The ETag of the file that the part belongs to: of a changed file the whole comes instead. */
  readonly etag?: string | undefined
}

/** The part of a file that an answer holds. */
export interface ContentRange {
  readonly firstByte: number
  /** Included. */
  readonly lastByte: number
  /** Undefined when the server does not know it. */
  readonly totalBytes: number | undefined
}

/** The headers that ask for a part. Source: RFC 9110, 13.1.5 and 14.2, https://www.rfc-editor.org/rfc/rfc9110 */
export function rangeHeaders(range: RequestedRange | undefined): Readonly<Record<string, string>> {
  if (!range) return {}
  const { firstByte, lastByte, etag } = range
  return {
    range: `bytes=${firstByte}-${lastByte ?? ''}`,
    // A weak ETag proves nothing about bytes, and is not allowed here.
    ...(etag?.startsWith('"') && { 'if-range': etag }),
  }
}

/** Reads a `Content-Range` header; undefined when it names no part of a file. */
export function parseContentRange(header: string | readonly string[] | undefined): ContentRange | undefined {
  const [, first = '', last = '', total = ''] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(String(header ?? '').trim()) ?? []
  if (first === '') return undefined
  const range = {
    firstByte: Number(first),
    lastByte: Number(last),
    totalBytes: total === '*' ? undefined : Number(total),
  }
  const isPossible = range.firstByte <= range.lastByte && range.lastByte < (range.totalBytes ?? Infinity)
  return isPossible ? range : undefined
}
