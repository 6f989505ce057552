import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { PlainAnswer } from './answer.js'
import type { Call } from './call.js'
import type { Certificate } from './certificate.js'
import { answerControl } from './control.js'
import { sendPlain, type Exchange } from './exchange.js'
import { play } from './faults.js'
import type { Limits } from './limits.js'
import { findRoute, subjectsOf } from './routes.js'
import type { Scripts } from './scripts.js'
import type { Store } from './store.js'
import type { RecordedRequest } from './types.js'

/** What the server needs of an emulator. */
export interface Service {
  readonly store: Store
  readonly scripts: Scripts
  readonly limits: Limits
  readonly requests: RecordedRequest[]
  readonly fileLifetimeMs: number
  readonly maxPageItems: Call['maxPageItems']
  readonly now: () => number
}

/** A listening server. */
export interface Listening {
  port: number
  /**
   * Ends every connection at once.
   * @throws the first error of a script or endpoint: the mistake of a test, which its client may take for a lost connection
   */
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 10 * 1024 * 1024

/** Starts to serve HTTP, or HTTPS when there is a certificate. @param port 0 for a free one */
export async function listen(
  service: Service,
  { host, port, certificate }: { host: string; port: number; certificate: Certificate | undefined },
): Promise<Listening> {
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate)
  // Node.js would refuse slow requests. The emulator waits as long as the client takes.
  server.requestTimeout = 0
  server.headersTimeout = 0
  // A reset needs the TCP socket. With TLS, a request only has the TLS socket, which has the same remote port.
  const tcpSockets = new Map<number, Socket>()
  let stopping = false
  const mistakes: unknown[] = []
  server.on('connection', (socket: Socket) => {
    socket.on('error', ignoreError)
    const { remotePort } = socket
    // The client has already closed the connection.
    if (remotePort === undefined) return
    tcpSockets.set(remotePort, socket)
    socket.once('close', () => tcpSockets.delete(remotePort))
  })
  // Only HTTPS has this event. An error can reach the TLS socket as well as the TCP socket.
  server.on('secureConnection', (socket: Socket) => socket.on('error', ignoreError))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const tcp = tcpSockets.get(request.socket.remotePort ?? 0) ?? request.socket
    const noteMistake = (error: unknown): void => void mistakes.push(error)
    handle(service, request, response, tcp, () => stopping, noteMistake).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      stopping = true
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of tcpSockets.values()) socket.destroy()
      server.closeAllConnections()
      await closed
      if (mistakes.length > 0) throw mistakes[0]
    },
  }
}

/** Handles errors of sockets, which clients cause on purpose: without a handler, they would end the process. */
function ignoreError(): void {}

/** Records one request and answers it. Requests about the emulator itself (control.ts) are not recorded. */
async function handle(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  tcp: Socket,
  isStopping: () => boolean,
  noteMistake: (error: unknown) => void,
): Promise<void> {
  const atMs = service.now()
  const url = new URL(request.url ?? '/', 'http://emulator.invalid')
  const body = parseBody(await readBody(request))
  const query = Object.fromEntries(url.searchParams)
  const { api, params, endpoint } = findRoute(request.method ?? '', url.pathname)
  const record: RecordedRequest = {
    api,
    method: request.method ?? '',
    path: url.pathname,
    query,
    headers: request.headers,
    body,
    atMs,
    logId: makeLogId(service.requests.length),
    ...subjectsOf(params, query, body, service.store),
  }
  const exchange: Exchange = {
    response,
    tcp,
    record,
    now: service.now,
    perform: once(() => perform(service, record, params, endpoint)),
    endedByUs: false,
  }
  if (url.pathname.startsWith('/_emulator/')) return sendPlain(exchange, answerControl(service, record))
  service.requests.push(record)
  response.once('close', () => {
    const isAnswered = record.answeredAtMs !== undefined || response.writableFinished
    const isClosedByUs = exchange.endedByUs || isStopping()
    if (!isAnswered && !isClosedByUs) record.closedByClientAtMs = service.now()
  })
  try {
    await play(exchange, (await service.scripts.answerTo(record)) ?? exchange.perform())
  } catch (error) {
    // `listen` then ends the connection.
    exchange.endedByUs = true
    noteMistake(error)
    throw error
  }
}

/** Carries a request out as the service would: checks the token and the limit, then calls the endpoint. */
function perform(
  service: Service,
  record: RecordedRequest,
  params: Record<string, string>,
  endpoint: (call: Call) => PlainAnswer,
): PlainAnswer {
  const { store, limits, fileLifetimeMs, maxPageItems } = service
  const nowMs = service.now()
  const needsToken = record.api !== 'mint' && record.api !== 'unknown'
  const caller = needsToken ? store.credentials.identify(record.headers.authorization) : { identity: '', appId: '' }
  // It is no caller, but the answer that refuses the token.
  if ('status' in caller) return caller
  const refusal = limits.take(record.api, caller.appId, nowMs)
  if (refusal !== undefined) return refusal
  return endpoint({ request: record, params, caller, store, nowMs, fileLifetimeMs, maxPageItems })
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('The request is too large for the emulator.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Parses JSON; a text that is not JSON remains as it is, and an empty one is undefined. */
function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/**
 * A log id in the form of the service: a time, then a hexadecimal number.
 * @param count the number of earlier requests
 */
function makeLogId(count: number): string {
  return `20261123020000${(0xa0c0_0000 + count).toString(16).toUpperCase().padStart(18, '0')}`
}

/** Makes a function that calls `make` only once, and returns this object at every call. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
