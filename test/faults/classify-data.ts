import { isRecord, readEnvelope, type Envelope } from './envelope.js'
import type { AnswerClass, Observation } from './types.js'

/** The status of a task, as the outputs `status` and `status-code` show it. */
export interface ReportedStatus {
  readonly label: string
  readonly code: string | undefined
}

/** The labels of the output `status`, by `job_status`. */
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

const UNEXPECTED: AnswerClass = { kind: 'transient', unexpected: true }

/** Classifies a successful answer to a request for a token. */
export function classifyMinted(envelope: Envelope): AnswerClass {
  const token = envelope['tenant_access_token']
  return typeof token === 'string' && /^[!-~]+$/.test(token) ? { kind: 'token', token } : UNEXPECTED
}

/** Classifies a successful answer to the creation of a task. */
export function classifyCreated(envelope: Envelope, { body }: Observation): AnswerClass {
  const data = envelope['data']
  const text = body?.toString() ?? ''
  const parsedTicket = isRecord(data) ? data['ticket'] : undefined
  // The digits as they were sent: a JavaScript number cannot hold all of them.
  const ticket = typeof parsedTicket === 'number' ? /"ticket"\s*:\s*(-?\d+)\s*[,}]/.exec(text)?.[1] : parsedTicket
  const isTicket = typeof ticket === 'string' && /^[\w-]{1,64}$/.test(ticket)
  // Not `unexpected`, after which the request is sent again at once (see `AnswerClass`). The task may exist, so this is a
  // lost answer: the request is sent again later, and a second lost answer ends the run.
  return isTicket ? { kind: 'done', result: { ticket }, text } : { kind: 'transient' }
}

/**
 * Classifies a successful answer to a query. A task without a result is pending, and so is a finished one without a
 * file token. Unexpected are a malformed result, a status that is not a whole number, and a malformed file token of a
 * finished task.
 */
export function classifyQueryResult(envelope: Envelope, { body }: Observation): AnswerClass {
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

/** Reads `data.result`. @returns 'none' when it or `data` is missing or null, 'malformed' when one is not an object */
function readResult(envelope: Envelope): Readonly<Record<string, unknown>> | 'malformed' | 'none' {
  const data = envelope['data']
  if (data === undefined || data === null) return 'none'
  if (!isRecord(data)) return 'malformed'
  const result = data['result']
  if (result === undefined || result === null) return 'none'
  return isRecord(result) ? result : 'malformed'
}

/**
 * Returns the status that the outputs must have after this answer to a query. Undefined: the answer does not change the
 * status. A task without a result, or with status 0 but without a file, is processing.
 */
export function readReportedStatus(observed: Observation, answerClass: AnswerClass): ReportedStatus | undefined {
  if (answerClass.kind === 'done') return { label: 'success', code: '0' }
  if ((answerClass.kind !== 'pending' && answerClass.kind !== 'failed') || !observed.body) return undefined
  const envelope = readEnvelope(observed.body)
  const result = envelope && envelope !== 'unclear' ? readResult(envelope) : 'none'
  // Never 'malformed', since such an answer is neither pending nor failed.
  if (result === 'none' || result === 'malformed') return { label: 'processing', code: undefined }
  const status = Number(result['job_status'])
  // The digits as they were sent: a JavaScript number cannot hold all of them.
  const code = /"job_status"\s*:\s*(-?\d+)/.exec(observed.body.toString())?.[1] ?? String(status)
  return status === 0 ? { label: 'processing', code: '0' } : { label: LABELS[code] ?? `status_${code}`, code }
}
