import { wholeOf } from '../emulator/content.js'
import { render } from '../emulator/exchange.js'
import type { Answer, Fault, PlainAnswer, RecordedRequest } from '../emulator/index.js'

/** What a client could see of an answer. */
export interface Seen {
  /** Undefined when not even the head came. */
  readonly status?: number | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when it did not come to its end. */
  readonly body?: Buffer | undefined
  /** Of a body that did not: how many bytes may have come at most. */
  readonly mostBytes?: number
  /** When it was known that nothing more comes; undefined where that was for the client to decide, and it did not. */
  readonly knownMs: number | undefined
}

/** A request, and the answer that was chosen for it. */
export interface Exchange {
  readonly request: RecordedRequest
  readonly answer: Answer
  readonly server: 'service' | 'storage'
}

/** Works out what the client could see, from what was chosen and from what the server noted. */
export function seenOf({ request, answer }: Pick<Exchange, 'request' | 'answer'>, laterMs = 0): Seen {
  const atMs = request.atMs + laterMs
  if (!('fault' in answer)) {
    return request.answeredAtMs === undefined ? left(request, answer) : whole(request, answer, request.answeredAtMs)
  }
  const of = 'of' in answer ? answer.of : undefined
  switch (answer.fault) {
    case 'delay': {
      const leftAtMs = request.closedByClientAtMs
      if (leftAtMs !== undefined && leftAtMs < atMs + answer.ms) return { headers: {}, knownMs: leftAtMs }
      return answer.then ? seenOf({ request, answer: answer.then }, laterMs + answer.ms) : left(request)
    }
    case 'huge':
    case 'trickle':
      if (request.answeredAtMs === undefined || !of)
        return left(request, of, answer.fault === 'huge' ? atMs : undefined)
      return answer.fault === 'trickle'
        ? whole(request, of, request.answeredAtMs)
        : {
            ...whole(request, of, request.answeredAtMs),
            body: Buffer.concat([Buffer.alloc(answer.bytes, ' '), bodyOf(of, request)]),
          }
    case 'cut':
    case 'stall':
    case 'wrong-content-length':
      return of ? partly(request, answer, of, atMs) : left(request)
    case 'reset':
      return { status: request.answeredStatus, headers: {}, knownMs: atMs + 30 }
    case 'endless':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        knownMs: request.closedByClientAtMs ?? atMs,
      }
    case 'close':
    case 'garbage':
      return { headers: {}, knownMs: atMs }
    default:
      return left(request)
  }
}

function partly(
  request: RecordedRequest,
  fault: Extract<Fault, { fault: 'cut' | 'stall' | 'wrong-content-length' }>,
  of: PlainAnswer,
  atMs: number,
): Seen {
  const body = bodyOf(of, request)
  if (fault.fault === 'wrong-content-length') {
    // Too small a number ends the body before the bytes do.
    return fault.by > 0
      ? head(request, of, atMs)
      : { ...whole(request, of, atMs), body: body.subarray(0, Math.max(0, body.length + fault.by)) }
  }
  const sent = Math.min(body.length, fault.afterBytes ?? Math.floor(body.length / 2))
  const isChunked = fault.fault === 'cut' && fault.chunked === true
  if (sent === body.length && !isChunked) return whole(request, of, atMs)
  return fault.fault === 'stall' ? left(request, of) : head(request, of, atMs)
}

function head(request: RecordedRequest, answer: PlainAnswer, knownMs: number): Seen {
  return { status: answer.status, headers: headersOf(answer), mostBytes: bodyOf(answer, request).length, knownMs }
}

function whole(request: RecordedRequest, answer: PlainAnswer, knownMs: number): Seen {
  return {
    ...head(request, answer, knownMs),
    body: answer.status === 204 || answer.status === 304 ? Buffer.alloc(0) : bodyOf(answer, request),
  }
}

/** The client did not get, or not wait for, the end. */
function left(request: RecordedRequest, answer?: PlainAnswer, atMs?: number): Seen {
  const status = request.answeredStatus
  const some = answer && { headers: headersOf(answer), mostBytes: bodyOf(answer, request).length }
  return { status, headers: {}, ...some, knownMs: request.closedByClientAtMs ?? atMs }
}

/** The very bytes: the server adds the log id to an error object. */
function bodyOf(answer: PlainAnswer, request: RecordedRequest): Buffer {
  return wholeOf(render(answer, request).content)
}

function headersOf(answer: PlainAnswer): Record<string, string> {
  const headers: Record<string, string> = 'json' in answer ? { 'content-type': 'application/json; charset=utf-8' } : {}
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== null) headers[name.toLowerCase()] = String(value).trim()
  }
  return headers
}
