/**
 * A request limit of one API.
 *
 * - `fixed`: `requests` in each window. Windows begin with the first request after the last window,
 *   or, with `phaseMs`, at `phaseMs + n * windowMs`.
 * - `sliding`: never more than `requests` in any span of `windowMs`.
 * - `bucket`: a token bucket that holds `requests` and fills up in `windowMs`.
 */
export interface Limit {
  kind: 'fixed' | 'sliding' | 'bucket'
  requests: number
  windowMs: number
  phaseMs?: number
}

/** Whether a request passes. `resetSeconds`: the time until one can pass, rounded up to whole seconds, at least 1. */
export type LimitDecision = { ok: true } | { ok: false; resetSeconds: number }

export interface Limiter {
  /**
   * Decides about one request, and counts it if it passes.
   * @param nowMs on any clock, but never before that of the last call
   */
  take(nowMs: number): LimitDecision
}

/**
 * The limiter of one limit, or of several limits that must all accept a request (1000 a minute and 50 a second).
 * A refused request does not count.
 */
export function createLimiter(limit: Limit | readonly Limit[]): Limiter {
  const gates = [limit].flat().map(createGate)
  return {
    take(nowMs) {
      const waitMs = Math.max(0, ...gates.map((gate) => gate.waitMs(nowMs)))
      if (waitMs > 0) return { ok: false, resetSeconds: Math.max(1, Math.ceil((waitMs - EPSILON) / 1000)) }
      for (const gate of gates) gate.pass(nowMs)
      return { ok: true }
    },
  }
}

// The tolerance for rounding errors, in milliseconds or tokens of a bucket. Without it, a request that comes exactly
// when it may pass could be refused, and a wait of 2 s could be announced as 3 s.
const EPSILON = 1e-6

/** The state of one limit. */
interface Gate {
  /** How long the next request must wait; 0 when it may pass. */
  waitMs(nowMs: number): number
  /** Counts a request that passes. */
  pass(nowMs: number): void
}

function createGate(limit: Limit): Gate {
  switch (limit.kind) {
    case 'fixed':
      return new FixedWindow(limit)
    case 'sliding':
      return new SlidingWindow(limit)
    case 'bucket':
      return new TokenBucket(limit)
  }
}

class FixedWindow implements Gate {
  private startMs = Number.NEGATIVE_INFINITY
  private used = 0

  constructor(private readonly limit: Limit) {}

  waitMs(nowMs: number): number {
    if (this.isOver(nowMs) || this.used < this.limit.requests) return 0
    return this.startMs + this.limit.windowMs - nowMs
  }

  pass(nowMs: number): void {
    if (this.isOver(nowMs)) {
      // Without a phase, the new window begins now.
      const { windowMs, phaseMs = nowMs } = this.limit
      this.startMs = phaseMs + Math.floor((nowMs - phaseMs + EPSILON) / windowMs) * windowMs
      this.used = 0
    }
    this.used += 1
  }

  /** Whether the window has ended. */
  private isOver(nowMs: number): boolean {
    return nowMs - this.startMs >= this.limit.windowMs - EPSILON
  }
}

class SlidingWindow implements Gate {
  /** When requests passed, in ascending order. */
  private passedMs: number[] = []

  constructor(private readonly limit: Limit) {}

  waitMs(nowMs: number): number {
    const { requests, windowMs } = this.limit
    // The window is full as long as it contains the last N requests that passed; N is `requests`.
    const oldestMs = this.passedMs[this.passedMs.length - requests]
    if (oldestMs === undefined) return 0
    const waitMs = oldestMs + windowMs - nowMs
    return waitMs > EPSILON ? waitMs : 0
  }

  pass(nowMs: number): void {
    this.passedMs.push(nowMs)
    // Forgets the requests that no longer count, but only when there are many: the copy takes time.
    if (this.passedMs.length > 1000 + 2 * this.limit.requests) this.passedMs = this.passedMs.slice(-this.limit.requests)
  }
}

class TokenBucket implements Gate {
  /** The tokens at `lastMs`, the time of the last request that passed. */
  private tokens: number
  private lastMs: number | undefined

  constructor(private readonly limit: Limit) {
    this.tokens = limit.requests
  }

  waitMs(nowMs: number): number {
    const missing = 1 - this.tokensAt(nowMs)
    return missing > EPSILON ? (missing * this.limit.windowMs) / this.limit.requests : 0
  }

  pass(nowMs: number): void {
    this.tokens = Math.max(0, this.tokensAt(nowMs) - 1)
    this.lastMs = nowMs
  }

  private tokensAt(nowMs: number): number {
    const { requests, windowMs } = this.limit
    return Math.min(requests, this.tokens + ((nowMs - (this.lastMs ?? nowMs)) * requests) / windowMs)
  }
}
