import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { OPERATIONS, type Operation } from '../../feishu/client/operations.js'
import { sleep, type Clock } from '../../polling/clock.js'
import { withTimeLimit } from '../../polling/deadline.js'
import { refusedDelayMs } from '../../polling/schedule.js'
import { STOPPED } from '../stop.js'
import { GatewayPages } from './gateway-pages.js'
import { EXHAUSTED_AFTER_MINUTES, exhaustedFailure, tooLongFailure } from './limit-failures.js'
import { Pacer, type DetectedLimit, type Turn } from './pacer.js'

const MAX_AT_ONCE = 16
// Eight attempts with growing pauses take about three minutes. After that, the run continues with other documents.
const MAX_FAULTS_IN_A_ROW = 8
// When all other calls fail as well, there is nothing to continue with, so a call waits longer: about thirteen minutes.
const MAX_FAULTS_WITHOUT_ANY_ANSWER = 18
const MAX_REFUSALS_IN_A_ROW = 10
const ATTEMPT_LIMIT_MS = 30_000
const MAX_FAULT_PAUSE_MS = 60_000
const MINUTE_MS = 60_000

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
  /** The last failure of each call that is being retried, by the number of the call; the latest is at the end. */
  private readonly retriedFailures = new Map<number, Failure>()
  private readonly gatewayPages = new GatewayPages()
  /** The APIs that fail every further call, with the failure. */
  private readonly closed = new Map<Operation, Failure>()
  /** Since when each API has refused every request. */
  private readonly refusedSinceMs = new Map<Operation, number>()
  /** When the service last answered any call with a success. */
  private answeredAtMs = -Infinity
  private calls = 0

  constructor(private readonly options: PacedApiOptions) {}

  /** The pacer of an API, from which the engine gets its forecasts. */
  pacer(operation: Operation): Pacer {
    let pacer = this.pacers.get(operation)
    if (!pacer) {
      const { clock, parallelJobs, stop, concurrency } = this.options
      const { limit } = OPERATIONS[operation]
      // Otherwise the kind of the limit makes no difference: a Pacer would not treat it as a bucket.
      const needsKind = limit.windowMs >= MINUTE_MS && parallelJobs === 1
      pacer = new Pacer({
        clock,
        parallelJobs,
        stop,
        ...limit,
        ...(needsKind && { detected: this.detected }),
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
    const { clock, stop } = this.options
    const pacer = this.pacer(operation)
    const call: Call = { number: this.calls++, operation, refusals: 0, faults: 0, hasSeenAnswers: false }
    const { order = () => call.number, ...rest } = turn ?? {}
    try {
      for (;;) {
        if (!(await pacer.slot({ order, ...rest }))) return fail(this.closed.get(operation) ?? STOPPED)
        const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error: unknown) => {
          pacer.finished('unanswered')
          throw error
        })
        if (reply.ok) {
          this.recordSuccess(operation)
          pacer.finished('passed')
          return reply
        }
        const { failure } = reply
        const retry = failure.class === 'rate-limit' ? this.afterRefusal(call, failure) : this.afterFault(call, failure)
        if (retry.kind === 'give-up') return fail(retry.failure)
        this.reportRetry(call, failure, retry.pauseMs)
        if (!retry.pacerWaits) await sleep(clock, retry.pauseMs, stop)
      }
    } finally {
      // After a stop, the report still names what was being retried.
      if (!stop.aborted) this.retriedFailures.delete(call.number)
    }
  }

  /** Gives back the slot of a request that the rate limit refused, and decides whether it is sent again. */
  private afterRefusal(call: Call, failure: Failure): Retry {
    const pacer = this.pacer(call.operation)
    call.refusals++
    const pauseMs = this.refusedPauseMs(call.operation, failure.askedMs, call.refusals)
    // The limit of the token endpoint does not concern the requests of this API.
    const isOwnLimit = failure.origin !== 'token-request'
    // Before the slot is given back: otherwise the next request would be refused, too.
    if (isOwnLimit) pacer.refused(pauseMs)
    pacer.finished('refused')
    if (this.options.stop.aborted) return giveUp(STOPPED)
    const lasting = this.findLastingLimit(call.operation, failure)
    if (lasting) {
      this.close(call.operation, lasting)
      return giveUp(lasting)
    }
    if (call.refusals > MAX_REFUSALS_IN_A_ROW) return giveUp(failure)
    return { kind: 'retry', pauseMs, pacerWaits: isOwnLimit }
  }

  /** Gives back the slot of a request that failed, but not by a rate limit, and decides whether it is sent again. */
  private afterFault(call: Call, failure: Failure): Retry {
    const { clock, stop, random } = this.options
    this.pacer(call.operation).finished(failure.code === undefined ? 'unanswered' : 'passed')
    if (stop.aborted) return giveUp(STOPPED)
    if (failure.scope === 'endpoint') this.close(call.operation, failure)
    call.failedAtMs ??= clock.nowMs()
    if (!call.hasSeenAnswers && this.answeredAtMs > call.failedAtMs) {
      call.hasSeenAnswers = true
      // The service has answered another request since this call first failed. The faults so far may come from an
      // outage of the whole service, so they count as half of the maximum at most.
      call.faults = Math.min(call.faults, MAX_FAULTS_IN_A_ROW / 2)
    }
    const isServiceSilent = failure.code === undefined && !call.hasSeenAnswers
    const maxFaults = isServiceSilent ? MAX_FAULTS_WITHOUT_ANY_ANSWER : MAX_FAULTS_IN_A_ROW
    // A fault after progress starts a new count.
    call.faults = failure.madeProgress === true ? 1 : call.faults + 1
    if (failure.class === 'permanent' || call.faults >= maxFaults)
      return giveUp(this.gatewayPages.limitScope(call.operation, failure))
    const pauseMs = Math.min(1000 * 2 ** (call.faults - 1), MAX_FAULT_PAUSE_MS) * (1 + 0.3 * random())
    return { kind: 'retry', pauseMs, pacerWaits: false }
  }

  private close(operation: Operation, failure: Failure): void {
    this.closed.set(operation, failure)
    this.pacer(operation).close()
  }

  /** @returns the failure of a limit that lasts longer than the run can wait; undefined for a shorter one */
  private findLastingLimit(operation: Operation, failure: Failure): Failure | undefined {
    const { clock, remainingMs = () => Infinity } = this.options
    if ((failure.askedMs ?? 0) >= remainingMs()) return tooLongFailure(failure)
    if (failure.origin === 'token-request') return undefined
    const sinceMs = this.refusedSinceMs.get(operation) ?? clock.nowMs()
    this.refusedSinceMs.set(operation, sinceMs)
    return clock.nowMs() - sinceMs < EXHAUSTED_AFTER_MINUTES * MINUTE_MS ? undefined : exhaustedFailure(failure)
  }

  private recordSuccess(operation: Operation): void {
    this.refusedSinceMs.delete(operation)
    this.gatewayPages.recordAnswer(operation)
    this.answeredAtMs = this.options.clock.nowMs()
  }

  private reportRetry({ number }: Call, failure: Failure, pauseMs: number): void {
    // Deleted first, so that the entry moves to the end of the map.
    this.retriedFailures.delete(number)
    this.retriedFailures.set(number, failure)
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
}

/** The state of one call over its attempts. */
interface Call {
  /** Counts the calls of a run. */
  readonly number: number
  readonly operation: Operation
  refusals: number
  /** How many faults in a row count towards the maximum. */
  faults: number
  /** When its first attempt failed. */
  failedAtMs?: number
  /** Whether the service has answered another call since then. */
  hasSeenAnswers: boolean
}

/** What happens after a failed attempt. If `pacerWaits`, the pause is already in the pacer, which delays all requests. */
type Retry =
  | { readonly kind: 'retry'; readonly pauseMs: number; readonly pacerWaits: boolean }
  | { readonly kind: 'give-up'; readonly failure: Failure }

const giveUp = (failure: Failure): Retry => ({ kind: 'give-up', failure })
