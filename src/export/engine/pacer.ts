import type { Clock } from '../../polling/clock.js'
import { AdaptiveLimit } from './adaptive-limit.js'
import { Arrivals, type SentRequest } from './arrivals.js'
import { forecastBucket, forecastWindow } from './forecast.js'
import { chooseTurn, type Turn } from './turn.js'

export type { Turn } from './turn.js'

/** A request that waits for a slot. */
interface Waiter extends Turn {
  readonly resolve: (request: SentRequest | undefined) => void
}

/**
 * How a request with a slot ended: `accepted` or `refused` by the rate limit. An answer with any other error is
 * `accepted`, too. A request that was never sent is `unanswered`.
 */
export type SlotEnd = 'accepted' | 'refused' | 'unanswered'

/** What a Pacer needs. */
export interface PacerOptions {
  readonly clock: Clock
  /** The service's limit: the number of requests in each window. */
  readonly requests: number
  readonly windowMs: number
  /** How many jobs share the limit, this one included. */
  readonly parallelJobs: number
  /** How many requests may be in flight. */
  readonly concurrency: number
  readonly stop: AbortSignal
  /**
   * Shared by the pacers of one service: the kind of its rate limits, once it is known. A pacer that never sends probes
   * does not use it.
   */
  readonly detected?: DetectedLimit
}

/** The kind of the rate limits of a service; undefined until the probes of an API show it. */
export interface DetectedLimit {
  kind: 'window' | 'bucket' | undefined
}

// The service counts requests when they arrive, so a window here must be a little longer than the service's. 500 ms is
// little for a window of a minute, but half of a window of a second. So a short window has a smaller margin, and the
// delay of each request is estimated as well (see Arrivals).
const MAX_MARGIN_MS = 500
const MAX_MARGIN_SHARE = 0.03
// A due time may change without notice, and tokens are refilled: both are evaluated again at least this often.
const RECHECK_MS = 500

// A token bucket is tried when it would hold at least two tokens. It is not tried for a window of a second: there, a
// refusal costs more time than a bucket can save.
const PROBE_AT_TOKENS = 2
const MIN_PROBED_WINDOW_MS = 60_000
// One accepted probe is no proof: the service may not have counted an earlier request.
const CONFIRM_BUCKET_AFTER = 3

/**
 * Sends requests of one API as fast as its rate limit allows. At first, it sends at most the limit within any window:
 * fixed windows, sliding windows and token buckets all accept that. A refusal stops all requests until the time that the
 * service names. It also lowers the limit, since other clients use the rest. Each window without a refusal raises the
 * limit again.
 *
 * The documentation does not say which kind of limit it is. When the window is full but a token bucket would have
 * refilled, one request is sent as a probe. If the probe is accepted, the limit is treated as a bucket from then on.
 */
export class Pacer {
  /** This job's share of the service's limit; lower after refusals. */
  private readonly share: AdaptiveLimit
  private readonly arrivals: Arrivals
  private readonly waiting = new Set<Waiter>()
  /** How many requests have a slot and have not ended. */
  private running = 0
  /** Nothing is sent before this time: the end of the pause after a refusal. */
  private blockedUntilMs = 0
  /** What a token bucket with this limit would hold at `refilledAtMs`. */
  private tokens: number
  private refilledAtMs = 0
  /** What the limit is taken for; `trying-bucket` while a probe is in flight. */
  private kind: 'window' | 'trying-bucket' | 'bucket' | 'confirmed-window' = 'window'
  private stopTimer: (() => void) | undefined
  private isClosed = false
  /** How many requests were accepted since the limit has been taken for a bucket. */
  private acceptedAsBucket = 0
  /** The window of the service with a margin (see `MAX_MARGIN_MS`). */
  private readonly safeWindowMs: number
  /** False when a probe would cost too much time (see `MIN_PROBED_WINDOW_MS`), or would not show the kind of limit. */
  private readonly canProbe: boolean

  constructor(private readonly options: PacerOptions) {
    const marginMs = Math.min(MAX_MARGIN_MS, MAX_MARGIN_SHARE * options.windowMs)
    this.safeWindowMs = options.windowMs + marginMs
    // The part of the maximum margin that the window does not have.
    this.arrivals = new Arrivals(MAX_MARGIN_MS - marginMs)
    this.share = new AdaptiveLimit(Math.max(1, options.requests / options.parallelJobs))
    this.tokens = this.share.limit
    // With parallel jobs, a probe may be accepted only because the other jobs have not used their share.
    this.canProbe = options.parallelJobs === 1 && options.windowMs >= MIN_PROBED_WINDOW_MS
    options.stop.addEventListener('abort', () => this.close())
  }

  /** How many requests the rate limit allows now, without a probe. */
  countFree(): number {
    const nowMs = this.options.clock.nowMs()
    this.update(nowMs)
    if (nowMs < this.blockedUntilMs) return 0
    const freeInWindow = Math.max(0, Math.floor(this.share.limit) - this.arrivals.timesMs.length)
    // A token bucket allows all that a window allows.
    return this.kind === 'bucket' ? Math.max(freeInWindow, Math.floor(this.tokens)) : freeInWindow
  }

  /** True while a request whose time has come waits because the rate limit allows none now. */
  isWaitingForLimit(): boolean {
    const isDue = !('dueInMs' in chooseTurn(this.waiting, this.options.clock.nowMs()))
    return isDue && this.countFree() < 1
  }

  /**
   * Waits until a request may be sent, and takes a slot for it. Call `finished` when the request has ended.
   * @returns the request, for `finished`. Undefined when the run was stopped or the pacer closed first: then no slot is
   * taken
   */
  slot(turn: Turn): Promise<SentRequest | undefined> {
    if (this.isClosed || this.options.stop.aborted) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.waiting.add({ ...turn, resolve })
      this.pump()
    })
  }

  /** How many requests the current limit allows in a duration. */
  countWithin(durationMs: number): number {
    return Math.floor((this.share.limit * durationMs) / this.options.windowMs)
  }

  /**
   * Forecasts when requests can be sent, by the current limit.
   * @param requestedMs the earliest time for each request, in ascending order; includes the requests that wait for a slot
   * @returns the time at which each request can be sent
   */
  forecastMs(requestedMs: readonly number[]): number[] {
    const nowMs = this.options.clock.nowMs()
    this.update(nowMs)
    const { safeWindowMs: windowMs, tokens, refilledAtMs: atMs } = this
    const state = { limit: this.share.limit, windowMs, firstMs: Math.max(nowMs, this.blockedUntilMs) }
    if (this.isConfirmedBucket()) return forecastBucket(state, { tokens, atMs }, requestedMs)
    return forecastWindow(state, this.arrivals.timesMs, requestedMs)
  }

  /** Records the end of a request that had a slot, and grants the slots that are free now. */
  finished(request: SentRequest, end: SlotEnd): void {
    const isAccepted = end === 'accepted'
    if (isAccepted) this.arrivals.answered(request, this.options.clock.nowMs())
    this.running--
    if (this.kind === 'bucket' && isAccepted) this.acceptedAsBucket++
    // The probe and all later requests have ended, and the limit refused none (see `refused`). If the last request has no
    // answer, the probe may not have arrived either: another probe is sent later.
    if (this.kind === 'trying-bucket' && this.running === 0) this.kind = isAccepted ? 'bucket' : 'window'
    if (this.isConfirmedBucket() && this.options.detected) this.options.detected.kind ??= 'bucket'
    this.pump()
  }

  /**
   * Records a refusal by the rate limit; call it just before `finished`. Nothing is sent for `pauseMs`. The limit is
   * lowered, except in two cases:
   * - The refusal only shows that the limit is no bucket.
   * - The refusal comes during the pause after another refusal.
   */
  refused(request: SentRequest, pauseMs: number): void {
    const nowMs = this.options.clock.nowMs()
    // The service does not count a refused request.
    this.arrivals.remove(request)
    if (this.kind === 'trying-bucket' || this.kind === 'bucket') {
      // The refusal shows that the limit is a window, but not that the limit is lower than assumed.
      this.kind = 'confirmed-window'
      if (this.options.detected) this.options.detected.kind = 'window'
    } else if (nowMs >= this.blockedUntilMs) {
      this.update(nowMs)
      // Requests without an answer count as accepted, too.
      this.share.lower(this.arrivals.timesMs.length, nowMs + pauseMs)
    }
    // Otherwise the refusal is for a request that was in flight before the pause: it does not lower the limit again.
    this.blockedUntilMs = Math.max(this.blockedUntilMs, nowMs + pauseMs)
  }

  /** Ends the pacer: `slot` returns undefined for every waiting and every future request. */
  close(): void {
    this.isClosed = true
    this.stopTimer?.()
    for (const waiter of this.waiting) waiter.resolve(undefined)
    this.waiting.clear()
  }

  private isConfirmedBucket(): boolean {
    return this.kind === 'bucket' && this.acceptedAsBucket >= CONFIRM_BUCKET_AFTER
  }

  /** True when a request may be sent as a probe, although the window is full. */
  private mayProbe(): boolean {
    // No other request is in flight: its refusal would be taken for that of the probe.
    const isAlone = this.running === 0
    return this.canProbe && this.kind === 'window' && isAlone && this.tokens >= PROBE_AT_TOKENS
  }

  /**
   * Updates the state to a time: uses the kind of limit detected meanwhile, refills the bucket, removes old requests,
   * raises a lowered limit.
   */
  private update(nowMs: number): void {
    this.useDetectedKind()
    const { safeWindowMs: windowMs } = this
    const { limit } = this.share
    this.tokens = Math.min(limit, this.tokens + ((nowMs - this.refilledAtMs) * limit) / windowMs)
    this.refilledAtMs = nowMs
    this.arrivals.forget(nowMs - windowMs)
    this.share.raise(nowMs, windowMs)
  }

  /** Uses the kind of rate limit that the probes of another API have shown, in place of own probes. */
  private useDetectedKind(): void {
    const { detected } = this.options
    if (!this.canProbe || this.kind !== 'window' || !detected?.kind) return
    this.kind = detected.kind === 'bucket' ? 'bucket' : 'confirmed-window'
    // A bucket is confirmed at once.
    this.acceptedAsBucket = CONFIRM_BUCKET_AFTER
  }

  /**
   * Grants slots to waiting requests while the limit allows. If requests still wait for the limit or for their time, sets a
   * timer for the next try. If they wait for others to finish, `finished` tries again.
   */
  private pump(): void {
    this.stopTimer?.()
    this.stopTimer = undefined
    while (this.waiting.size > 0 && this.running < this.options.concurrency) {
      const nowMs = this.options.clock.nowMs()
      if (nowMs < this.blockedUntilMs) {
        this.pumpIn(this.blockedUntilMs - nowMs)
        return
      }
      const isFull = this.countFree() < 1
      if (isFull && !this.mayProbe()) {
        const freeInMs = (this.arrivals.timesMs[0] ?? nowMs) + this.safeWindowMs - nowMs
        // Unless the limit is surely a window, tokens may allow a request or a probe earlier.
        this.pumpIn(this.kind === 'confirmed-window' ? freeInMs : Math.min(freeInMs, RECHECK_MS))
        return
      }
      const next = chooseTurn(this.waiting, nowMs)
      if ('dueInMs' in next) {
        this.pumpIn(Math.min(next.dueInMs, RECHECK_MS))
        return
      }
      this.waiting.delete(next)
      this.running++
      // A request beyond the full window is the probe.
      if (isFull) this.kind = 'trying-bucket'
      const request = this.arrivals.sent(nowMs)
      this.tokens--
      next.onGranted?.()
      next.resolve(request)
    }
  }

  /** Calls `pump` after a delay. */
  private pumpIn(delayMs: number): void {
    this.stopTimer = this.options.clock.after(Math.max(1, delayMs), () => this.pump())
  }
}
