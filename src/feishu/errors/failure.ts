import { oneLine, quoted } from '../../text.js'

/**
 * How to react to a failure:
 * - `transient`: the same request may succeed later;
 * - `rate-limit`: the same request succeeds after a pause;
 * - `permanent`: the same request will fail again.
 */
export type FailureClass = 'transient' | 'rate-limit' | 'permanent'

/**
 * What else fails for the same reason:
 * - `endpoint`: every request to the same API (the app lacks its scope);
 * - `app`: every request and every file (credential, network, full disk).
 */
export type FailureScope = 'endpoint' | 'app'

/** Where a failure arose. `unexpected-shape` is a successful answer that does not have the documented shape. */
export type FailureOrigin = 'disk' | 'token-request' | 'refused-token' | 'unexpected-shape'

/** What went wrong: the text for the user, and the facts that decide about retries. */
export interface Failure {
  readonly class: FailureClass
  /** A clause: "Could not …: …". */
  readonly what: string
  /** What the user can do, in complete sentences. */
  readonly advice?: string | undefined
  /** The error code of the service. */
  readonly code?: number | undefined
  readonly httpStatus?: number | undefined
  /** The id that Feishu's support needs. */
  readonly logId?: string | undefined
  /** The message of the service: shown, but never used for a decision. */
  readonly serviceMessage?: string | undefined
  /** How long the service asks to wait after a refusal by the rate limit; undefined when it does not say. */
  readonly askedMs?: number | undefined
  /** Links to help pages, https only. */
  readonly links?: readonly string[] | undefined
  /** What else fails for the same reason; undefined when nothing else does. */
  readonly scope?: FailureScope | undefined
  /** Where the failure arose; undefined for any other place, such as the network or an error answer of the service. */
  readonly origin?: FailureOrigin | undefined
  /**
   * True when the attempt got further than all before it, and the next attempt continues there. The fault then counts
   * as the first in a row.
   */
  readonly madeProgress?: boolean | undefined
}

/** A value, or the failure to get it. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T; readonly logId?: string | undefined }
  | { readonly ok: false; readonly failure: Failure }

/** Makes a reply with a failure. */
export const fail = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure })

/**
 * Describes a failure without its advice and links: `Could not …: no permission (code 1069902, HTTP 403, log id …); the
 * service says "…"`.
 */
export function describeWithoutAdvice(failure: Failure): string {
  const numbers = [
    failure.code !== undefined && `code ${failure.code}`,
    failure.httpStatus !== undefined && `HTTP ${failure.httpStatus}`,
    failure.logId !== undefined && `log id ${oneLine(failure.logId, 80)}`,
  ].filter((part) => part !== false)
  const { serviceMessage = '', links = [] } = failure
  // `quoted` may cut an address. If there are links, addresses are removed here: `describe` shows the links in full.
  const message = links.length > 0 ? withoutAddresses(serviceMessage) : serviceMessage
  // The lookbehind keeps the time linear: a run of dots in the middle is tried only from its first one.
  const quote =
    message.trim() === '' ? '' : `; the service says ${quoted(message.replace(/(?<![\s.。])[\s.。]+$/, ''))}`
  return `${failure.what}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}${quote}`
}

/**
 * Matches one character of an address in a text. An address ends before a blank, a quote or Chinese punctuation: in a
 * Chinese text, there may be no blank after it.
 */
export const ADDRESS_CHARACTER = /[^\s"'<>`“”‘’\u3000-\u303f\uff00-\uffef]/
const ADDRESS = new RegExp(`(?:[:：]|(?<![\\s:：]))\\s*https?://${ADDRESS_CHARACTER.source}+`, 'g')

const withoutAddresses = (text: string): string => text.replace(ADDRESS, '')

/** Describes a failure with its advice and its links. */
export function describe(failure: Failure): string {
  // In angle brackets, so that the text after a link cannot be read as a part of it.
  const links = failure.links?.length ? `See ${failure.links.map((link) => `<${link}>`).join(' and ')}.` : ''
  return [`${describeWithoutAdvice(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ')
}
