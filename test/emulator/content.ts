import { createCipheriv, createHash } from 'node:crypto'

/** The bytes of a file. `read` returns a part from any offset on, so nothing has to be held in memory. */
export interface Content {
  readonly size: number
  read(offset: number, length: number): Buffer
}

const CHUNK_BYTES = 256 * 1024
const AES_BLOCK_BYTES = 16
const ZEROS = Buffer.alloc(CHUNK_BYTES + AES_BLOCK_BYTES)

/** Content that is held in memory. */
export function bufferContent(bytes: Buffer | string): Content {
  const buffer = Buffer.from(bytes)
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) }
}

/**
 * Content of any size that is generated when it is read; the same seed gives the same bytes. The bytes are the key
 * stream of AES in counter mode: it can be computed from any block on.
 */
export function generatedContent(size: number, seed: string): Content {
  const key = createHash('sha256').update(seed).digest().subarray(0, AES_BLOCK_BYTES)
  return {
    size,
    read(offset, length) {
      const end = Math.min(size, offset + length)
      if (end <= offset) return Buffer.alloc(0)
      const firstBlock = Math.floor(offset / AES_BLOCK_BYTES)
      const startBytes = firstBlock * AES_BLOCK_BYTES
      const counter = Buffer.alloc(AES_BLOCK_BYTES)
      counter.writeBigUInt64BE(BigInt(firstBlock), 8)
      const needed = end - startBytes
      const zeros = needed <= ZEROS.length ? ZEROS.subarray(0, needed) : Buffer.alloc(needed)
      const keyStream = createCipheriv('aes-128-ctr', key, counter).update(zeros)
      return keyStream.subarray(offset - startBytes)
    },
  }
}

/** A part of a content, for `Range` requests: `size` bytes from `start` on. */
export function partOf(content: Content, start: number, size: number): Content {
  return { size, read: (offset, length) => content.read(start + offset, Math.min(length, size - offset)) }
}

/** The chunks of a content, from its first byte on. @param end how many bytes of it, by default all */
export function* chunksOf(content: Content, end = content.size): Generator<Buffer> {
  for (let offset = 0; offset < end; offset += CHUNK_BYTES) {
    yield content.read(offset, Math.min(CHUNK_BYTES, end - offset))
  }
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
