import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { OPERATIONS, type Operation } from '../../feishu/client/operations.js'
import { sleep, type Clock } from '../../polling/clock.js'
import { withTimeLimit } from '../../polling/deadline.js'
import { refusedDelayMs } from '../../polling/schedule.js'
import { formatDuration } from '../../text.js'
import { STOPPED } from '../stop.js'
import { Pacer, type DetectedLimit, type Turn } from './pacer.js'

const MAX_AT_ONCE = 16
// Eight tries with growing pauses ride out some three minutes; a run over hundreds of documents must not hang on one.
const MAX_FAULTS_IN_A_ROW = 8
// Where nothing at all gets through, there is nothing better to do than to wait: some thirteen minutes.
const MAX_FAULTS_OF_ALL = 18
const MAX_REFUSALS_IN_A_ROW = 10
// A limit of a minute or a second lets something through long before; one of a day does not.
const EXHAUSTED_AFTER_MINUTES = 5
const ATTEMPT_LIMIT_MS = 30_000
const MAX_FAULT_PAUSE_MS = 60_000
const MINUTE_MS = 60_000
// So many pages of a gateway, and no answer of the service among them, are no longer about one document.
const PAGES_OF_ALL = 3

/** What a PacedApi works with. */
export interface PacedApiOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly parallelJobs: number
  /** Ends everything: deadline, cancellation, a fault that every document would meet. */
  readonly stop: AbortSignal
  /** How much time the run has left, in milliseconds: what asks to wait longer has failed. */
  readonly remainingMs?: () => number
  /** How many requests of an API may be under way at once, where it is not the usual number. */
  readonly concurrency?: Partial<Record<Operation, () => number>>
  /** Called after each refused or failed attempt that is tried again. */
  readonly onRetry?: (failure: Failure, pauseMs: number) => void
}

export interface CallOptions {
  /** When the call goes, and before whom; in the order of the calls by default. */
  readonly turn?: Turn
  /** How long one attempt may take, in milliseconds: half a minute; Infinity for one that watches over its time itself. */
  readonly limitMs?: number
}

/**
 * Makes calls at the pace that each API allows, rides out passing faults and refusals, and gives up after a while.
 * Free of global state; everything stops with the signal handed in.
 */
export class PacedApi {
  private readonly pacers = new Map<Operation, Pacer>()
  private readonly detected: DetectedLimit = { kind: undefined }
  private readonly troubles = new Map<number, Failure>()
  private readonly pages = new Map<Operation, number>()
  private readonly answered = new Set<Operation>()
  private readonly closed = new Map<Operation, Failure>()
  /** Since when an API has refused every request. */
  private readonly refusedSinceMs = new Map<Operation, number>()
  private answeredAtMs = -Infinity
  private calls = 0

  constructor(private readonly options: PacedApiOptions) {}

  /** The pacer of an API: the engine asks it how many requests could go now. */
  pacer(operation: Operation): Pacer {
    let pacer = this.pacers.get(operation)
    if (!pacer) {
      const { clock, parallelJobs, stop, concurrency } = this.options
      pacer = new Pacer({
        clock,
        parallelJobs,
        stop,
        ...OPERATIONS[operation].limit,
        ...(OPERATIONS[operation].limit.windowMs >= MINUTE_MS && parallelJobs === 1 && { detected: this.detected }),
        concurrency: concurrency?.[operation] ?? (() => MAX_AT_ONCE),
      })
      this.pacers.set(operation, pacer)
    }
    return pacer
  }

  /** False once nobody gets through to an API any more. */
  isOpen(operation: Operation): boolean {
    return !this.closed.has(operation)
  }

  /** What the calls that have not ended last failed for; the latest of them. */
  failureBeingRetried(): Failure | undefined {
    return [...this.troubles.values()].at(-1)
  }

  /**
   * Makes a call until it succeeds, fails for good, or has failed too often in a row. What every call of this API would
   * meet, all others get at once, without a request.
   * @returns the last reply; `STOPPED` when the run stopped meanwhile
   */
  async call<T>(
    operation: Operation,
    attempt: (signal: AbortSignal) => Promise<Reply<T>>,
    { turn, limitMs = ATTEMPT_LIMIT_MS }: CallOptions = {},
  ): Promise<Reply<T>> {
    const { clock, stop, random } = this.options
    const pacer = this.pacer(operation)
    const call = this.calls++
    const { order = () => call, ...rest } = turn ?? {}
    let failedAtMs: number | undefined
    let faults = 0
    let areOthersAnswered = false
    let refusals = 0
    try {
      for (;;) {
        if (!(await pacer.slot({ order, ...rest }))) return fail(this.closed.get(operation) ?? STOPPED)
        const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error: unknown) => {
          pacer.finished(false)
          throw error
        })
        if (reply.ok) {
          this.hasAnswered(operation)
          pacer.finished(true)
          return reply
        }
        const { failure } = reply
        if (failure.class === 'rate-limit') {
          const pauseMs = this.refusedPauseMs(operation, failure.askedMs, ++refusals)
          // Before the slot is given back, or the next in line would run into the same wall.
          if (failure.origin !== 'token-request') pacer.refused(pauseMs)
          pacer.finished(false)
          if (stop.aborted) return fail(STOPPED)
          const ending = this.lastingLimit(operation, failure)
          if (ending) {
            this.close(operation, ending)
            return fail(ending)
          }
          if (refusals > MAX_REFUSALS_IN_A_ROW) return reply
          this.tryAgain(call, failure, pauseMs)
          if (failure.origin === 'token-request') await sleep(clock, pauseMs, stop)
          continue
        }
        pacer.finished(failure.code !== undefined)
        if (stop.aborted) return fail(STOPPED)
        if (failure.scope === 'endpoint') this.close(operation, failure)
        // When others get through again, what failed with them until then no longer counts against this one.
        failedAtMs ??= clock.nowMs()
        if (!areOthersAnswered && this.answeredAtMs > failedAtMs) {
          areOthersAnswered = true
          faults = Math.min(faults, MAX_FAULTS_IN_A_ROW / 2)
        }
        const isAlone = failure.code === undefined && !areOthersAnswered
        const most = isAlone ? MAX_FAULTS_OF_ALL : MAX_FAULTS_IN_A_ROW
        if (failure.madeProgress === true) faults = 0
        if (failure.class === 'permanent' || ++faults >= most) return fail(this.reachOf(operation, failure))
        const pauseMs = Math.min(1000 * 2 ** (faults - 1), MAX_FAULT_PAUSE_MS) * (1 + 0.3 * random())
        this.tryAgain(call, failure, pauseMs)
        await sleep(clock, pauseMs, stop)
      }
    } finally {
      if (!stop.aborted) this.troubles.delete(call)
    }
  }

  private close(operation: Operation, failure: Failure): void {
    this.closed.set(operation, failure)
    this.pacer(operation).close()
  }

  /** @returns the failure of a limit that lasts too long to wait for it; undefined for one that is worth waiting */
  private lastingLimit(operation: Operation, failure: Failure): Failure | undefined {
    const { clock, remainingMs = () => Infinity } = this.options
    if ((failure.askedMs ?? 0) >= remainingMs()) return tooLong(failure)
    if (failure.origin === 'token-request') return undefined
    const sinceMs = this.refusedSinceMs.get(operation) ?? clock.nowMs()
    this.refusedSinceMs.set(operation, sinceMs)
    return clock.nowMs() - sinceMs < EXHAUSTED_AFTER_MINUTES * MINUTE_MS ? undefined : exhausted(failure)
  }

  private hasAnswered(operation: Operation): void {
    this.refusedSinceMs.delete(operation)
    this.answered.add(operation)
    this.answeredAtMs = this.options.clock.nowMs()
  }

  private tryAgain(call: number, failure: Failure, pauseMs: number): void {
    this.troubles.delete(call)
    this.troubles.set(call, failure)
    this.options.onRetry?.(failure, pauseMs)
  }

  /** Where the service does not say how long to wait, a window of a second is over sooner than one of a minute. */
  private refusedPauseMs(operation: Operation, askedMs: number | undefined, refusals: number): number {
    const { parallelJobs, random } = this.options
    const { windowMs } = OPERATIONS[operation].limit
    if (askedMs !== undefined || windowMs >= MINUTE_MS) {
      return refusedDelayMs(askedMs, { elapsedMs: 0, parallelJobs, refusals, random: random() })
    }
    return Math.min(2 * windowMs * 2 ** (refusals - 1), MINUTE_MS) * (1 + 0.3 * random())
  }

  /** A page in place of an answer says nothing of other documents, until nothing else has come often enough. */
  private reachOf(operation: Operation, failure: Failure): Failure {
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pages.get(operation) ?? 0) + 1
    this.pages.set(operation, pages)
    const isAll = pages >= PAGES_OF_ALL && !this.answered.has(operation) && !FILE_OPERATIONS.has(operation)
    return isAll ? failure : { ...failure, scope: undefined }
  }
}

/** What sends files: a page in place of one may be about this file alone. */
const FILE_OPERATIONS: ReadonlySet<Operation> = new Set(['download', 'fileDownload', 'mediaDownload', 'boardImage'])

/** The quota of the day, or of the month, is used up. */
function exhausted(failure: Failure): Failure {
  const what = `${failure.what}; it has refused every request for ${EXHAUSTED_AFTER_MINUTES} minutes`
  const advice =
    'If the quota of the day or of the month is used up, run it again when the next one begins: it continues from there.'
  return { ...failure, what, advice, scope: 'endpoint' }
}

/** No other call of the API fares better, and there is no sense in sleeping until the end. */
function tooLong(failure: Failure): Failure {
  const { what, askedMs = 0 } = failure
  const asks = `it asks to wait ${formatDuration(askedMs)}, longer than what is left of \`timeout-seconds\``
  const advice = 'Run it again later: it goes on from there. A longer `timeout-seconds` gets further in one run.'
  return { ...failure, what: `${what}; ${asks}`, advice, scope: 'endpoint' }
}
