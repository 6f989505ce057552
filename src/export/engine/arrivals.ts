/**
 * Estimates the latest time at which each request may have arrived at the service, which does not report it. If a round
 * trip took longer than the shortest one, the request may have spent the difference on the way to the service. So the
 * estimate is the sending time plus that difference. Until the answer is received, the difference is `maxLateMs`.
 */
export class Arrivals {
  private readonly estimatesMs: number[] = []
  private shortestRoundTripMs = Infinity

  /** @param maxLateMs the maximum of the estimated difference; assumed until the answer is received */
  constructor(private readonly maxLateMs: number) {}

  /**
   * The estimates for the requests that were not removed, in the order in which they were sent. They need not ascend: a
   * request without an answer keeps its first estimate, the latest possible one.
   */
  get timesMs(): readonly number[] {
    return this.estimatesMs
  }

  /** Records that a request was sent. */
  sent(nowMs: number): void {
    this.estimatesMs.push(nowMs + this.maxLateMs)
  }

  /** Removes the request that was sent last. */
  dropLast(): void {
    this.estimatesMs.pop()
  }

  /**
   * Records the answer to the oldest request in flight: answers are assumed to come in the order of the requests. Does
   * nothing if `forget` has removed this request.
   * @param inFlight how many requests were in flight until now, the answered one included
   */
  answered(nowMs: number, inFlight: number): void {
    // The requests in flight are taken for the last ones in the list. After one that got no answer, that may be wrong by
    // as many places: then an estimate is given to a neighbour.
    const index = this.estimatesMs.length - inFlight
    const assumedMs = this.estimatesMs[index]
    if (assumedMs === undefined) return
    // `sent` has added `maxLateMs`.
    const sentMs = assumedMs - this.maxLateMs
    const roundTripMs = nowMs - sentMs
    this.shortestRoundTripMs = Math.min(this.shortestRoundTripMs, roundTripMs)
    const lateMs = Math.min(roundTripMs - this.shortestRoundTripMs, this.maxLateMs)
    this.estimatesMs[index] = sentMs + lateMs
  }

  /** Removes the oldest requests: all before the first one whose estimate is later than `untilMs`. */
  forget(untilMs: number): void {
    while ((this.estimatesMs[0] ?? Infinity) <= untilMs) this.estimatesMs.shift()
  }
}
