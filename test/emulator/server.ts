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

/** A listening server; `stop` ends every connection at once. */
export interface Listening {
  port: number
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 10 * 1024 * 1024

/** Serves HTTP, or HTTPS with a certificate. */
export async function listen(
  service: Service,
  { host, port, certificate }: { host: string; port: number; certificate: Certificate | undefined },
): Promise<Listening> {
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate)
  server.requestTimeout = 0
  server.headersTimeout = 0
  // TLS hides the TCP socket, which a true reset needs; both have the same remote port.
  const tcpSockets = new Map<number, Socket>()
  const withErrorHandler = new WeakSet<Socket>()
  let stopping = false
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    if (remotePort === undefined || tcpSockets.has(remotePort)) return
    tcpSockets.set(remotePort, socket)
    socket.once('close', () => tcpSockets.delete(remotePort))
    socket.on('error', () => undefined)
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const tcp = tcpSockets.get(request.socket.remotePort ?? 0) ?? request.socket
    if (!withErrorHandler.has(request.socket)) {
      withErrorHandler.add(request.socket)
      request.socket.on('error', () => undefined)
    }
    handle(service, request, response, tcp, () => stopping).catch((error: unknown) => {
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
    },
  }
}

async function handle(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  tcp: Socket,
  isStopping: () => boolean,
): Promise<void> {
  const atMs = service.now()
  const url = new URL(request.url ?? '/', 'http://emulator.invalid')
  const body = parsed(await readBody(request))
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
    logId: logId(service.requests.length),
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
    if (record.answeredAtMs === undefined && !response.writableFinished && !exchange.endedByUs && !isStopping()) {
      record.closedByClientAtMs = service.now()
    }
  })
  await play(exchange, (await service.scripts.answerTo(record)) ?? exchange.perform())
}

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

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function logId(count: number): string {
  return `20261123020000${(0xa0c0_0000 + count).toString(16).toUpperCase().padStart(18, '0')}`
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
