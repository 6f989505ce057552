import { callApi, pathOf, type ApiCall, type Connection } from './client.js'
import type { Credential } from './credentials.js'
import type { Reply } from './failure.js'
import { judge, type Verdict } from './job-status.js'

/** An export task: what to ask for, and the document it was created for. */
export interface ExportTask {
  readonly ticket: string
  /** The document's token, the one used at create. */
  readonly token: string
}

const EXPORT_TASKS = ['drive', 'v1', 'export_tasks'] as const

/**
 * Asks once how an export task stands.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`.
 * @returns the verdict with the log id; a failure otherwise. Never throws for what the service or the network does.
 */
export async function queryTask(
  connection: Connection,
  credential: Credential,
  task: ExportTask,
  signal: AbortSignal,
): Promise<Reply<Verdict>> {
  const call: ApiCall<Verdict> = {
    operation: 'query',
    method: 'GET',
    path: pathOf([...EXPORT_TASKS, task.ticket], { token: task.token }),
    read: (envelope) => judge(envelope.data),
  }
  const reply = await callApi(connection, credential, call, signal)
  if (!reply.ok || reply.value.kind !== 'failed') return reply
  return { ...reply, value: { ...reply.value, failure: { ...reply.value.failure, logId: reply.logId } } }
}
