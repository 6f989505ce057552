import { oneLine } from '../../text.js'
import { ERROR_TABLE, type ErrorRow } from './error-table.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import type { Failure } from './failure.js'
import { isObject } from '../client/json.js'

/** An answer whose body has been read: the facts that failures are classified by. */
export interface AnswerFacts {
  readonly operation: Operation
  readonly httpStatus: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The parsed envelope; undefined when the body is not a JSON object with an integer `code`. */
  readonly envelope?: Envelope | undefined
  /** Set for an answer of the service without an envelope. */
  readonly codeless?: CodelessAnswer | undefined
  readonly wallMs: number
}

/** An answer of the service without the documented `code`: an empty body, or another object. */
export interface CodelessAnswer {
  readonly isEmpty: boolean
  readonly logId: string | undefined
  readonly msg: string
}

/** The shape of every JSON answer of the Open API. */
export interface Envelope {
  readonly code: number
  readonly msg: string
  readonly data: unknown
  readonly error: Record<string, unknown>
  /** The complete object: the token endpoint has no `data`. */
  readonly whole: Record<string, unknown>
}

const TOO_MANY_REQUESTS = 99991400
const LACKS_SCOPE = 99991672
// A bad request, or too many requests: only `msg` distinguishes them.
const AMBIGUOUS = 9499

const ROWS = new Map<number, ErrorRow>(ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row] as const)))

/** Reads the envelope of an answer; undefined when the body is not one. */
export function readEnvelope(body: unknown): Envelope | undefined {
  if (!isObject(body) || !Number.isInteger(body['code'])) return undefined
  return {
    code: body['code'] as number,
    msg: typeof body['msg'] === 'string' ? body['msg'] : '',
    data: body['data'],
    error: isObject(body['error']) ? body['error'] : {},
    whole: body,
  }
}

/**
 * Reads an answer without an envelope. An answer of the service has `X-Tt-Logid` or a log id in the body; gateways send
 * other pages.
 * @param text the body as it was received
 * @param body the same, parsed; undefined when it is not JSON
 * @returns undefined when the answer may not come from the service
 */
export function readCodeless(text: string, body: unknown, headers: AnswerFacts['headers']): CodelessAnswer | undefined {
  const isEmpty = text.trim() === ''
  if (!isEmpty && !isObject(body)) return undefined
  const { log_id: logId, msg } = isObject(body) ? body : {}
  if (typeof logId !== 'string' && headers['x-tt-logid'] === undefined) return undefined
  return {
    isEmpty,
    logId: typeof logId === 'string' ? logId : undefined,
    msg: typeof msg === 'string' ? msg : '',
  }
}

/** The log id that Feishu's support needs: `X-Tt-Logid`, else `X-Request-Id`, else that of the body. */
export function logIdOf(answer: Pick<AnswerFacts, 'headers' | 'envelope' | 'codeless'>): string | undefined {
  const ids = [
    answer.headers['x-tt-logid'],
    answer.headers['x-request-id'],
    answer.envelope?.error['log_id'],
    answer.envelope?.error['logid'],
    answer.envelope?.whole['log_id'],
    answer.codeless?.logId,
  ]
  return ids.find((id): id is string => typeof id === 'string' && id.trim() !== '')
}

/**
 * Classifies an answer that is not a success: by its code if the table has it, otherwise by its HTTP status. Not by the
 * text of `msg`, except for code 9499, whose two meanings differ in nothing else.
 */
export function classify(answer: AnswerFacts): Failure {
  const { envelope, codeless, httpStatus, operation } = answer
  const doing = `Could not ${OPERATIONS[operation].doing}`
  const row = (envelope && rowOf(envelope)) ?? (httpStatus === 429 ? ROWS.get(TOO_MANY_REQUESTS) : undefined)
  const common = {
    httpStatus,
    logId: logIdOf(answer),
    code: envelope?.code === 0 ? undefined : envelope?.code,
    serviceMessage: envelope?.code === 0 ? undefined : (envelope ?? codeless)?.msg,
    links: envelope && helpLinks(envelope),
  }
  if (row) {
    const special = row.per?.[operation]
    const failure: Failure = {
      ...common,
      class: row.class,
      what: `${doing}: ${special?.meaning ?? row.meaning}${detailsOf(row, envelope, operation)}`,
      advice: special?.advice ?? row.advice,
      scope: row.scope,
      origin: row.origin,
    }
    return row.class === 'rate-limit' ? { ...failure, askedMs: askedWaitMs(answer) } : failure
  }
  if (!envelope || envelope.code === 0) return { ...common, ...classifyHttpStatus(httpStatus, codeless, doing) }
  return {
    ...common,
    class: httpStatus === 408 || httpStatus >= 500 ? 'transient' : 'permanent',
    what: `${doing}: the service refused with an error that this action does not know`,
    advice: 'Look the code up in the list of general error codes (通用错误码), or give the log id to Feishu support.',
  }
}

function rowOf(envelope: Envelope): ErrorRow | undefined {
  if (envelope.code !== AMBIGUOUS) return ROWS.get(envelope.code)
  return /too many requests?/i.test(envelope.msg)
    ? ROWS.get(TOO_MANY_REQUESTS)
    : {
        codes: [AMBIGUOUS],
        class: 'permanent',
        meaning: 'the service calls it a bad request',
        advice: 'Check the inputs.',
      }
}

/**
 * Classifies an answer without a code: of the service, or a page of a gateway or proxy (whose text is never shown), or
 * an incomplete body.
 */
function classifyHttpStatus(
  httpStatus: number,
  codeless: CodelessAnswer | undefined,
  doing: string,
): Pick<Failure, 'class' | 'what' | 'advice' | 'scope'> {
  if (httpStatus >= 300 && httpStatus < 400) {
    return {
      class: 'permanent',
      what: `${doing}: the answer is a redirect, which the Open API never sends`,
      advice: 'Check `base-url`, and whether a proxy asks for a login.',
      scope: 'app',
    }
  }
  if (httpStatus === 407) {
    return {
      class: 'permanent',
      what: `${doing}: the proxy wants a login`,
      advice: 'Put user and password into the proxy address (https_proxy).',
      scope: 'app',
    }
  }
  const passing = httpStatus === 408 || httpStatus >= 500 || httpStatus < 300
  if (codeless) {
    return passing
      ? {
          class: 'transient',
          what: `${doing}: the answer of the service ${codeless.isEmpty ? 'is empty' : 'holds no code'}`,
          advice: 'Run it again later; if it stays, give the log id to Feishu support.',
        }
      : {
          class: 'permanent',
          what: `${doing}: the service refused without a reason`,
          advice: 'Check the tokens; if they are right, give the log id to Feishu support.',
        }
  }
  return {
    class: passing ? 'transient' : 'permanent',
    what: `${doing}: the answer is not one of the Open API, but a page of a gateway or proxy`,
    advice: passing
      ? 'Run it again later; if it stays, check the proxies and firewalls between the runner and `base-url`.'
      : 'Check `base-url`, and the proxies and firewalls between the runner and it.',
    scope: passing ? undefined : 'app',
  }
}

// The name of a field is a word; a longer text would push code and advice out of the message.
const MAX_OF_FIELD = 60

/** Details for the message: the rate limit, the missing scopes, or the fields at fault that the error object names. */
function detailsOf(row: ErrorRow, envelope: Envelope | undefined, operation: Operation): string {
  if (row.codes.includes(TOO_MANY_REQUESTS)) {
    const { requests, windowMs } = OPERATIONS[operation].limit
    const window = windowMs === 60_000 ? 'a minute' : 'a second'
    return `; the limit is ${requests} ${window} for all jobs of the app together`
  }
  if (row.codes.includes(LACKS_SCOPE)) {
    const named = objectsOf(envelope?.error['permission_violations'])
      .flatMap((violation) => [violation['subject'], violation['scope']])
      .filter((scope): scope is string => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope))
    const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes
    if (scopes.length === 0) return ''
    return `; ${scopes.length === 1 ? 'it needs' : 'one of these is enough:'} ${scopes.slice(0, 8).join(', ')}`
  }
  const fields = objectsOf(envelope?.error['field_violations'])
    .map((violation) => violation['field'])
    .filter((field): field is string => typeof field === 'string' && field !== '')
    .map((field) => oneLine(field, MAX_OF_FIELD))
  return fields.length > 0 ? `; fields at fault: ${fields.slice(0, 8).join(', ')}` : ''
}

function helpLinks(envelope: Envelope): string[] {
  const urls = [...objectsOf(envelope.error['helps']), ...objectsOf(envelope.error['permission_violations'])]
    .map((help) => help['url'])
    .concat(envelope.error['troubleshooter'])
    .flatMap((value) => (typeof value === 'string' ? (/https:\/\/[^\s"'<>`]{1,800}/.exec(value)?.[0] ?? []) : []))
  return [...new Set(urls)].slice(0, 2)
}

/** The objects in a list; none if the value is not a list. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

// Longer than any timeout, and still readable.
const MAX_ASKED_SECONDS = 1e9

/**
 * The waiting time that a refusal names: `x-ogw-ratelimit-reset` (seconds), else `Retry-After` (seconds or a date).
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
 * @returns milliseconds; undefined when neither header has a usable value
 */
export function askedWaitMs(answer: Pick<AnswerFacts, 'headers' | 'wallMs'>): number | undefined {
  const seconds = (name: string): number | undefined => {
    const value = String(answer.headers[name] ?? '').trim()
    return /^\d+(\.\d+)?$/.test(value) ? Math.min(Number(value), MAX_ASKED_SECONDS) : undefined
  }
  const asked = seconds('x-ogw-ratelimit-reset') ?? seconds('retry-after')
  if (asked !== undefined) return asked * 1000
  const date = httpDate(String(answer.headers['retry-after'] ?? '').trim())
  return date === undefined ? undefined : Math.max(0, date - answer.wallMs)
}

/**
 * Parses a date in one of the three forms of HTTP; `Date.parse` alone accepts almost any text with a digit.
 * Source: RFC 9110, HTTP Semantics, 5.6.7, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
function httpDate(value: string): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/.test(value)) return undefined
  const date = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : date
}
