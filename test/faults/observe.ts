import { wholeOf } from '../emulator/content.js'
import { render } from '../emulator/exchange.js'
import type { Fault, PlainAnswer, RecordedRequest } from '../emulator/index.js'
import type { Exchange, Observation } from './types.js'

/**
 * Derives what a client could observe of an answer, from the chosen answer and from what the server recorded.
 * @param delayMs how long the answer was delayed
 */
export function observe({ request, answer }: Pick<Exchange, 'request' | 'answer'>, delayMs = 0): Observation {
  const atMs = request.atMs + delayMs
  if (!('fault' in answer)) {
    return request.answeredAtMs === undefined
      ? observeIncomplete(request, answer)
      : observeComplete(request, answer, request.answeredAtMs)
  }
  const of = 'of' in answer ? answer.of : undefined
  switch (answer.fault) {
    case 'delay': {
      const closedAtMs = request.closedByClientAtMs
      if (closedAtMs !== undefined && closedAtMs < atMs + answer.ms) return { headers: {}, completeAtMs: closedAtMs }
      return answer.then ? observe({ request, answer: answer.then }, delayMs + answer.ms) : observeIncomplete(request)
    }
    case 'huge': {
      if (request.answeredAtMs === undefined || !of) return observeIncomplete(request, of, atMs)
      const body = Buffer.concat([Buffer.alloc(answer.bytes, ' '), renderBody(of, request)])
      return { ...observeComplete(request, of, request.answeredAtMs), body }
    }
    case 'trickle':
    case 'encode':
      // The client decodes the body of `encode`, so it observes the same as without encoding.
      return request.answeredAtMs === undefined || !of
        ? observeIncomplete(request, of)
        : observeComplete(request, of, request.answeredAtMs)
    case 'cut':
    case 'stall':
    case 'wrong-content-length':
      return of ? observePart(request, answer, of, atMs) : observeIncomplete(request)
    case 'reset':
      return { status: request.answeredStatus, headers: {}, completeAtMs: atMs + 30 }
    case 'endless':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        completeAtMs: request.closedByClientAtMs ?? atMs,
      }
    case 'close':
    case 'garbage':
      return { headers: {}, completeAtMs: atMs }
    default:
      return observeIncomplete(request)
  }
}

function observePart(
  request: RecordedRequest,
  fault: Extract<Fault, { fault: 'cut' | 'stall' | 'wrong-content-length' }>,
  of: PlainAnswer,
  atMs: number,
): Observation {
  const body = renderBody(of, request)
  if (fault.fault === 'wrong-content-length') {
    // A length that is too small ends the body early; the client takes it as complete.
    return fault.by > 0
      ? observeHead(request, of, atMs)
      : { ...observeComplete(request, of, atMs), body: body.subarray(0, Math.max(0, body.length + fault.by)) }
  }
  const sent = Math.min(body.length, fault.afterBytes ?? Math.floor(body.length / 2))
  const isChunked = fault.fault === 'cut' && fault.chunked === true
  if (sent === body.length && !isChunked) return observeComplete(request, of, atMs)
  return fault.fault === 'stall' ? observeIncomplete(request, of) : observeHead(request, of, atMs)
}

function observeHead(request: RecordedRequest, answer: PlainAnswer, completeAtMs: number): Observation {
  return {
    status: answer.status,
    headers: renderHeaders(answer),
    maxBytes: renderBody(answer, request).length,
    completeAtMs,
  }
}

function observeComplete(request: RecordedRequest, answer: PlainAnswer, completeAtMs: number): Observation {
  return {
    ...observeHead(request, answer, completeAtMs),
    body: answer.status === 204 || answer.status === 304 ? Buffer.alloc(0) : renderBody(answer, request),
  }
}

/** The end of the answer was not sent, or the client did not wait for it. */
function observeIncomplete(request: RecordedRequest, answer?: PlainAnswer, atMs?: number): Observation {
  const status = request.answeredStatus
  const partial = answer && { headers: renderHeaders(answer), maxBytes: renderBody(answer, request).length }
  return { status, headers: {}, ...partial, completeAtMs: request.closedByClientAtMs ?? atMs }
}

/** The exact bytes that were sent: the server adds the log id to an error object. */
function renderBody(answer: PlainAnswer, request: RecordedRequest): Buffer {
  return wholeOf(render(answer, request).content)
}

function renderHeaders(answer: PlainAnswer): Record<string, string> {
  const headers: Record<string, string> = 'json' in answer ? { 'content-type': 'application/json; charset=utf-8' } : {}
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== null) headers[name.toLowerCase()] = String(value).trim()
  }
  return headers
}
