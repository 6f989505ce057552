import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Answer, ContentCoding, Fault, PlainAnswer } from './answer.js'
import { isFault } from './answer.js'
import { bufferContent, wholeOf, type Content } from './content.js'
import {
  finish,
  pause,
  render,
  sendPlain,
  write,
  writeContent,
  writeHead,
  type Exchange,
  type Rendered,
} from './exchange.js'

/** Sends an answer: a plain one completely, or a fault as answer.ts describes it. */
export async function play(exchange: Exchange, answer: Answer): Promise<void> {
  if (isFault(answer)) await playFault(exchange, answer)
  else await sendPlain(exchange, answer)
}

async function playFault(exchange: Exchange, fault: Fault): Promise<void> {
  switch (fault.fault) {
    case 'reset':
      return resetConnection(exchange, fault.when)
    case 'close':
      if (fault.when === 'after') exchange.perform()
      endConnection(exchange)
      return
    case 'cut':
      return cutBody(exchange, fault)
    case 'stall':
      return stallBody(exchange, fault)
    case 'stall-in-headers':
      exchange.response.socket?.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Tt-Lo')
      return
    case 'hang':
      if (fault.when === 'after') exchange.perform()
      return
    case 'trickle':
      return fault.forever === true ? trickleForever(exchange, fault.everyMs) : trickleBody(exchange, fault)
    case 'endless':
      return endlessBody(exchange)
    case 'huge':
      return hugeBody(exchange, fault)
    case 'delay':
      if (await pause(exchange, fault.ms)) await play(exchange, fault.then ?? exchange.perform())
      return
    case 'garbage':
      endConnection(exchange, fault.bytes)
      return
    case 'wrong-content-length':
      return miscountBody(exchange, fault)
    case 'encode':
      return encodeBody(exchange, fault)
    case 'edit':
      return sendPlain(
        exchange,
        editJson(exchange.perform(), (json) => fault.edit(json, exchange.record)),
      )
  }
}

const BLANKS = Buffer.alloc(64 * 1024, ' ')

// Enough for a client on this machine to read the headers.
const HEADERS_READ_MS = 20

/** Closes the connection normally, after these bytes. */
function endConnection(exchange: Exchange, lastBytes: string | Buffer = ''): void {
  exchange.endedByUs = true
  const { socket } = exchange.response
  // Destroyed too: otherwise the connection would remain open until the client closes its side.
  socket?.end(lastBytes, () => socket.destroy())
}

/** Sends the headers at once. Node.js would wait for the first byte of the body, which may never come. */
function sendHeadAtOnce(exchange: Exchange, rendered: Rendered, length: number | 'chunked'): void {
  writeHead(exchange, rendered, length)
  exchange.response.flushHeaders()
}

async function resetConnection(exchange: Exchange, when: 'before' | 'after' | 'after-headers'): Promise<void> {
  if (when === 'after') exchange.perform()
  if (when === 'after-headers') {
    const rendered = render(exchange.perform(), exchange.record)
    sendHeadAtOnce(exchange, rendered, rendered.content.size)
    // A reset discards what the client has received and not read yet.
    await pause(exchange, HEADERS_READ_MS)
  }
  exchange.endedByUs = true
  exchange.tcp.resetAndDestroy()
}

async function cutBody(exchange: Exchange, fault: Extract<Fault, { fault: 'cut' }>): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  sendHeadAtOnce(exchange, rendered, fault.chunked === true ? 'chunked' : rendered.content.size)
  await writeContent(exchange, rendered.content, countSentBytes(rendered.content, fault.afterBytes))
  endConnection(exchange)
}

async function stallBody(exchange: Exchange, fault: Extract<Fault, { fault: 'stall' }>): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  sendHeadAtOnce(exchange, rendered, rendered.content.size)
  await writeContent(exchange, rendered.content, countSentBytes(rendered.content, fault.afterBytes))
}

async function trickleBody(exchange: Exchange, fault: Extract<Fault, { fault: 'trickle' }>): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  sendHeadAtOnce(exchange, rendered, rendered.content.size)
  for (let offset = 0; offset < rendered.content.size; offset += 1) {
    if (!(await pause(exchange, fault.everyMs))) return
    if (!(await write(exchange, rendered.content.read(offset, 1)))) return
  }
  finish(exchange, rendered)
}

async function trickleForever(exchange: Exchange, everyMs: number): Promise<void> {
  const rendered = render({ status: 200, headers: { 'content-type': 'application/json' } }, exchange.record)
  sendHeadAtOnce(exchange, rendered, 'chunked')
  while (await pause(exchange, everyMs)) await write(exchange, BLANKS.subarray(0, 1))
}

async function endlessBody(exchange: Exchange): Promise<void> {
  const rendered = render({ status: 200, headers: { 'content-type': 'application/json' } }, exchange.record)
  writeHead(exchange, rendered, 'chunked')
  while (await write(exchange, BLANKS)) {
    // Lets other requests run: with a client that reads as fast as this writes, they would never be answered.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function hugeBody(exchange: Exchange, fault: Extract<Fault, { fault: 'huge' }>): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  writeHead(exchange, rendered, fault.bytes + rendered.content.size)
  for (let left = fault.bytes; left > 0; left -= BLANKS.length) {
    if (!(await write(exchange, BLANKS.subarray(0, Math.min(left, BLANKS.length))))) return
  }
  if (await writeContent(exchange, rendered.content)) finish(exchange, rendered)
}

/** Sends an answer with a wrong content length. */
async function miscountBody(
  exchange: Exchange,
  fault: Extract<Fault, { fault: 'wrong-content-length' }>,
): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  sendHeadAtOnce(exchange, rendered, Math.max(0, rendered.content.size + fault.by))
  await writeContent(exchange, rendered.content)
  endConnection(exchange)
}

const ENCODERS: Readonly<Record<ContentCoding, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  'deflate-raw': (bytes) => deflateRawSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
}

async function encodeBody(exchange: Exchange, fault: Extract<Fault, { fault: 'encode' }>): Promise<void> {
  const rendered = render(fault.of ?? exchange.perform(), exchange.record)
  const content = bufferContent(ENCODERS[fault.coding](wholeOf(rendered.content)))
  // HTTP has one name for both kinds of deflate.
  const headers = { ...rendered.headers, 'content-encoding': fault.coding.replace('-raw', '') }
  writeHead(exchange, { ...rendered, headers }, content.size)
  if (await writeContent(exchange, content)) finish(exchange, rendered)
}

/** An answer with its JSON changed; an answer without JSON remains as it is. */
function editJson(answer: PlainAnswer, edit: (json: unknown) => unknown): PlainAnswer {
  return 'json' in answer ? { ...answer, json: edit(answer.json) } : answer
}

/** How many bytes of a body are sent: `afterBytes`, by default half of it, and never more than it has. */
function countSentBytes(content: Content, afterBytes: number | undefined): number {
  return Math.min(content.size, afterBytes ?? Math.floor(content.size / 2))
}
