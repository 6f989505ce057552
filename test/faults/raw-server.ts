import { createServer, type AddressInfo, type Socket } from 'node:net'

/** The bytes that a connection gets after the head of a request, and how the connection ends afterwards. */
export interface RawAnswer {
  readonly bytes: Buffer
  readonly ending: 'close' | 'reset' | 'hold'
}

/** A request and the answer that it got. */
export interface RawExchange {
  readonly atMs: number
  readonly head: string
  readonly answer: RawAnswer
}

/** A TCP server that answers the head of each request with bytes that need not be HTTP. */
export interface RawServer {
  readonly port: number
  stop(): Promise<void>
}

/** @param answerTo chooses the answer by the head of the request */
export async function startRawServer(answerTo: (head: string) => RawAnswer): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end)
        text = text.slice(end + 4)
        const { bytes, ending } = answerTo(head)
        socket.write(bytes, () => {
          if (ending === 'close') socket.end()
          // After an immediate reset, the client would not read the bytes that it has received.
          if (ending === 'reset') setTimeout(() => socket.resetAndDestroy(), 20)
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
