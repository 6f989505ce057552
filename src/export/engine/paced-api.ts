import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { OPERATIONS, type Operation } from '../../feishu/client/operations.js'
import { sleep, type Clock } from '../../polling/clock.js'
import { withTimeLimit } from '../../polling/deadline.js'
import { refusedDelayMs } from '../../polling/schedule.js'
import { formatDuration } from '../../text.js'
import { STOPPED } from '../stop.js'
import { Pacer, type DetectedLimit, type Turn } from './pacer.js'

const MAX_AT_ONCE = 16
// Eight attempts with growing pauses take about three minutes; a run over hundreds of documents must not hang on one.
const MAX_FAULTS_IN_A_ROW = 8
// When all other calls fail as well, waiting is the only option: about thirteen minutes.
const MAX_FAULTS_WITHOUT_ANY_ANSWER = 18
const MAX_REFUSALS_IN_A_ROW = 10
// A limit per minute or per second accepts a request long before this; a daily or monthly quota does not.
const EXHAUSTED_AFTER_MINUTES = 5
const ATTEMPT_LIMIT_MS = 30_000
const MAX_FAULT_PAUSE_MS = 60_000
const MINUTE_MS = 60_000
// After this many pages of a gateway without any answer of the service, the fault is not about one document.
const MAX_PAGES_WITHOUT_ANSWER = 3

/** What a PacedApi needs. */
export interface PacedApiOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly parallelJobs: number
  /** Aborted when the run stops. */
  readonly stop: AbortSignal
  /** How much time the run has left, in milliseconds. A rate limit that asks to wait longer fails the call. */
  readonly remainingMs?: () => number
  /** How many requests of an API may be in flight, where it is not `MAX_AT_ONCE`. */
  readonly concurrency?: Partial<Record<Operation, () => number>>
  /** Called after each refused or failed attempt that will be retried. */
  readonly onRetry?: (failure: Failure, pauseMs: number) => void
}

/** Options of one call. */
export interface CallOptions {
  /** When the request may be sent, and its order among the waiting ones; by default the order of the calls. */
  readonly turn?: Turn
  /** How long one attempt may take, in milliseconds; by default 30 s. Infinity for an attempt that limits itself. */
  readonly limitMs?: number
}

/**
 * Makes calls at the pace that each API allows, retries transient faults and refusals, and gives up after a while. Has
 * no global state; everything stops when the signal is aborted.
 */
export class PacedApi {
  private readonly pacers = new Map<Operation, Pacer>()
  private readonly detected: DetectedLimit = { kind: undefined }
  private readonly retriedFailures = new Map<number, Failure>()
  private readonly pages = new Map<Operation, number>()
  private readonly answered = new Set<Operation>()
  private readonly closed = new Map<Operation, Failure>()
  /** Since when each API has refused every request. */
  private readonly refusedSinceMs = new Map<Operation, number>()
  private answeredAtMs = -Infinity
  private calls = 0

  constructor(private readonly options: PacedApiOptions) {}

  /** The pacer of an API, from which the engine gets its forecasts. */
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

  /** False once an API is closed: every further call of it fails without a request. */
  isOpen(operation: Operation): boolean {
    return !this.closed.has(operation)
  }

  /** The latest failure of the calls that are being retried; undefined when none is. */
  failureBeingRetried(): Failure | undefined {
    return [...this.retriedFailures.values()].at(-1)
  }

  /**
   * Repeats a call until it succeeds, fails permanently, or has failed too often in a row. A failure with scope
   * `endpoint` closes the API: all other calls of it fail without a request.
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
          // Before the slot is given back: otherwise the next request would be refused, too.
          if (failure.origin !== 'token-request') pacer.refused(pauseMs)
          pacer.finished(false)
          if (stop.aborted) return fail(STOPPED)
          const ending = this.lastingLimit(operation, failure)
          if (ending) {
            this.close(operation, ending)
            return fail(ending)
          }
          if (refusals > MAX_REFUSALS_IN_A_ROW) return reply
          this.reportRetry(call, failure, pauseMs)
          if (failure.origin === 'token-request') await sleep(clock, pauseMs, stop)
          continue
        }
        pacer.finished(failure.code !== undefined)
        if (stop.aborted) return fail(STOPPED)
        if (failure.scope === 'endpoint') this.close(operation, failure)
        // When other calls have been answered since, the earlier faults of this call were those of the whole service:
        // they count as half of the maximum at most.
        failedAtMs ??= clock.nowMs()
        if (!areOthersAnswered && this.answeredAtMs > failedAtMs) {
          areOthersAnswered = true
          faults = Math.min(faults, MAX_FAULTS_IN_A_ROW / 2)
        }
        const nobodyIsAnswered = failure.code === undefined && !areOthersAnswered
        const maxFaults = nobodyIsAnswered ? MAX_FAULTS_WITHOUT_ANY_ANSWER : MAX_FAULTS_IN_A_ROW
        if (failure.madeProgress === true) faults = 0
        if (failure.class === 'permanent' || ++faults >= maxFaults) return fail(this.withScope(operation, failure))
        const pauseMs = Math.min(1000 * 2 ** (faults - 1), MAX_FAULT_PAUSE_MS) * (1 + 0.3 * random())
        this.reportRetry(call, failure, pauseMs)
        await sleep(clock, pauseMs, stop)
      }
    } finally {
      if (!stop.aborted) this.retriedFailures.delete(call)
    }
  }

  private close(operation: Operation, failure: Failure): void {
    this.closed.set(operation, failure)
    this.pacer(operation).close()
  }

  /** @returns the failure of a limit that lasts longer than the run can wait; undefined for a shorter one */
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

  private reportRetry(call: number, failure: Failure, pauseMs: number): void {
    this.retriedFailures.delete(call)
    this.retriedFailures.set(call, failure)
    this.options.onRetry?.(failure, pauseMs)
  }

  /**
   * The pause after a refusal, in milliseconds. Without a time from the service, it depends on the window of the limit.
   */
  private refusedPauseMs(operation: Operation, askedMs: number | undefined, refusals: number): number {
    const { parallelJobs, random } = this.options
    const { windowMs } = OPERATIONS[operation].limit
    if (askedMs !== undefined || windowMs >= MINUTE_MS) {
      return refusedDelayMs(askedMs, { elapsedMs: 0, parallelJobs, refusals, random: random() })
    }
    return Math.min(2 * windowMs * 2 ** (refusals - 1), MINUTE_MS) * (1 + 0.3 * random())
  }

  /**
   * Limits the scope of a page in place of an answer to the one document, until `MAX_PAGES_WITHOUT_ANSWER` pages came
   * and no answer.
   */
  private withScope(operation: Operation, failure: Failure): Failure {
    const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined
    if (!isPage) return failure
    const pages = (this.pages.get(operation) ?? 0) + 1
    this.pages.set(operation, pages)
    const isAll = pages >= MAX_PAGES_WITHOUT_ANSWER && !this.answered.has(operation) && !FILE_OPERATIONS.has(operation)
    return isAll ? failure : { ...failure, scope: undefined }
  }
}

/** The operations that download files: a page in place of a file may be about this file alone. */
const FILE_OPERATIONS: ReadonlySet<Operation> = new Set(['download', 'fileDownload', 'mediaDownload', 'boardImage'])

/** The failure when the quota of the day, or of the month, is used up. */
function exhausted(failure: Failure): Failure {
  const what = `${failure.what}; it has refused every request for ${EXHAUSTED_AFTER_MINUTES} minutes`
  const advice =
    'If the quota of the day or of the month is used up, run it again when the next one begins: it continues from there.'
  return { ...failure, what, advice, scope: 'endpoint' }
}

/**
 * The failure when the service asks to wait longer than the run lasts: every call of the API would fail in the same
 * way.
 */
function tooLong(failure: Failure): Failure {
  const { what, askedMs = 0 } = failure
  const asks = `it asks to wait ${formatDuration(askedMs)}, longer than what is left of \`timeout-seconds\``
  const advice = 'Run it again later: it goes on from there. A longer `timeout-seconds` gets further in one run.'
  return { ...failure, what: `${what}; ${asks}`, advice, scope: 'endpoint' }
}
