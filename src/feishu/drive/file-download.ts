import { openAnswer, pathOf, readAnswer, withToken, type Connection } from '../client/client.js'
import { parseContentRange, rangeHeaders, type RequestedRange } from './byte-range.js'
import { parseDisposition } from './content-disposition.js'
import { followRedirects, type Hop } from './redirects.js'
import type { Credential } from '../auth/credentials.js'
import { explainBareStatus } from '../errors/bare-status.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import { bodyStart, isEnvelope } from '../client/body-start.js'
import { logIdOf } from '../errors/errors.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'
import { WrongShape } from '../client/json.js'
import { isChunked, type HttpAnswer } from '../client/transport.js'

/** Where a file comes from. */
export interface FileSource {
  readonly operation: Extract<Operation, 'download' | 'fileDownload' | 'mediaDownload' | 'boardImage'>
  /** Below the base URL. */
  readonly path: string
  /** Whether the file may have 0 bytes. */
  readonly mayBeEmpty: boolean
  /** Whether a part of the file may be requested (`Range`), so that an interrupted transfer can be resumed. */
  readonly ranges: boolean
}

/**
 * The file of a finished export task. `Range` is not documented for it; a service that ignores it sends the complete file.
 * Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
 * @param fileExtension of the file, empty if it is not known: among the exports, only a csv can be empty
 */
export const exportedFile = (fileToken: string, fileExtension: string): FileSource => ({
  operation: 'download',
  path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
  mayBeEmpty: /^[\s.]*csv$/i.test(fileExtension),
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

/** A complete file or a part of it, whose body is not read yet. The caller reads the body to its end or calls `destroy`. */
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
 * Opens a download: sends the request, follows a few redirects, and distinguishes a file from an error answer. Never
 * throws for errors of the service or the network.
 * @param signal ends the request, and later the body
 * @param range the part to request, only for a source with `ranges`; the service may send the complete file instead
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

/** Opens the body of an answer with status 206: a part of the file. */
function openPart(operation: Operation, { answer, url }: Hop): Reply<OpenedFile> {
  const range = parseContentRange(answer.headers['content-range'])
  if (!range || isCompressed(answer.headers)) {
    answer.destroy()
    const failure = (range ? compressedFailure : partialFailure)(operation, url.host, logIdOf(answer))
    // Permanent for this part: the caller requests the complete file instead.
    return fail({ ...failure, class: 'permanent' })
  }
  const { firstByte, lastByte, totalBytes } = range
  const contentLength = lastByte - firstByte + 1
  return { ok: true, value: { ...opened(answer, url), firstByte, totalBytes, contentLength, framed: true } }
}

/**
 * Opens the body of any other answer. An answer with status 200 is the complete file, unless its content type or the
 * beginning of its body show that it is an error or a page of a gateway.
 * @param isElsewhere whether the answer is from another host than that of the Open API
 */
async function openWhole(
  connection: Connection,
  operation: Operation,
  { answer, url }: Hop,
  isElsewhere: boolean,
  signal: AbortSignal,
): Promise<Reply<OpenedFile>> {
  const { headers } = answer
  const { attachment } = parseDisposition(headers['content-disposition'])
  const type = String(headers['content-type'] ?? '')
  // An error envelope or the page of a gateway. The service sends a file of these types as an attachment.
  const isPage = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !attachment
  if (answer.status === 200 && !isPage) {
    const makeFailure = isCompressed(headers) ? compressedFailure : isPart(headers) ? partialFailure : undefined
    if (makeFailure) {
      answer.destroy()
      return fail(makeFailure(operation, url.host, logIdOf(answer)))
    }
    const { start, body } = await bodyStart(answer.body)
    const isFile = attachment || start === undefined || !isEnvelope(start)
    answer = { ...answer, body }
    if (isFile) return { ok: true, value: { ...opened(answer, url), firstByte: 0, ...bodyLength(headers) } }
  }
  const reply = await readAnswer<never>(connection, { operation, read: rejectEnvelope }, answer, signal)
  if (reply.ok) return reply
  return fail(
    isElsewhere ? storageFailure(reply.failure, operation, url.host) : explainBareStatus(reply.failure, operation),
  )
}

/** The facts about the length of the body of a complete file. */
function bodyLength(headers: Headers): Pick<OpenedFile, 'totalBytes' | 'contentLength' | 'framed'> {
  const length = String(headers['content-length'] ?? '')
  const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined
  const framed = contentLength !== undefined || isChunked(headers['transfer-encoding'])
  return { totalBytes: contentLength, contentLength, framed }
}

/** The facts that the answers with a complete file and with a part have in common. */
function opened(answer: HttpAnswer, { host }: URL) {
  const { body, headers } = answer
  const { fileName } = parseDisposition(headers['content-disposition'])
  const contentType = /^\s*([^\s;,]+)/.exec(String(headers['content-type'] ?? '').toLowerCase())?.[1]
  const etag = typeof headers['etag'] === 'string' ? headers['etag'].trim() : undefined
  return { body, destroy: () => answer.destroy(), fileName, contentType, etag, host, logId: logIdOf({ headers }) }
}

/** Rejects a successful JSON answer: the body should be the file. */
function rejectEnvelope(): never {
  throw new WrongShape('an envelope of success in place of the file')
}

type Headers = HttpAnswer['headers']

/** True for a body that a gateway compressed. A download is not decompressed. */
function isCompressed(headers: Headers): boolean {
  const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',')
  return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()))
}

/** True for an answer with status 200 whose `Content-Range` says that the body is only a part of the file. */
function isPart(headers: Headers): boolean {
  const range = parseContentRange(headers['content-range'])
  return range !== undefined && (range.firstByte !== 0 || range.lastByte + 1 !== range.totalBytes)
}

function partialFailure(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'transient',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

function compressedFailure(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

/**
 * Describes an answer that is not a file, from another host than that of the Open API. Its code and message are left out,
 * since they are not those of the Open API.
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
