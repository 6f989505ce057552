/**
 * When requests arrived, at the latest. The service does not report it: it is estimated as the time of sending plus how
 * much later the answer came than the fastest one, since the way takes every request at least that time. Until its answer, a request may be late.
 */
export class Arrivals {
  private readonly latestMs: number[] = []
  private shortestMs = Infinity

  /** @param mostLateMs how late a request is taken to be that was not answered yet */
  constructor(private readonly mostLateMs: number) {}

  /** In the order of the requests. */
  get timesMs(): readonly number[] {
    return this.latestMs
  }

  sent(nowMs: number): void {
    this.latestMs.push(nowMs + this.mostLateMs)
  }

  /** The last request does not count. */
  dropLast(): void {
    this.latestMs.pop()
  }

  /** Answers come about in the order of the requests. @param unanswered how many were under way, this one included */
  answered(nowMs: number, unanswered: number): void {
    const index = this.latestMs.length - unanswered
    const latestMs = this.latestMs[index]
    if (latestMs === undefined) return
    const sentMs = latestMs - this.mostLateMs
    this.shortestMs = Math.min(this.shortestMs, nowMs - sentMs)
    this.latestMs[index] = sentMs + Math.min(nowMs - sentMs - this.shortestMs, this.mostLateMs)
  }

  /** Drops what arrived by then. */
  forget(untilMs: number): void {
    while ((this.latestMs[0] ?? Infinity) <= untilMs) this.latestMs.shift()
  }
}
