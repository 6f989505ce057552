import type { Operation } from '../feishu/error-table.js'
import { fail, type Failure, type Reply } from '../feishu/failure.js'
import { sleep, type Clock } from '../polling/clock.js'
import { withTimeLimit } from '../polling/deadline.js'
import { refusedDelayMs } from '../polling/schedule.js'
import { Pacer } from './pacer.js'

/** The documented limit of each API, for the app and tenant together. */
const LIMITS: Readonly<Record<Operation, { readonly requests: number; readonly windowMs: number }>> = {
  mint: { requests: 100, windowMs: 60_000 },
  create: { requests: 100, windowMs: 60_000 },
  query: { requests: 100, windowMs: 60_000 },
  download: { requests: 100, windowMs: 60_000 },
  wikiNode: { requests: 100, windowMs: 60_000 },
  wikiSpace: { requests: 100, windowMs: 60_000 },
  wikiNodes: { requests: 100, windowMs: 60_000 },
  folder: { requests: 20, windowMs: 1_000 },
  metas: { requests: 50, windowMs: 1_000 },
  fileDownload: { requests: 5, windowMs: 1_000 },
}

const MOST_AT_ONCE = 16
// Eight tries with growing pauses ride out some three minutes; a run over hundreds of documents must not hang on one.
const MOST_FAULTS_IN_A_ROW = 8
const MOST_REFUSALS_IN_A_ROW = 10
const ATTEMPT_LIMIT_MS = 30_000
const MOST_FAULT_PAUSE_MS = 60_000

export interface PacedApiOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly rivals: number
  /** Ends everything: deadline, cancellation, a fault that every document would meet. */
  readonly stop: AbortSignal
  /** How many requests of an API may be under way at once, where it is not the usual number. */
  readonly concurrency?: Partial<Record<Operation, () => number>>
  /** Told of each refused or failed attempt that is tried again. */
  readonly onRetry?: (failure: Failure, pauseMs: number) => void
}

export interface CallOptions {
  /** The lowest goes first. */
  readonly order?: number
  readonly dueMs?: () => number
  /** Undefined: the attempt watches over its time itself. */
  readonly limitMs?: number | undefined
}

/** What calls get when the run stops before they end. */
export const STOPPED: Failure = { class: 'permanent', what: 'The run was stopped before this could be done' }

/**
 * Makes calls at the pace that each API allows, rides out passing faults and refusals, and gives up after a while.
 * Free of global state; everything stops with the signal handed in.
 */
export class PacedApi {
  private readonly pacers = new Map<Operation, Pacer>()
  private calls = 0
  private readonly troubles = new Map<number, Failure>()

  constructor(private readonly options: PacedApiOptions) {}

  /** The pacer of an API: the engine asks it how many requests could go now. */
  pacer(operation: Operation): Pacer {
    let pacer = this.pacers.get(operation)
    if (!pacer) {
      const { clock, rivals, stop, concurrency } = this.options
      pacer = new Pacer({
        clock,
        rivals,
        stop,
        ...LIMITS[operation],
        concurrency: concurrency?.[operation] ?? (() => MOST_AT_ONCE),
      })
      this.pacers.set(operation, pacer)
    }
    return pacer
  }

  /** What the calls that have not ended last failed for; the latest of them. */
  openTrouble(): Failure | undefined {
    return [...this.troubles.values()].at(-1)
  }

  /**
   * Makes a call until it succeeds, fails for good, or has failed too often in a row.
   * @returns the last reply; `STOPPED` when the run stopped meanwhile
   */
  async call<T>(
    operation: Operation,
    attempt: (signal: AbortSignal) => Promise<Reply<T>>,
    { order = this.calls, dueMs, limitMs = ATTEMPT_LIMIT_MS }: CallOptions = {},
  ): Promise<Reply<T>> {
    const { clock, stop, random, rivals, onRetry } = this.options
    const pacer = this.pacer(operation)
    const call = this.calls++
    const again = (failure: Failure, pauseMs: number): void => {
      this.troubles.delete(call)
      this.troubles.set(call, failure)
      onRetry?.(failure, pauseMs)
    }
    let faults = 0
    let refusals = 0
    for (;;) {
      if (!(await pacer.slot(order, dueMs))) return fail(STOPPED)
      const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error: unknown) => {
        pacer.finished(false)
        throw error
      })
      if (!reply.ok && reply.failure.class === 'rate-limit') {
        refusals++
        const pauseMs = refusedDelayMs(reply.failure.askedMs, { elapsedMs: 0, rivals, refusals, random: random() })
        // Before the slot is given back, or the next in line would run into the same wall.
        pacer.refused(pauseMs)
        pacer.finished(false)
        if (stop.aborted) return fail(STOPPED)
        if (refusals > MOST_REFUSALS_IN_A_ROW) return reply
        again(reply.failure, pauseMs)
        continue
      }
      pacer.finished(reply.ok)
      if (!stop.aborted) this.troubles.delete(call)
      if (reply.ok) return reply
      if (stop.aborted) return fail(STOPPED)
      if (reply.failure.class === 'permanent' || ++faults >= MOST_FAULTS_IN_A_ROW) return reply
      const pauseMs = Math.min(1000 * 2 ** (faults - 1), MOST_FAULT_PAUSE_MS) * (1 + 0.3 * random())
      again(reply.failure, pauseMs)
      await sleep(clock, pauseMs, stop)
    }
  }
}
