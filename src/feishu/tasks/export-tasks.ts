import { ATTEMPT_TIMED_OUT } from '../../polling/deadline.js'
import type { PollAttempt } from '../../polling/poll.js'
import { callApi, callBare, pathOf, withToken, type ApiCall, type Connection } from '../client/client.js'
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
 * Queries the status of an export task, in one request.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get
 * @returns the state of the task with the log id, or a failure. Never throws for errors of the service or the network.
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
  return { ...reply, value: { ...reply.value, failure: { ...reply.value.failure, logId: reply.logId } } }
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

/** The result of one request to create a task. */
export interface Creation {
  /** The ticket, or a failure. */
  readonly reply: Reply<string>
  /** True when no usable answer came although the service may have created a task. */
  readonly lost: boolean
}

/**
 * Creates an export task, in one request.
 * Source: 创建导出任务, `POST /open-apis/drive/v1/export_tasks`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/create
 * Never throws for errors of the service or the network.
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
  let lost = false
  const reply = await withToken(credential, signal, async (authorization) => {
    const request = { mayHaveArrived: true }
    const watched = watchErrors(connection, (error) => {
      request.mayHaveArrived = !neverArrived(error)
    })
    const answer = await callBare(watched, call, authorization, signal)
    lost = !answer.ok && request.mayHaveArrived && isLost(answer.failure)
    return answer
  })
  return { reply, lost }
}

/** A connection that calls `onError` with each error of its transport. */
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

function ticketOf(data: unknown): string {
  const ticket = isObject(data) ? data['ticket'] : undefined
  const text = typeof ticket === 'number' ? String(ticket) : ticket
  if (typeof text !== 'string' || !/^[\w-]{1,64}$/.test(text)) throw new WrongShape('data.ticket is not a ticket')
  return text
}

/**
 * True for faults that occur before the request is sent: in the DNS lookup, the connection or the tunnel of the proxy.
 */
function neverArrived(error: unknown): boolean {
  const { code = '', syscall = '', message = '' } = error as { code?: string; syscall?: string; message?: string }
  return (
    /^(connect|getaddrinfo)$/.test(syscall) ||
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
    message.startsWith('tunneling socket could not be established')
  )
}

/**
 * True for a failure without a clear answer of the service: a broken connection, silence, a page. A 502 or 503 means
 * that the request did not reach the service.
 */
function isLost({ class: kind, code, httpStatus }: Failure): boolean {
  return kind === 'transient' && code === undefined && httpStatus !== 502 && httpStatus !== 503
}

/**
 * Makes the attempts of a poll that creates one task. A request whose answer was lost is repeated once, so that at most
 * one extra task is created; a second lost answer ends the poll. Transient failures are retried until the deadline.
 */
export function creationAttempts(
  connection: Connection,
  credential: Credential,
  task: NewTask,
): {
  readonly attempt: (signal: AbortSignal) => Promise<PollAttempt<string, Failure>>
  readonly lostAnswers: () => number
} {
  let lostAnswers = 0
  return {
    async attempt(signal) {
      const { reply, lost } = await createTask(connection, credential, task, signal)
      if (lost) lostAnswers++
      // An answer that was lost because the step was stopped does not count.
      const isStepRunning = !signal.aborted || signal.reason === ATTEMPT_TIMED_OUT
      const isLostTwice = lost && lostAnswers > 1 && isStepRunning
      return toPollAttempt(!reply.ok && isLostTwice ? fail(lostTwice(reply.failure)) : reply)
    },
    lostAnswers: () => lostAnswers,
  }
}

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
