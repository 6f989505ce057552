import path from 'node:path'
import type { Connection } from '../feishu/client/client.js'
import type { Credential } from '../feishu/auth/credentials.js'
import { TOO_LARGE_FOR_ONE_REQUEST } from '../feishu/errors/error-table.js'
import { fail, type Failure, type Reply } from '../feishu/errors/failure.js'
import { openDownload, type FileSource, type OpenedFile } from '../feishu/drive/file-download.js'
import { ATTEMPT_TIMED_OUT, withStallLimit, type StallWatch } from '../polling/deadline.js'
import { DiskFault, diskFailure } from './disk-fault.js'
import {
  interruptedFailure,
  wrongPartFailure,
  wrongSizeFailure,
  type InterruptedTransfer,
} from './download-failures.js'
import { BrokenBody, receiveBody } from './receive.js'
import { checkMaxSize, checkSize, findTargetFault, WrongSize, type SavedFile, type StagedFile } from './save.js'
import type { StagingPlace } from './staging-file.js'
import { WrongPart, type Transfer } from './transfer.js'

export { Transfer } from './transfer.js'

/** What to download, and where to write it under a temporary name. */
export interface StageDownloadOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly source: FileSource
  /** The state that all attempts share. The caller discards it after the last attempt. */
  readonly transfer: Transfer
  /**
   * Chooses where the file is written. Called before the body is read, with the name that the service sends (any text;
   * undefined when it sends none). A DiskFault that it throws ends the download.
   */
  readonly choosePlace: (serviceName: string | undefined) => StagingPlace | Promise<StagingPlace>
  /** The size that the file must have, if it is known. */
  readonly expectedBytes?: number | undefined
  /** What the user can do about a file of another size: a sentence. */
  readonly wrongSizeAdvice: string
  /**
   * The maximum time without a received byte, in milliseconds; after it, the attempt fails. An attempt that follows such
   * a failure gets a longer time.
   */
  readonly stallLimitMs: number
  /** Called before a body is read: the complete file, or a part of it. */
  readonly onOpened?: ((file: OpenedFile) => void) | undefined
  /** Called with the number of received bytes, and with the size of the complete file if it is known. */
  readonly onBytes?: ((bytes: number, total: number | undefined) => void) | undefined
}

/** A complete file under a temporary name, and the path that it will get. */
export interface StagedDownload {
  readonly staged: StagedFile
  readonly target: string
}

/** The stall limit of a download, in milliseconds: a quarter of the timeout, but from 2 to 20 s. */
export const stallLimitFor = (timeoutMs: number): number => Math.min(Math.max(timeoutMs / 4, 2_000), 20_000)

/**
 * Makes one attempt to download a file. It may take any time as long as bytes arrive. It resumes after the bytes that the
 * last attempt kept in `transfer`, if the service sends the rest. Otherwise it starts from the beginning.
 * @returns the complete file, which the caller publishes or discards. Otherwise a failure, also for a fault of the disk
 * or an unexpected size of the file
 */
export function stageDownload(options: StageDownloadOptions, signal: AbortSignal): Promise<Reply<StagedDownload>> {
  const { connection, stallLimitMs, transfer } = options
  // The limit doubles after each stall, up to three times, so that a service that starts very slowly can still answer.
  const limitMs = stallLimitMs * 2 ** Math.min(transfer.stallsInARow, 3)
  return withStallLimit(connection.clock, limitMs, signal, async (attemptSignal, watch) => {
    const reply = await downloadParts(options, attemptSignal, watch, limitMs)
    transfer.stallsInARow = attemptSignal.reason === ATTEMPT_TIMED_OUT ? transfer.stallsInARow + 1 : 0
    if (reply.ok) return reply
    const madeProgress = transfer.recordProgress()
    return madeProgress ? fail({ ...reply.failure, madeProgress }) : reply
  })
}

/**
 * Requests the complete file, or one part after the other, until the file is complete or the attempt fails.
 * @param limitMs the stall limit of this attempt, for its failure
 */
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
    // Status and headers count as received bytes.
    watch.progress()
    if (!opened.ok) {
      const mayRequestOtherwise = changeRequest(transfer, source, range !== undefined, opened.failure)
      if (!mayRequestOtherwise) return opened
      await transfer.discard()
      continue
    }
    const file = opened.value
    options.onOpened?.(file)
    try {
      const isComplete = await receivePart(options, file, watch)
      if (isComplete) return { ok: true, value: await watch.exempt(transfer.finish()) }
    } catch (error) {
      file.destroy()
      const silentMs = signal.reason === ATTEMPT_TIMED_OUT ? limitMs : undefined
      // Read before the bytes may be discarded.
      const state = { bytes: transfer.bytes, totalBytes: transfer.totalBytes, silentMs }
      await transfer.keepOrDiscard(source.ranges && error instanceof BrokenBody)
      const failure = classifyReceiveError(error, file, options, state)
      if (!failure) throw error
      return fail(failure)
    }
  }
}

/**
 * Decides after a failed request whether another request is sent, from the beginning of the file. Sets the flags of
 * `transfer` for that request; the caller discards the received bytes.
 * @param wasForPart whether the failed request was for a part of the file
 * @returns false when there is nothing else to request, or the failure is not permanent
 */
function changeRequest(transfer: Transfer, source: FileSource, wasForPart: boolean, failure: Failure): boolean {
  if (failure.class !== 'permanent') return false
  if (transfer.usesSmallParts) {
    // The file may have changed after an earlier part. It is requested again from the beginning, but only once.
    if (transfer.bytes === 0 || transfer.hasStartedAgain) return false
    transfer.hasStartedAgain = true
    return true
  }
  if (failure.code === TOO_LARGE_FOR_ONE_REQUEST && source.ranges) {
    transfer.usesSmallParts = true
    return true
  }
  // The service may refuse only the part, for example because the file has changed: the complete file is requested.
  return wasForPart
}

/**
 * Makes the failure for an error that ended a transfer.
 * @returns undefined for a mistake of this action, which is no fault of the disk, the network or the service
 */
function classifyReceiveError(
  error: unknown,
  file: OpenedFile,
  { source, wrongSizeAdvice }: StageDownloadOptions,
  state: InterruptedTransfer,
): Failure | undefined {
  if (error instanceof DiskFault) return diskFailure(error)
  if (error instanceof WrongSize) return wrongSizeFailure(error, file, wrongSizeAdvice)
  if (error instanceof WrongPart) return wrongPartFailure(file, source.operation)
  if (error instanceof BrokenBody) return interruptedFailure(error.cause, file, source.operation, state)
  return undefined
}

/**
 * Receives one body: the complete file, or a part of it.
 * @returns whether the file is complete now
 * @throws BrokenBody, also for a body that is too short, and for a file that is empty but must not be. WrongPart,
 * WrongSize, DiskFault, or what `choosePlace` throws
 */
async function receivePart(
  { connection, source, transfer, choosePlace, expectedBytes, onBytes }: StageDownloadOptions,
  file: OpenedFile,
  watch: StallWatch,
): Promise<boolean> {
  const staging = await watch.exempt(
    transfer.begin(connection.clock, file, expectedBytes, async () => choosePlace(file.fileName)),
  )
  const { firstByte, contentLength } = file
  // `promisedBytes` and `bytes` count from the beginning of the file, not of the body.
  const promisedBytes = contentLength === undefined ? undefined : firstByte + contentLength
  let bytes = firstByte
  await receiveBody(file.body, staging, watch, (pieceBytes) => {
    bytes += pieceBytes
    if (promisedBytes !== undefined && bytes > promisedBytes) throw new WrongPart('more than promised')
    checkMaxSize(bytes, expectedBytes)
    onBytes?.(bytes, expectedBytes ?? transfer.totalBytes)
  })
  const isShort = promisedBytes !== undefined && bytes < promisedBytes
  const mayBeEmpty = source.mayBeEmpty || expectedBytes === 0 || /\.csv$/i.test(transfer.target ?? '')
  if (isShort || (bytes === 0 && !mayBeEmpty)) throw new BrokenBody()
  // Without a promised length, the end of the body is the end of the file.
  const isComplete = promisedBytes === undefined || bytes === transfer.totalBytes
  if (isComplete) checkSize(bytes, expectedBytes)
  return isComplete
}

/**
 * Makes the staging place of a file, for `choosePlace`: in the folder of its target.
 * @throws DiskFault when the file may not be saved at the target (see `findTargetFault`)
 */
export async function placeFor(target: string, overwrite: boolean): Promise<StagingPlace> {
  const fault = await findTargetFault(target, overwrite)
  if (fault) throw fault
  return { directory: path.dirname(target), target }
}

/**
 * Moves a downloaded file to its target, or discards it if that fails.
 * @returns the saved file, or the failure for a fault of the disk. Without `overwrite`, an existing file is such a fault
 */
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
    // Does nothing after a success.
    await staged.discard()
  }
}
