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

/** The refusal of a request; `resetSeconds` is the time until a request can pass, in whole seconds, rounded up. */
export type LimitDecision = { ok: true } | { ok: false; resetSeconds: number }

/** A limiter on a clock that the caller hands in: virtual or real, but never running backwards. */
export interface Limiter {
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
      if (waitMs > 0) return { ok: false, resetSeconds: Math.max(1, Math.ceil((waitMs - EPSILON_MS) / 1000)) }
      for (const gate of gates) gate.pass(nowMs)
      return { ok: true }
    },
  }
}

// Without this tolerance, a rounding error of less than a millisecond would be rounded up to one second.
const EPSILON_MS = 1e-6

interface Gate {
  waitMs(nowMs: number): number
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
  private start = Number.NEGATIVE_INFINITY
  private used = 0

  constructor(private readonly limit: Limit) {}

  waitMs(nowMs: number): number {
    if (this.isOver(nowMs) || this.used < this.limit.requests) return 0
    return this.start + this.limit.windowMs - nowMs
  }

  pass(nowMs: number): void {
    if (this.isOver(nowMs)) {
      const { windowMs, phaseMs } = this.limit
      this.start = phaseMs === undefined ? nowMs : phaseMs + Math.floor((nowMs - phaseMs) / windowMs) * windowMs
      this.used = 0
    }
    this.used += 1
  }

  private isOver(nowMs: number): boolean {
    return nowMs - this.start >= this.limit.windowMs - EPSILON_MS
  }
}

class SlidingWindow implements Gate {
  private passed: number[] = []

  constructor(private readonly limit: Limit) {}

  waitMs(nowMs: number): number {
    const { requests, windowMs } = this.limit
    // The next request may pass when this one has left the window.
    const oldestCounted = this.passed[this.passed.length - requests]
    if (oldestCounted === undefined) return 0
    const waitMs = oldestCounted + windowMs - nowMs
    return waitMs > EPSILON_MS ? waitMs : 0
  }

  pass(nowMs: number): void {
    this.passed.push(nowMs)
    // Forgets old requests now and then, not at each one.
    if (this.passed.length > 1000 + 2 * this.limit.requests) this.passed = this.passed.slice(-this.limit.requests)
  }
}

class TokenBucket implements Gate {
  private tokens: number
  private lastMs: number | undefined

  constructor(private readonly limit: Limit) {
    this.tokens = limit.requests
  }

  waitMs(nowMs: number): number {
    const missing = 1 - this.tokensAt(nowMs)
    return missing > EPSILON_MS ? (missing * this.limit.windowMs) / this.limit.requests : 0
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
