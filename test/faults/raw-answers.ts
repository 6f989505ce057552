import type { Dice } from './dice.js'
import { hostileHeader, hostileText, PAGE_MARK } from './hostile.js'
import type { RawAnswer } from './raw-server.js'

const CRLF = '\r\n'

function http(lines: readonly string[], body: string | Buffer = ''): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join(CRLF)}${CRLF}${CRLF}`, 'latin1'), Buffer.from(body)])
}

/** A whole answer as a service would send it. */
function sound(dice: Dice, body: string | Buffer, type: string): Buffer {
  const length = Buffer.byteLength(body)
  const status = dice.weighted([
    [12, () => '200 OK'],
    [1, () => dice.pick(['500 Oh', '403 No', '429 Slow', '302 Found', '204 None', '304 Same', '999 ?', '201 Made'])],
  ])
  const head = [`HTTP/1.1 ${status}`, `content-type: ${type}`]
  if (dice.chance(0.2)) head.push(`x-tt-logid: ${hostileHeader(dice)}`)
  if (dice.chance(0.3)) {
    const chunked = Buffer.concat([Buffer.from(`${length.toString(16)}${CRLF}`), Buffer.from(body), Buffer.from(CRLF)])
    const whole = length === 0 ? Buffer.alloc(0) : chunked
    return http([...head, 'transfer-encoding: chunked'], Buffer.concat([whole, Buffer.from(`0${CRLF}${CRLF}`)]))
  }
  return http(dice.chance(0.7) ? [...head, `content-length: ${length}`] : [...head, 'connection: close'], body)
}

/** A few bytes changed, left out, doubled or put in. */
function mutated(dice: Dice, bytes: Buffer): Buffer {
  let result = bytes
  for (let left = dice.int(1, 4); left > 0; left--) {
    // Mostly where HTTP is, not in the body.
    const at = dice.int(0, Math.min(result.length, dice.chance(0.7) ? 150 : result.length))
    const [before, after] = [result.subarray(0, at), result.subarray(at)]
    result = dice.weighted([
      [3, () => Buffer.concat([before, dice.bytes(1), after.subarray(1)])],
      [2, () => Buffer.concat([before, after.subarray(dice.int(1, 5))])],
      [2, () => Buffer.concat([before, dice.bytes(dice.int(1, 4)), after])],
      [1, () => Buffer.concat([before, after.subarray(0, 20), after])],
      [2, () => Buffer.concat([before, Buffer.from(dice.pick([CRLF, '\n', '\r', '\0', ': ', ';'])), after])],
    ])
  }
  return result
}

/** Odd answers that chance alone would hardly make. */
function odd(dice: Dice, body: string | Buffer): Buffer {
  const length = Buffer.byteLength(body)
  const sized = `content-length: ${length}`
  return dice.pick<() => Buffer>([
    () => Buffer.from(`HTTP/1.1 200 OK\n\n${body.toString()}`),
    () => Buffer.from(body),
    () => http(['HTTP/1.1 200 OK', sized, sized], body),
    () => http(['HTTP/1.1 200 OK', sized, `content-length: ${length + 1}`], body),
    () => http(['HTTP/1.1 200 OK', 'content-length: -1'], body),
    () => http(['HTTP/1.1 200 OK', 'content-length: 99999999999999999999'], body),
    () => http(['HTTP/1.1 200 OK', sized, 'transfer-encoding: chunked'], body),
    () => http(['HTTP/1.1 200 OK', 'transfer-encoding: chunked'], `ffffffffffffffff${CRLF}${body.toString()}`),
    () => http(['HTTP/1.1 200 OK', 'transfer-encoding: chunked'], `zz${CRLF}${body.toString()}`),
    () => http(['HTTP/1.1 200 OK', 'transfer-encoding: gzip'], body),
    () => http(['HTTP/1.1 200 OK', `x-tt-logid: a\u0000${CRLF}::error::owned`, sized], body),
    () => http(['HTTP/1.1 200 OK', `x-tt-logid: a\u000b::error::owned`, sized], body),
    () => http(['HTTP/1.1 200 OK', `x-tt-logid: a${CRLF} ##[error]folded`, sized], body),
    () => http(['HTTP/1.1 200 OK', `x-long: ${'x'.repeat(8000)}`, sized], body),
    () => http(['HTTP/1.1 200 OK', ...Array.from({ length: 300 }, (_, i) => `x-${i}: ${i}`), sized], body),
    () => http([`HTTP/1.1 200 ${hostileHeader(dice)}`, sized], body),
    () => http(['HTTP/1.0 200 OK'], body),
    () => http(['HTTP/9.9 200 OK', sized], body),
    () => http(['HTTP/1.1 2000 OK', sized], body),
    () => http(['HTTP/1.1 99 OK', sized], body),
    () => http(['HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket'], body),
    () =>
      Buffer.concat([
        http(['HTTP/1.1 100 Continue']),
        http(['HTTP/1.1 103 Early Hints', 'link: <x>']),
        http(['HTTP/1.1 200 OK', sized], body),
      ]),
    () => http(Array<string>(50).fill(`HTTP/1.1 100 Continue${CRLF}`)),
    () => Buffer.concat([http(['HTTP/1.1 200 OK', sized], body), http(['HTTP/1.1 500 Oh', 'content-length: 0'])]),
    () => Buffer.concat([http(['HTTP/1.1 200 OK', sized], body), Buffer.from(`::error::owned${CRLF}`)]),
    () => http(['HTTP/1.1 200 OK', 'content-encoding: gzip', sized], body),
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.from([0x15, 3, 1, 0, 2, 2, 40]),
    () => Buffer.from('220 ready ESMTP\r\n'),
    () => Buffer.from(`::error::${PAGE_MARK}\r\n##[error]x\r\n\r\n`),
  ])()
}

/** The bytes that one request gets. */
export function rawAnswer(dice: Dice, body: string | Buffer, type: string): RawAnswer {
  const bytes = dice.weighted<Buffer>([
    [2, () => dice.bytes(dice.int(0, 400))],
    [1, () => Buffer.from(hostileText(dice))],
    [4, () => odd(dice, body)],
    [5, () => mutated(dice, sound(dice, body, type))],
    [
      2,
      () => {
        const whole = sound(dice, body, type)
        return whole.subarray(0, dice.int(0, whole.length))
      },
    ],
    [2, () => sound(dice, body, type)],
  ])
  return { bytes, ending: dice.pick(['close', 'close', 'close', 'reset', 'hold'] as const) }
}
