import type { ExportTask } from '../../feishu/tasks/export-tasks.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import type { TaskState } from '../../feishu/tasks/job-status.js'
import { sleep, type Clock } from '../../polling/clock.js'
import type { Output } from '../model.js'
import { isLost } from './lost-tasks.js'
import type { PacedApi } from './paced-api.js'
import type { Turn } from './pacer.js'
import { QuerySchedule, type QueryBudget, type QueryResult } from './query-schedule.js'

/** Makes one attempt at a call. */
export type Attempt<T> = (signal: AbortSignal) => Promise<Reply<T>>

/** The steps of an export, which the engine calls. */
export interface ExportSteps<W> {
  create(work: W, signal: AbortSignal): Promise<Reply<ExportTask>>
  query(task: ExportTask, signal: AbortSignal): Promise<Reply<TaskState>>
  /** Downloads the exported file and publishes it; each attempt continues the transfer of the one before. */
  fetch(work: W, fileToken: string, fileSize: string | undefined): Attempt<void>
  /** Does what must be done before the export task is created. @returns a failure if that is not possible */
  prepare(work: W): Promise<Failure | undefined>
  /** Makes an output without an export task; paces its own calls. @returns a failure if the output cannot be made */
  make(work: W): Promise<Failure | undefined>
}

/** A unit of work: an output that is exported once, even if it is written to several paths. */
export interface Work {
  readonly output: Output
}

/** What an engine works with. */
export interface EngineOptions<W extends Work> {
  readonly api: PacedApi
  readonly steps: ExportSteps<W>
  readonly clock: Clock
  readonly stop: AbortSignal
  /** The age by which exports are expected to have ended, until the first result is known. */
  readonly firstExpectedAgeMs?: number | undefined
  /** Called once for each work that was started: with undefined when it is done, else with the failure or `STOPPED`. */
  readonly onEnd: (work: W, failure: Failure | undefined) => void
  /** Called when a new task replaces one that failed. */
  readonly onNewTask?: (work: W, failure: Failure) => void
}

const EXPORT_STEPS = ['create', 'query', 'download'] as const
const MAX_TASKS_PER_WORK = 3
// The service deletes an exported file after ten minutes. So only as many exports are in flight as can be downloaded in
// half of that time.
const FETCH_WITHIN_MS = 5 * 60_000
const MAX_IN_FLIGHT = 400
/** How many outputs without an export task are made at the same time: more would wait for the same rate limits. */
export const DIRECT_AT_ONCE = 16
/** How many files are downloaded at the same time: more would only share the bandwidth. */
export const TRANSFERS_AT_ONCE = 10
// Three times as long as the longest exports take (see polling/schedule.ts).
const MAX_TASK_MS = 30 * 60_000
// A document that is being copied (status 122) cannot be exported until the copy ends.
const NEW_TASK_PAUSE_MS = 2_000

/** How a task ended: `new-task` when another task for the same document may succeed. */
type TaskEnd = { readonly kind: 'done' } | { readonly kind: 'failed' | 'new-task'; readonly failure: Failure }

/**
 * Exports many documents at the same time. Creates tasks as fast as the rate limit allows, and queries them when they are
 * likely to have ended. Downloads each file as soon as its task has ended.
 */
export class Engine<W extends Work> {
  /** The works that have not started: those with an export task, and those without one. */
  private readonly taskQueue: W[] = []
  private readonly directQueue: W[] = []
  /** How many works of each queue have started and not ended. */
  private readonly active = { task: 0, direct: 0 }
  /** How many tasks are being created. */
  private creating = 0
  /** The moving average of how long a download takes, in milliseconds; 0 before the first one has ended. */
  private transferMs = 0
  private resolveRun: () => void = () => undefined
  private readonly schedule: QuerySchedule

  constructor(private readonly options: EngineOptions<W>) {
    const { api, clock, firstExpectedAgeMs } = options
    const budget: QueryBudget = {
      lastQueryMs: (requestedMs) => api.pacer('query').forecastMs(requestedMs).at(-1) ?? 0,
      creationsMs: () => {
        const count = this.taskQueue.length + this.creating
        // 0: each is created as early as possible.
        return api.pacer('create').forecastMs(Array.from({ length: count }, () => 0))
      },
    }
    this.schedule = new QuerySchedule(clock, budget, firstExpectedAgeMs)
  }

  /** How many works have started and not ended. */
  inFlight(): number {
    return this.active.task + this.active.direct
  }

  /** False once the API of a step is closed: the exports in flight continue, but no new one starts. */
  canExport(): boolean {
    return EXPORT_STEPS.every((operation) => this.options.api.isOpen(operation))
  }

  /**
   * Makes all outputs. Resolves when no work is in flight and no more can start: usually when `onEnd` was called for every
   * work. After a stop, no further work starts; after the API of a step is closed, no further work with an export task.
   * After it has resolved, it may be called again with other works.
   */
  run(works: readonly W[]): Promise<void> {
    for (const work of works) (work.output.kind === 'task' ? this.taskQueue : this.directQueue).push(work)
    return new Promise((resolve) => {
      this.resolveRun = resolve
      this.launch()
    })
  }

  /** Starts as many works as may be in flight. Resolves the promise of `run` when none is in flight and none can start. */
  private launch(): void {
    const { stop } = this.options
    const canExport = this.canExport()
    while (!stop.aborted && canExport && this.taskQueue.length > 0 && this.active.task < this.maxInFlight()) {
      this.start('task', this.taskQueue, (work) => this.exportOne(work))
    }
    while (!stop.aborted && this.directQueue.length > 0 && this.active.direct < DIRECT_AT_ONCE) {
      this.start('direct', this.directQueue, (work) => this.options.steps.make(work))
    }
    const startable = (canExport ? this.taskQueue.length : 0) + this.directQueue.length
    if (this.inFlight() === 0 && (startable === 0 || stop.aborted)) this.resolveRun()
  }

  /** Starts the next work of a queue. When the work ends, calls `onEnd` and starts more works. */
  private start(kind: 'task' | 'direct', queue: W[], makeOutput: (work: W) => Promise<Failure | undefined>): void {
    const work = queue.shift()
    if (!work) return
    this.active[kind]++
    void makeOutput(work)
      .catch((error: unknown): Failure => ({
        class: 'permanent',
        what: `This action made a mistake: ${String(error)}`,
      }))
      .then((failure) => {
        this.active[kind]--
        this.options.onEnd(work, failure)
        this.launch()
      })
  }

  /**
   * How many exports can be queried and downloaded within `FETCH_WITHIN_MS`. This depends on the rate limits, and on how
   * long downloads have taken. At least `TRANSFERS_AT_ONCE`, at most `MAX_IN_FLIGHT`.
   */
  private maxInFlight(): number {
    const { api } = this.options
    const limiting = ['query', 'download'] as const
    const counts = limiting.map((operation) => api.pacer(operation).countWithin(FETCH_WITHIN_MS))
    if (this.transferMs > 0) counts.push(Math.floor((TRANSFERS_AT_ONCE * FETCH_WITHIN_MS) / this.transferMs))
    return Math.max(TRANSFERS_AT_ONCE, Math.min(MAX_IN_FLIGHT, ...counts))
  }

  /**
   * Exports a work. If its task fails, but another task may succeed, creates another one: at most `MAX_TASKS_PER_WORK`
   * tasks in all.
   * @returns the failure if the work cannot be exported
   */
  private async exportOne(work: W): Promise<Failure | undefined> {
    const { clock, stop, steps, onNewTask } = this.options
    const failure = await steps.prepare(work)
    if (failure) return failure
    for (let taskCount = 1; ; taskCount++) {
      const end = await this.runTask(work)
      if (end.kind === 'done') return undefined
      if (end.kind === 'failed' || taskCount === MAX_TASKS_PER_WORK) return end.failure
      onNewTask?.(work, end.failure)
      await sleep(clock, NEW_TASK_PAUSE_MS * taskCount, stop)
    }
  }

  /** Creates a task, waits for its end, and downloads its file. */
  private async runTask(work: W): Promise<TaskEnd> {
    const { api, steps, clock } = this.options
    this.creating++
    const created = await api.call('create', (signal) => steps.create(work, signal)).finally(() => this.creating--)
    if (!created.ok) return { kind: 'failed', failure: created.failure }
    const ended = await this.awaitEnd(created.value)
    if (!ended.ok) return { kind: isLost('query', ended.failure) ? 'new-task' : 'failed', failure: ended.failure }
    const state = ended.value
    if (state.kind === 'failed') {
      return { kind: state.newTaskMayHelp ? 'new-task' : 'failed', failure: state.failure }
    }
    const { fileToken, fileSize } = state.file
    const fetch = steps.fetch(work, fileToken, fileSize)
    // The time of the last attempt: the time in the queue and of earlier attempts does not count.
    let tookMs: number | undefined
    const timedFetch: Attempt<void> = (signal) => {
      const startedAtMs = clock.nowMs()
      return fetch(signal).finally(() => (tookMs = clock.nowMs() - startedAtMs))
    }
    // An attempt may take any time as long as bytes arrive: it fails by itself when none do.
    const fetched = await api.call('download', timedFetch, { limitMs: Infinity })
    if (tookMs !== undefined) this.recordTransferTime(tookMs)
    if (fetched.ok) return { kind: 'done' }
    return { kind: isLost('download', fetched.failure) ? 'new-task' : 'failed', failure: fetched.failure }
  }

  /** Updates `transferMs`. @param tookMs how long the last attempt of a download took */
  private recordTransferTime(tookMs: number): void {
    this.transferMs = this.transferMs === 0 ? tookMs : this.transferMs * 0.9 + tookMs * 0.1
  }

  /**
   * Queries the status of a task at the times of the schedule until the task has ended. Fails when a query fails for good,
   * or when the task has not ended after `MAX_TASK_MS`.
   */
  private async awaitEnd(task: ExportTask): Promise<Reply<Exclude<TaskState, { readonly kind: 'pending' }>>> {
    const { api, steps, clock } = this.options
    const { schedule } = this
    const watched = schedule.watch()
    const query: Attempt<TaskState> = async (signal) => {
      const sentAtMs = clock.nowMs()
      let result: QueryResult = 'unknown'
      try {
        const reply = await steps.query(task, signal)
        if (reply.ok) result = reply.value.kind === 'pending' ? 'unfinished' : 'ended'
        return reply
      } finally {
        schedule.recordResult(watched, sentAtMs, result)
      }
    }
    const turn: Turn = {
      order: () => schedule.sortKeyOf(watched),
      dueMs: () => schedule.dueMs(watched),
      onGranted: () => schedule.recordSending(watched),
    }
    try {
      for (;;) {
        const reply = await api.call('query', query, { turn })
        if (!reply.ok) return reply
        if (reply.value.kind !== 'pending') return { ok: true, value: reply.value }
        // `recordResult` has set `lastUnfinishedAgeMs` to the age of the task at this query.
        if (watched.lastUnfinishedAgeMs > MAX_TASK_MS) {
          return fail({
            class: 'permanent',
            what: 'The export did not end within 30 minutes',
            advice: 'Split the document.',
          })
        }
      }
    } finally {
      schedule.forget(watched)
    }
  }
}
