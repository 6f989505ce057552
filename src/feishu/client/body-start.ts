import { readEnvelope } from '../errors/errors.js'
import { parseJson } from './json.js'

// An error of this API has a few hundred bytes.
const MAX_BYTES = 64 * 1024

/**
 * Reads the beginning of a body that may be an error in place of a file.
 * @returns the text, if it is whole and looks like JSON, and the body, to be read from its beginning
 */
export async function bodyStart(
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly start: string | undefined; readonly body: AsyncIterable<Uint8Array> }> {
  const iterator = body[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let bytes = 0
  let failed: { readonly error: unknown } | undefined
  let ended = false
  while (!ended && bytes <= MAX_BYTES && looksLikeJson(chunks)) {
    try {
      const next = await iterator.next()
      if (next.done === true) ended = true
      else {
        chunks.push(next.value)
        bytes += next.value.length
      }
    } catch (error) {
      failed = { error }
      break
    }
  }
  const start = ended && looksLikeJson(chunks) ? Buffer.concat(chunks).toString('utf8') : undefined
  return { start, body: replay(chunks, iterator, failed, ended) }
}

/** True as long as the bytes can be the beginning of a JSON object. */
function looksLikeJson(chunks: readonly Uint8Array[]): boolean {
  for (const chunk of chunks) {
    for (const byte of chunk) if (!BLANKS.has(byte)) return byte === OPENING_BRACE
  }
  return true
}

const OPENING_BRACE = 0x7b
// Blanks of JSON, and the bytes of the mark that some put before UTF-8.
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/** Yields the pieces that were read already, then the rest of the body; throws where the body broke off. */
async function* replay(
  chunks: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  failed: { readonly error: unknown } | undefined,
  ended: boolean,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
    if (failed) throw failed.error
    while (!ended) {
      const next = await iterator.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** True for an object with the number that every answer of the Open API has. */
export function isEnvelope(text: string): boolean {
  try {
    return readEnvelope(parseJson(text.replace(/^\ufeff/, ''))) !== undefined
  } catch {
    return false
  }
}
