import path from 'node:path'
import type { Connection } from '../feishu/client/client.js'
import type { Credential } from '../feishu/auth/credentials.js'
import { TOO_LARGE_FOR_ONE_REQUEST } from '../feishu/errors/error-table.js'
import { fail, type Reply } from '../feishu/errors/failure.js'
import { openDownload, type FileSource, type OpenedFile } from '../feishu/drive/file-download.js'
import { ATTEMPT_TIMED_OUT, withStallLimit, type StallWatch } from '../polling/deadline.js'
import { DiskFault, diskFailure } from './disk-fault.js'
import { brokenTransfer, wrongPart, wrongSize } from './download-failures.js'
import { BrokenBody, receiveBody } from './receive.js'
import { checkSize, targetFault, WrongSize, type SavedFile, type StagedFile } from './save.js'
import type { StagingPlace } from './staging-file.js'
import { WrongPart, type Transfer } from './transfer.js'

export { Transfer } from './transfer.js'

/** What to download, and where it is written until it gets its name. */
export interface StageDownloadOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly source: FileSource
  /** What came of it so far: the same one for all attempts, and discarded by the caller after the last one. */
  readonly transfer: Transfer
  /**
   * The place for the file, given the name that the service sends (any text), if it sends one. Awaited before the body
   * is read; a DiskFault that it throws ends the download.
   */
  readonly place: (serviceName: string | undefined) => StagingPlace | Promise<StagingPlace>
  /** How many bytes the file must have, where that is known. */
  readonly expectedBytes?: number | undefined
  /** What the user can do about a file of another size: a sentence. */
  readonly wrongSizeAdvice: string
  /** How long nothing may come, in milliseconds, before the attempt is given up. */
  readonly stallLimitMs: number
  /** Called when a part of the file is about to come. */
  readonly onOpened?: ((file: OpenedFile) => void) | undefined
  /** Called with the bytes that have come, and with how many there will be if that is known. */
  readonly onBytes?: ((bytes: number, total: number | undefined) => void) | undefined
}

/** A file that is whole, and the path that it is for. */
export interface StagedDownload {
  readonly staged: StagedFile
  readonly target: string
}

/** How long a transfer may stand still: less where the whole timeout is short. */
export const stallLimitFor = (timeoutMs: number): number => Math.min(Math.max(timeoutMs / 4, 2_000), 20_000)

/**
 * One attempt to download a file, without a limit on its time as long as bytes come. It goes on where the attempt before
 * broke off if the service sends parts, and begins again otherwise.
 * @returns the whole file, to be published or discarded; or a failure: transient for a transfer that breaks, ends early
 * or stalls, permanent for a fault of the disk and for a file of another size than expected
 */
export function stageDownload(options: StageDownloadOptions, signal: AbortSignal): Promise<Reply<StagedDownload>> {
  const { connection, stallLimitMs, transfer } = options
  // A service that is really so slow to begin still gets through.
  const limitMs = stallLimitMs * 2 ** Math.min(transfer.stalls.inARow, 3)
  return withStallLimit(connection.clock, limitMs, signal, async (limited, watch) => {
    const reply = await downloadParts(options, limited, watch, limitMs)
    transfer.stalls.inARow = limited.reason === ATTEMPT_TIMED_OUT ? transfer.stalls.inARow + 1 : 0
    if (reply.ok || !transfer.hasAdvanced()) return reply
    return fail({ ...reply.failure, madeProgress: true })
  })
}

/** Asks for the file until it is whole: once, or piece by piece. */
async function downloadParts(
  options: StageDownloadOptions,
  signal: AbortSignal,
  watch: StallWatch,
  limitMs: number,
): Promise<Reply<StagedDownload>> {
  const { connection, credential, source, transfer } = options
  for (;;) {
    const range = transfer.nextRange()
    const opened = await openDownload(connection, credential, source, signal, range)
    watch.progress()
    if (!opened.ok) {
      const { failure } = opened
      if (transfer.isInPieces || failure.class !== 'permanent') return opened
      if (failure.code === TOO_LARGE_FOR_ONE_REQUEST && source.ranges) transfer.isInPieces = true
      else if (!range) return opened
      // Perhaps only the part was refused: the whole decides.
      await transfer.discard()
      continue
    }
    const file = opened.value
    options.onOpened?.(file)
    try {
      const isLast = await receivePart(options, file, watch)
      if (isLast) return { ok: true, value: await watch.exempt(transfer.finish()) }
    } catch (error) {
      file.destroy()
      const { bytes, totalBytes } = transfer
      await transfer.pause(source.ranges && error instanceof BrokenBody)
      if (error instanceof DiskFault) return fail(diskFailure(error))
      if (error instanceof WrongSize) return fail(wrongSize(error, file, options.wrongSizeAdvice))
      if (error instanceof WrongPart) return fail(wrongPart(file, source.operation))
      if (!(error instanceof BrokenBody)) throw error
      const silentMs = signal.reason === ATTEMPT_TIMED_OUT ? limitMs : undefined
      return fail(brokenTransfer(error.cause, file, source.operation, { bytes, totalBytes, silentMs }))
    }
  }
}

/** @returns whether the file is whole now */
async function receivePart(
  { connection, source, transfer, place, expectedBytes, onBytes }: StageDownloadOptions,
  file: OpenedFile,
  watch: StallWatch,
): Promise<boolean> {
  const { firstByte, contentLength } = file
  const staging = await watch.exempt(
    transfer.begin(connection.clock, file, expectedBytes, async () => place(file.fileName)),
  )
  let bytes = firstByte
  await receiveBody(file.body, staging, watch, (pieceBytes) => {
    bytes += pieceBytes
    if (contentLength !== undefined && bytes > firstByte + contentLength) throw new WrongPart('more than promised')
    checkSize(bytes, expectedBytes, false)
    onBytes?.(bytes, expectedBytes ?? transfer.totalBytes)
  })
  const isShort = contentLength !== undefined && bytes !== firstByte + contentLength
  if (isShort || (bytes === 0 && !source.mayBeEmpty && expectedBytes !== 0)) throw new BrokenBody()
  const isLast = contentLength === undefined || bytes === transfer.totalBytes
  if (isLast) checkSize(bytes, expectedBytes, true)
  return isLast
}

/**
 * The place for a file in the folder of its target.
 * @throws DiskFault for a file that is there already and is not replaced, or a folder of that name
 */
export async function placeFor(target: string, overwrite: boolean): Promise<StagingPlace> {
  const existing = await targetFault(target, overwrite)
  if (existing) throw existing
  return { directory: path.dirname(target), target }
}

/** Gives a downloaded file its name; it is discarded where the disk refuses. */
export async function publishDownload(
  { staged, target }: StagedDownload,
  overwrite: boolean,
): Promise<Reply<SavedFile>> {
  try {
    return { ok: true, value: await staged.publish(target, { overwrite }) }
  } catch (error) {
    if (error instanceof DiskFault) return fail(diskFailure(error))
    throw error
  } finally {
    await staged.discard()
  }
}
