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
      const blockOffset = firstBlock * AES_BLOCK_BYTES
      const counter = Buffer.alloc(AES_BLOCK_BYTES)
      // The number of the block is in the last 8 bytes of the counter.
      counter.writeBigUInt64BE(BigInt(firstBlock), AES_BLOCK_BYTES - 8)
      const neededBytes = end - blockOffset
      const zeros = neededBytes <= ZEROS.length ? ZEROS.subarray(0, neededBytes) : Buffer.alloc(neededBytes)
      const keyStream = createCipheriv('aes-128-ctr', key, counter).update(zeros)
      return keyStream.subarray(offset - blockOffset)
    },
  }
}

/** A part of a content, for `Range` requests: `size` bytes from `start` on. */
export function partOf(content: Content, start: number, size: number): Content {
  return { size, read: (offset, length) => content.read(start + offset, Math.min(length, size - offset)) }
}

/** The bytes of a content before the offset `end`, in chunks; by default all bytes. */
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
