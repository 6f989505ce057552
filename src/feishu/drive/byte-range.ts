/** The part of a file that is requested. The first byte of a file has the number 0. */
export interface RequestedRange {
  readonly firstByte: number
  /** Included; undefined for the rest of the file. */
  readonly lastByte?: number | undefined
  /** The ETag of the file. If it is strong and the file has changed, the service sends the complete file instead. */
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

/**
 * Makes the headers that request a part of a file; no headers without a range.
 * Source: RFC 9110, HTTP Semantics, 13.1.5 and 14.2, https://www.rfc-editor.org/rfc/rfc9110
 */
export function rangeHeaders(range: RequestedRange | undefined): Readonly<Record<string, string>> {
  if (!range) return {}
  const { firstByte, lastByte, etag } = range
  return {
    range: `bytes=${firstByte}-${lastByte ?? ''}`,
    // A strong ETag begins with a quote. A weak one (`W/"…"`) is not allowed in `if-range`, since it does not prove that the
    // bytes are the same.
    ...(etag?.startsWith('"') && { 'if-range': etag }),
  }
}

/** Reads a `Content-Range` header; undefined when it is not a valid byte range. */
export function parseContentRange(header: string | readonly string[] | undefined): ContentRange | undefined {
  const [, first = '', last = '', total = ''] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(String(header ?? '').trim()) ?? []
  if (first === '') return undefined
  const range = {
    firstByte: Number(first),
    lastByte: Number(last),
    totalBytes: total === '*' ? undefined : Number(total),
  }
  const isPossible = range.firstByte <= range.lastByte && range.lastByte < (range.totalBytes ?? Infinity)
  return isPossible ? range : undefined
}
