import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { PlainAnswer } from './answer.js'
import { bufferContent, chunksOf, type Content } from './content.js'
import type { RecordedRequest } from './types.js'

/** One request, and what is needed to answer it. */
export interface Exchange {
  readonly response: ServerResponse
  /** The TCP socket, below TLS if there is any. */
  readonly tcp: Socket
  readonly record: RecordedRequest
  readonly now: () => number
  /** Carries the request out as the service would. It does so only once: further calls return the same answer. */
  readonly perform: () => PlainAnswer
  /**
   * True when the emulator itself ends the connection: by a fault, or after an error in a script or endpoint. The record
   * must not say then that the client closed it.
   */
  endedByUs: boolean
}

/** An answer as it goes over the wire. */
export interface Rendered {
  status: number
  headers: Record<string, string>
  content: Content
  /** What the record of the request gets as `answeredJson`; undefined for a body that is not JSON. */
  json: unknown
}

/** Renders an answer with what the service adds to it: some headers, and the log id and troubleshooter of an error. */
export function render(answer: PlainAnswer, record: RecordedRequest): Rendered {
  const headers: Record<string, string> = { 'x-tt-logid': record.logId, server: 'Tengine' }
  if ('json' in answer) headers['content-type'] = 'application/json; charset=utf-8'
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    const key = name.toLowerCase()
    if (value === null) Reflect.deleteProperty(headers, key)
    else headers[key] = String(value)
  }
  const json = 'json' in answer ? completeError(answer.json, record) : undefined
  const body = 'json' in answer ? JSON.stringify(json) : (answer.body ?? '')
  const content = typeof body === 'string' || Buffer.isBuffer(body) ? bufferContent(body) : body
  return { status: answer.status, headers, content, json }
}

/**
 * Adds log id and troubleshooter to the member `error`, unless it has them already. JSON with code 0, or without an object
 * `error`, remains as it is.
 */
function completeError(json: unknown, { logId, api }: RecordedRequest): unknown {
  if (!isRecord(json) || json['code'] === 0 || !isRecord(json['error'])) return json
  const troubleshooter = `排查建议查看(Troubleshooting suggestions): https://open.feishu.cn/search?from=openapi&log_id=${logId}&code=${String(json['code'])}&method_id=${api}`
  return { ...json, error: { log_id: logId, troubleshooter, ...json['error'] } }
}

/**
 * Records the status, and writes status line and headers: with this content length, or without one for a chunked body.
 * Node.js sends them with the first bytes of the body.
 */
export function writeHead(exchange: Exchange, rendered: Rendered, length: number | 'chunked'): void {
  const { response, record } = exchange
  response.writeHead(rendered.status, {
    ...rendered.headers,
    ...(length === 'chunked' ? {} : { 'content-length': String(length) }),
  })
  record.answeredStatus = rendered.status
}

/** Writes bytes, as fast as the client reads. @returns false when the connection is closed */
export async function write(exchange: Exchange, chunk: Buffer): Promise<boolean> {
  const { response } = exchange
  if (isClosed(response)) return false
  if (!response.write(chunk)) await eventOrClose(response, 'drain')
  return !isClosed(response)
}

/** Writes the first `end` bytes of a content, by default all. @returns false when the connection is closed */
export async function writeContent(exchange: Exchange, content: Content, end = content.size): Promise<boolean> {
  for (const chunk of chunksOf(content, end)) {
    if (!(await write(exchange, chunk))) return false
  }
  return true
}

/** Sends a whole answer and records it. If the connection closes before all is written, only the status is recorded. */
export async function sendPlain(exchange: Exchange, answer: PlainAnswer): Promise<void> {
  const rendered = render(answer, exchange.record)
  writeHead(exchange, rendered, rendered.content.size)
  if (await writeContent(exchange, rendered.content)) finish(exchange, rendered)
}

/** Ends the response, and records when it ended. For a JSON answer, it also records the JSON and the code in it. */
export function finish({ response, record, now }: Exchange, { json }: Rendered): void {
  response.end(() => {
    record.answeredAtMs = now()
  })
  if (json === undefined) return
  record.answeredJson = json
  if (isRecord(json) && typeof json['code'] === 'number') record.answeredCode = json['code']
}

/** Waits `ms`, or until the connection is closed. @returns false when it is closed */
export async function pause({ response }: Exchange, ms: number): Promise<boolean> {
  if (isClosed(response)) return false
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    response.once('close', done)
    function done(): void {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
  })
  return !isClosed(response)
}

function isClosed(response: ServerResponse): boolean {
  return response.destroyed || response.writableEnded
}

/** Waits for an event of a response, or until its connection is closed. */
async function eventOrClose(response: ServerResponse, event: string): Promise<void> {
  await new Promise<void>((resolve) => {
    function done(): void {
      response.off(event, done)
      response.off('close', done)
      resolve()
    }
    response.once(event, done)
    response.once('close', done)
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
