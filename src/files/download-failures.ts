import type { OpenedFile } from '../feishu/drive/file-download.js'
import { OPERATIONS, type Operation } from '../feishu/client/operations.js'
import type { Failure } from '../feishu/errors/failure.js'
import { classifyNetworkFault } from '../feishu/errors/network-faults.js'
import { formatBytes, formatDuration } from '../text.js'
import type { WrongSize } from './save.js'

/** How far a transfer came. */
export interface HowFar {
  readonly bytes: number
  readonly totalBytes: number | undefined
  /** How long nothing came, in milliseconds, where that is why it ended. */
  readonly silentMs: number | undefined
}

/**
 * The body did not come whole.
 * @param cause what the transport threw; undefined when the body ended early
 */
export function brokenTransfer(
  cause: unknown,
  { host, logId }: Pick<OpenedFile, 'host' | 'logId'>,
  operation: Operation,
  { bytes, totalBytes, silentMs }: HowFar,
): Failure {
  const howFar = `after ${formatBytes(bytes)}${totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`}`
  const doing = `Could not ${OPERATIONS[operation].doing}`
  if (silentMs !== undefined) {
    const what = `${doing}: ${host} sent nothing more for ${formatDuration(silentMs)}, ${howFar}`
    return { class: 'transient', what, logId }
  }
  if (cause === undefined) return { class: 'transient', what: `${doing}: ${host} ended the transfer ${howFar}`, logId }
  const fault = classifyNetworkFault(cause, operation, host)
  return { ...fault, what: `${fault.what}, ${howFar}`, logId }
}

/** The body is another part of the file than the one that was asked for, or a part of another version of it. */
export function wrongPart({ host, logId }: Pick<OpenedFile, 'host' | 'logId'>, operation: Operation): Failure {
  const what = `Could not ${OPERATIONS[operation].doing}: ${host} sends another part than the one asked for`
  return { class: 'transient', what, logId }
}

/** @param advice what the user can do: a sentence */
export function wrongSize(
  { bytes, expectedBytes }: WrongSize,
  { totalBytes, framed, logId }: Pick<OpenedFile, 'totalBytes' | 'framed' | 'logId'>,
  advice: string,
): Failure {
  const size = bytes > expectedBytes && totalBytes === undefined ? `more than ${expectedBytes}` : (totalBytes ?? bytes)
  const what = `The file that came has ${size} bytes, but it must have ${expectedBytes}`
  // Where the end of the connection is the end of the file, a cut looks like this.
  if (bytes < expectedBytes && !framed) return { class: 'transient', what, logId }
  return { class: 'permanent', what, advice, logId }
}
