import { sleep, type Clock } from '../../polling/clock.js'
import { decodeBody } from './content-coding.js'
import type { Credential } from '../auth/credentials.js'
import { OPERATIONS, type Operation } from './operations.js'
import { classify } from '../errors/classify.js'
import { logIdOf, readCodeless, readEnvelope, type AnswerFacts, type Envelope } from '../errors/envelope.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'
import { parseJson, WrongShape } from './json.js'
import { classifyNetworkFault } from '../errors/network-faults.js'
import type { HttpAnswer, HttpRequest, Transport } from './transport.js'

// An answer of this API has a few hundred bytes, a page of a list some hundred thousand.
const MAX_BODY_BYTES = 1024 * 1024

/** A call of the Open API. */
export interface ApiCall<T> {
  readonly operation: Operation
  readonly method: 'GET' | 'POST'
  /** The path below the base URL, already encoded (see `pathOf`). */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** The maximum size of the answer in bytes; 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** Reads the value from a successful envelope. Throws `WrongShape` when it is not as documented. */
  readonly read: (envelope: Envelope) => T
}

/** What every call needs. */
export interface Connection {
  readonly transport: Transport
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly clock: Clock
  /** Called with a line about each answer, redirect or network fault, for the debug log. */
  readonly onAnswer?: (line: string) => void
}

/** Makes the path of an API call: below `/open-apis`, from segments and a query that are not encoded yet. */
export function pathOf(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `/open-apis/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`
}

// Long enough that another server of the service may answer the next request.
const UNEXPECTED_SHAPE_PAUSE_MS = 300

/**
 * Makes one API call and classifies the answer. Never throws for errors of the service or the network. After a
 * successful answer with an unexpected shape, the request is sent once more. A second such answer is a permanent
 * failure. A request that creates a task is never sent again here, because each request may create another task. The
 * callers of `createTask` decide whether it is sent again.
 * @param headers the `authorization` header; empty for a call without a credential
 * @param signal ends the call; the failure of a call that it ended is never permanent
 */
export async function callWithHeaders<T>(
  connection: Connection,
  call: ApiCall<T>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply<T>> {
  const reply = await callOnce(connection, call, headers, signal)
  if (call.operation === 'create' || !isUnexpectedShape(reply)) return reply
  await sleep(connection.clock, UNEXPECTED_SHAPE_PAUSE_MS, signal)
  if (signal.aborted) return reply
  const second = await callOnce(connection, call, headers, signal)
  return isUnexpectedShape(second) ? fail(unexpectedTwice(second.failure)) : second
}

type Failed = Extract<Reply<unknown>, { ok: false }>

const isUnexpectedShape = (reply: Reply<unknown>): reply is Failed =>
  !reply.ok && reply.failure.origin === 'unexpected-shape'

/**
 * Makes the permanent failure of a request that got two successful answers, both with an unexpected shape.
 * @param failure the failure of the second answer
 */
export const unexpectedTwice = (failure: Failure): Failure => ({
  ...failure,
  class: 'permanent',
  what: `${failure.what}, twice`,
  advice: 'This action may not know this form of the answer yet: report it in the issues of its repository.',
})

/** Makes one API call: sends the request once and classifies the answer. */
async function callOnce<T>(
  connection: Connection,
  call: ApiCall<T>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply<T>> {
  const opened = await openAnswer(connection, call, headers, signal)
  return opened.ok ? readAnswer(connection, call, opened.value, signal) : opened
}

/** Makes one API call with the credential's token. A refused token is renewed if possible: see `withToken`. */
export function callApi<T>(
  connection: Connection,
  credential: Credential,
  call: ApiCall<T>,
  signal: AbortSignal,
): Promise<Reply<T>> {
  return withToken(credential, signal, (authorization) => callWithHeaders(connection, call, authorization, signal))
}

/**
 * Runs an attempt with the credential's token. Reports to the credential when the attempt succeeds, and when the token
 * is refused. After a refusal, the attempt is repeated if the credential can give another token.
 * @returns the reply of the last attempt. If its token was refused, the failure has `refusedAdvice`, where the credential
 * has such advice. A failure of origin `token-request` when the credential has no token
 */
export async function withToken<T>(
  credential: Credential,
  signal: AbortSignal,
  attempt: (authorization: Readonly<Record<string, string>>) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  for (;;) {
    const token = await credential.token(signal)
    if (!token.ok) return fail({ ...token.failure, origin: 'token-request' })
    const reply = await attempt({ authorization: `Bearer ${token.value}` })
    if (reply.ok) credential.reportAccepted(token.value)
    if (reply.ok || reply.failure.origin !== 'refused-token') return reply
    const canGiveAnother = credential.reportRefused(token.value)
    if (!canGiveAnother) return fail({ ...reply.failure, advice: credential.refusedAdvice ?? reply.failure.advice })
  }
}

/**
 * Sends a request and waits for status and headers of the answer, but does not read the body.
 * @returns the answer, with any status; a failure only when no answer came
 */
export async function openAnswer(
  connection: Connection,
  call: Pick<ApiCall<unknown>, 'operation' | 'method' | 'path' | 'body'>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply<HttpAnswer>> {
  return sendRequest(connection, call.operation, {
    method: call.method,
    url: `${connection.baseUrl}${call.path}`,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(call.body && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
    signal,
  })
}

/** Sends a request to any host; logs its answer or network fault. @returns as `openAnswer` */
export async function sendRequest(
  { transport, onAnswer }: Connection,
  operation: Operation,
  request: HttpRequest,
): Promise<Reply<HttpAnswer>> {
  try {
    const answer = await transport.send(request)
    onAnswer?.(`${operation}: HTTP ${answer.status}, log id ${logIdOf({ headers: answer.headers }) ?? 'none'}`)
    return { ok: true, value: answer }
  } catch (error) {
    const failure = classifyNetworkFault(error, operation, new URL(request.url).host, request.signal.reason)
    onAnswer?.(`${operation}: ${failure.what}`)
    return fail(failure)
  }
}

/**
 * Reads the body of an answer and classifies the answer. If the body is longer than `maxBodyBytes` or its
 * compression is not known, the answer is classified by its status and headers alone.
 * @param signal the signal of the request; if it is aborted, its reason explains the fault
 * @returns what `call.read` reads from a successful answer, otherwise a failure
 */
export async function readAnswer<T>(
  connection: Connection,
  call: Pick<ApiCall<T>, 'operation' | 'read' | 'maxBodyBytes'>,
  answer: HttpAnswer,
  signal: AbortSignal,
): Promise<Reply<T>> {
  const { operation } = call
  // The facts that are known before the body is read.
  const head = { operation, httpStatus: answer.status, headers: answer.headers, wallMs: connection.clock.wallMs() }
  // Undefined for a body that is too long or has an unknown compression.
  let text: string | undefined
  try {
    text = await readText(answer, call.maxBodyBytes ?? MAX_BODY_BYTES)
  } catch (error) {
    // Even without a body, this status says that the rate limit refused the request.
    if (answer.status === 429) return fail(classify(head))
    const fault = classifyNetworkFault(error, operation, new URL(connection.baseUrl).host, signal.reason)
    return fail({ ...fault, httpStatus: answer.status, logId: logIdOf(head) })
  }
  const body = text === undefined ? undefined : tryParse(text)
  const envelope = readEnvelope(body)
  const codeless = text !== undefined && !envelope ? readCodeless(text, body, answer.headers) : undefined
  const facts: AnswerFacts = { ...head, envelope, codeless }
  const isSuccess = envelope?.code === 0 && answer.status >= 200 && answer.status < 300
  if (!isSuccess) return fail(classify(facts))
  try {
    return { ok: true, value: call.read(envelope), logId: logIdOf(facts) }
  } catch (error) {
    if (error instanceof WrongShape) return fail(shapeFailure(facts, error.message))
    throw error
  }
}

/**
 * Makes the failure for a successful answer with an unexpected shape. It is transient, because another server of the
 * service may send the documented shape: see `callWithHeaders`.
 */
function shapeFailure(answer: AnswerFacts, detail: string): Failure {
  return {
    class: 'transient',
    what: `Could not ${OPERATIONS[answer.operation].doing}: the answer has an unexpected shape (${detail})`,
    httpStatus: answer.httpStatus,
    logId: logIdOf(answer),
    origin: 'unexpected-shape',
  }
}

/** Parses JSON. @returns undefined when the text is not JSON */
function tryParse(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/**
 * Reads and decompresses the body as text.
 * @returns undefined when the body is longer than `maxBytes`, compressed or not, or its compression is not known
 * @throws when the body is cut off, its compressed bytes are damaged, or the request is aborted
 */
async function readText(answer: HttpAnswer, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      answer.destroy()
      return undefined
    }
    chunks.push(chunk)
  }
  const contentEncoding = answer.headers['content-encoding']
  const decoded = await decodeBody(Buffer.concat(chunks), contentEncoding && String(contentEncoding), maxBytes)
  return decoded && new TextDecoder().decode(decoded)
}
