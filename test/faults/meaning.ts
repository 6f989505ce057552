import type { Seen } from './seen.js'

/** What an answer means for a step, by the facts alone. */
export type Meaning =
  | { readonly kind: 'done'; readonly result: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly kind: 'file'; readonly body: Buffer }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'permanent'; readonly code?: number }
  | { readonly kind: 'token-refused'; readonly code: number }
  /** `code` where the service itself said so. */
  | { readonly kind: 'transient'; readonly accepted?: true; readonly code?: number }
  | { readonly kind: 'limited'; readonly askedMs: number; readonly untilWallMs?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The facts leave it open whether to go on; it is never a success. */
  | { readonly kind: 'unclear' }

/** The status that an answer to the query tells, whatever else it says. */
export interface ToldStatus {
  readonly label: string
  readonly code: string | undefined
}

export type Call = 'mint' | 'query' | 'create' | 'download' | 'storage'

const TRANSIENT = new Set([1069901, 1069903, 1069905, 600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500])
const LIMITED = new Set([1069923, 99991400])
const TOKEN_REFUSED = new Set([99991663, 99991664, 99991671])
const PERMANENT = new Set([
  1069902, 1069904, 1069906, 1069914, 1069918, 1060001, 99991661, 99991668, 99991677, 99991672, 99991676, 99991679,
  99991401, 99991403, 99991662, 99991673, 99991543, 10003, 10014, 10015, 99991201, 99991301, 99992402, 131006,
])
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
const MOST_API_BYTES = 1024 * 1024

/**
 * Judges what was seen.
 * @param mayBeEmpty of a download: whether a file without a byte can be the one
 */
export function meaningOf(seen: Seen, call: Call, mayBeEmpty = false): Meaning {
  const { status, headers, body } = seen
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
      const isError = body && body.length <= 60_000 && isRecord(envelopeOf(body)) && !isAttachment(headers)
      if (!isError) {
        const isFile = body && (body.length > 0 || mayBeEmpty)
        return isFile ? { kind: 'file', body } : { kind: 'transient', accepted: true }
      }
    }
  }
  if (!body) return broken(seen, status)
  const envelope = body.length > MOST_API_BYTES ? undefined : envelopeOf(body)
  if (envelope === 'unclear') return { kind: 'unclear' }
  return envelope ? byCode(envelope, seen, status, call) : byStatus(seen, status)
}

function broken(seen: Seen, status: number): Meaning {
  if (status === 429) return limited(seen)
  return status >= 300 && status < 500 && status !== 408 ? { kind: 'unclear' } : { kind: 'transient' }
}

function isPage(headers: Seen['headers']): boolean {
  const type = (headers['content-type'] ?? '').toLowerCase()
  return !isAttachment(headers) && (/^application\/([\w.-]+\+)?json\b/.test(type) || /^text\/html\b/.test(type))
}

const isAttachment = (headers: Seen['headers']): boolean =>
  /^attachment\s*(;|$)/.test((headers['content-disposition'] ?? '').toLowerCase())

type Envelope = Readonly<Record<string, unknown>> & { readonly code: number }

function envelopeOf(body: Buffer): Envelope | 'unclear' | undefined {
  const json = jsonOf(body)
  if (!isRecord(json) || typeof json['code'] !== 'number' || !Number.isInteger(json['code'])) return undefined
  return Math.abs(json['code']) >= 1e15 ? 'unclear' : { ...json, code: json['code'] }
}

function byCode(envelope: Envelope, seen: Seen, status: number, call: Call): Meaning {
  const { code } = envelope
  const storage = call === 'storage'
  if (code === 0) {
    if (status < 200 || status > 299) return byStatus(seen, status)
    if (call === 'query') return queryMeaning(envelope, seen)
    if (call === 'create') return createMeaning(envelope, seen)
    return call === 'mint' ? mintMeaning(envelope) : { kind: 'transient' }
  }
  if (code === 9499) {
    const { msg } = envelope
    if (typeof msg === 'string' && msg.toLowerCase().includes('too many request')) return limited(seen)
    return status === 429 ? { kind: 'unclear' } : { kind: 'permanent', code }
  }
  if (LIMITED.has(code)) return limited(seen)
  if (TRANSIENT.has(code)) return { kind: 'transient', code }
  if (TOKEN_REFUSED.has(code)) return storage ? { kind: 'permanent' } : { kind: 'token-refused', code }
  if (PERMANENT.has(code)) return storage ? { kind: 'permanent' } : { kind: 'permanent', code }
  if (status === 429) return limited(seen)
  if (status === 408 || status >= 500) return { kind: 'transient', code }
  return storage ? { kind: 'permanent' } : { kind: 'permanent', code }
}

function byStatus(seen: Seen, status: number): Meaning {
  if (status === 429) return limited(seen)
  return status === 408 || status >= 500 || status < 300 ? { kind: 'transient' } : { kind: 'permanent' }
}

/** Source: 频控策略. A number of any length is a number; what is none does not count; a minute without any. */
function limited({ headers }: Seen): Meaning {
  for (const name of ['x-ogw-ratelimit-reset', 'retry-after']) {
    const value = (headers[name] ?? '').trim()
    if (/^\d+(\.\d+)?$/.test(value)) return { kind: 'limited', askedMs: Number(value) * 1000 }
    const date = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : NaN
    if (name === 'retry-after' && !Number.isNaN(date)) return { kind: 'limited', askedMs: 0, untilWallMs: date }
  }
  return { kind: 'limited', askedMs: 60_000 }
}

function mintMeaning(envelope: Envelope): Meaning {
  const token = envelope['tenant_access_token']
  return typeof token === 'string' && /^[!-~]+$/.test(token) ? { kind: 'token', token } : { kind: 'transient' }
}

function createMeaning(envelope: Envelope, { body }: Seen): Meaning {
  const data = envelope['data']
  const text = body?.toString() ?? ''
  const given = isRecord(data) ? data['ticket'] : undefined
  // As the wire has it: longer numbers do not fit into one of JavaScript.
  const ticket = typeof given === 'number' ? /"ticket"\s*:\s*(-?\d+)\s*[,}]/.exec(text)?.[1] : given
  const isTicket = typeof ticket === 'string' && /^[\w-]{1,64}$/.test(ticket)
  return isTicket ? { kind: 'done', result: { ticket }, text } : { kind: 'transient' }
}

function queryMeaning(envelope: Envelope, { body }: Seen): Meaning {
  const told = resultOf(envelope)
  if (told === 'shape') return { kind: 'transient' }
  if (told === 'none') return { kind: 'pending' }
  const { job_status: status, file_token: token } = told
  if (typeof status !== 'number' || !Number.isInteger(status)) return { kind: 'transient' }
  if (status === 1 || status === 2) return { kind: 'pending' }
  if (status !== 0) return { kind: 'failed' }
  if (token === undefined || token === null) return { kind: 'pending' }
  if (typeof token !== 'string') return { kind: 'transient' }
  if (token.trim() === '') return { kind: 'pending' }
  if (!/^[\w.~=+:@-]{1,200}$/.test(token) || /^\.+$/.test(token)) return { kind: 'transient' }
  return { kind: 'done', result: told, text: body?.toString() ?? '' }
}

function resultOf(envelope: Envelope): Readonly<Record<string, unknown>> | 'shape' | 'none' {
  const data = envelope['data']
  if (data === undefined || data === null) return 'none'
  if (!isRecord(data)) return 'shape'
  const result = data['result']
  if (result === undefined || result === null) return 'none'
  return isRecord(result) ? result : 'shape'
}

/** The status that the outputs must name after this answer; undefined when it told none. */
export function toldStatus(seen: Seen, meaning: Meaning): ToldStatus | undefined {
  if (meaning.kind === 'done') return { label: 'success', code: '0' }
  if ((meaning.kind !== 'pending' && meaning.kind !== 'failed') || !seen.body) return undefined
  const envelope = envelopeOf(seen.body)
  const result = envelope && envelope !== 'unclear' ? resultOf(envelope) : 'none'
  if (typeof result === 'string') return { label: 'processing', code: undefined }
  const status = Number(result['job_status'])
  // As the wire has it: longer numbers do not fit into one of JavaScript.
  const code = /"job_status"\s*:\s*(-?\d+)/.exec(seen.body.toString())?.[1] ?? String(status)
  return status === 0 ? { label: 'processing', code: '0' } : { label: LABELS[code] ?? `status_${code}`, code }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString().replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
