import {
  BAD_REQUEST_CODE,
  PERMANENT_CODES,
  RATE_LIMIT_CODES,
  TOKEN_REFUSED_CODES,
  TRANSIENT_CODES,
  WIKI_FORBIDDEN_CODE,
} from './error-codes.js'
import type { Observation } from './types.js'

/** What an answer means for a step. */
export type AnswerClass =
  | { readonly kind: 'done'; readonly result: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly kind: 'file'; readonly body: Buffer }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'permanent'; readonly code?: number }
  | { readonly kind: 'token-refused'; readonly code: number }
  /**
   * `code` when the service sent one. `accepted`: it accepted the token. `unexpected`: an answer of success that is not as
   * documented; the request is sent once more, and a second such answer is permanent.
   */
  | { readonly kind: 'transient'; readonly accepted?: true; readonly code?: number; readonly unexpected?: true }
  | { readonly kind: 'limited'; readonly waitMs: number; readonly untilWallMs?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The client may continue or end: both are correct. It is never a success. */
  | { readonly kind: 'unclear' }

/** The status in an answer to the query. */
export interface ReportedStatus {
  readonly label: string
  readonly code: string | undefined
}

export type Call = 'mint' | 'query' | 'create' | 'download' | 'storage'

const TRANSIENT = new Set(TRANSIENT_CODES)
const RATE_LIMIT = new Set(RATE_LIMIT_CODES)
const TOKEN_REFUSED = new Set(TOKEN_REFUSED_CODES)
const PERMANENT = new Set([...PERMANENT_CODES, WIKI_FORBIDDEN_CODE])
const LABELS: Readonly<Record<string, string>> = {
  1: 'new',
  2: 'processing',
  3: 'internal_error',
  107: 'export_size_limit',
  108: 'timeout',
  109: 'export_block_not_permitted',
  110: 'no_permission',
  111: 'docs_deleted',
  122: 'export_denied_on_copying',
  123: 'docs_not_exist',
  6000: 'export_images_exceed_limit',
}
const MAX_API_BYTES = 1024 * 1024

/**
 * Classifies an answer by what a client could observe of it, without the code under test.
 * @param mayBeEmpty of a download: whether an empty file can be the exported one
 */
export function classifyAnswer(observed: Observation, call: Call, mayBeEmpty = false): AnswerClass {
  const { status, headers, body } = observed
  if (status === undefined) return { kind: 'transient' }
  if (call === 'download' || call === 'storage') {
    if ([301, 302, 303, 307, 308].includes(status)) {
      const { location } = headers
      return location === undefined ? { kind: 'permanent' } : { kind: 'redirect', location }
    }
    if (status === 200 && !isPage(headers)) {
      const coding = headers['transfer-encoding'] ?? 'chunked'
      if (!['', 'identity'].includes(headers['content-encoding'] ?? '') || !['chunked', 'identity'].includes(coding)) {
        return { kind: 'permanent' }
      }
      const isError = body && body.length <= 60_000 && isRecord(readEnvelope(body)) && !isAttachment(headers)
      if (!isError) {
        const isFile = body && (body.length > 0 || mayBeEmpty)
        return isFile ? { kind: 'file', body } : { kind: 'transient', accepted: true }
      }
    }
  }
  if (!body) return classifyIncomplete(observed, status)
  const envelope = body.length > MAX_API_BYTES ? undefined : readEnvelope(body)
  if (envelope === 'unclear') return { kind: 'unclear' }
  return envelope ? classifyByCode(envelope, observed, status, call) : classifyByStatus(observed, status)
}

function classifyIncomplete(observed: Observation, status: number): AnswerClass {
  if (status === 429) return classifyRateLimit(observed)
  return status >= 300 && status < 500 && status !== 408 ? { kind: 'unclear' } : { kind: 'transient' }
}

function isPage(headers: Observation['headers']): boolean {
  const type = (headers['content-type'] ?? '').toLowerCase()
  return !isAttachment(headers) && (/^application\/([\w.-]+\+)?json\b/.test(type) || /^text\/html\b/.test(type))
}

const isAttachment = (headers: Observation['headers']): boolean =>
  /^attachment\s*(;|$)/.test((headers['content-disposition'] ?? '').toLowerCase())

type Envelope = Readonly<Record<string, unknown>> & { readonly code: number }

function readEnvelope(body: Buffer): Envelope | 'unclear' | undefined {
  const json = parseJsonBody(body)
  if (!isRecord(json) || typeof json['code'] !== 'number' || !Number.isInteger(json['code'])) return undefined
  return Math.abs(json['code']) >= 1e15 ? 'unclear' : { ...json, code: json['code'] }
}

function classifyByCode(envelope: Envelope, observed: Observation, status: number, call: Call): AnswerClass {
  const { code } = envelope
  const storage = call === 'storage'
  if (code === 0) {
    if (status < 200 || status > 299) return classifyByStatus(observed, status)
    if (call === 'query') return classifyQueryResult(envelope, observed)
    if (call === 'create') return classifyCreated(envelope, observed)
    return call === 'mint' ? classifyMinted(envelope) : { kind: 'transient' }
  }
  if (code === BAD_REQUEST_CODE) {
    const { msg } = envelope
    if (typeof msg === 'string' && msg.toLowerCase().includes('too many request')) return classifyRateLimit(observed)
    return status === 429 ? { kind: 'unclear' } : { kind: 'permanent', code }
  }
  if (RATE_LIMIT.has(code)) return classifyRateLimit(observed)
  if (TRANSIENT.has(code)) return { kind: 'transient', code }
  if (TOKEN_REFUSED.has(code)) return storage ? { kind: 'permanent' } : { kind: 'token-refused', code }
  if (PERMANENT.has(code)) return storage ? { kind: 'permanent' } : { kind: 'permanent', code }
  if (status === 429) return classifyRateLimit(observed)
  if (status === 408 || status >= 500) return { kind: 'transient', code }
  return storage ? { kind: 'permanent' } : { kind: 'permanent', code }
}

function classifyByStatus(observed: Observation, status: number): AnswerClass {
  if (status === 429) return classifyRateLimit(observed)
  return status === 408 || status >= 500 || status < 300 ? { kind: 'transient' } : { kind: 'permanent' }
}

/**
 * Reads how long a rate limit lasts: the first header with a number of seconds or a date, else a minute.
 * Source: 频控策略 (https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN)
 */
function classifyRateLimit({ headers }: Observation): AnswerClass {
  for (const name of ['x-ogw-ratelimit-reset', 'retry-after']) {
    const value = (headers[name] ?? '').trim()
    if (/^\d+(\.\d+)?$/.test(value)) return { kind: 'limited', waitMs: Number(value) * 1000 }
    const date = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : NaN
    if (name === 'retry-after' && !Number.isNaN(date)) return { kind: 'limited', waitMs: 0, untilWallMs: date }
  }
  return { kind: 'limited', waitMs: 60_000 }
}

const UNEXPECTED: AnswerClass = { kind: 'transient', unexpected: true }

function classifyMinted(envelope: Envelope): AnswerClass {
  const token = envelope['tenant_access_token']
  return typeof token === 'string' && /^[!-~]+$/.test(token) ? { kind: 'token', token } : UNEXPECTED
}

function classifyCreated(envelope: Envelope, { body }: Observation): AnswerClass {
  const data = envelope['data']
  const text = body?.toString() ?? ''
  const given = isRecord(data) ? data['ticket'] : undefined
  // The digits as they were sent: a JavaScript number cannot hold longer ones.
  const ticket = typeof given === 'number' ? /"ticket"\s*:\s*(-?\d+)\s*[,}]/.exec(text)?.[1] : given
  const isTicket = typeof ticket === 'string' && /^[\w-]{1,64}$/.test(ticket)
  return isTicket ? { kind: 'done', result: { ticket }, text } : { kind: 'transient' }
}

function classifyQueryResult(envelope: Envelope, { body }: Observation): AnswerClass {
  const result = readResult(envelope)
  if (result === 'malformed') return UNEXPECTED
  if (result === 'none') return { kind: 'pending' }
  const { job_status: status, file_token: token } = result
  if (typeof status !== 'number' || !Number.isInteger(status)) return UNEXPECTED
  if (status === 1 || status === 2) return { kind: 'pending' }
  if (status !== 0) return { kind: 'failed' }
  if (token === undefined || token === null) return { kind: 'pending' }
  if (typeof token !== 'string') return UNEXPECTED
  if (token.trim() === '') return { kind: 'pending' }
  if (!/^[\w.~=+:@-]{1,200}$/.test(token) || /^\.+$/.test(token)) return UNEXPECTED
  return { kind: 'done', result, text: body?.toString() ?? '' }
}

function readResult(envelope: Envelope): Readonly<Record<string, unknown>> | 'malformed' | 'none' {
  const data = envelope['data']
  if (data === undefined || data === null) return 'none'
  if (!isRecord(data)) return 'malformed'
  const result = data['result']
  if (result === undefined || result === null) return 'none'
  return isRecord(result) ? result : 'malformed'
}

/** Returns the status that the outputs must have after this answer; undefined when it has none. */
export function readReportedStatus(observed: Observation, answerClass: AnswerClass): ReportedStatus | undefined {
  if (answerClass.kind === 'done') return { label: 'success', code: '0' }
  if ((answerClass.kind !== 'pending' && answerClass.kind !== 'failed') || !observed.body) return undefined
  const envelope = readEnvelope(observed.body)
  const result = envelope && envelope !== 'unclear' ? readResult(envelope) : 'none'
  if (typeof result === 'string') return { label: 'processing', code: undefined }
  const status = Number(result['job_status'])
  // The digits as they were sent: a JavaScript number cannot hold longer ones.
  const code = /"job_status"\s*:\s*(-?\d+)/.exec(observed.body.toString())?.[1] ?? String(status)
  return status === 0 ? { label: 'processing', code: '0' } : { label: LABELS[code] ?? `status_${code}`, code }
}

function parseJsonBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString().replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
