import type { StallWatch } from '../polling/deadline.js'
import type { StagingFile } from './staging-file.js'

// Sockets give pieces of 64 kB. A write costs a trip to another thread, however small it is: one for several pieces
// makes a transfer half as long. More than this takes memory and gains nothing.
const BATCH_BYTES = 1024 * 1024
// So many batches may be on their way to the disk while the next one comes. More would take more memory.
const MAX_WRITES = 2
// Under a slow connection pieces are small, but each may hold a buffer of 64 kB.
const MAX_BATCH_PIECES = 16

/** The body broke off. Everything that came before is in the file. */
export class BrokenBody extends Error {}

/**
 * Appends a body to a file. The next batch of pieces is received while the previous ones are written.
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
        await writer.flush()
        throw new BrokenBody('the body broke off', { cause })
      })
      if (next.done === true) break
      watch.progress()
      check(next.value.length)
      // Starts to write this batch; waits only while too many earlier ones are still being written.
      if (writer.add(next.value)) await writer.write()
    }
    await writer.flush()
  } finally {
    await writer.settle()
    await iterator.return?.().catch(() => undefined)
  }
}

class BatchWriter {
  private batch: Uint8Array[] = []
  private batchBytes = 0
  /** The writes under way, the oldest first. */
  private writes: Promise<void>[] = []

  constructor(
    private readonly file: StagingFile,
    private readonly watch: StallWatch,
  ) {}

  /** @returns whether it is time to write */
  add(piece: Uint8Array): boolean {
    this.batch.push(piece)
    this.batchBytes += piece.length
    return this.batchBytes >= BATCH_BYTES || this.batch.length >= MAX_BATCH_PIECES
  }

  /** Starts to write the batch. If too many writes are under way then, waits for the oldest. */
  async write(): Promise<void> {
    const pieces = this.batch
    this.batch = []
    this.batchBytes = 0
    const write = this.file.write(pieces).then(() => pieces.forEach(free))
    // The next `write` or `flush` throws it; until then, it must not count as unhandled.
    write.catch(() => undefined)
    this.writes.push(write)
    if (this.writes.length > MAX_WRITES) await this.watch.exempt(this.writes.shift() ?? write)
  }

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
 * Gives the memory of a piece back at once. The garbage collector would let some 60 MB of them gather first, and memory
 * that was just in use is faster than new memory.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  // What is only a part of its buffer may share it with pieces that are still to be read.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && 'transfer' in buffer) buffer.transfer(0)
}
