import { oneLine, quoted } from '../../text.js'

/**
 * How to react to a failure:
 * - `transient`: the same request may succeed later;
 * - `rate-limit`: the same request succeeds after a pause;
 * - `permanent`: asking again is useless.
 */
export type FailureClass = 'transient' | 'rate-limit' | 'permanent'

/**
 * What else meets a failure: `endpoint`, every request to the same API (the app lacks its scope); `app`, every request
 * and every file (credential, network, full disk).
 */
export type FailureScope = 'endpoint' | 'app'

/**
 * Where a failure arose outside the API call: the local disk, the request for an access token, or an access token that
 * the service no longer accepts; or in an answer of success that is not as documented.
 */
export type FailureOrigin = 'disk' | 'token-request' | 'refused-token' | 'unexpected-shape'

/** What went wrong: the text for the user, and what the loops decide on. */
export interface Failure {
  readonly class: FailureClass
  /** A clause: "Could not …: …". */
  readonly what: string
  /** What the user can do, in whole sentences. */
  readonly advice?: string | undefined
  /** The number of the service's error table. */
  readonly code?: number | undefined
  readonly httpStatus?: number | undefined
  /** What Feishu's support asks for. */
  readonly logId?: string | undefined
  /** The service's own words. Shown, never decided on. */
  readonly serviceMessage?: string | undefined
  /** How long the rate limit asks to wait. */
  readonly askedMs?: number | undefined
  /** Pages that help, https only. */
  readonly links?: readonly string[] | undefined
  /** What else meets this failure; undefined when it concerns one document. */
  readonly scope?: FailureScope | undefined
  /** Where it arose; undefined for the API call itself. */
  readonly origin?: FailureOrigin | undefined
  /** The attempt got further than any before it, and the next one goes on from there: no fault to count. */
  readonly madeProgress?: boolean | undefined
}

/** A value, or why there is none. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T; readonly logId?: string | undefined }
  | { readonly ok: false; readonly failure: Failure }

/** A reply without a value: the failure. */
export const fail = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure })

/** The fact without the advice: `could not …: no permission (code 1069902, HTTP 403, log id …), Feishu says "…"`. */
export function factOf(failure: Failure): string {
  const numbers = [
    failure.code !== undefined && `code ${failure.code}`,
    failure.httpStatus !== undefined && `HTTP ${failure.httpStatus}`,
    failure.logId !== undefined && `log id ${oneLine(failure.logId, 80)}`,
  ].filter((part) => part !== false)
  const words = (failure.links?.length ? withoutAddresses(failure.serviceMessage) : failure.serviceMessage) ?? ''
  const message = words.trim() === '' ? '' : `; the service says ${quoted(words)}`
  return `${failure.what}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}${message}`
}

/** The addresses are shown as links; in the middle of a text they would be cut or run into the next word. */
const withoutAddresses = (text: string | undefined): string | undefined =>
  text?.replace(/[:：]?\s*https?:\/\/[^\s"'<>，。]+/g, '')

/** The fact, then what to do about it and where. */
export function describe(failure: Failure): string {
  const links = failure.links?.length ? `See ${failure.links.join(' ')}` : ''
  return [`${factOf(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ')
}
