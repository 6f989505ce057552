import type { Connection } from '../feishu/client/client.js'
import type { Credential } from '../feishu/auth/credentials.js'
import { OPERATIONS } from '../feishu/client/operations.js'
import type { Failure } from '../feishu/errors/failure.js'
import { openDownload, type FileSource, type OpenedFile } from '../feishu/drive/file-download.js'
import { lookOf } from '../feishu/client/look.js'
import { classifyNetworkFault } from '../feishu/errors/network-faults.js'
import { ATTEMPT_TIMED_OUT, watched, withStallLimit, type Watch } from '../polling/deadline.js'
import type { Look } from '../polling/poll.js'
import { formatBytes, formatDuration } from '../text.js'
import { DiskFault, diskFailure } from './disk-fault.js'
import { saveFile, WrongSize, type SavedFile } from './save.js'

/** What to download, and where to. */
export interface DownloadOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly source: FileSource
  /** The absolute path, given the name that the service sends (any text), if it sends one. */
  readonly target: (serviceName: string | undefined) => string
  readonly overwrite: boolean | (() => boolean)
  /** How many bytes the file must have, where that is known. */
  readonly expectedBytes?: number | undefined
  /** What the user can do about a file of another size: a sentence. */
  readonly wrongSizeAdvice: string
  /** How long nothing may come, in milliseconds, before the attempt is given up. */
  readonly stallLimitMs: number
  /** Where several makers of looks share the count. */
  readonly stalls?: Stalls
  /** Awaited when the file is whole, before it gets its name. */
  readonly onWhole?: (() => Promise<void>) | undefined
  /** Told of the bytes that are saved, and of how many there will be if that is known; from 0 again with each attempt. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void
}

/** How often in a row nothing came within the limit. */
export interface Stalls {
  inARow: number
}

/** How long a transfer may stand still: less where the whole timeout is short. */
export const stallLimitFor = (timeoutMs: number): number => Math.min(Math.max(timeoutMs / 4, 2_000), 20_000)

/**
 * Makes looks, for a poll without a limit on one look (`lookLimitMs: Infinity`): each downloads the whole file from its
 * start. A broken, short or stalled transfer is a passing fault; a fault of the disk, or a file of another size than
 * expected, is the end.
 */
export function downloadLooks(options: DownloadOptions): (signal: AbortSignal) => Promise<Look<SavedFile, Failure>> {
  const { connection, stallLimitMs, stalls = { inARow: 0 } } = options
  return async (signal) => {
    // A service that is really so slow to begin still gets through.
    const limitMs = stallLimitMs * 2 ** Math.min(stalls.inARow, 3)
    return withStallLimit(connection.clock, limitMs, signal, async (limited, watch) => {
      const look = await downloadOnce(options, limited, watch, limitMs)
      stalls.inARow = limited.reason === ATTEMPT_TIMED_OUT ? stalls.inARow + 1 : 0
      return look
    })
  }
}

async function downloadOnce(
  options: DownloadOptions,
  signal: AbortSignal,
  watch: Watch,
  limitMs: number,
): Promise<Look<SavedFile, Failure>> {
  const { connection, credential, source, expectedBytes, onBytes } = options
  const opened = await watch(openDownload(connection, credential, source, signal))
  if (!opened.ok) return lookOf<SavedFile>(opened)
  const file = opened.value
  try {
    const saved = await saveFile({
      target: options.target(file.fileName),
      body: received(file, source.mayBeEmpty || expectedBytes === 0, watch),
      overwrite: options.overwrite,
      expectedBytes,
      onWhole: options.onWhole,
      onBytes: (bytes) => onBytes?.(bytes, expectedBytes ?? file.contentLength),
    })
    return { kind: 'done', value: saved }
  } catch (error) {
    file.destroy()
    if (error instanceof DiskFault) return lookOf({ ok: false, failure: diskFailure(error) })
    if (error instanceof WrongSize)
      return lookOf({ ok: false, failure: wrongSize(error, file, options.wrongSizeAdvice) })
    if (!(error instanceof Broken)) throw error
    const stalledMs = signal.reason === ATTEMPT_TIMED_OUT ? limitMs : undefined
    return lookOf({ ok: false, failure: broken(error, file, source, stalledMs) })
  }
}

/** The body did not come to its end. */
class Broken extends Error {
  constructor(
    readonly bytes: number,
    cause?: unknown,
  ) {
    super('the transfer broke off', { cause })
  }
}

async function* received(file: OpenedFile, mayBeEmpty: boolean, watch: Watch): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of watched(file.body, watch)) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    throw new Broken(bytes, error)
  }
  const isShort = file.contentLength !== undefined && bytes !== file.contentLength
  if (isShort || (bytes === 0 && !mayBeEmpty)) throw new Broken(bytes)
}

function broken(
  { bytes, cause }: Broken,
  { host, contentLength, logId }: OpenedFile,
  { operation }: FileSource,
  stalledMs: number | undefined,
): Failure {
  const come = `after ${formatBytes(bytes)}${contentLength === undefined ? '' : ` of ${formatBytes(contentLength)}`}`
  const doing = `Could not ${OPERATIONS[operation].doing}`
  if (stalledMs !== undefined) {
    const what = `${doing}: ${host} sent nothing more for ${formatDuration(stalledMs)}, ${come}`
    return { class: 'transient', what, logId }
  }
  if (cause === undefined) return { class: 'transient', what: `${doing}: ${host} ended the transfer ${come}`, logId }
  const fault = classifyNetworkFault(cause, operation, host)
  return { ...fault, what: `${fault.what}, ${come}`, logId }
}

function wrongSize(
  { bytes, expectedBytes }: WrongSize,
  { contentLength, framed, logId }: OpenedFile,
  advice: string,
): Failure {
  const size =
    bytes > expectedBytes && contentLength === undefined ? `more than ${expectedBytes}` : (contentLength ?? bytes)
  const what = `The file that came has ${size} bytes, but it must have ${expectedBytes}`
  // Where the end of the connection is the end of the file, a cut looks like this.
  if (bytes < expectedBytes && !framed) return { class: 'transient', what, logId }
  return { class: 'permanent', what, advice, logId }
}
