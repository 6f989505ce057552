// After a refusal, the limit is a little lower than the number of requests that the service accepted in the window.
const LOWER_FACTOR = 0.8
// Refusals lower the limit to no less than this share: other clients may have filled this window and not the next one.
const MIN_SHARE = 0.2
// If the limit was lowered more than once, each window without a refusal raises it by this share of the full limit.
const RAISE_SHARE = 0.1

/**
 * A limit that is lowered after refusals, since other clients use the rest, and raised again by each window without a
 * refusal. It has no clock: the caller says what time it is.
 */
export class AdaptiveLimit {
  /** The limit in use now: requests in a window. */
  limit: number
  /** When the current window without a refusal began, or begins. At its end, a lowered limit is raised. */
  private calmWindowStartMs = 0
  private timesLowered = 0

  /** @param fullLimit the limit without refusals */
  constructor(private readonly fullLimit: number) {
    this.limit = fullLimit
  }

  /**
   * Lowers the limit to a little less than `accepted`, or than the current limit if that is lower. The limit never falls
   * below `MIN_SHARE` of the full limit.
   * @param accepted how many requests the service accepted in the last window
   * @param calmFromMs the end of the pause after the refusal
   */
  lower(accepted: number, calmFromMs: number): void {
    const minLimit = Math.max(1, this.fullLimit * MIN_SHARE)
    this.limit = Math.max(minLimit, Math.min(this.limit, accepted) * LOWER_FACTOR)
    this.timesLowered++
    this.calmWindowStartMs = calmFromMs
  }

  /** Raises a lowered limit once for each window that has ended without a refusal. */
  raise(nowMs: number, windowMs: number): void {
    while (this.limit < this.fullLimit && nowMs - this.calmWindowStartMs >= windowMs) {
      // Lowered once, the limit rises fast: a short rush of other clients may be the cause. A second time, however much
      // later, shows that they continue.
      const raised = this.timesLowered === 1 ? this.limit * 2 : this.limit + this.fullLimit * RAISE_SHARE
      this.limit = Math.min(this.fullLimit, raised)
      this.calmWindowStartMs += windowMs
    }
  }
}
