import { headerText } from './content-disposition.js'
import { sendRequest, type Connection } from '../client/client.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import type { HttpAnswer } from '../client/transport.js'
import { logIdOf } from '../errors/envelope.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'

/** An answer, with the URL and the credential of its request. */
export interface Hop {
  readonly url: URL
  readonly answer: HttpAnswer
  /** The header with the credential; empty after the first redirect to another origin. */
  readonly authorization: Readonly<Record<string, string>>
}

const MAX_REDIRECTS = 5
const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308]

/**
 * Follows the redirects that lead to a file. The credential is sent only until a redirect leads to another origin
 * (scheme, host, port).
 * @param headers the headers of every request, besides the credential
 * @returns the first answer that is not a redirect, with any status. A failure when a redirect cannot be followed, or its
 * target sends no answer
 */
export async function followRedirects(
  connection: Connection,
  operation: Operation,
  start: Hop,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply<Hop>> {
  let hop = start
  for (let followed = 0; REDIRECT_STATUSES.includes(hop.answer.status); followed++) {
    const location = hop.answer.headers['location']
    hop.answer.destroy()
    const next = followed < MAX_REDIRECTS ? redirectTarget(location, hop.url) : undefined
    if (!next) return fail(badRedirect(operation, hop, followed))
    const authorization = next.origin === hop.url.origin ? hop.authorization : {}
    connection.onAnswer?.(`${operation}: redirected to ${next.host}`)
    const request = { method: 'GET', url: next.href, headers: { ...headers, ...authorization }, signal } as const
    const opened = await sendRequest(connection, operation, request)
    if (!opened.ok) {
      // A fault on the way to another origin says nothing about the Open API, so it does not concern every request.
      return next.origin === start.url.origin ? opened : fail({ ...opened.failure, scope: undefined })
    }
    hop = { url: next, answer: opened.value, authorization }
  }
  return { ok: true, value: hop }
}

/**
 * The target of a redirect from the URL `from`. Undefined when it is missing, is not a valid URL, has a user or password,
 * or is not safe.
 */
function redirectTarget(location: string | string[] | undefined, from: URL): URL | undefined {
  const target = typeof location === 'string' ? headerText(location) : undefined
  if (target === undefined || !URL.canParse(target, from.href)) return undefined
  const url = new URL(target, from)
  if (url.username !== '' || url.password !== '') return undefined
  const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  // Without TLS, the only safe redirect is from a server of this machine to this machine.
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url) && isLoopback(from))
  return isSafe ? url : undefined
}

/** Makes the failure of a redirect that is not followed. @param followed the number of redirects before it */
function badRedirect(operation: Operation, { answer, url }: Hop, followed: number): Failure {
  const why =
    followed < MAX_REDIRECTS
      ? 'to an address that is not https or cannot be used (none, damaged, or with a password)'
      : `more than ${MAX_REDIRECTS} times`
  return {
    class: 'permanent',
    what: `Could not ${OPERATIONS[operation].doing}: ${url.host} redirects ${why}`,
    advice: 'Check `base-url`, and whether a proxy asks for a login.',
    httpStatus: answer.status,
    logId: logIdOf(answer),
  }
}
