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
  /** Whether a body without a byte can be the whole file. */
  readonly mayBeEmpty: boolean
  /** Whether a part may be asked for (`Range`), so that a broken transfer goes on where it was. */
  readonly ranges: boolean
}

/**
 * The file of a finished export task. `Range` is not documented here: a service without it sends the whole.
 * Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
 * @param fileExtension as far as it is known: of all exports only a csv can be empty
 */
export const exportedFile = (fileToken: string, fileExtension: string): FileSource => ({
  operation: 'download',
  path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
  mayBeEmpty: /^[\s.]*csv$/i.test(fileExtension),
  ranges: true,
})

/**
 * A file that somebody uploaded. `Range` is documented: the answer is a 206.
 * Source: 下载文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/download/download
 */
export const uploadedFile = (fileToken: string): FileSource => ({
  operation: 'fileDownload',
  path: pathOf(['drive', 'v1', 'files', fileToken, 'download']),
  mayBeEmpty: true,
  ranges: true,
})

/** A file, or a part of one, whose bytes follow. Read the body to its end, or call `destroy`. */
export interface OpenedFile {
  /** Rejects when it is cut off or the signal is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  destroy(): void
  /** Where the body begins in the file: 0 for the whole. */
  readonly firstByte: number
  /** How many bytes the whole file has, as far as the server says. */
  readonly totalBytes: number | undefined
  /** How many bytes of body the server promises. */
  readonly contentLength: number | undefined
  /** False when the end of the connection is the end of the file, so that a cut cannot be seen. */
  readonly framed: boolean
  /** The name that the service sends: any text. */
  readonly fileName: string | undefined
  /** Lower case, without parameters: `image/png`. */
  readonly contentType: string | undefined
  readonly etag: string | undefined
  /** Where the bytes come from. */
  readonly host: string
  readonly logId: string | undefined
}

const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' }

/**
 * Opens a download: sends the request, follows a few redirects, and distinguishes a file from an error in its place.
 * Never throws for what the service or the network does.
 * @param signal ends the request and the body, until that is read
 * @param range the part to ask for, of a source that has `ranges`; the whole may come all the same
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

function openPart(operation: Operation, { answer, url }: Hop): Reply<OpenedFile> {
  const range = parseContentRange(answer.headers['content-range'])
  if (!range || isCompressed(answer.headers)) {
    answer.destroy()
    const unusable = range ? compressed : partial
    // This part cannot be had. The whole file may still come.
    return fail({ ...unusable(operation, url.host, logIdOf(answer)), class: 'permanent' })
  }
  const { firstByte, lastByte, totalBytes } = range
  const contentLength = lastByte - firstByte + 1
  return { ok: true, value: { ...opened(answer, url), firstByte, totalBytes, contentLength, framed: true } }
}

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
  // An error envelope or a gateway's page; a file of that kind comes as an attachment.
  const isPage = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !attachment
  if (answer.status === 200 && !isPage) {
    const unusable = isCompressed(headers) ? compressed : isPart(headers) ? partial : undefined
    if (unusable) {
      answer.destroy()
      return fail(unusable(operation, url.host, logIdOf(answer)))
    }
    const { start, body } = await bodyStart(answer.body)
    if (attachment || start === undefined || !isEnvelope(start)) {
      const length = String(headers['content-length'] ?? '')
      const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined
      const framed = contentLength !== undefined || isChunked(headers['transfer-encoding'])
      const file = opened({ ...answer, body }, url)
      return { ok: true, value: { ...file, firstByte: 0, totalBytes: contentLength, contentLength, framed } }
    }
    answer = { ...answer, body }
  }
  const reply = await readAnswer<never>(connection, { operation, read: noFile }, answer, signal)
  return reply.ok
    ? reply
    : fail(isElsewhere ? fromStorage(reply.failure, operation, url.host) : explainBareStatus(reply.failure, operation))
}

function opened(answer: HttpAnswer, { host }: URL) {
  const { body, headers } = answer
  const { fileName } = parseDisposition(headers['content-disposition'])
  const contentType = /^\s*([^\s;,]+)/.exec(String(headers['content-type'] ?? '').toLowerCase())?.[1]
  const etag = typeof headers['etag'] === 'string' ? headers['etag'].trim() : undefined
  return { body, destroy: () => answer.destroy(), fileName, contentType, etag, host, logId: logIdOf({ headers }) }
}

function noFile(): never {
  throw new WrongShape('an envelope of success in place of the file')
}

type Headers = HttpAnswer['headers']

/** Compressed on the way, by either header; files are not decompressed here. */
function isCompressed(headers: Headers): boolean {
  const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',')
  return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()))
}

/** Only a part of the file in an answer that calls itself the whole. */
function isPart(headers: Headers): boolean {
  const range = parseContentRange(headers['content-range'])
  return range !== undefined && (range.firstByte !== 0 || range.lastByte + 1 !== range.totalBytes)
}

function partial(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'transient',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

function compressed(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
    advice: 'Check the proxies and firewalls between the runner and the service.',
    logId,
  }
}

/** An answer that is no file, from another host than the Open API's: its message and status are not those of the Open API. */
function fromStorage(failure: Failure, operation: Operation, host: string): Failure {
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
