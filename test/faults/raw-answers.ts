import { PAGE_MARK, randomHostileHeader, randomHostileText } from './hostile-text.js'
import type { RandomSource } from './random-source.js'
import type { RawAnswer } from './raw-server.js'

const CRLF = '\r\n'
// The head of most responses is shorter than this.
const MAX_USUAL_HEAD_BYTES = 150

/** Encodes an HTTP response as it is, without a check. @param lines status line and headers, which become Latin-1 */
function encodeResponse(lines: readonly string[], body: string | Buffer = ''): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join(CRLF)}${CRLF}${CRLF}`, 'latin1'), Buffer.from(body)])
}

/**
 * Generates a response with a valid head, mostly with status 200. A length, chunks or the end of the connection mark the
 * end of its body. The response may have a hostile log id. Even with status 204 or 304, which allow no body, it has one.
 */
function framedResponse(random: RandomSource, body: string | Buffer, type: string): Buffer {
  const length = Buffer.byteLength(body)
  const status = random.weighted([
    [12, () => '200 OK'],
    [1, () => random.pick(['500 Oh', '403 No', '429 Slow', '302 Found', '204 None', '304 Same', '999 ?', '201 Made'])],
  ])
  const head = [`HTTP/1.1 ${status}`, `content-type: ${type}`]
  if (random.chance(0.2)) head.push(`x-tt-logid: ${randomHostileHeader(random)}`)
  if (random.chance(0.3)) {
    const chunk = Buffer.concat([Buffer.from(`${length.toString(16)}${CRLF}`), Buffer.from(body), Buffer.from(CRLF)])
    const lastChunk = Buffer.from(`0${CRLF}${CRLF}`)
    // An empty body has no chunk but the last one: a chunk of 0 bytes ends the body.
    const chunks = length === 0 ? lastChunk : Buffer.concat([chunk, lastChunk])
    return encodeResponse([...head, 'transfer-encoding: chunked'], chunks)
  }
  return encodeResponse(
    random.chance(0.7) ? [...head, `content-length: ${length}`] : [...head, 'connection: close'],
    body,
  )
}

/** Changes, removes, repeats or inserts a few bytes, at one to four places. */
function mutate(random: RandomSource, bytes: Buffer): Buffer {
  let result = bytes
  for (let changesLeft = random.int(1, 4); changesLeft > 0; changesLeft--) {
    // Mostly in the head or just after it.
    const at = random.int(0, Math.min(result.length, random.chance(0.7) ? MAX_USUAL_HEAD_BYTES : result.length))
    const [before, after] = [result.subarray(0, at), result.subarray(at)]
    result = random.weighted([
      [3, () => Buffer.concat([before, random.bytes(1), after.subarray(1)])],
      [2, () => Buffer.concat([before, after.subarray(random.int(1, 5))])],
      [2, () => Buffer.concat([before, random.bytes(random.int(1, 4)), after])],
      [1, () => Buffer.concat([before, after.subarray(0, 20), after])],
      [2, () => Buffer.concat([before, Buffer.from(random.pick([CRLF, '\n', '\r', '\0', ': ', ';'])), after])],
    ])
  }
  return result
}

/** Generates a response that is invalid or unusual in a way that random changes would hardly produce. */
function unusualResponse(random: RandomSource, body: string | Buffer): Buffer {
  const length = Buffer.byteLength(body)
  const contentLength = `content-length: ${length}`
  return random.pick<() => Buffer>([
    () => Buffer.from(`HTTP/1.1 200 OK\n\n${body.toString()}`),
    () => Buffer.from(body),
    () => encodeResponse(['HTTP/1.1 200 OK', contentLength, contentLength], body),
    () => encodeResponse(['HTTP/1.1 200 OK', contentLength, `content-length: ${length + 1}`], body),
    () => encodeResponse(['HTTP/1.1 200 OK', 'content-length: -1'], body),
    () => encodeResponse(['HTTP/1.1 200 OK', 'content-length: 99999999999999999999'], body),
    () => encodeResponse(['HTTP/1.1 200 OK', contentLength, 'transfer-encoding: chunked'], body),
    () =>
      encodeResponse(['HTTP/1.1 200 OK', 'transfer-encoding: chunked'], `ffffffffffffffff${CRLF}${body.toString()}`),
    () => encodeResponse(['HTTP/1.1 200 OK', 'transfer-encoding: chunked'], `zz${CRLF}${body.toString()}`),
    () => encodeResponse(['HTTP/1.1 200 OK', 'transfer-encoding: gzip'], body),
    () => encodeResponse(['HTTP/1.1 200 OK', `x-tt-logid: a\u0000${CRLF}::error::owned`, contentLength], body),
    () => encodeResponse(['HTTP/1.1 200 OK', `x-tt-logid: a\u000b::error::owned`, contentLength], body),
    () => encodeResponse(['HTTP/1.1 200 OK', `x-tt-logid: a${CRLF} ##[error]folded`, contentLength], body),
    () => encodeResponse(['HTTP/1.1 200 OK', `x-long: ${'x'.repeat(8000)}`, contentLength], body),
    () =>
      encodeResponse(
        ['HTTP/1.1 200 OK', ...Array.from({ length: 300 }, (_, i) => `x-${i}: ${i}`), contentLength],
        body,
      ),
    () => encodeResponse([`HTTP/1.1 200 ${randomHostileHeader(random)}`, contentLength], body),
    () => encodeResponse(['HTTP/1.0 200 OK'], body),
    () => encodeResponse(['HTTP/9.9 200 OK', contentLength], body),
    () => encodeResponse(['HTTP/1.1 2000 OK', contentLength], body),
    () => encodeResponse(['HTTP/1.1 99 OK', contentLength], body),
    () => encodeResponse(['HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket'], body),
    () =>
      Buffer.concat([
        encodeResponse(['HTTP/1.1 100 Continue']),
        encodeResponse(['HTTP/1.1 103 Early Hints', 'link: <x>']),
        encodeResponse(['HTTP/1.1 200 OK', contentLength], body),
      ]),
    // Many informational responses, and no final one.
    () => encodeResponse(Array<string>(50).fill(`HTTP/1.1 100 Continue${CRLF}`)),
    () =>
      Buffer.concat([
        encodeResponse(['HTTP/1.1 200 OK', contentLength], body),
        encodeResponse(['HTTP/1.1 500 Oh', 'content-length: 0']),
      ]),
    () =>
      Buffer.concat([encodeResponse(['HTTP/1.1 200 OK', contentLength], body), Buffer.from(`::error::owned${CRLF}`)]),
    () => encodeResponse(['HTTP/1.1 200 OK', 'content-encoding: gzip', contentLength], body),
    // Other protocols: HTTP/2, a TLS alert, SMTP.
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.from([0x15, 3, 1, 0, 2, 2, 40]),
    () => Buffer.from('220 ready ESMTP\r\n'),
    () => Buffer.from(`::error::${PAGE_MARK}\r\n##[error]x\r\n\r\n`),
  ])()
}

/**
 * Generates the answer to one request: bytes that need not be HTTP.
 * @param body the body of the responses that have one
 * @param type its content type
 */
export function randomRawAnswer(random: RandomSource, body: string | Buffer, type: string): RawAnswer {
  const bytes = random.weighted<Buffer>([
    [2, () => random.bytes(random.int(0, 400))],
    [1, () => Buffer.from(randomHostileText(random))],
    [4, () => unusualResponse(random, body)],
    [5, () => mutate(random, framedResponse(random, body, type))],
    [
      2,
      () => {
        const response = framedResponse(random, body, type)
        return response.subarray(0, random.int(0, response.length))
      },
    ],
    [2, () => framedResponse(random, body, type)],
  ])
  return { bytes, ending: random.pick(['close', 'close', 'close', 'reset', 'hold'] as const) }
}
