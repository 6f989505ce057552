type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

/**
 * Takes the compression off a body: some gateways compress what they were asked to send as it is.
 * Source: RFC 9110, 8.4.1, https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
 * @param contentEncoding the header; undefined when there is none
 * @param maxBytes how long the decoded body may be
 * @returns undefined when it is longer, or compressed in a way that nobody here knows
 * @throws when the compressed bytes are damaged; the error's `code` says how
 */
export async function decodeBody(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const coding = contentEncoding?.trim().toLowerCase() ?? ''
  if (coding === '' || coding === 'identity' || bytes.length === 0) return bytes
  const decode = await findDecoder(coding)
  try {
    return decode?.(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}

async function findDecoder(coding: string): Promise<Decoder | undefined> {
  // Loaded only when it is needed: nearly no answer is compressed.
  const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } = await import('node:zlib')
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync
    case 'deflate':
      // Some servers leave out the head that says so.
      return (bytes, options) =>
        ((bytes[0] ?? 0) & 0x0f) === ZLIB_DEFLATE ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
    case 'br':
      return brotliDecompressSync
    default:
      return undefined
  }
}

// The method in the low half of the first byte. Source: RFC 1950, 2.2, https://www.rfc-editor.org/rfc/rfc1950
const ZLIB_DEFLATE = 8
