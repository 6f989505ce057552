import { connect } from 'node:net'

/** The answer to a request of {@link call}. */
export interface Answered {
  status: number
  headers: Headers
  json: {
    code: number
    msg: string
    data: Record<string, unknown>
    error?: Record<string, unknown>
  } & Record<string, unknown>
}

/**
 * Calls an API of the emulator with `fetch`, for tests of the emulator itself.
 * @param path below `/open-apis/`, with the query
 * @param options.body sent as JSON
 * @param options.token the access token; `null` for none
 * @param options.method by default POST with a body, GET without
 */
export async function call(
  emulator: { url: string; accessToken: string },
  path: string,
  { body, token = emulator.accessToken, method }: { body?: unknown; token?: string | null; method?: string } = {},
): Promise<Answered> {
  const response = await fetch(`${emulator.url}/open-apis/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, json: (await response.json()) as Answered['json'] }
}

/** The bytes received over a TCP connection. */
export interface RawAnswer {
  /** Up to the empty line after the headers; everything when there is no such line. */
  head: string
  body: Buffer
  /** How the connection ended: normally, by a reset (or another error), or not before the limit of time or bytes. */
  ended: 'in order' | 'by reset' | 'not'
  /** From the start of the request until the end, or until the limit was reached. */
  ms: number
  /** When each piece was received, from the start of the request. */
  piecesAtMs: number[]
}

/**
 * Sends a GET over a TCP connection and collects the received bytes. For tests of faults: `fetch` shows neither how a
 * connection ended nor the bytes of an incomplete answer. Stops after `forMs`, or when it has more than `maxBytes`.
 * @param path below `/open-apis/`, with the query
 */
export async function rawGet(
  emulator: { port: number; accessToken: string },
  path: string,
  { forMs = 5000, maxBytes = Number.POSITIVE_INFINITY }: { forMs?: number; maxBytes?: number } = {},
): Promise<RawAnswer> {
  const startedAt = performance.now()
  const pieces: Buffer[] = []
  const piecesAtMs: number[] = []
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(
    `GET /open-apis/${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${emulator.accessToken}\r\nconnection: close\r\n\r\n`,
  )
  const ended = await new Promise<RawAnswer['ended']>((resolve) => {
    const timer = setTimeout(() => {
      finish('not')
    }, forMs)
    const finish = (how: RawAnswer['ended']): void => {
      clearTimeout(timer)
      resolve(how)
    }
    let size = 0
    socket.on('data', (piece) => {
      pieces.push(piece)
      piecesAtMs.push(performance.now() - startedAt)
      size += piece.length
      if (size > maxBytes) finish('not')
    })
    socket.on('end', () => {
      finish('in order')
    })
    socket.on('error', () => {
      finish('by reset')
    })
  })
  socket.destroy()
  const bytes = Buffer.concat(pieces)
  const headEnd = bytes.indexOf('\r\n\r\n')
  return {
    head: (headEnd === -1 ? bytes : bytes.subarray(0, headEnd)).toString(),
    body: headEnd === -1 ? Buffer.alloc(0) : bytes.subarray(headEnd + 4),
    ended,
    ms: performance.now() - startedAt,
    piecesAtMs,
  }
}
