import { createServer, type AddressInfo, type Socket } from 'node:net'

const HEAD_END = '\r\n\r\n'
const RESET_DELAY_MS = 20

/** The bytes that the server sends, and what happens to the connection then: `hold` leaves it open. */
export interface RawAnswer {
  readonly bytes: Buffer
  readonly ending: 'close' | 'reset' | 'hold'
}

/** A request and the answer that it got. */
export interface RawExchange {
  /** When the head of the request arrived, by the clock of the caller. */
  readonly atMs: number
  /** Request line and headers. */
  readonly head: string
  readonly answer: RawAnswer
}

/** A TCP server that answers the head of each request with bytes that need not be HTTP. */
export interface RawServer {
  readonly port: number
  stop(): Promise<void>
}

/** Starts the server on a free port of 127.0.0.1. @param answerTo chooses the answer by the head of the request */
export async function startRawServer(answerTo: (head: string) => RawAnswer): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      // No request has a body, so the next one begins after the blank line.
      for (let end = received.indexOf(HEAD_END); end >= 0; end = received.indexOf(HEAD_END)) {
        const head = received.slice(0, end)
        received = received.slice(end + HEAD_END.length)
        const { bytes, ending } = answerTo(head)
        socket.write(bytes, () => {
          if (ending === 'close') socket.end()
          // After an immediate reset, the client would not read the bytes that it has received.
          if (ending === 'reset') setTimeout(() => socket.resetAndDestroy(), RESET_DELAY_MS)
        })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
