import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import { HttpClient } from '@actions/http-client'
import { checkBypass } from '@actions/http-client/lib/proxy'
import { findProxyFault, UnusableProxy, type Environment } from './proxy.js'

/** One request, ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Ends the request and its answer in any phase: DNS, TLS, headers, body. */
  readonly signal: AbortSignal
}

/** Status and headers of an answer, and the stream of its body. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Rejects when the body is cut off or the signal is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  /** Closes a body that is not read to its end. */
  destroy(): void
}

/** Sends requests. Rejects for errors of the network, never for an answer. Follows no redirect. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>
  dispose(): void
}

const MAX_HEADER_BYTES = 128 * 1024

// For a name with several addresses, Node gives each address except the last 250 ms to connect. For a distant runner,
// that is too short. The minimum limit of an attempt is 2 s, so that with 1 s the second address is tried as well.
// Source: socket.connect(options), https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
const MIN_CONNECT_MS = 1_000

const currentSignal = new AsyncLocalStorage<AbortSignal>()

// http-client cannot end a request; the option of Node that can is set here on each of its requests.
const abortable = {
  prepareRequest(options: RequestOptions): void {
    const signal = currentSignal.getStore()
    if (signal) options.signal = signal
    // A title of many emoji, percent-encoded in Content-Disposition, may be longer than Node's default of 16 kB.
    options.maxHeaderSize = MAX_HEADER_BYTES
    // http-client passes on the brackets of [::1], which Node would look up as a name.
    if (options.host) options.host = options.host.replace(/^\[(.*)\]$/, '$1')
  },
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('never called')),
}

/**
 * Makes the transport of the actions: @actions/http-client, which supports the runner's proxies (`https_proxy`,
 * `no_proxy`).
 * @param environment the variables that may name a proxy, checked before each request; http-client itself reads those of
 * the process
 */
export function createTransport(userAgent: string, environment: Environment): Transport {
  // For the whole process, since the connection to a proxy does not take the options of a request.
  setDefaultAutoSelectFamilyAttemptTimeout(Math.max(MIN_CONNECT_MS, getDefaultAutoSelectFamilyAttemptTimeout()))
  // One client for each protocol: http-client would reuse its agent for another protocol.
  const clients = new Map<string, HttpClient>()
  const clientFor = (url: string): HttpClient => {
    const { protocol } = new URL(url)
    let client = clients.get(protocol)
    if (!client) {
      // Its retries know neither 429 nor network faults; its redirects can leak the credential.
      client = new HttpClient(userAgent, [abortable], { allowRedirects: false, allowRetries: false, keepAlive: true })
      clients.set(protocol, client)
    }
    return client
  }
  return {
    async send({ method, url, headers, body, signal }) {
      const target = new URL(url)
      const fault = checkBypass(target) ? undefined : findProxyFault(environment, target.protocol)
      if (fault) throw new UnusableProxy(fault)
      const { message } = await rejectOnAbort(
        signal,
        currentSignal.run(signal, () => clientFor(url).request(method, url, body ?? null, { ...headers })),
      )
      return {
        status: message.statusCode ?? 0,
        headers: message.headers,
        body: readComplete(message, signal),
        destroy: () => message.destroy(),
      }
    },
    dispose() {
      for (const client of clients.values()) client.dispose()
    },
  }
}

/**
 * True for a body in chunks, which marks its own end; with any other coding, the end of the connection ends the body.
 * Source: RFC 9112, HTTP/1.1, 6.3, https://www.rfc-editor.org/rfc/rfc9112
 */
export const isChunked = (transferEncoding: string | readonly string[] | undefined): boolean =>
  /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''))

/**
 * Reads a body to its end. A body without a length ends with its connection, and Node does not distinguish that from a
 * reset or an abort: both are thrown here.
 */
async function* readComplete(message: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* message as AsyncIterable<Uint8Array>
  const { headers, socket } = message
  const framed = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding'])
  if (signal.aborted) throw new Error('aborted', { cause: signal.reason })
  if (!framed && socket.errored) throw socket.errored
}

/**
 * Rejects when the signal is aborted, while the work itself continues: Node cannot abort a request that waits for a
 * proxy.
 */
function rejectOnAbort<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(new Error('aborted', { cause: signal.reason }))
    if (signal.aborted) abandon()
    else signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}
