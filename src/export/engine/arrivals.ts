/** A request that was sent, with the latest time at which it may have arrived at the service. */
export interface SentRequest {
  readonly sentMs: number
  arrivalMs: number
}

/**
 * Estimates the latest time at which each request may have arrived at the service, which does not report it. If a round
 * trip took longer than the shortest one, the request may have spent the difference on the way to the service. So the
 * estimate is the sending time plus that difference. Until the answer is received, the difference is `maxLateMs`.
 */
export class Arrivals {
  private readonly requests: SentRequest[] = []
  private shortestRoundTripMs = Infinity

  /** @param maxLateMs the maximum of the estimated difference; assumed until the answer is received */
  constructor(private readonly maxLateMs: number) {}

  /**
   * The estimates for the requests that were not removed, in the order in which they were sent. They need not ascend: a
   * request without an answer keeps its first estimate, the latest possible one.
   */
  get timesMs(): readonly number[] {
    return this.requests.map(({ arrivalMs }) => arrivalMs)
  }

  /** Records that a request was sent. */
  sent(nowMs: number): SentRequest {
    const request = { sentMs: nowMs, arrivalMs: nowMs + this.maxLateMs }
    this.requests.push(request)
    return request
  }

  /** Records the answer to a request. */
  answered(request: SentRequest, nowMs: number): void {
    const roundTripMs = nowMs - request.sentMs
    this.shortestRoundTripMs = Math.min(this.shortestRoundTripMs, roundTripMs)
    request.arrivalMs = request.sentMs + Math.min(roundTripMs - this.shortestRoundTripMs, this.maxLateMs)
  }

  /** Removes a request, unless `forget` has removed it. */
  remove(request: SentRequest): void {
    const index = this.requests.indexOf(request)
    if (index !== -1) this.requests.splice(index, 1)
  }

  /** Removes the oldest requests: all before the first one whose estimate is later than `untilMs`. */
  forget(untilMs: number): void {
    while ((this.requests[0]?.arrivalMs ?? Infinity) <= untilMs) this.requests.shift()
  }
}
