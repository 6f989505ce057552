import { readEnvelope } from '../errors/envelope.js'
import { parseJson } from './json.js'

/**
 * Reads the beginning of a body that may be a JSON error in place of a file. The first chunk is always read, because a
 * reset of the connection destroys the bytes that were received but not read.
 * @param maxBytes as soon as more bytes than this are read, no further chunk is read
 * @returns `jsonText`: the text of a body of up to `maxBytes` that begins like a JSON object or is blank, otherwise
 * undefined. `body`: the complete body, also the bytes that were read here. An error of a read is thrown by `body`
 */
export async function peekJson(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly jsonText: string | undefined; readonly body: AsyncIterable<Uint8Array> }> {
  const iterator = body[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let bytes = 0
  let readFault: ReadFault | undefined
  let ended = false
  while (!ended && bytes <= maxBytes && mayBeObject(chunks)) {
    try {
      const next = await iterator.next()
      if (next.done === true) ended = true
      else {
        chunks.push(next.value)
        bytes += next.value.length
      }
    } catch (error) {
      readFault = { error }
      break
    }
  }
  const jsonText = ended && mayBeObject(chunks) ? Buffer.concat(chunks).toString('utf8') : undefined
  return { jsonText, body: replay(chunks, iterator, readFault, ended) }
}

/** The error with which a read ended; in an object, since the error itself may be undefined. */
interface ReadFault {
  readonly error: unknown
}

/** True if the bytes begin like a JSON object, or are all blank. */
function mayBeObject(chunks: readonly Uint8Array[]): boolean {
  for (const chunk of chunks) {
    for (const byte of chunk) if (!IGNORED_BYTES.has(byte)) return byte === OPENING_BRACE
  }
  return true
}

const OPENING_BRACE = 0x7b
// What may be before the brace: the white space of JSON, and the three bytes of a byte order mark.
const IGNORED_BYTES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/**
 * Yields the chunks that were read already, then the rest of the body.
 * @param readFault the error to throw after these chunks; undefined if they were read without an error
 * @param ended whether these chunks are the whole body
 */
async function* replay(
  chunks: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  readFault: ReadFault | undefined,
  ended: boolean,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
    if (readFault) throw readFault.error
    while (!ended) {
      const next = await iterator.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** True for the JSON text of an envelope: an object with an integer `code`, as the documented answers are. */
export function isEnvelope(text: string): boolean {
  try {
    return readEnvelope(parseJson(text.replace(/^\ufeff/, ''))) !== undefined
  } catch {
    return false
  }
}
