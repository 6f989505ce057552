import type { Clock } from '../polling/clock.js'
import type { OpenedFile } from '../feishu/drive/file-download.js'
import type { RequestedRange } from '../feishu/drive/byte-range.js'
import { StagingFile, type StagingPlace } from './staging-file.js'
import type { StagedFile } from './staged-file.js'

// The size of the parts that the official CLI requests:
// https://github.com/larksuite/cli (im_messages_resources_download.go).
const SMALL_PART_BYTES = 8 * 1024 * 1024

/** The beginning of a file that was received so far. It may have no bytes yet. */
interface ReceivedBytes {
  readonly staging: StagingFile
  readonly place: StagingPlace
  /** The size of the complete file, if it is known. */
  readonly totalBytes: number | undefined
  readonly etag: string | undefined
}

/** Thrown for a body that is not the requested part of the file, or is a part of a file of unknown size. */
export class WrongPart extends Error {}

/**
 * The state of a download that its attempts share, so that each can resume where the one before was interrupted. The
 * owner discards it after the last attempt.
 */
export class Transfer {
  /** True when the service sends this file only in small parts. */
  usesSmallParts = false
  /** True when the service has refused a small part, and the file was requested again from the beginning. */
  hasStartedAgain = false
  /** How many of the last attempts, in a row, ended because no byte arrived within the stall limit. */
  stallsInARow = 0
  private received: ReceivedBytes | undefined
  /** The largest number of bytes that `recordProgress` has seen. */
  private maxBytes = 0

  /** The number of received bytes, from the beginning of the file. */
  get bytes(): number {
    return this.received?.staging.bytes ?? 0
  }

  /** The size of the complete file, if it is known. */
  get totalBytes(): number | undefined {
    return this.received?.totalBytes
  }

  /** The path that the file gets; undefined when nothing was received. */
  get target(): string | undefined {
    return this.received?.place.target
  }

  /**
   * The range of the next request: it begins after the received bytes. Undefined for a request of the complete file: no
   * byte was received, and the file does not need small parts.
   */
  nextRange(): RequestedRange | undefined {
    const firstByte = this.bytes
    const etag = this.received?.etag
    if (this.usesSmallParts) return { firstByte, lastByte: firstByte + SMALL_PART_BYTES - 1, etag }
    return firstByte > 0 ? { firstByte, etag } : undefined
  }

  /**
   * Prepares to receive a body:
   * - The complete file replaces the received bytes.
   * - A part must begin right after the received bytes, and be of the same version of the file. The size of the complete
   *   file must be known.
   * @param expectedBytes the size of the complete file, used if the server does not send it
   * @param choosePlace called for the complete file, and for a part if no byte was received before
   * @returns the file on the disk, to which the caller appends the body
   * @throws WrongPart for any other part, DiskFault, or what `choosePlace` throws
   */
  async begin(
    clock: Clock,
    file: Pick<OpenedFile, 'firstByte' | 'contentLength' | 'totalBytes' | 'etag'>,
    expectedBytes: number | undefined,
    choosePlace: () => Promise<StagingPlace>,
  ): Promise<StagingFile> {
    // Both sizes are undefined for a complete file whose size the server does not send.
    const isCompleteFile = file.firstByte === 0 && file.contentLength === file.totalBytes
    const totalBytes = file.totalBytes ?? expectedBytes
    if (this.received && this.bytes > 0 && !isCompleteFile) {
      checkIsNextPart(file, this.received)
      this.received = { ...this.received, totalBytes: this.received.totalBytes ?? totalBytes }
    } else {
      if (file.firstByte !== 0) throw new WrongPart('not the beginning of the file')
      const empty = await this.openEmptyFile(clock, await choosePlace())
      this.received = { ...empty, totalBytes, etag: file.etag }
    }
    // Only the size of the complete file shows which part is the last one.
    if (!isCompleteFile && this.received.totalBytes === undefined) {
      throw new WrongPart('a part of a file of unknown size')
    }
    return this.received.staging
  }

  /**
   * Called after a body could not be received: keeps the received bytes if the next attempt can resume after them,
   * otherwise discards them.
   * @param isResumable whether the received bytes are right and the service may send the rest
   */
  async keepOrDiscard(isResumable: boolean): Promise<void> {
    const hasStrongEtag = this.received?.etag?.startsWith('"') === true
    // With neither a size nor a strong ETag, nothing shows that the next part belongs to the same version of the file.
    const canCheckNextPart = this.totalBytes !== undefined || hasStrongEtag
    const isKept = isResumable && canCheckNextPart && this.bytes > 0
    if (!isKept) await this.discard()
  }

  /**
   * Records the number of received bytes if it is the largest so far. Retries depend on the number of faults in a row: a
   * fault after such progress counts as the first.
   * @returns whether it was recorded
   */
  recordProgress(): boolean {
    const isLargest = this.bytes > this.maxBytes
    if (isLargest) this.maxBytes = this.bytes
    return isLargest
  }

  /** Syncs the complete file to the disk and hands it over, with its target path. @throws DiskFault */
  async finish(): Promise<{ readonly staged: StagedFile; readonly target: string }> {
    const { received } = this
    if (!received) throw new Error('there is nothing to finish')
    const staged = await received.staging.finish()
    this.received = undefined
    return { staged, target: received.place.target }
  }

  /** Removes the received bytes from the disk. The flags and counters remain for the next attempt. Never rejects. */
  async discard(): Promise<void> {
    const { received } = this
    this.received = undefined
    await received?.staging.discard()
  }

  /** Empties the file that was received so far if it is for the same place. Otherwise discards it and opens a new one. */
  private async openEmptyFile(clock: Clock, place: StagingPlace): Promise<Pick<ReceivedBytes, 'staging' | 'place'>> {
    const { received } = this
    if (received?.place.directory === place.directory && received.place.target === place.target) {
      await received.staging.restart()
      return received
    }
    await this.discard()
    return { staging: await StagingFile.open(clock, place), place }
  }
}

/** @throws WrongPart when the part does not follow the received bytes, or belongs to another version of the file */
function checkIsNextPart(
  part: Pick<OpenedFile, 'firstByte' | 'totalBytes' | 'etag'>,
  { staging, totalBytes, etag }: ReceivedBytes,
): void {
  const isNext =
    part.firstByte === staging.bytes && maybeEqual(part.totalBytes, totalBytes) && maybeEqual(part.etag, etag)
  if (!isNext) throw new WrongPart('not the next part of this version of the file')
}

/** True for equal values, and when one of them is not known. */
const maybeEqual = <T>(a: T | undefined, b: T | undefined): boolean => a === undefined || b === undefined || a === b
