import type { Content } from './content.js'
import { contentOf, type EmulatedDocument } from './documents.js'
import { usualJobMessage } from './errors.js'
import { randomTicket, randomToken, type Random } from './random.js'

/**
 * The `data.result` of each query: a list in order, whose last element is repeated, or a function of the number of the
 * query. The first query has number 1.
 */
export type ResultScript = readonly unknown[] | ((query: number) => unknown)

export interface TaskOptions {
  document: EmulatedDocument
  fileExtension: string
  ticket?: string | undefined
  subId?: string | undefined
  /** The caller that may query and download; every caller if it is left out. */
  identity?: string | undefined
  durationMs?: number | undefined
  jobStatus?: number | undefined
  jobErrorMsg?: string | undefined
  /** When the export starts to run: at once, or with the first query. */
  startAt?: 'now' | 'first-query' | undefined
  /** Members that replace members of the generated `data.result` of a success. */
  resultFields?: Record<string, unknown> | undefined
  /** Replaces the whole `data.result` of each query for which it has a value; the others get the generated one. */
  result?: ResultScript | undefined
}

/** An export task and what happened to it so far. */
export interface Task {
  readonly ticket: string
  readonly fileToken: string
  readonly document: EmulatedDocument
  readonly fileExtension: string
  readonly subId?: string | undefined
  readonly identity?: string | undefined
  readonly createdAtMs: number
  readonly durationMs: number
  readonly content: Content
  readonly fileName: string
  readonly jobStatus: number
  readonly jobErrorMsg: string
  readonly resultFields: Record<string, unknown>
  readonly result?: ResultScript | undefined
  /** Unset until the export runs. */
  startedAtMs?: number
  queries: number
  downloads: number
}

/** All export tasks. */
export class Tasks {
  private readonly byTicket = new Map<string, Task>()
  private readonly byFileToken = new Map<string, Task>()
  /** How many tasks there are of each document, by its token. */
  private readonly taskCounts = new Map<string, number>()

  constructor(
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Creates a task: it exports the document as it is now. */
  add(options: TaskOptions): Task {
    const { document, fileExtension, subId } = options
    const earlierTasks = this.taskCounts.get(document.token) ?? 0
    this.taskCounts.set(document.token, earlierTasks + 1)
    const jobStatus = options.jobStatus ?? plannedStatus(document, earlierTasks)
    const task: Task = {
      ticket: options.ticket ?? randomTicket(this.random),
      fileToken: randomToken(this.random),
      document,
      fileExtension,
      subId,
      identity: options.identity,
      createdAtMs: this.now(),
      durationMs: options.durationMs ?? document.durationMs,
      content: contentOf(document, fileExtension, subId),
      fileName: document.title,
      jobStatus,
      jobErrorMsg: options.jobErrorMsg ?? document.jobErrorMsg ?? usualJobMessage(jobStatus),
      resultFields: options.resultFields ?? {},
      result: options.result,
      queries: 0,
      downloads: 0,
    }
    if (this.byTicket.has(task.ticket)) throw new Error(`The emulator already has a task ${task.ticket}.`)
    if (options.startAt !== 'first-query') task.startedAtMs = task.createdAtMs
    this.byTicket.set(task.ticket, task)
    this.byFileToken.set(task.fileToken, task)
    return task
  }

  /** The task of a ticket, if there is one. */
  find(ticket: string): Task | undefined {
    return this.byTicket.get(ticket)
  }

  /** The task whose file has this token, if there is one. */
  findByFileToken(fileToken: string): Task | undefined {
    return this.byFileToken.get(fileToken)
  }

  /** Every task, in the order of creation. */
  list(): Task[] {
    return [...this.byTicket.values()]
  }

  /** Counts a status query, which may start the task. @returns the `data.result` of the answer */
  query(task: Task): unknown {
    task.startedAtMs ??= this.now()
    task.queries += 1
    const scripted =
      typeof task.result === 'function'
        ? task.result(task.queries)
        : task.result?.[Math.min(task.queries, task.result.length) - 1]
    return scripted === undefined ? generateResult(task, this.now()) : scripted
  }
}

/** The `job_status` of a task whose document is being copied (创建副本中禁止导出). */
const DENIED_ON_COPYING = 122

/** The final `job_status` of a document's next task (see `copying` and `jobStatus` of `EmulatedDocument`). */
function plannedStatus({ copying, jobStatus }: EmulatedDocument, earlierTasks: number): number {
  if (copying) return DENIED_ON_COPYING
  return typeof jobStatus === 'number' ? jobStatus : (jobStatus[earlierTasks] ?? 0)
}

/** When the task's export ends; undefined when it has not started. */
export function endOf(task: Task): number | undefined {
  return task.startedAtMs === undefined ? undefined : task.startedAtMs + task.durationMs
}

/**
 * The `job_status` before the end: 1 (new) in the first fifth of the task's time, but 5 s at most; then 2 (processing).
 */
function statusBeforeEnd({ startedAtMs, durationMs }: Task, nowMs: number): number {
  const elapsedMs = nowMs - (startedAtMs ?? nowMs)
  return elapsedMs < Math.min(5000, durationMs / 5) ? 1 : 2
}

/** The `data.result` of a query for the status of a task. */
function generateResult(task: Task, nowMs: number): Record<string, unknown> {
  const hasEnded = nowMs >= (endOf(task) ?? Number.POSITIVE_INFINITY)
  const isSuccess = hasEnded && task.jobStatus === 0
  return {
    extra: {},
    file_extension: task.fileExtension,
    file_name: isSuccess ? task.fileName : '',
    file_size: isSuccess ? task.content.size : 0,
    file_token: isSuccess ? task.fileToken : '',
    job_error_msg: hasEnded ? task.jobErrorMsg : '',
    job_status: hasEnded ? task.jobStatus : statusBeforeEnd(task, nowMs),
    type: task.document.type,
    ...(isSuccess ? task.resultFields : {}),
  }
}
