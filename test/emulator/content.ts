import { createCipheriv, createHash } from 'node:crypto'

/** The bytes of a file. `read` may be called with any offset, so nothing has to be held in memory. */
export interface Content {
  readonly size: number
  read(offset: number, length: number): Buffer
}

const CHUNK = 256 * 1024
const ZEROS = Buffer.alloc(CHUNK + 16)

/** The content of a text or buffer. */
export function bufferContent(bytes: Buffer | string): Content {
  const buffer = Buffer.from(bytes)
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) }
}

/** Content of any size made on the fly: the key stream of AES in counter mode, the same for the same seed. */
export function generatedContent(size: number, seed: string): Content {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16)
  return {
    size,
    read(offset, length) {
      const end = Math.min(size, offset + length)
      if (end <= offset) return Buffer.alloc(0)
      const firstBlock = Math.floor(offset / 16)
      const counter = Buffer.alloc(16)
      counter.writeBigUInt64BE(BigInt(firstBlock), 8)
      const needed = end - firstBlock * 16
      const zeros = needed <= ZEROS.length ? ZEROS.subarray(0, needed) : Buffer.alloc(needed)
      const stream = createCipheriv('aes-128-ctr', key, counter).update(zeros)
      return stream.subarray(offset - firstBlock * 16)
    },
  }
}

/** A part of a content, for `Range` requests. */
export function partOf(content: Content, start: number, size: number): Content {
  return { size, read: (offset, length) => content.read(start + offset, Math.min(length, size - offset)) }
}

/** The chunks of a content, from the first byte to the last (or `end`). */
function* chunksOf(content: Content, end = content.size): Generator<Buffer> {
  for (let offset = 0; offset < end; offset += CHUNK) yield content.read(offset, Math.min(CHUNK, end - offset))
}

/** The whole content in memory: for small files. */
export function wholeOf(content: Content): Buffer {
  return Buffer.concat([...chunksOf(content)])
}

/** The SHA-256 of a content, in hex, whatever its size. */
export function sha256Of(content: Content): string {
  const hash = createHash('sha256')
  for (const chunk of chunksOf(content)) hash.update(chunk)
  return hash.digest('hex')
}
