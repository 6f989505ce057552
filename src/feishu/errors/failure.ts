import { oneLine, quoted } from '../../text.js'

/**
 * How to react to a failure:
 * - `transient`: the same request may succeed later;
 * - `rate-limit`: the same request succeeds after a pause;
 * - `permanent`: asking again is useless.
 */
export type FailureClass = 'transient' | 'rate-limit' | 'permanent'

/** What went wrong, as told to a person and decided on by a loop. */
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
  readonly links?: readonly string[]
  /** True when the fault is the app's or the machine's: every other document would meet it too. */
  readonly appWide?: boolean | undefined
  /** True when every other request to the same API would meet the fault: the app lacks its scope. */
  readonly apiWide?: boolean | undefined
  /** True when it is the local disk's fault: elsewhere on it the same bytes may find a place. */
  readonly ofDisk?: boolean | undefined
  /** True when it was the access token that could not be had. */
  readonly ofToken?: boolean | undefined
  /** True when the service no longer takes the access token. */
  readonly tokenRefused?: boolean | undefined
}

/** A value, or why there is none. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T; readonly logId?: string | undefined }
  | { readonly ok: false; readonly failure: Failure }

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

/** The addresses are told as links; in the middle of a text they are cut or run into the next word. */
const withoutAddresses = (text: string | undefined): string | undefined =>
  text?.replace(/[:：]?\s*https?:\/\/[^\s"'<>，。]+/g, '')

/** The fact, then what to do about it and where. */
export function describe(failure: Failure): string {
  const links = failure.links?.length ? `See ${failure.links.join(' ')}` : ''
  return [`${factOf(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ')
}
