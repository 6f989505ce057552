import { openAnswer, pathOf, readAnswer, withToken, type Connection } from '../client/client.js'
import { headerText, parseDisposition } from './content-disposition.js'
import type { Credential } from '../auth/credentials.js'
import { explainBareStatus } from '../errors/bare-status.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import { bodyStart, isEnvelope } from '../client/body-start.js'
import { logIdOf } from '../errors/errors.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'
import { WrongShape } from '../client/json.js'
import { classifyNetworkFault } from '../errors/network-faults.js'
import { isChunked, type HttpAnswer } from '../client/transport.js'

/** Where a file comes from. */
export interface FileSource {
  readonly operation: Extract<Operation, 'download' | 'fileDownload' | 'mediaDownload' | 'boardImage'>
  /** Below the base URL. */
  readonly path: string
  /** Whether a body without a byte can be the whole file. */
  readonly mayBeEmpty: boolean
}

/**
 * The file of a finished export task. Source: 下载导出文件.
 * @param fileExtension as far as it is known: of all exports only a csv can be empty
 */
export const exportedFile = (fileToken: string, fileExtension: string): FileSource => ({
  operation: 'download',
  path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
  mayBeEmpty: /^[\s.]*csv$/i.test(fileExtension),
})

/** A file that somebody uploaded. Source: 下载文件, `GET /open-apis/drive/v1/files/:file_token/download`. */
export const uploadedFile = (fileToken: string): FileSource => ({
  operation: 'fileDownload',
  path: pathOf(['drive', 'v1', 'files', fileToken, 'download']),
  mayBeEmpty: true,
})

/** A file whose bytes are about to come. Read the body to its end, or call `destroy`. */
export interface OpenedFile {
  /** Rejects when it is cut off or the signal is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  destroy(): void
  /** How many bytes the server promises. */
  readonly contentLength: number | undefined
  /** False when the end of the connection is the end of the file, so that a cut cannot be seen. */
  readonly framed: boolean
  /** The name that the service sends: any text. */
  readonly fileName: string | undefined
  /** Lower case, without parameters: `image/png`. */
  readonly contentType: string | undefined
  /** Where the bytes come from. */
  readonly host: string
  readonly logId: string | undefined
}

const MOST_REDIRECTS = 5
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' }

/**
 * Opens a download: sends the request, follows a few redirects, and tells a file from an error in its place.
 * Never throws for what the service or the network does.
 * @param signal ends the request and the body, until that is read
 */
export function openDownload(
  connection: Connection,
  credential: Credential,
  source: FileSource,
  signal: AbortSignal,
): Promise<Reply<OpenedFile>> {
  return withToken(credential, signal, async (authorization) => {
    const first = await openAnswer(
      connection,
      { operation: source.operation, method: 'GET', path: source.path },
      { ...HEADERS, ...authorization },
      signal,
    )
    if (!first.ok) return first
    return follow(
      connection,
      source,
      { url: new URL(`${connection.baseUrl}${source.path}`), answer: first.value, authorization },
      signal,
    )
  })
}

interface Hop {
  readonly url: URL
  readonly answer: HttpAnswer
  /** Empty from the first other host on, for good. */
  readonly authorization: Readonly<Record<string, string>>
}

async function follow(
  connection: Connection,
  source: FileSource,
  start: Hop,
  signal: AbortSignal,
): Promise<Reply<OpenedFile>> {
  let hop = start
  for (let redirects = 0; REDIRECTS.includes(hop.answer.status); redirects++) {
    const location = hop.answer.headers['location']
    hop.answer.destroy()
    const next = redirects < MOST_REDIRECTS ? targetOf(location, hop.url) : undefined
    if (!next) return fail(badRedirect(source.operation, hop, redirects))
    const authorization = next.origin === hop.url.origin ? hop.authorization : {}
    connection.onAnswer?.(`${source.operation}: redirected to ${next.host}`)
    try {
      const headers = { ...HEADERS, ...authorization }
      const answer = await connection.transport.send({ method: 'GET', url: next.href, headers, signal })
      hop = { url: next, answer, authorization }
    } catch (error) {
      return fail(classifyNetworkFault(error, source.operation, next.host, signal.reason))
    }
  }
  return judge(connection, source, hop, hop.url.origin !== start.url.origin, signal)
}

/** Where a redirect leads; undefined when it leads nowhere that is safe. */
function targetOf(location: string | string[] | undefined, from: URL): URL | undefined {
  const target = typeof location === 'string' ? headerText(location) : undefined
  if (target === undefined || !URL.canParse(target, from.href)) return undefined
  const url = new URL(target, from)
  if (url.username !== '' || url.password !== '') return undefined
  const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  // Plain http stays on this machine: a server elsewhere cannot lead to what listens here.
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url) && isLoopback(from))
  return safe ? url : undefined
}

function badRedirect(operation: Operation, { answer, url }: Hop, redirects: number): Failure {
  const why = redirects < MOST_REDIRECTS ? 'to an address that is not https' : `more than ${MOST_REDIRECTS} times`
  return {
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${url.host} redirects ${why}`,
    advice: 'Check `base-url`, and whether a proxy asks for a login.',
    httpStatus: answer.status,
    logId: logIdOf(answer),
  }
}

async function judge(
  connection: Connection,
  { operation }: FileSource,
  { answer, url }: Hop,
  elsewhere: boolean,
  signal: AbortSignal,
): Promise<Reply<OpenedFile>> {
  const { headers } = answer
  const logId = logIdOf(answer)
  const disposition = parseDisposition(headers['content-disposition'])
  const type = String(headers['content-type'] ?? '')
  // An error envelope or a gateway's page; a file of that kind comes as an attachment.
  const isPage = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !disposition.attachment
  if (answer.status === 200 && !isPage) {
    const unusable = isCompressed(headers)
      ? compressed(operation, url.host, logId)
      : isPart(headers)
        ? partial(operation, url.host, logId)
        : undefined
    if (unusable) {
      answer.destroy()
      return fail(unusable)
    }
    const { start, body } = await bodyStart(answer.body)
    if (disposition.attachment || start === undefined || !isEnvelope(start)) {
      const length = String(headers['content-length'] ?? '')
      const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined
      const framed = contentLength !== undefined || isChunked(headers['transfer-encoding'])
      const { fileName } = disposition
      const contentType = /^\s*([^\s;,]+)/.exec(type.toLowerCase())?.[1]
      const destroy = (): void => answer.destroy()
      return { ok: true, value: { body, destroy, contentLength, framed, fileName, contentType, host: url.host, logId } }
    }
    answer = { ...answer, body }
  }
  const reply = await readAnswer<never>(connection, { operation, read: noFile }, answer, signal)
  return reply.ok
    ? reply
    : fail(elsewhere ? fromStorage(reply.failure, operation, url.host) : explainBareStatus(reply.failure, operation))
}

function noFile(): never {
  throw new WrongShape('an envelope of success in place of the file')
}

type Headers = HttpAnswer['headers']

/** Compressed on the way, by either header; nobody here takes it apart. */
function isCompressed(headers: Headers): boolean {
  const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',')
  return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()))
}

/** A piece of the file that calls itself the whole; nobody asked for a piece. */
function isPart(headers: Headers): boolean {
  const [, from, to, all] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(headers['content-range'] ?? '').trim()) ?? []
  return from !== undefined && (Number(from) !== 0 || Number(to) + 1 !== Number(all))
}

function partial(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'transient',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
    advice: 'Check what stands between the runner and the service (proxy, firewall).',
    logId,
  }
}

function compressed(operation: Operation, host: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
    advice: 'Check what stands between the runner and the service (proxy, firewall).',
    logId,
  }
}

/** An answer that is no file, from another host than the Open API's: its words are its own, and so is its status. */
function fromStorage(failure: Failure, operation: Operation, host: string): Failure {
  return {
    class: failure.class,
    what: `Could not ${OPERATIONS[operation].doing}: ${host}, to which the service redirects, does not send it`,
    advice:
      failure.class === 'permanent'
        ? 'Check what stands between the runner and that host (proxy, firewall).'
        : undefined,
    httpStatus: failure.httpStatus,
    logId: failure.logId,
    askedMs: failure.askedMs,
  }
}
