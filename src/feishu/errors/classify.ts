import { OPERATIONS } from '../client/operations.js'
import { askedWaitMs } from './asked-wait.js'
import { hasLogId, logIdOf, type AnswerFacts, type Envelope } from './envelope.js'
import { detailsOf, helpLinks, TOO_MANY_REQUESTS } from './error-details.js'
import { ERROR_TABLE, type ErrorRow } from './error-table.js'
import type { Failure } from './failure.js'

// A bad request, or too many requests: only `msg` distinguishes them.
const AMBIGUOUS = 9499
const BAD_REQUEST: ErrorRow = {
  codes: [AMBIGUOUS],
  class: 'permanent',
  meaning: 'the service calls it a bad request',
  advice: 'Check the inputs.',
}

const ROWS = new Map<number, ErrorRow>(ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row] as const)))

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
