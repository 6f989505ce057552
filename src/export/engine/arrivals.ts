/**
 * Estimates the latest time at which each request may have arrived at the service, which does not report it. If a round
 * trip took longer than the shortest one, the difference may have been spent on the way to the service: the request
 * arrived no later than its sending time plus that difference. Until the answer is received, `maxLateMs` is assumed.
 */
export class Arrivals {
  private readonly latestMs: number[] = []
  private shortestRoundTripMs = Infinity

  /** @param maxLateMs the assumed time on the way, and the maximum of what is estimated */
  constructor(private readonly maxLateMs: number) {}

  /** The estimates, in the order of the requests. */
  get timesMs(): readonly number[] {
    return this.latestMs
  }

  /** Records that a request was sent. */
  sent(nowMs: number): void {
    this.latestMs.push(nowMs + this.maxLateMs)
  }

  /** Removes the last request, which the service did not count. */
  dropLast(): void {
    this.latestMs.pop()
  }

  /**
   * Records an answer. Answers are assumed to come in the order of the requests.
   * @param unanswered how many requests had no answer before this one was received
   */
  answered(nowMs: number, unanswered: number): void {
    const index = this.latestMs.length - unanswered
    const latestMs = this.latestMs[index]
    if (latestMs === undefined) return
    const sentMs = latestMs - this.maxLateMs
    const roundTripMs = nowMs - sentMs
    this.shortestRoundTripMs = Math.min(this.shortestRoundTripMs, roundTripMs)
    this.latestMs[index] = sentMs + Math.min(roundTripMs - this.shortestRoundTripMs, this.maxLateMs)
  }

  /** Removes the requests that arrived at or before a time. */
  forget(untilMs: number): void {
    while ((this.latestMs[0] ?? Infinity) <= untilMs) this.latestMs.shift()
  }
}
