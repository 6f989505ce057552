import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { urlHost } from './url-host.js'

export interface ProxyOptions {
  /** The port to which all requests are sent, for any host; without it, only loopback hosts can be reached. */
  to?: { port: number } | undefined
  port?: number
  host?: string
  /** Refuses every request with this HTTP status. */
  refuse?: number
  /** Never answers a CONNECT. */
  hangConnect?: boolean
  /** How long a request waits before the proxy forwards or refuses it. */
  delayMs?: number
}

/** A request to the proxy: `CONNECT host:port`, or a method with a whole URL. */
export interface ProxiedRequest {
  method: string
  target: string
  headers: IncomingHttpHeaders
  atMs: number
}

export interface Proxy {
  url: string
  port: number
  requests: ProxiedRequest[]
  stop(): Promise<void>
}

/** Starts a proxy for `https_proxy` (CONNECT) and `http_proxy` (whole URLs). */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const { to, refuse, hangConnect = false, delayMs = 0, host = '127.0.0.1' } = options
  const startedAt = performance.now()
  const requests: ProxiedRequest[] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer()

  function record(method: string, target: string, headers: IncomingHttpHeaders): void {
    requests.push({ method, target, headers, atMs: performance.now() - startedAt })
  }

  /** Runs an action after `delayMs`, unless the proxy is stopped before. */
  function later(action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      action()
    }, delayMs)
    timers.add(timer)
  }

  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })

  server.on('connect', (request, client: Socket, head) => {
    record('CONNECT', request.url ?? '', request.headers)
    if (hangConnect) return
    later(() => {
      const target = to ?? loopbackTarget(`http://${request.url ?? ''}`)
      if (refuse !== undefined || target === undefined) {
        client.end(`HTTP/1.1 ${refuse ?? 502} Refused\r\ncontent-length: 0\r\n\r\n`)
        return
      }
      const upstream = connect(target.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.write(head)
        upstream.pipe(client).pipe(upstream)
      })
      sockets.add(upstream)
      // The client sees an error of the upstream connection as a reset. But while its own connection is being closed, a
      // reset would leave a handle open, and Node would never exit.
      upstream.on('error', () => (client.writableEnded ? client.destroy() : client.resetAndDestroy()))
      upstream.once('close', () => {
        sockets.delete(upstream)
        client.destroy()
      })
      client.once('close', () => upstream.destroy())
    })
  })

  server.on('request', (request, response) => {
    record(request.method ?? '', request.url ?? '', request.headers)
    later(() => {
      const target = to ?? loopbackTarget(request.url ?? '')
      if (refuse !== undefined || target === undefined) {
        response.writeHead(refuse ?? 502).end()
        return
      }
      const url = new URL(request.url ?? '/', 'http://emulator.invalid')
      const headers = { ...request.headers }
      delete headers['proxy-authorization']
      delete headers['proxy-connection']
      const path = url.pathname + url.search
      const upstream = httpRequest({ host: '127.0.0.1', port: target.port, method: request.method, path, headers })
      upstream.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      })
      upstream.on('error', () => response.destroy())
      response.once('close', () => upstream.destroy())
      request.pipe(upstream)
    })
  })

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${urlHost(host)}:${port}`,
    port,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await closed
    },
  }
}

/** The target of a request without `to`: the port of its URL. Undefined for a host that is not loopback, or no URL. */
function loopbackTarget(url: string): { port: number } | undefined {
  if (!URL.canParse(url)) return undefined
  const { hostname, port } = new URL(url)
  return ['127.0.0.1', 'localhost'].includes(hostname) ? { port: Number(port === '' ? 80 : port) } : undefined
}
