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
  /** Ends the request, and its answer, wherever they are: DNS, TLS, headers, body. */
  readonly signal: AbortSignal
}

/** The head of an answer and the stream of its body. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Rejects when the body is cut off or the signal is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  /** Closes a body that is not read to its end. */
  destroy(): void
}

/** Sends requests. Rejects for faults of the network, never for what a server answered. Follows no redirect. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>
  dispose(): void
}

const MAX_HEADER_BYTES = 128 * 1024

// Of a name with several addresses, Node gives each but the last 250 ms to connect, which from a far runner is too short
// for the only one that works. The shortest limit of an attempt is 2 s: so the second address has its turn, too.
// Source: socket.connect(options), https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
const MIN_CONNECT_MS = 1_000

const currentSignal = new AsyncLocalStorage<AbortSignal>()

// http-client has no way to end a request; Node's own option, set here on each of its requests, has.
const abortable = {
  prepareRequest(options: RequestOptions): void {
    const signal = currentSignal.getStore()
    if (signal) options.signal = signal
    // A title of many emoji, percent-encoded in Content-Disposition, may pass Node's usual 16 kB.
    options.maxHeaderSize = MAX_HEADER_BYTES
    // http-client passes on the brackets of [::1], which Node takes for a name.
    if (options.host) options.host = options.host.replace(/^\[(.*)\]$/, '$1')
  },
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('never called')),
}

/**
 * The transport of the actions: @actions/http-client, which knows the runner's proxies (`https_proxy`, `no_proxy`).
 * @param environment where proxies are named, to be checked before each request; http-client itself reads that of the
 * process
 */
export function createTransport(userAgent: string, environment: Environment): Transport {
  // For the whole process: the connection to a proxy takes no option of ours.
  setDefaultAutoSelectFamilyAttemptTimeout(Math.max(MIN_CONNECT_MS, getDefaultAutoSelectFamilyAttemptTimeout()))
  // One client a protocol: http-client reuses its agent for whatever protocol comes next.
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
      const { message } = await abandonable(
        signal,
        currentSignal.run(signal, () => clientFor(url).request(method, url, body ?? null, { ...headers })),
      )
      return {
        status: message.statusCode ?? 0,
        headers: message.headers,
        body: wholly(message, signal),
        destroy: () => message.destroy(),
      }
    },
    dispose() {
      for (const client of clients.values()) client.dispose()
    },
  }
}

/**
 * True where the body marks its own end; with any other coding, it ends with the connection.
 * Source: RFC 9112, 6.3, https://www.rfc-editor.org/rfc/rfc9112
 */
export const isChunked = (transferEncoding: string | readonly string[] | undefined): boolean =>
  /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''))

/**
 * A body without a length ends with its connection, and Node takes any end of the connection for the end of the body:
 * also a reset, and our own abort.
 */
async function* wholly(message: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* message as AsyncIterable<Uint8Array>
  const { headers, socket } = message
  const framed = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding'])
  if (signal.aborted) throw new Error('aborted', { cause: signal.reason })
  if (!framed && socket.errored) throw socket.errored
}

/** Node cannot abort a request that waits for a proxy's CONNECT: it is left alone, and the step goes on. */
function abandonable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(new Error('aborted', { cause: signal.reason }))
    if (signal.aborted) abandon()
    else signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}
