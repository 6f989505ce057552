import { oneLine } from '../../text.js'
import { askedWaitMs } from './asked-wait.js'
import { ERROR_TABLE, type ErrorRow } from './error-table.js'
import { MINUTE_MS, OPERATIONS, type Operation } from '../client/operations.js'
import { ADDRESS_CHARACTER, type Failure } from './failure.js'
import { isObject } from '../client/json.js'

/** The facts about an answer by which it is classified. */
export interface AnswerFacts {
  readonly operation: Operation
  readonly httpStatus: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The parsed envelope; undefined when the body was not read, or is not a JSON object with an integer `code`. */
  readonly envelope?: Envelope | undefined
  /** Set for an answer of the service without an envelope. */
  readonly codeless?: CodelessAnswer | undefined
  /** When the answer came, in milliseconds since 1970. */
  readonly wallMs: number
}

/** An answer of the service without the documented `code`: its body is empty, or an object without an integer there. */
export interface CodelessAnswer {
  readonly isEmpty: boolean
  /** The log id in the body; undefined when only the header has one. */
  readonly bodyLogId: string | undefined
  readonly msg: string
}

/** The documented shape of a JSON answer of the Open API. */
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
const BAD_REQUEST: ErrorRow = {
  codes: [AMBIGUOUS],
  class: 'permanent',
  meaning: 'the service calls it a bad request',
  advice: 'Check the inputs.',
}

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
 * Reads an answer without an envelope. An answer of the service has `X-Tt-Logid`, or a log id in the body.
 * @param text the body as it was received
 * @param body the parsed text; undefined when it is not JSON
 * @returns undefined when the answer probably comes from a gateway: it has no log id, or its body is neither empty nor
 * an object
 */
export function readCodeless(text: string, body: unknown, headers: AnswerFacts['headers']): CodelessAnswer | undefined {
  const isEmpty = text.trim() === ''
  if (!isEmpty && !isObject(body)) return undefined
  const { log_id: logId, msg } = isObject(body) ? body : {}
  if (!hasLogId(logId, headers)) return undefined
  return {
    isEmpty,
    bodyLogId: typeof logId === 'string' ? logId : undefined,
    msg: typeof msg === 'string' ? msg : '',
  }
}

/** True if an answer has a log id; the page of a gateway has none. */
function hasLogId(bodyLogId: unknown, headers: AnswerFacts['headers']): boolean {
  return typeof bodyLogId === 'string' || headers['x-tt-logid'] !== undefined
}

/** Finds the log id that Feishu's support needs: `X-Tt-Logid`, else `X-Request-Id`, else the one in the body. */
export function logIdOf(answer: Pick<AnswerFacts, 'headers' | 'envelope' | 'codeless'>): string | undefined {
  const ids = [
    answer.headers['x-tt-logid'],
    answer.headers['x-request-id'],
    answer.envelope?.error['log_id'],
    answer.envelope?.error['logid'],
    answer.envelope?.whole['log_id'],
    answer.codeless?.bodyLogId,
  ]
  return ids.find((id): id is string => typeof id === 'string' && id.trim() !== '')
}

/**
 * Classifies an answer that is not a success: by its code if the table has it, otherwise by its HTTP status. The text of
 * `msg` decides only for code 9499 (see `findRow`).
 */
export function classify(answer: AnswerFacts): Failure {
  const { envelope, codeless, httpStatus, operation } = answer
  const couldNot = `Could not ${OPERATIONS[operation].doing}`
  // Code 0 means success: it does not explain why the HTTP status is an error.
  const errorEnvelope = envelope?.code === 0 ? undefined : envelope
  const row =
    (errorEnvelope && findRow(errorEnvelope)) ?? (httpStatus === 429 ? ROWS.get(TOO_MANY_REQUESTS) : undefined)
  const common = {
    httpStatus,
    logId: logIdOf(answer),
    code: errorEnvelope?.code,
    // Undefined for an answer that is taken for a gateway's page: the text of the page is never shown.
    serviceMessage: (errorEnvelope ?? codeless)?.msg,
    links: envelope && helpLinks(envelope),
  }
  if (row) {
    const texts = row.per?.[operation] ?? row
    const failure: Failure = {
      ...common,
      class: row.class,
      what: `${couldNot}: ${texts.meaning}${detailsOf(row, envelope, operation)}`,
      advice: texts.advice,
      scope: row.scope,
      origin: row.origin,
    }
    return row.class === 'rate-limit' ? { ...failure, askedMs: askedWaitMs(answer) } : failure
  }
  if (!errorEnvelope) return { ...common, ...classifyHttpStatus(httpStatus, findBodyFault(answer), couldNot) }
  return {
    ...common,
    class: httpStatus === 408 || httpStatus >= 500 ? 'transient' : 'permanent',
    what: `${couldNot}: the service refused with an error that this action does not know`,
    advice: 'Look the code up in the list of general error codes (通用错误码), or give the log id to Feishu support.',
  }
}

/** Finds the row of the error table for an envelope; undefined for a code that the table does not have. */
function findRow({ code, msg }: Envelope): ErrorRow | undefined {
  if (code !== AMBIGUOUS) return ROWS.get(code)
  return /too many requests?/i.test(msg) ? ROWS.get(TOO_MANY_REQUESTS) : BAD_REQUEST
}

/** Says why the body of an answer has no error code; undefined if the answer probably comes from a gateway. */
function findBodyFault({ envelope, codeless, headers }: AnswerFacts): string | undefined {
  if (codeless) return codeless.isEmpty ? 'is empty' : 'holds no code'
  return envelope && hasLogId(envelope.whole['log_id'], headers) ? 'has code 0, which means success' : undefined
}

/**
 * Classifies an answer without an error code by its HTTP status.
 * @param bodyFault what is wrong with the body of an answer of the service: "is empty". Undefined for the page of a
 * gateway or proxy
 * @param couldNot the beginning of the message: "Could not download the file"
 */
function classifyHttpStatus(
  httpStatus: number,
  bodyFault: string | undefined,
  couldNot: string,
): Pick<Failure, 'class' | 'what' | 'advice' | 'scope'> {
  if (httpStatus >= 300 && httpStatus < 400) {
    return {
      class: 'permanent',
      what: `${couldNot}: the answer is a redirect, which the Open API never sends`,
      advice: 'Check `base-url`, and whether a proxy asks for a login.',
      scope: 'app',
    }
  }
  if (httpStatus === 407) {
    return {
      class: 'permanent',
      what: `${couldNot}: the proxy wants a login`,
      advice: 'Put user and password into the proxy address (https_proxy).',
      scope: 'app',
    }
  }
  // A status of success is transient, too: the next answer may have the right body.
  const isTransient = httpStatus === 408 || httpStatus >= 500 || httpStatus < 300
  if (bodyFault !== undefined) {
    return isTransient
      ? {
          class: 'transient',
          what: `${couldNot}: the answer of the service ${bodyFault}`,
          advice: 'Run it again later; if the error comes back, give the log id to Feishu support.',
        }
      : {
          class: 'permanent',
          what: `${couldNot}: the service refused without a reason`,
          advice: 'Check the tokens; if they are right, give the log id to Feishu support.',
        }
  }
  const what = `${couldNot}: the answer does not come from the Open API, but is a page of a gateway or proxy`
  return isTransient
    ? {
        class: 'transient',
        what,
        advice:
          'Run it again later; if the error comes back, check the proxies and firewalls between the runner and' +
          ' `base-url`.',
      }
    : {
        class: 'permanent',
        what,
        advice: 'Check `base-url`, and the proxies and firewalls between the runner and it.',
        scope: 'app',
      }
}

// The name of a field is a word; a longer text would push code and advice out of the message.
const MAX_FIELD_LENGTH = 60
// A message stays readable.
const MAX_NAMES = 8
const MAX_LINKS = 2
const HELP_LINK = new RegExp(`https://${ADDRESS_CHARACTER.source}{1,800}`)

/** Details for the message: the rate limit, the missing scopes or the fields at fault; may be empty. */
function detailsOf(row: ErrorRow, envelope: Envelope | undefined, operation: Operation): string {
  if (row.codes.includes(TOO_MANY_REQUESTS)) return describeLimit(operation)
  if (row.codes.includes(LACKS_SCOPE)) return describeScopes(envelope, operation)
  const fields = objectsOf(envelope?.error['field_violations'])
    .map((violation) => violation['field'])
    .filter((field): field is string => typeof field === 'string' && field !== '')
    .map((field) => oneLine(field, MAX_FIELD_LENGTH))
  return fields.length > 0 ? `; fields at fault: ${fields.slice(0, MAX_NAMES).join(', ')}` : ''
}

/** Names the rate limit of an operation. */
function describeLimit(operation: Operation): string {
  const { requests, windowMs } = OPERATIONS[operation].limit
  const window = windowMs === MINUTE_MS ? 'a minute' : 'a second'
  return `; the limit is ${requests} ${window} for all jobs of the app together`
}

/** Names the scopes in the error object. If there are none, names the scopes that allow the operation. */
function describeScopes(envelope: Envelope | undefined, operation: Operation): string {
  const named = objectsOf(envelope?.error['permission_violations'])
    .flatMap((violation) => [violation['subject'], violation['scope']])
    .filter((scope): scope is string => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope))
  const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes
  if (scopes.length === 0) return ''
  return `; ${scopes.length === 1 ? 'it needs' : 'one of these is enough:'} ${scopes.slice(0, MAX_NAMES).join(', ')}`
}

/** Finds the links to help pages in the error object; each may have other text around it, also Chinese. */
function helpLinks(envelope: Envelope): string[] {
  const { helps, permission_violations: violations, troubleshooter } = envelope.error
  const texts = [...objectsOf(helps), ...objectsOf(violations)].map((help) => help['url']).concat(troubleshooter)
  const links = texts
    .filter((text) => typeof text === 'string')
    .map((text) => HELP_LINK.exec(text)?.[0])
    .filter((link) => link !== undefined)
  return [...new Set(links)].slice(0, MAX_LINKS)
}

/** The objects in a list, without its other items; an empty list if the value is not a list. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
