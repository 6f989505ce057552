import { AsyncLocalStorage } from 'node:async_hooks'
import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
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

/** Sends requests. Rejects for an error of the network or an unusable proxy, never for an answer. Follows no redirect. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>
  dispose(): void
}

const MAX_HEADER_BYTES = 128 * 1024

// For a name with several addresses, Node gives each address except the last 250 ms to connect. For a distant runner,
// that is too short. The time limit of a request is at least 2 s, so after 1 s there is time for the second address.
// Source: socket.connect(options), https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
const MIN_CONNECT_MS = 1_000

// The signal of the request that http-client is just making.
const currentSignal = new AsyncLocalStorage<AbortSignal>()

/** The agent of http-client for a request through a proxy. */
interface ProxyAgent extends Agent {
  readonly proxyOptions?: { host?: string }
}

/** Removes the brackets around an IPv6 address. */
function withoutBrackets(options: { host?: string | null | undefined } = {}): void {
  if (options.host) options.host = options.host.replace(/^\[(.*)\]$/, '$1')
}

// http-client calls `prepareRequest` for each request. Only there can Node's options be set, such as the signal.
const nodeOptionsHandler = {
  prepareRequest(options: RequestOptions): void {
    const signal = currentSignal.getStore()
    if (signal) options.signal = signal
    // A title of many emoji, percent-encoded in Content-Disposition, may be longer than Node's default of 16 kB.
    options.maxHeaderSize = MAX_HEADER_BYTES
    // http-client passes on the brackets of [::1], which Node would look up as a name: of the host, and of the proxy.
    withoutBrackets(options)
    withoutBrackets((options.agent as ProxyAgent | undefined)?.proxyOptions)
  },
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('never called')),
}

/**
 * Makes the transport of the actions: @actions/http-client, which supports the runner's proxies (`https_proxy`,
 * `http_proxy`, `no_proxy`).
 * @param environment the variables that may name a proxy, checked before each request. http-client itself reads the
 * variables of the process
 */
export function createTransport(userAgent: string, environment: Environment): Transport {
  // For the whole process, since the connection to a proxy does not take the options of a request.
  setDefaultAutoSelectFamilyAttemptTimeout(Math.max(MIN_CONNECT_MS, getDefaultAutoSelectFamilyAttemptTimeout()))
  // One client for each protocol, since a client would use its agent for another protocol, too.
  const clients = new Map<string, HttpClient>()
  const clientFor = (url: string): HttpClient => {
    const { protocol } = new URL(url)
    let client = clients.get(protocol)
    if (!client) {
      // Callers retry and follow redirects where needed. http-client would retry only after a 502, 503 or 504, and its
      // redirects can leak the credential.
      client = new HttpClient(userAgent, [nodeOptionsHandler], {
        allowRedirects: false,
        allowRetries: false,
        keepAlive: true,
      })
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
 * True for a chunked body, which has a last chunk. With any other coding, the end of the connection ends the body.
 * Source: RFC 9112, HTTP/1.1, 6.3, https://www.rfc-editor.org/rfc/rfc9112
 */
export const isChunked = (transferEncoding: string | readonly string[] | undefined): boolean =>
  /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''))

/**
 * Yields a body, and throws when it is cut off. A body that does not mark its end (no length, no chunks) ends with the
 * connection. Node takes a reset or an abort for that end and throws nothing. So an error is thrown here. A normal close
 * is always the end of such a body.
 */
async function* readComplete(message: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* message as AsyncIterable<Uint8Array>
  const { headers, socket } = message
  const marksItsEnd = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding'])
  if (signal.aborted) throw new Error('aborted', { cause: signal.reason })
  if (!marksItsEnd && socket.errored) throw socket.errored
}

/**
 * Waits for the work, but rejects as soon as the signal is aborted. Needed for a request that waits for a proxy: Node
 * cannot abort such a request, which then continues.
 */
function rejectOnAbort<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(new Error('aborted', { cause: signal.reason }))
    if (signal.aborted) abandon()
    else signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}
