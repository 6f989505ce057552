import { openAnswer, pathOf, readAnswer, withToken, type Connection } from '../client/client.js'
import { parseContentRange, rangeHeaders, type RequestedRange } from './byte-range.js'
import { parseDisposition } from './content-disposition.js'
import { followRedirects, type Hop } from './redirects.js'
import type { Credential } from '../auth/credentials.js'
import { explainBareStatus } from '../errors/bare-status.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import { isEnvelope, peekJson } from '../client/peek-json.js'
import { logIdOf } from '../errors/envelope.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'
import { WrongShape } from '../client/json.js'
import { isChunked, type HttpAnswer } from '../client/transport.js'

/** Where a file comes from. */
export interface FileSource {
  readonly operation: Extract<Operation, 'download' | 'fileDownload' | 'mediaDownload' | 'boardImage'>
  /** Below the base URL. */
  readonly path: string
  /** Whether a file from this source may have 0 bytes. A csv from any source may. */
  readonly mayBeEmpty: boolean
  /** Whether a part of the file may be requested (`Range`), so that an interrupted transfer can be resumed. */
  readonly ranges: boolean
}

/**
 * The file of a finished export task. `Range` is not documented for it, but is safe to try: a service that ignores
 * `Range` sends the complete file.
 * Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
 */
export const exportedFile = (fileToken: string): FileSource => ({
  operation: 'download',
  path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
  mayBeEmpty: false,
  ranges: true,
})

/**
 * An uploaded file. `Range` is documented for it: the answer is a 206.
 * Source: 下载文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/download/download
 */
export const uploadedFile = (fileToken: string): FileSource => ({
  operation: 'fileDownload',
  path: pathOf(['drive', 'v1', 'files', fileToken, 'download']),
  mayBeEmpty: true,
  ranges: true,
})

/** A complete file or a part of it. The caller must read the body to its end or call `destroy`. */
export interface OpenedFile {
  /** Rejects when the transfer is interrupted or the signal is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  destroy(): void
  /** The position of the body in the file; 0 for the complete file. */
  readonly firstByte: number
  /** The size of the complete file; undefined when the server does not send it. */
  readonly totalBytes: number | undefined
  /** The size of the body; undefined when the server does not send it. */
  readonly contentLength: number | undefined
  /** False when only the end of the connection marks the end of the body: then an interruption cannot be detected. */
  readonly framed: boolean
  /** The name that the service sends: any text. */
  readonly fileName: string | undefined
  /** Lower case, without parameters: `image/png`. */
  readonly contentType: string | undefined
  readonly etag: string | undefined
  /** The host that sends the body. */
  readonly host: string
  readonly logId: string | undefined
}

const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' }

/**
 * Opens a download: sends the request, follows a few redirects, and distinguishes a file from an error answer.
 * @param signal ends the request, and later the body
 * @param range the part to request, only for a source with `ranges`; the service may send the complete file instead
 * @returns the file with its body unread, or a failure; never throws for errors of the service or the network
 */
export function openDownload(
  connection: Connection,
  credential: Credential,
  source: FileSource,
  signal: AbortSignal,
  range?: RequestedRange,
): Promise<Reply<OpenedFile>> {
  const { operation, path } = source
  const headers = { ...HEADERS, ...rangeHeaders(range) }
  return withToken(credential, signal, async (authorization) => {
    const call = { operation, method: 'GET', path } as const
    const first = await openAnswer(connection, call, { ...headers, ...authorization }, signal)
    if (!first.ok) return first
    const start: Hop = { url: new URL(`${connection.baseUrl}${path}`), answer: first.value, authorization }
    const last = await followRedirects(connection, operation, start, headers, signal)
    if (!last.ok) return last
    const isElsewhere = last.value.url.origin !== start.url.origin
    return range !== undefined && last.value.answer.status === 206
      ? openPart(operation, last.value)
      : openWhole(connection, operation, last.value, isElsewhere, signal)
  })
}

/** Opens the body of an answer with status 206: a part of the file. The caller checks that it is the requested part. */
function openPart(operation: Operation, { answer, url }: Hop): Reply<OpenedFile> {
  const rejectPart = (makeFailure: MakeFailure): Reply<OpenedFile> => {
    answer.destroy()
    // Permanent for this part: the caller starts again from the beginning of the file, if it can.
    return fail({ ...makeFailure(operation, url.host, logIdOf(answer)), class: 'permanent' })
  }
  const range = parseContentRange(answer.headers['content-range'])
  if (!range) return rejectPart(partialFailure)
  if (isCompressed(answer.headers)) return rejectPart(compressedFailure)
  const { firstByte, lastByte, totalBytes } = range
  // Known from `Content-Range`, so an interruption is always detected: `framed`.
  const contentLength = lastByte - firstByte + 1
  return { ok: true, value: { ...commonFacts(answer, url), firstByte, totalBytes, contentLength, framed: true } }
}

/**
 * Opens the body of an answer that is not a requested part. With status 200, the body is the complete file, unless the
 * headers show something else or a short body is an envelope. Every other answer is a failure.
 * @param isElsewhere whether the answer is from another origin than that of the Open API
 */
async function openWhole(
  connection: Connection,
  operation: Operation,
  { answer, url }: Hop,
  isElsewhere: boolean,
  signal: AbortSignal,
): Promise<Reply<OpenedFile>> {
  const { headers } = answer
  const readError = async (errorAnswer: HttpAnswer): Promise<Reply<OpenedFile>> => {
    const reply = await readAnswer<never>(connection, { operation, read: rejectEnvelope }, errorAnswer, signal)
    // Never, since `rejectEnvelope` always throws.
    if (reply.ok) return reply
    const { failure } = reply
    return fail(isElsewhere ? storageFailure(failure, operation, url.host) : explainBareStatus(failure, operation))
  }
  const { attachment } = parseDisposition(headers['content-disposition'])
  const type = String(headers['content-type'] ?? '')
  // An error envelope or the page of a gateway. The service sends a file of these types as an attachment.
  const looksLikeError = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !attachment
  if (answer.status !== 200 || looksLikeError) return readError(answer)

  const makeFailure = findBodyFault(headers)
  if (makeFailure) {
    answer.destroy()
    return fail(makeFailure(operation, url.host, logIdOf(answer)))
  }
  // An error envelope may come without the content type of JSON, but not as an attachment.
  const { jsonText, body } = await peekJson(answer.body, attachment ? 0 : MAX_ERROR_BYTES)
  const unread = { ...answer, body }
  if (!attachment && jsonText !== undefined && isEnvelope(jsonText)) return readError(unread)
  return { ok: true, value: { ...commonFacts(unread, url), firstByte: 0, ...bodyLength(headers) } }
}

// An error of this API has a few hundred bytes.
const MAX_ERROR_BYTES = 64 * 1024

/** Makes the failure of a download. @param host the host that sent the answer */
type MakeFailure = (operation: Operation, host: string, logId: string | undefined) => Failure

/** Finds out from the headers why a body cannot be the complete file. @returns undefined when it can be */
function findBodyFault(headers: Headers): MakeFailure | undefined {
  if (isCompressed(headers)) return compressedFailure
  return isPart(headers) ? partialFailure : undefined
}

/** Reads the facts about the length of a body that is the complete file. */
function bodyLength(headers: Headers): Pick<OpenedFile, 'totalBytes' | 'contentLength' | 'framed'> {
  const length = String(headers['content-length'] ?? '')
  const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined
  const framed = contentLength !== undefined || isChunked(headers['transfer-encoding'])
  return { totalBytes: contentLength, contentLength, framed }
}

/** Reads the facts that are found in the same way for a complete file and for a part. */
function commonFacts(answer: HttpAnswer, { host }: URL) {
  const { body, headers } = answer
  const { fileName } = parseDisposition(headers['content-disposition'])
  const contentType = /^\s*([^\s;,]+)/.exec(String(headers['content-type'] ?? '').toLowerCase())?.[1]
  const etag = typeof headers['etag'] === 'string' ? headers['etag'].trim() : undefined
  return { body, destroy: () => answer.destroy(), fileName, contentType, etag, host, logId: logIdOf({ headers }) }
}

/** Rejects a successful envelope: the body should be the file. */
function rejectEnvelope(): never {
  throw new WrongShape('an envelope of success in place of the file')
}

type Headers = HttpAnswer['headers']

/** True for a body that a gateway compressed. This action does not decompress downloads. */
function isCompressed(headers: Headers): boolean {
  const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',')
  return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()))
}

/** True for an answer with status 200 whose `Content-Range` does not say that the body is the complete file. */
function isPart(headers: Headers): boolean {
  const range = parseContentRange(headers['content-range'])
  return range !== undefined && (range.firstByte !== 0 || range.lastByte + 1 !== range.totalBytes)
}

/**
 * Makes the failure of an answer that has a part of the file, but cannot be used:
 * - an answer with status 200 that has only a part
 * - an answer with status 206 that does not say which part it has (`openPart` makes this failure permanent)
 */
function partialFailure(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    // The next answer may have the complete file.
    class: 'transient',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

/** Makes the failure of an answer whose body is compressed. */
function compressedFailure(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    // A gateway that compresses one answer compresses all.
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

/**
 * Makes the failure of an answer that is not a file and comes from another origin than that of the Open API. Code,
 * message, links, `origin` and scope are left out: they describe an answer of the Open API, and that host may be
 * another service.
 */
function storageFailure(failure: Failure, operation: Operation, host: string): Failure {
  return {
    class: failure.class,
    what: `Could not ${OPERATIONS[operation].doing}: ${host}, to which the service redirects, does not send it`,
    advice:
      failure.class === 'permanent' ? 'Check the proxies and firewalls between the runner and that host.' : undefined,
    httpStatus: failure.httpStatus,
    logId: failure.logId,
    askedMs: failure.askedMs,
  }
}
