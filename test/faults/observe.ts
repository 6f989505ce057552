import { wholeOf } from '../emulator/content.js'
import { render } from '../emulator/exchange.js'
import type { Fault, PlainAnswer, RecordedRequest } from '../emulator/index.js'
import type { Exchange, Observation } from './types.js'

// How long after the request the connection is reset at the latest: with `after-headers`, 20 ms after the headers.
const RESET_MS = 30

/**
 * Derives what a client could observe of an answer, from the chosen answer and from what the server recorded.
 * @param answer a fault with a body must name its answer in `of`, as the generator does: the default answer is not known
 * here
 * @param delayMs how long the server waited before it began this answer
 */
export function observe({ request, answer }: Pick<Exchange, 'request' | 'answer'>, delayMs = 0): Observation {
  const atMs = request.atMs + delayMs
  if (!('fault' in answer)) return observeRecorded(request, answer)
  const of = 'of' in answer ? answer.of : undefined
  switch (answer.fault) {
    case 'delay': {
      const closedAtMs = request.closedByClientAtMs
      if (closedAtMs !== undefined && closedAtMs < atMs + answer.ms) return { headers: {}, completeAtMs: closedAtMs }
      return answer.then ? observe({ request, answer: answer.then }, delayMs + answer.ms) : observeIncomplete(request)
    }
    case 'huge': {
      if (!of) return observeIncomplete(request)
      const body = Buffer.concat([Buffer.alloc(answer.bytes, ' '), renderBody(of, request)])
      const observed = observeRecorded(request, of)
      return { ...observed, maxBytes: body.length, ...(observed.body && { body }) }
    }
    case 'trickle':
      return answer.forever === true ? observeEndless(request) : observeRecorded(request, of)
    // A client that decodes the body of `encode` observes the answer as it was before.
    case 'encode':
      return observeRecorded(request, of)
    case 'cut':
    case 'stall':
    case 'wrong-content-length':
      return of ? observeWrongLength(request, answer, of, atMs) : observeIncomplete(request)
    case 'reset':
      return { status: request.answeredStatus, headers: {}, completeAtMs: atMs + RESET_MS }
    case 'endless':
      return observeEndless(request)
    case 'close':
    case 'garbage':
      return { headers: {}, completeAtMs: atMs }
    case 'hang':
    case 'stall-in-headers':
      return observeIncomplete(request)
    case 'edit':
      throw new Error('An edited answer cannot be observed here, because its JSON is not known')
  }
}

/** Derives what arrives of an answer with fewer or more bytes than its framing promises. */
function observeWrongLength(
  request: RecordedRequest,
  fault: Extract<Fault, { fault: 'cut' | 'stall' | 'wrong-content-length' }>,
  of: PlainAnswer,
  atMs: number,
): Observation {
  const body = renderBody(of, request)
  if (fault.fault === 'wrong-content-length') {
    // The length is too large: the connection ends before so many bytes arrive.
    if (fault.by > 0) return observeCut(request, of, atMs)
    // A client reads only as many bytes as the length says. To it, the shortened body is complete.
    const shortened = body.subarray(0, Math.max(0, body.length + fault.by))
    return { ...observeComplete(request, of, atMs), body: shortened, isClosedAfter: true }
  }
  // Without `afterBytes`, the server sends half of the body.
  const sentBytes = Math.min(body.length, fault.afterBytes ?? Math.floor(body.length / 2))
  // After all bytes, a body with a length is complete; a chunked one lacks its last chunk.
  const isChunked = fault.fault === 'cut' && fault.chunked === true
  if (sentBytes === body.length && !isChunked)
    return { ...observeComplete(request, of, atMs), isClosedAfter: fault.fault === 'cut' }
  return fault.fault === 'stall' ? observeIncomplete(request, of) : observeCut(request, of, atMs)
}

/** Observes an answer whose body ended too early, so it has no `body`. Any number of its bytes may have arrived. */
function observeCut(request: RecordedRequest, answer: PlainAnswer, endedAtMs: number): Observation {
  return {
    status: answer.status,
    headers: renderHeaders(answer),
    maxBytes: renderBody(answer, request).length,
    completeAtMs: endedAtMs,
  }
}

/**
 * Observes an answer as complete if the server recorded its end, otherwise as incomplete.
 * @param answer undefined when it is not known; then it is observed as incomplete
 */
function observeRecorded(request: RecordedRequest, answer: PlainAnswer | undefined): Observation {
  return request.answeredAtMs === undefined || !answer
    ? observeIncomplete(request, answer)
    : observeComplete(request, answer, request.answeredAtMs)
}

/** Observes blanks without an end, which the server announces as JSON. */
function observeEndless(request: RecordedRequest): Observation {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    completeAtMs: request.closedByClientAtMs,
  }
}

/** Observes an answer that arrived completely. */
function observeComplete(request: RecordedRequest, answer: PlainAnswer, completeAtMs: number): Observation {
  return {
    ...observeCut(request, answer, completeAtMs),
    // HTTP sends no body with these statuses.
    body: answer.status === 204 || answer.status === 304 ? Buffer.alloc(0) : renderBody(answer, request),
  }
}

/**
 * Observes an answer whose end was not sent, or for whose end the client did not wait.
 * @param answer undefined when at most a part of its head was sent, or when it is not known
 */
function observeIncomplete(request: RecordedRequest, answer?: PlainAnswer): Observation {
  const status = request.answeredStatus
  const arrived = answer && { headers: renderHeaders(answer), maxBytes: renderBody(answer, request).length }
  return { status, headers: {}, ...arrived, completeAtMs: request.closedByClientAtMs }
}

/** Returns the exact bytes of the body before any encoding. The server adds the log id to an error. */
function renderBody(answer: PlainAnswer, request: RecordedRequest): Buffer {
  return wholeOf(render(answer, request).content)
}

/**
 * Returns the headers that the answer itself defines, by lower-case name, and the type of JSON, which the server adds.
 * No check needs the other headers that the server adds.
 */
function renderHeaders(answer: PlainAnswer): Record<string, string> {
  const headers: Record<string, string> = 'json' in answer ? { 'content-type': 'application/json; charset=utf-8' } : {}
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== null) headers[name.toLowerCase()] = String(value).trim()
  }
  return headers
}
