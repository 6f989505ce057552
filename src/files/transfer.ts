import type { Clock } from '../polling/clock.js'
import type { OpenedFile } from '../feishu/drive/file-download.js'
import type { RequestedRange } from '../feishu/drive/byte-range.js'
import { StagingFile, type StagingPlace } from './staging-file.js'
import type { StagedFile } from './staged-file.js'

// As much as the official CLI asks for at once: https://github.com/larksuite/cli (im_messages_resources_download.go).
const PIECE_BYTES = 8 * 1024 * 1024

/** How often in a row nothing came within the limit. */
export interface Stalls {
  inARow: number
}

/** The part of a file that has come. */
interface ReceivedPart {
  readonly staging: StagingFile
  readonly place: StagingPlace
  readonly totalBytes: number | undefined
  readonly etag: string | undefined
}

/** The body is not the part of the file that was asked for. */
export class WrongPart extends Error {}

/** What is kept of a download from one attempt to the next. Whoever made it discards it after the last attempt. */
export class Transfer {
  /** Whether the service gives the file only in pieces. */
  isInPieces = false
  private partial: ReceivedPart | undefined
  private furthestBytes = 0

  constructor(readonly stalls: Stalls = { inARow: 0 }) {}

  /** How many bytes have come and count. */
  get bytes(): number {
    return this.partial?.staging.bytes ?? 0
  }

  get totalBytes(): number | undefined {
    return this.partial?.totalBytes
  }

  /** What to ask for next; undefined for the whole file. */
  nextRange(): RequestedRange | undefined {
    const firstByte = this.bytes
    const etag = this.partial?.etag
    if (this.isInPieces) return { firstByte, lastByte: firstByte + PIECE_BYTES - 1, etag }
    return firstByte > 0 ? { firstByte, etag } : undefined
  }

  /**
   * Gets ready for a body: goes on where the last one broke off, or begins the file again.
   * @param expectedBytes the size of the whole file where the server does not say it
   * @param place where the file is to be written if this is its beginning
   * @returns the file to append the body to
   * @throws WrongPart, DiskFault
   */
  async begin(
    clock: Clock,
    file: Pick<OpenedFile, 'firstByte' | 'contentLength' | 'totalBytes' | 'etag'>,
    expectedBytes: number | undefined,
    place: () => Promise<StagingPlace>,
  ): Promise<StagingFile> {
    const { partial } = this
    const isWhole = file.firstByte === 0 && file.contentLength === file.totalBytes
    const totalBytes = file.totalBytes ?? expectedBytes
    if (!isWhole && partial && partial.staging.bytes > 0) {
      const isNext =
        file.firstByte === partial.staging.bytes &&
        agree(file.totalBytes, partial.totalBytes) &&
        agree(file.etag, partial.etag)
      if (!isNext) throw new WrongPart('another part of the file, or of another file')
      this.partial = { ...partial, totalBytes: partial.totalBytes ?? totalBytes }
    } else {
      if (file.firstByte !== 0) throw new WrongPart('not the beginning of the file')
      const staging = await this.emptyFile(clock, await place())
      this.partial = { ...staging, totalBytes, etag: file.etag }
    }
    const isEndKnown = isWhole || this.partial.totalBytes !== undefined
    if (!isEndKnown) throw new WrongPart('a part of a file of unknown size')
    return this.partial.staging
  }

  /** Keeps what has come if the next attempt can go on from there. */
  async pause(isResumable: boolean): Promise<void> {
    const isKnown = this.totalBytes !== undefined || this.partial?.etag?.startsWith('"') === true
    if (!isResumable || !isKnown || this.bytes === 0) await this.discard()
  }

  /** @returns whether this is further than any attempt before */
  hasAdvanced(): boolean {
    const hasAdvanced = this.bytes > this.furthestBytes
    if (hasAdvanced) this.furthestBytes = this.bytes
    return hasAdvanced
  }

  /** Hands over the whole file. @throws DiskFault */
  async finish(): Promise<{ readonly staged: StagedFile; readonly target: string }> {
    const { partial } = this
    if (!partial) throw new Error('there is nothing to finish')
    const staged = await partial.staging.finish()
    this.partial = undefined
    return { staged, target: partial.place.target }
  }

  /** Removes what has come. Never rejects. */
  async discard(): Promise<void> {
    const { partial } = this
    this.partial = undefined
    await partial?.staging.discard()
  }

  private async emptyFile(clock: Clock, place: StagingPlace): Promise<Pick<ReceivedPart, 'staging' | 'place'>> {
    const { partial } = this
    if (partial?.place.directory === place.directory && partial.place.target === place.target) {
      await partial.staging.restart()
      return partial
    }
    await this.discard()
    return { staging: await StagingFile.open(clock, place), place }
  }
}

const agree = <T>(a: T | undefined, b: T | undefined): boolean => a === undefined || b === undefined || a === b
