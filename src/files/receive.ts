import type { StallWatch } from '../polling/deadline.js'
import type { StagingFile } from './staging-file.js'

// Sockets give pieces of 64 kB. Each write is done by another thread, which costs time even for a small piece. With one
// write for several pieces, a transfer takes half as long. Larger batches take memory and gain nothing.
const BATCH_BYTES = 1024 * 1024
// How many batches may be written while the next one is received. More would take more memory.
const MAX_WRITES = 2
// On a slow connection pieces are small, but each may hold a buffer of 64 kB.
const MAX_BATCH_PIECES = 16

/** Thrown for a body that broke off. All bytes that were received before are in the file. */
export class BrokenBody extends Error {}

/**
 * Appends a body to a file. The next batch of pieces is received while the previous ones are written.
 * @param body nothing else may use its pieces: `free` may empty a piece after it is written
 * @param check called with the size of each piece, before it is written; what it throws ends the transfer
 * @throws BrokenBody, DiskFault, or what `check` throws
 */
export async function receiveBody(
  body: AsyncIterable<Uint8Array>,
  file: StagingFile,
  watch: StallWatch,
  check: (pieceBytes: number) => void,
): Promise<void> {
  const writer = new BatchWriter(file, watch)
  const iterator = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await iterator.next().catch(async (cause: unknown) => {
        // All received bytes must be in the file: the next attempt may resume after them.
        await writer.flush()
        throw new BrokenBody('the body broke off', { cause })
      })
      if (next.done === true) break
      watch.progress()
      check(next.value.length)
      writer.add(next.value)
      // Starts to write this batch, and may wait for an earlier one.
      if (writer.isBatchFull()) await writer.write()
    }
    await writer.flush()
  } finally {
    // The caller may empty or close the file next.
    await writer.settle()
    // Frees the connection if the body was not read to its end.
    await iterator.return?.().catch(() => undefined)
  }
}

/** Collects pieces and appends them to a file in batches. */
class BatchWriter {
  private batch: Uint8Array[] = []
  private batchBytes = 0
  /** The writes that were not awaited so far, the oldest first. Some may have ended. */
  private writes: Promise<void>[] = []

  constructor(
    private readonly file: StagingFile,
    private readonly watch: StallWatch,
  ) {}

  add(piece: Uint8Array): void {
    this.batch.push(piece)
    this.batchBytes += piece.length
  }

  isBatchFull(): boolean {
    return this.batchBytes >= BATCH_BYTES || this.batch.length >= MAX_BATCH_PIECES
  }

  /**
   * Starts to write the batch. If `writes` is then longer than `MAX_WRITES`, waits for the oldest write.
   * @throws DiskFault of the oldest write
   */
  async write(): Promise<void> {
    const pieces = this.batch
    this.batch = []
    this.batchBytes = 0
    const writing = this.file.write(pieces).then(() => pieces.forEach(free))
    // A later `write` or `flush` throws the error of this write. Until then, the error must not count as unhandled.
    writing.catch(() => undefined)
    this.writes.push(writing)
    const oldest = this.writes.length > MAX_WRITES ? this.writes.shift() : undefined
    if (oldest) await this.watch.exempt(oldest)
  }

  /** Writes the last batch, and waits for all writes. @throws DiskFault */
  async flush(): Promise<void> {
    await this.write()
    await this.watch.exempt(Promise.all(this.writes))
  }

  /** Waits for the end of all writes. Never rejects. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.writes)
  }
}

/**
 * Frees the memory of a piece immediately. The garbage collector would wait until some 60 MB of pieces have gathered.
 * And memory that was just in use is faster than new memory.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  // A piece that is only a part of its buffer may share the buffer with pieces that are still to be read.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && 'transfer' in buffer) buffer.transfer(0)
}
