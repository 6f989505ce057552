import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { OPERATIONS, type Operation } from '../../feishu/client/operations.js'
import { sleep, type Clock } from '../../polling/clock.js'
import { withTimeLimit } from '../../polling/deadline.js'
import { STOPPED } from '../stop.js'
import type { SentRequest } from './arrivals.js'
import { GatewayPages } from './gateway-pages.js'
import { EXHAUSTED_AFTER_MINUTES, exhaustedFailure, tooLongFailure } from './limit-failures.js'
import { Pacer, type DetectedLimit, type Turn } from './pacer.js'
import { faultPauseMs, refusalPauseMs } from './pauses.js'
import { Refusals } from './refusals.js'

const MAX_AT_ONCE = 16
// Faults in a row. Eight attempts with growing pauses take more than two minutes. After that, the run continues with
// other documents.
const GIVE_UP_AFTER_FAULTS = 8
// In an outage of the whole service, there is nothing to continue with. So a call waits longer: about thirteen minutes.
const GIVE_UP_AFTER_FAULTS_IN_OUTAGE = 18
const MAX_REFUSALS = 10
const ATTEMPT_LIMIT_MS = 30_000
const MINUTE_MS = 60_000

/** What a PacedApi needs. */
export interface PacedApiOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly parallelJobs: number
  /** Aborted when the run stops. */
  readonly stop: AbortSignal
  /**
   * How much time the run has left, in milliseconds; by default Infinity. A rate limit that asks to wait longer fails the
   * call.
   */
  readonly remainingMs?: () => number
  /** How many requests of an API may be in flight, where it is not `MAX_AT_ONCE`. */
  readonly concurrency?: Partial<Record<Operation, number>>
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
  private readonly refusals = new Refusals(EXHAUSTED_AFTER_MINUTES * MINUTE_MS)
  /** When a call last succeeded. */
  private succeededAtMs = -Infinity
  private callCount = 0

  constructor(private readonly options: PacedApiOptions) {}

  /** Returns the pacer of an API; creates it at the first use. Public because the engine asks it what the limit allows. */
  pacer(operation: Operation): Pacer {
    let pacer = this.pacers.get(operation)
    if (!pacer) {
      const { clock, parallelJobs, stop, concurrency } = this.options
      pacer = new Pacer({
        clock,
        parallelJobs,
        stop,
        ...OPERATIONS[operation].limit,
        detected: this.detected,
        concurrency: concurrency?.[operation] ?? MAX_AT_ONCE,
      })
      this.pacers.set(operation, pacer)
    }
    return pacer
  }

  /** True while a request to any of the APIs waits because its rate limit allows none now. */
  isWaitingForLimit(): boolean {
    return [...this.pacers.values()].some((pacer) => pacer.isWaitingForLimit())
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
   * Repeats a call until it succeeds, fails permanently or is given up (see `afterRefusal` and `countFault`). A failure
   * with scope `endpoint` closes the API: the waiting and all further calls of the API fail without a request.
   * @returns the successful reply, or the failure that ended the call; `STOPPED` when the run stopped meanwhile
   */
  async call<T>(
    operation: Operation,
    attempt: (signal: AbortSignal) => Promise<Reply<T>>,
    { turn, limitMs = ATTEMPT_LIMIT_MS }: CallOptions = {},
  ): Promise<Reply<T>> {
    const { clock, stop } = this.options
    const pacer = this.pacer(operation)
    const state: CallState = { number: this.callCount++, operation, refusals: 0, faults: 0, otherHasSucceeded: false }
    const slotTurn: Turn = turn ?? { order: () => state.number }
    try {
      for (;;) {
        const request = await pacer.slot(slotTurn)
        if (!request) return fail(this.closed.get(operation) ?? STOPPED)
        const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error: unknown) => {
          // An attempt throws only for a mistake of this action. The slot must be given back all the same.
          pacer.finished(request, 'unanswered')
          throw error
        })
        if (reply.ok) {
          this.recordSuccess(operation)
          pacer.finished(request, 'accepted')
          return reply
        }
        const { failure } = reply
        const isRefused = failure.class === 'rate-limit'
        const next = isRefused ? this.afterRefusal(state, request, failure) : this.afterFault(state, request, failure)
        if (next.kind === 'give-up') return fail(next.failure)
        this.reportRetry(state, failure, next.pauseMs)
        if (!next.pacerWaits) await sleep(clock, next.pauseMs, stop)
      }
    } finally {
      // After a stop, the report still names what was being retried.
      if (!stop.aborted) this.retriedFailures.delete(state.number)
    }
  }

  /**
   * After a rate limit refused a request or its token request: gives back the slot, and decides whether the request is
   * sent again.
   */
  private afterRefusal(state: CallState, request: SentRequest, failure: Failure): NextStep {
    const { operation } = state
    const pacer = this.pacer(operation)
    state.refusals++
    const { parallelJobs, random } = this.options
    // The limit of the token endpoint does not concern the requests of this API.
    const isOwnLimit = failure.origin !== 'token-request'
    const { limit } = OPERATIONS[isOwnLimit ? operation : 'mint']
    const pauseMs = refusalPauseMs(limit, failure.askedMs, {
      parallelJobs,
      refusals: state.refusals,
      random: random(),
    })
    // Before the slot is given back: otherwise the next request would be refused, too.
    if (isOwnLimit) pacer.refused(request, pauseMs)
    pacer.finished(request, isOwnLimit ? 'refused' : 'unanswered')
    if (this.options.stop.aborted) return giveUp(STOPPED)
    const lastingFailure = this.recordRefusal(operation, failure, pauseMs)
    if (lastingFailure) {
      this.close(operation, lastingFailure)
      return giveUp(lastingFailure)
    }
    if (state.refusals > MAX_REFUSALS) return giveUp(failure)
    return { kind: 'retry', pauseMs, pacerWaits: isOwnLimit }
  }

  /** Gives back the slot of a request that failed, but not by a rate limit, and decides whether it is sent again. */
  private afterFault(state: CallState, request: SentRequest, failure: Failure): NextStep {
    const { stop, random } = this.options
    const { operation } = state
    // Only an answer of the service has a code. The rate limit counts the request, even if the answer is an error. After
    // a failed token request, the request itself was never sent.
    const isAnswered = failure.code !== undefined && failure.origin !== 'token-request'
    this.pacer(operation).finished(request, isAnswered ? 'accepted' : 'unanswered')
    if (isAnswered) this.refusals.clear(operation)
    if (stop.aborted) return giveUp(STOPPED)
    if (failure.scope === 'endpoint') this.close(operation, failure)
    const hasFailedTooOften = this.countFault(state, failure)
    if (failure.class === 'permanent' || hasFailedTooOften) {
      // The page of a gateway has scope `app`, which would end the whole run, though it may concern only this document.
      return giveUp(this.gatewayPages.narrowScope(operation, failure))
    }
    return { kind: 'retry', pauseMs: faultPauseMs(state.faults, random()), pacerWaits: false }
  }

  /** Counts a fault of a call. @returns true when the call has failed too often to be repeated */
  private countFault(state: CallState, failure: Failure): boolean {
    state.failedAtMs ??= this.options.clock.nowMs()
    if (!state.otherHasSucceeded && this.succeededAtMs > state.failedAtMs) {
      state.otherHasSucceeded = true
      // The faults before the other call's success may come from an outage of the whole service. So only some of them
      // count.
      state.faults = Math.min(state.faults, GIVE_UP_AFTER_FAULTS / 2)
    }
    // A fault with an error code is an answer of the service, so there is no outage.
    const mayBeOutage = failure.code === undefined && !state.otherHasSucceeded
    const giveUpAfter = mayBeOutage ? GIVE_UP_AFTER_FAULTS_IN_OUTAGE : GIVE_UP_AFTER_FAULTS
    // A fault after progress starts a new count.
    state.faults = failure.madeProgress === true ? 1 : state.faults + 1
    return state.faults >= giveUpAfter
  }

  /** Makes every further call of an API fail without a request. */
  private close(operation: Operation, failure: Failure): void {
    this.closed.set(operation, failure)
    this.pacer(operation).close()
  }

  /**
   * Records a refusal.
   * @param pauseMs the pause after it
   * @returns undefined if it is worth waiting; otherwise the failure to give up with (see `tooLongFailure` and
   * `exhaustedFailure`)
   */
  private recordRefusal(operation: Operation, failure: Failure, pauseMs: number): Failure | undefined {
    const { clock, remainingMs = () => Infinity } = this.options
    const { askedMs } = failure
    if (askedMs !== undefined && askedMs >= remainingMs()) return tooLongFailure(failure, askedMs)
    // The API for access tokens refused, not this one.
    if (failure.origin === 'token-request') return undefined
    const isExhausted = this.refusals.record(operation, clock.nowMs(), pauseMs)
    return isExhausted ? exhaustedFailure(failure) : undefined
  }

  /** Records that a call has succeeded: its API no longer refuses every request. */
  private recordSuccess(operation: Operation): void {
    this.refusals.clear(operation)
    this.gatewayPages.recordSuccess(operation)
    this.succeededAtMs = this.options.clock.nowMs()
  }

  /** Remembers the failure of a call that is retried, and reports it to `onRetry`. */
  private reportRetry({ number }: CallState, failure: Failure, pauseMs: number): void {
    // Deleted first, so that the entry moves to the end of the map.
    this.retriedFailures.delete(number)
    this.retriedFailures.set(number, failure)
    this.options.onRetry?.(failure, pauseMs)
  }
}

/** The state of one call over its attempts. */
interface CallState {
  /** The position of the call among all calls. */
  readonly number: number
  readonly operation: Operation
  /** How many of the attempts a rate limit refused. */
  refusals: number
  /** How many faults in a row count for giving up. */
  faults: number
  /** When a fault ended an attempt for the first time. */
  failedAtMs?: number
  /** Whether another call has succeeded since then. */
  otherHasSucceeded: boolean
}

/** What follows a failed attempt. If `pacerWaits`, the pause is already in the pacer, which delays all requests. */
type NextStep =
  | { readonly kind: 'retry'; readonly pauseMs: number; readonly pacerWaits: boolean }
  | { readonly kind: 'give-up'; readonly failure: Failure }

const giveUp = (failure: Failure): NextStep => ({ kind: 'give-up', failure })
