type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

/**
 * Decompresses a body: some gateways compress answers although the request forbids it.
 * Source: RFC 9110, HTTP Semantics, 8.4.1, https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
 * @param contentEncoding the header; undefined when there is none
 * @param maxBytes the maximum size of a decompressed body
 * @returns the decompressed body; undefined when it is longer than `maxBytes`, or its coding is unknown. A body that is
 * not compressed is returned unchanged: no coding, 0 bytes, or a plain JSON object in spite of the header
 * @throws when the compressed bytes are damaged; the error has a `code`
 */
export async function decodeBody(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const coding = contentEncoding?.trim().toLowerCase() ?? ''
  if (coding === '' || coding === 'identity' || bytes.length === 0) return bytes
  // Some gateways name a coding and send plain JSON. Decompression may succeed even for plain JSON, and return garbage.
  if (isJsonObject(bytes)) return bytes
  const decode = await findDecoder(coding)
  if (!decode) return undefined
  try {
    return decode(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}

const OPENING_BRACE = 0x7b

/** True for the bytes of a JSON object without white space before it. */
function isJsonObject(bytes: Uint8Array): boolean {
  if (bytes[0] !== OPENING_BRACE) return false
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return true
  } catch {
    return false
  }
}

/** Finds the decoder for a coding. @returns undefined for an unknown coding, and for a list of codings */
async function findDecoder(coding: string): Promise<Decoder | undefined> {
  // Loaded only when needed: almost no answer is compressed.
  const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } = await import('node:zlib')
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync
    case 'deflate':
      // Some servers leave out the zlib header.
      return (bytes, options) => (hasZlibHeader(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options))
    case 'br':
      return brotliDecompressSync
    default:
      return undefined
  }
}

// Source: RFC 1950, ZLIB Compressed Data Format, 2.2, https://www.rfc-editor.org/rfc/rfc1950
const ZLIB_DEFLATE = 8

/** True if the low four bits of the first byte are the number of the compression method. */
const hasZlibHeader = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 0x0f) === ZLIB_DEFLATE
