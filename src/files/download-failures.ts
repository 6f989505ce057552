import type { OpenedFile } from '../feishu/drive/file-download.js'
import { OPERATIONS, type Operation } from '../feishu/client/operations.js'
import type { Failure } from '../feishu/errors/failure.js'
import { classifyNetworkFault } from '../feishu/errors/network-faults.js'
import { formatBytes, formatDuration } from '../text.js'
import type { WrongSize } from './save.js'

/** The state of a transfer when it was interrupted. */
export interface InterruptedTransfer {
  /** How many bytes of the file were received. */
  readonly bytes: number
  /** The size of the complete file, if it is known. */
  readonly totalBytes: number | undefined
  /** How long no byte arrived, in milliseconds; undefined when that is not the reason for the interruption. */
  readonly silentMs: number | undefined
}

/**
 * Makes the failure of a transfer that was interrupted.
 * @param cause what the transport threw; undefined when the body ended early, or is empty
 */
export function interruptedFailure(
  cause: unknown,
  { host, logId }: Pick<OpenedFile, 'host' | 'logId'>,
  operation: Operation,
  { bytes, totalBytes, silentMs }: InterruptedTransfer,
): Failure {
  const afterBytes = `after ${formatBytes(bytes)}${totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`}`
  const doing = `Could not ${OPERATIONS[operation].doing}`
  if (silentMs !== undefined) {
    const what = `${doing}: ${host} sent nothing more for ${formatDuration(silentMs)}, ${afterBytes}`
    return { class: 'transient', what, logId }
  }
  if (cause === undefined) {
    const isEmpty = bytes === 0 && (totalBytes ?? 0) === 0
    const ending = isEmpty ? 'sent an empty file' : `ended the transfer ${afterBytes}`
    return { class: 'transient', what: `${doing}: ${host} ${ending}`, logId }
  }
  const fault = classifyNetworkFault(cause, operation, host)
  return { ...fault, what: `${fault.what}, ${afterBytes}`, logId }
}

/** Makes the failure for a body that is not the requested part of the file, or belongs to another version of the file. */
export function wrongPartFailure({ host, logId }: Pick<OpenedFile, 'host' | 'logId'>, operation: Operation): Failure {
  const what = `Could not ${OPERATIONS[operation].doing}: ${host} sends another part than the one asked for`
  return { class: 'transient', what, logId }
}

/**
 * Makes the failure for a file that does not have the expected size. It is transient when the transfer may have been cut
 * off, otherwise permanent.
 * @param advice what the user can do about a permanent failure: a sentence
 */
export function wrongSizeFailure(
  { bytes, expectedBytes }: WrongSize,
  { totalBytes, framed, logId }: Pick<OpenedFile, 'totalBytes' | 'framed' | 'logId'>,
  advice: string,
): Failure {
  // A transfer ends when it exceeds the expected size, so `bytes` may be less than the size of the file.
  const receivedSize = bytes > expectedBytes ? `more than ${expectedBytes}` : bytes
  const what = `The received file has ${totalBytes ?? receivedSize} bytes, but it must have ${expectedBytes}`
  // Without a length and without chunks, an interrupted transfer cannot be distinguished from a shorter file.
  const mayBeInterrupted = !framed && bytes < expectedBytes
  return mayBeInterrupted ? { class: 'transient', what, logId } : { class: 'permanent', what, advice, logId }
}
