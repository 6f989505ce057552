import { isObject } from '../client/json.js'
import type { Operation } from '../client/operations.js'

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
export function hasLogId(bodyLogId: unknown, headers: AnswerFacts['headers']): boolean {
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
