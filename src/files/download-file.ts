import type { Connection } from '../feishu/client/client.js'
import type { Credential } from '../feishu/auth/credentials.js'
import { OPERATIONS } from '../feishu/client/operations.js'
import { fail, type Failure, type Reply } from '../feishu/errors/failure.js'
import { openDownload, type FileSource, type OpenedFile } from '../feishu/drive/file-download.js'
import { lookOf } from '../feishu/client/look.js'
import { classifyNetworkFault } from '../feishu/errors/network-faults.js'
import { ATTEMPT_TIMED_OUT, watched, withStallLimit, type Watch } from '../polling/deadline.js'
import type { Look } from '../polling/poll.js'
import { formatBytes, formatDuration } from '../text.js'
import { DiskFault, diskFailure } from './disk-fault.js'
import { saveFile, stageFile, WrongSize, type SavedFile, type StagedFile, type StageOptions } from './save.js'

/** What to download. */
export interface TransferOptions {
  readonly connection: Connection
  readonly credential: Credential
  readonly source: FileSource
  /** How many bytes the file must have, where that is known. */
  readonly expectedBytes?: number | undefined
  /** What the user can do about a file of another size: a sentence. */
  readonly wrongSizeAdvice: string
  /** How long nothing may come, in milliseconds, before the attempt is given up. */
  readonly stallLimitMs: number
  /** Called when the file is about to come. */
  readonly onOpened?: ((file: OpenedFile) => void) | undefined
  /** Where several attempts share the count. */
  readonly stalls?: Stalls
  /** Called with the bytes that are saved, and how many there will be if that is known; from 0 again with each attempt. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void
}

/** What to download, and where to. */
export interface DownloadOptions extends TransferOptions {
  /** The absolute path, given the name that the service sends (any text), if it sends one. */
  readonly target: (serviceName: string | undefined) => string
  readonly overwrite: boolean
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
  const { target, overwrite } = options
  const stalls = options.stalls ?? { inARow: 0 }
  return async (signal) =>
    lookOf(
      await transfer({ ...options, stalls }, signal, ({ fileName }, body) =>
        saveFile({ ...body, target: target(fileName), overwrite }),
      ),
    )
}

/**
 * Downloads a file to a temporary name in a folder.
 * @param directory absolute; created when missing
 */
export function stageDownload(
  options: TransferOptions & { readonly directory: string },
  signal: AbortSignal,
): Promise<Reply<StagedFile>> {
  const { directory } = options
  return transfer(options, signal, (_, body) => stageFile({ ...body, directory }))
}

type Store<T> = (file: OpenedFile, body: Omit<StageOptions, 'directory'>) => Promise<T>

function transfer<T>(options: TransferOptions, signal: AbortSignal, store: Store<T>): Promise<Reply<T>> {
  const { connection, stallLimitMs, stalls = { inARow: 0 } } = options
  // A service that is really so slow to begin still gets through.
  const limitMs = stallLimitMs * 2 ** Math.min(stalls.inARow, 3)
  return withStallLimit(connection.clock, limitMs, signal, async (limited, watch) => {
    const reply = await transferOnce(options, limited, watch, limitMs, store)
    stalls.inARow = limited.reason === ATTEMPT_TIMED_OUT ? stalls.inARow + 1 : 0
    return reply
  })
}

async function transferOnce<T>(
  options: TransferOptions,
  signal: AbortSignal,
  watch: Watch,
  limitMs: number,
  store: Store<T>,
): Promise<Reply<T>> {
  const { connection, credential, source, expectedBytes, onBytes } = options
  const opened = await watch(openDownload(connection, credential, source, signal))
  if (!opened.ok) return opened
  const file = opened.value
  options.onOpened?.(file)
  try {
    const value = await store(file, {
      body: received(file, source.mayBeEmpty || expectedBytes === 0, watch),
      expectedBytes,
      onBytes: (bytes) => onBytes?.(bytes, expectedBytes ?? file.contentLength),
    })
    return { ok: true, value }
  } catch (error) {
    file.destroy()
    if (error instanceof DiskFault) return fail(diskFailure(error))
    if (error instanceof WrongSize) return fail(wrongSize(error, file, options.wrongSizeAdvice))
    if (!(error instanceof Broken)) throw error
    const stalledMs = signal.reason === ATTEMPT_TIMED_OUT ? limitMs : undefined
    return fail(broken(error, file, source, stalledMs))
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
