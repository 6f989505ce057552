import { ATTEMPT_TIMED_OUT } from '../../polling/deadline.js'
import type { PollAttempt } from '../../polling/poll.js'
import { callApi, callWithHeaders, pathOf, withToken, type ApiCall, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import { fail, type Failure, type Reply } from '../errors/failure.js'
import { classifyJobStatus, type TaskState } from './job-status.js'
import { isObject, WrongShape } from '../client/json.js'
import { toPollAttempt } from '../client/poll-attempt.js'

/** An export task: its ticket and the document that it exports. */
export interface ExportTask {
  readonly ticket: string
  /** The token of the document, as in the request that created the task. */
  readonly token: string
}

const EXPORT_TASKS = ['drive', 'v1', 'export_tasks'] as const

/**
 * Queries the status of an export task.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get
 * @returns the state of the task, or a failure of the request. A task that failed is not a failure of the request: its
 * state has its own failure, with the log id. Never throws for errors of the service or the network.
 */
export async function queryTask(
  connection: Connection,
  credential: Credential,
  task: ExportTask,
  signal: AbortSignal,
): Promise<Reply<TaskState>> {
  const call: ApiCall<TaskState> = {
    operation: 'query',
    method: 'GET',
    path: pathOf([...EXPORT_TASKS, task.ticket], { token: task.token }),
    read: (envelope) => classifyJobStatus(envelope.data),
  }
  const reply = await callApi(connection, credential, call, signal)
  if (!reply.ok || reply.value.kind !== 'failed') return reply
  const failure = { ...reply.value.failure, logId: reply.logId }
  return { ...reply, value: { ...reply.value, failure } }
}

/** A task to be created: what to export, and to which extension. */
export interface NewTask {
  /** The token of the document, not of a wiki page. */
  readonly token: string
  readonly type: string
  readonly fileExtension: string
  /** The id of the sheet or table to export, for csv. */
  readonly subId?: string | undefined
}

/** The result of an attempt to create a task. */
export interface Creation {
  /** The ticket, or a failure. */
  readonly reply: Reply<string>
  /** True when no usable answer came although the service may have created a task. */
  readonly lost: boolean
}

/**
 * Creates an export task. The request is sent again only if the service refused its access token. Never throws for
 * errors of the service or the network.
 * Source: 创建导出任务, `POST /open-apis/drive/v1/export_tasks`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/create
 */
export async function createTask(
  connection: Connection,
  credential: Credential,
  task: NewTask,
  signal: AbortSignal,
): Promise<Creation> {
  const call: ApiCall<string> = {
    operation: 'create',
    method: 'POST',
    path: pathOf(EXPORT_TASKS),
    body: {
      file_extension: task.fileExtension,
      token: task.token,
      type: task.type,
      ...(task.subId !== undefined && { sub_id: task.subId }),
    },
    read: ({ data }) => ticketOf(data),
  }
  // Of the last request alone: each earlier one was answered, with a refusal of its access token.
  let lost = false
  const reply = await withToken(credential, signal, async (authorization) => {
    // At most one: `callWithHeaders` sends a request that creates a task only once.
    const networkErrors: unknown[] = []
    const watched = watchErrors(connection, (error) => networkErrors.push(error))
    const attempted = await callWithHeaders(watched, call, authorization, signal)
    lost = !attempted.ok && isLost(attempted.failure) && !networkErrors.some(neverArrived)
    return attempted
  })
  return { reply, lost }
}

/**
 * Makes a connection that calls `onError` with each error of `transport.send`. The error is then thrown as before.
 * Without `onError`, the caller would get only the `Failure` that is made from the error.
 */
function watchErrors(connection: Connection, onError: (error: unknown) => void): Connection {
  const { transport } = connection
  return {
    ...connection,
    transport: {
      ...transport,
      send: (request) =>
        transport.send(request).catch((error: unknown) => {
          onError(error)
          throw error
        }),
    },
  }
}

/** Reads the ticket, which may be a number. @throws WrongShape */
function ticketOf(data: unknown): string {
  const ticket = isObject(data) ? data['ticket'] : undefined
  const text = typeof ticket === 'number' ? String(ticket) : ticket
  if (typeof text !== 'string' || !/^[\w-]{1,64}$/.test(text)) throw new WrongShape('data.ticket is not a ticket')
  return text
}

/** True for the error of a request that was not sent: the DNS lookup, the connection or the tunnel of the proxy failed. */
function neverArrived(error: unknown): boolean {
  const { syscall = '', message = '', errors } = error as Partial<NodeJS.ErrnoException & AggregateError>
  // If the name has several addresses, `errors` has an error for each.
  if (errors) return errors.every(neverArrived)
  // `code` is not used: EHOSTUNREACH, for example, may also come from a read after the request was sent.
  return /^(connect|getaddrinfo)$/.test(syscall) || message.startsWith('tunneling socket could not be established')
}

/**
 * True when the service may have received the request, but did not answer clearly:
 * - the connection broke
 * - no answer came in time
 * - the answer has neither a ticket nor an error code
 */
function isLost({ class: kind, code, httpStatus }: Failure): boolean {
  // A status 502 or 503 comes from a gateway: the request did not reach the service.
  return kind === 'transient' && code === undefined && httpStatus !== 502 && httpStatus !== 503
}

/**
 * Makes the attempts of a poll that creates one task. A request whose answer was lost is repeated once, so that at most
 * one extra task is created. A second lost answer ends the poll. Other failures that are not permanent are retried
 * until the deadline.
 * @returns `attempt`, and a function that returns how many answers were lost so far
 */
export function creationAttempts(
  connection: Connection,
  credential: Credential,
  task: NewTask,
): {
  readonly attempt: (signal: AbortSignal) => Promise<PollAttempt<string, Failure>>
  readonly countLostAnswers: () => number
} {
  let lostAnswers = 0
  return {
    async attempt(signal) {
      const { reply, lost } = await createTask(connection, credential, task, signal)
      if (lost) lostAnswers++
      // An answer that was lost because the step was stopped does not fail the poll, which then ends as stopped.
      const isStopped = signal.aborted && signal.reason !== ATTEMPT_TIMED_OUT
      if (!reply.ok && lost && lostAnswers > 1 && !isStopped) return toPollAttempt(fail(lostTwice(reply.failure)))
      return toPollAttempt(reply)
    },
    countLostAnswers: () => lostAnswers,
  }
}

/** Makes the permanent failure after the second lost answer. @param failure the failure of the last request */
function lostTwice(failure: Failure): Failure {
  return {
    ...failure,
    class: 'permanent',
    what: `${failure.what}. It was the second answer that was lost`,
    advice:
      'Each of the two requests may have created a task, which harms nobody; a third one is not sent.' +
      ' Check the network between the runner and `base-url`, then run the step again.',
  }
}
