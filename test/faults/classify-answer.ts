import {
  BAD_REQUEST_CODE,
  PERMANENT_CODES,
  RATE_LIMIT_CODES,
  TOKEN_REFUSED_CODES,
  TRANSIENT_CODES,
  WIKI_FORBIDDEN_CODE,
} from './error-codes.js'
import { classifyCreated, classifyMinted, classifyQueryResult } from './classify-data.js'
import { isRecord, readEnvelope, type Envelope } from './envelope.js'
import type { AnswerClass, Observation } from './types.js'

/** To what a request goes: an API of the service, or (`storage`) another host to which the download was redirected. */
export type Endpoint = 'mint' | 'query' | 'create' | 'download' | 'storage'

const TRANSIENT = new Set(TRANSIENT_CODES)
const RATE_LIMIT = new Set(RATE_LIMIT_CODES)
const TOKEN_REFUSED = new Set(TOKEN_REFUSED_CODES)
const PERMANENT = new Set([...PERMANENT_CODES, WIKI_FORBIDDEN_CODE])
// A client does not read a longer answer of an API completely.
const MAX_API_BYTES = 1024 * 1024
// An error has a few hundred bytes. A longer body is the file itself, even if it looks like an error.
const MAX_ERROR_BYTES = 60_000
// How long a rate limit lasts if no header says it: the service counts requests per minute.
const DEFAULT_LIMIT_MS = 60_000
const REDIRECT_STATUSES = [301, 302, 303, 307, 308]

/**
 * Classifies an answer by what a client could observe of it. Shares no code with the action.
 * @param mayBeEmpty of a download: whether an empty file can be the exported one
 */
export function classifyAnswer(observed: Observation, endpoint: Endpoint, mayBeEmpty = false): AnswerClass {
  const { status, headers, body } = observed
  if (status === undefined) return { kind: 'transient' }
  if (endpoint === 'download' || endpoint === 'storage') {
    if (REDIRECT_STATUSES.includes(status)) {
      const { location } = headers
      return location === undefined ? { kind: 'permanent' } : { kind: 'redirect', location }
    }
    if (status === 200 && !isPage(headers)) {
      if (isCompressed(headers)) return { kind: 'permanent' }
      if (!isError(observed)) {
        const isFile = body && (body.length > 0 || mayBeEmpty)
        return isFile ? { kind: 'file', body } : { kind: 'transient', accepted: true }
      }
    }
  }
  if (!body) return classifyIncomplete(observed, status)
  const envelope = body.length > MAX_API_BYTES ? undefined : readEnvelope(body)
  if (envelope === 'unclear') return { kind: 'unclear' }
  return envelope ? classifyByCode(envelope, observed, status, endpoint) : classifyByStatus(observed, status)
}

/**
 * Classifies an answer whose body did not arrive completely. It is unclear if the status alone would be permanent,
 * since a client may rely on the status or try again.
 */
function classifyIncomplete(observed: Observation, status: number): AnswerClass {
  if (status === 429) return classifyRateLimit(observed)
  return status >= 300 && status < 500 && status !== 408 ? { kind: 'unclear' } : { kind: 'transient' }
}

/** Whether the headers announce a page of a gateway or an error, not a file. */
function isPage(headers: Observation['headers']): boolean {
  const type = (headers['content-type'] ?? '').toLowerCase()
  return !isAttachment(headers) && (/^application\/([\w.-]+\+)?json\b/.test(type) || /^text\/html\b/.test(type))
}

/** Whether a file is compressed, which no download asks for. */
function isCompressed(headers: Observation['headers']): boolean {
  const { 'content-encoding': contentCoding = 'identity', 'transfer-encoding': transferCoding = 'identity' } = headers
  return !['', 'identity'].includes(contentCoding) || !['chunked', 'identity'].includes(transferCoding)
}

/** Whether the body is an error in place of a file. */
const isError = ({ headers, body }: Observation): boolean =>
  body !== undefined && body.length <= MAX_ERROR_BYTES && isRecord(readEnvelope(body)) && !isAttachment(headers)

const isAttachment = (headers: Observation['headers']): boolean =>
  /^attachment\s*(;|$)/.test((headers['content-disposition'] ?? '').toLowerCase())

/** Classifies an answer with an envelope by its code. If the code decides nothing, message or HTTP status does. */
function classifyByCode(envelope: Envelope, observed: Observation, status: number, endpoint: Endpoint): AnswerClass {
  const { code } = envelope
  if (code === 0) return classifySuccess(envelope, observed, status, endpoint)
  // Another host is not the service, so the message of the step does not name the code.
  const permanent: AnswerClass = endpoint === 'storage' ? { kind: 'permanent' } : { kind: 'permanent', code }
  if (code === BAD_REQUEST_CODE) {
    const { msg } = envelope
    if (typeof msg === 'string' && msg.toLowerCase().includes('too many request')) return classifyRateLimit(observed)
    // By its message, this is a bad request; by status 429, a rate limit.
    return status === 429 ? { kind: 'unclear' } : permanent
  }
  if (RATE_LIMIT.has(code)) return classifyRateLimit(observed)
  if (TRANSIENT.has(code)) return { kind: 'transient', code }
  // Another host gets no token that it could refuse.
  if (TOKEN_REFUSED.has(code)) return endpoint === 'storage' ? permanent : { kind: 'token-refused', code }
  if (PERMANENT.has(code)) return permanent
  if (status === 429) return classifyRateLimit(observed)
  if (status === 408 || status >= 500) return { kind: 'transient', code }
  return permanent
}

/** Classifies an answer with code 0. If its HTTP status contradicts the code, the status decides. */
function classifySuccess(envelope: Envelope, observed: Observation, status: number, endpoint: Endpoint): AnswerClass {
  if (status < 200 || status > 299) return classifyByStatus(observed, status)
  switch (endpoint) {
    case 'query':
      return classifyQueryResult(envelope, observed)
    case 'create':
      return classifyCreated(envelope, observed)
    case 'mint':
      return classifyMinted(envelope)
    case 'download':
    case 'storage':
      // A success in place of the file.
      return { kind: 'transient' }
  }
}

/** Classifies an answer by its HTTP status alone. */
function classifyByStatus(observed: Observation, status: number): AnswerClass {
  if (status === 429) return classifyRateLimit(observed)
  return status === 408 || status >= 500 || status < 300 ? { kind: 'transient' } : { kind: 'permanent' }
}

/**
 * Reads how long a rate limit lasts. `x-ogw-ratelimit-reset` counts if it is a number of seconds. Otherwise,
 * `retry-after` counts if it is a number of seconds or a date. If neither header counts, the limit lasts a minute.
 * Source: 频控策略 (https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN)
 */
function classifyRateLimit({ headers }: Observation): AnswerClass {
  for (const name of ['x-ogw-ratelimit-reset', 'retry-after']) {
    const value = (headers[name] ?? '').trim()
    if (/^\d+(\.\d+)?$/.test(value)) return { kind: 'limited', waitMs: Number(value) * 1000 }
    const date = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : NaN
    if (name === 'retry-after' && !Number.isNaN(date)) return { kind: 'limited', waitMs: 0, untilWallMs: date }
  }
  return { kind: 'limited', waitMs: DEFAULT_LIMIT_MS }
}
