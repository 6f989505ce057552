import type { Clock } from '../../polling/clock.js'

/** An export task whose end has not been seen yet. All times are in milliseconds on the clock of the run. */
export interface WatchedTask {
  readonly createdAtMs: number
  /** The age of the task at the last status query that found it unfinished; 0 before the first such query. */
  lastUnfinishedAgeMs: number
  /** Whether its current query is early: sent before the task is expected to have ended. */
  isEarly: boolean
}

/** The result of a status query; `unknown` when no answer came, or an error. */
export type QueryResult = 'ended' | 'unfinished' | 'unknown'

/** Forecasts of what the rate limits allow. */
export interface QueryBudget {
  /**
   * Forecasts when the last of some status queries can be sent.
   * @param requestedMs the earliest time for each query, in ascending order
   */
  lastQueryMs(requestedMs: readonly number[]): number
  /** Forecasts when each of the remaining tasks is created, in ascending order. */
  creationsMs(): readonly number[]
}

/** Before the first result is known: nearly all small documents are exported by this age. */
export const FIRST_EXPECTED_AGE_MS = 16_000
const MAX_EXPECTED_AGE_MS = 4 * 60_000
// The limits count by the minute: a task that did not end as expected is best queried when the next minute's quota
// begins.
const WINDOW_MS = 60_000
// How much the expected age is raised after a miss, as a factor of the age of the unfinished task.
const RAISE_FACTOR = 2.2
// After this many hits in a row, a single slow task says little about the others: the raise is small.
const HITS_FOR_A_SMALL_RAISE = 8
const SMALL_RAISE_FACTOR = 1.1
// An unfinished task is expected to have ended when its age has grown by this factor.
const REQUERY_FACTOR = 1.1

// No task is queried for the first time before this age.
const MIN_AGE_MS = 1_500
const MIN_PAUSE_MS = 500
// Limits of the pause between early queries, as a share of the task's age: an end may be seen that much later.
const MIN_PAUSE_SHARE = 0.08
const MAX_PAUSE_SHARE = 0.6
// After a miss, early queries are spread over all ages up to this one.
const LONG_AGE_MS = 90_000
// They are spread at least until the age has grown by this factor.
const MIN_AGE_GROWTH = 1.5
const MAX_EARLY_QUERIES = 48
const MAX_IN_FLIGHT = 16
// How many queries are in flight until the first answer shows whether tasks of this age have ended.
const INITIAL_MAX_IN_FLIGHT = 4

// How much early queries may delay the forecast end of the run, as a share of the duration of the run.
const DELAY_SHARE = 0.01
const FORECAST_EVERY_MS = 250

/**
 * Decides when to query the status of which export task. The aim is to see all ends as early as the rate limit of status
 * queries allows. A query that finds its task finished (a hit) costs nothing, since each task needs one. A query that
 * finds it unfinished (a miss) uses a request that another task could have used. So every task is queried at the age at
 * which exports are expected to have ended. It is queried earlier only if, by the forecast, a miss would hardly delay the
 * last query of the run. With few documents, this is always so; with hundreds, only when a minute has unused requests.
 *
 * After a miss, early queries pause; after a hit, the next one follows immediately. This limits the number of misses.
 */
export class QuerySchedule {
  /** The age at which exports are expected to have ended. Never lowered: a query that is sent too late is still a hit. */
  private expectedAgeMs: number
  private readonly tasks = new Set<WatchedTask>()
  private hitsInARow = 0
  /** How many queries are in flight, early ones included. At `maxInFlight`, only an early query is still sent. */
  private inFlight = 0
  private maxInFlight = INITIAL_MAX_IN_FLIGHT
  /** How many early queries are in flight, and how many may be. */
  private earlyInFlight = 0
  private maxEarlyInFlight = 1
  /** No early query is sent before this time: the end of the pause after a miss. */
  private nextEarlyMs = 0
  /** The result of the last `forecastAffordableMisses`, and when it was called. */
  private lastForecast = 0
  private forecastAtMs = -Infinity
  /** The earliest end of the run that was forecast so far. */
  private bestEndMs = Infinity
  private readonly startedAtMs: number

  constructor(
    private readonly clock: Clock,
    private readonly budget: QueryBudget,
    firstExpectedAgeMs = FIRST_EXPECTED_AGE_MS,
  ) {
    this.expectedAgeMs = firstExpectedAgeMs
    this.startedAtMs = clock.nowMs()
  }

  /** Starts to watch a task that was just created. */
  watch(): WatchedTask {
    const task = { createdAtMs: this.clock.nowMs(), lastUnfinishedAgeMs: 0, isEarly: false }
    this.tasks.add(task)
    return task
  }

  /** Stops watching a task. */
  forget(task: WatchedTask): void {
    this.tasks.delete(task)
  }

  /**
   * The earliest time for the next query of the task: at or before now if the query may be sent now. The time is not known
   * if other queries in flight or the budget delay the query. Then returns when to ask again, at most `FORECAST_EVERY_MS`
   * from now. The result of another query can change the time as well.
   */
  dueMs(task: WatchedTask): number {
    const nowMs = this.clock.nowMs()
    const recheckMs = nowMs + FORECAST_EVERY_MS
    const expectedMs = this.expectedEndMs(task)
    // The task is expected to have ended: only the number of queries in flight can delay its query.
    if (expectedMs <= nowMs) return this.inFlight < this.maxInFlight ? expectedMs : recheckMs
    // Otherwise its query would be an early one.
    const { createdAtMs, lastUnfinishedAgeMs } = task
    const requeryAgeMs = lastUnfinishedAgeMs * (1 + MIN_PAUSE_SHARE) + MIN_PAUSE_MS
    const minEarlyAgeMs = lastUnfinishedAgeMs === 0 ? MIN_AGE_MS : requeryAgeMs
    const earlyMs = Math.max(this.nextEarlyMs, createdAtMs + minEarlyAgeMs)
    if (earlyMs > nowMs) return Math.min(expectedMs, earlyMs)
    const mayQueryEarly = this.earlyInFlight < Math.min(this.maxEarlyInFlight, this.affordableMisses())
    return mayQueryEarly ? earlyMs : Math.min(expectedMs, recheckMs)
  }

  /**
   * The sort key of the next query; the lowest is sent first. Tasks that are expected to have ended come first, the
   * oldest of them at the front. The other tasks follow: first those whose age has grown by the largest factor since
   * the last query that found them unfinished. Without such a query, the growth counts from `MIN_AGE_MS`.
   */
  sortKeyOf(task: WatchedTask): number {
    const nowMs = this.clock.nowMs()
    const { createdAtMs, lastUnfinishedAgeMs } = task
    // Lower than the key of any task that is not expected to have ended.
    if (this.expectedEndMs(task) <= nowMs) return createdAtMs - Number.MAX_SAFE_INTEGER
    const growth = (nowMs - createdAtMs) / Math.max(MIN_AGE_MS, lastUnfinishedAgeMs)
    return -growth
  }

  /** Records that the task's status query is sent now. `recordResult` must follow, even if no answer comes. */
  recordSending(task: WatchedTask): void {
    task.isEarly = this.expectedEndMs(task) > this.clock.nowMs()
    this.inFlight++
    if (task.isEarly) this.earlyInFlight++
  }

  /** Records the result of the task's status query that was sent at `sentAtMs`. */
  recordResult(task: WatchedTask, sentAtMs: number, result: QueryResult): void {
    this.inFlight--
    if (task.isEarly) this.earlyInFlight--
    if (result === 'ended') this.recordHit(task)
    if (result === 'unfinished') this.recordMiss(task, sentAtMs)
  }

  /** After a query that found its task finished: more queries may be in flight. */
  private recordHit(task: WatchedTask): void {
    this.hitsInARow++
    this.maxInFlight = Math.min(MAX_IN_FLIGHT, this.maxInFlight * 2)
    if (task.isEarly) this.maxEarlyInFlight = Math.min(MAX_IN_FLIGHT, this.maxEarlyInFlight * 2)
  }

  /**
   * After a query that found its task unfinished: early queries pause, and fewer queries may be in flight. If the query
   * was not early, tasks are expected to take longer.
   */
  private recordMiss(task: WatchedTask, sentAtMs: number): void {
    // At least 1, since 0 means that no query has found the task unfinished.
    const ageMs = Math.max(1, sentAtMs - task.createdAtMs)
    task.lastUnfinishedAgeMs = ageMs
    if (!task.isEarly) this.raiseExpectedAge(ageMs)
    this.hitsInARow = 0
    this.maxInFlight = INITIAL_MAX_IN_FLIGHT
    this.maxEarlyInFlight = 1
    // Makes `affordableMisses` forecast again, since the last forecast did not include this miss.
    this.forecastAtMs = -Infinity
    // Spreads the affordable misses over the ages from now to `LONG_AGE_MS`: each pause is about the same share of the
    // age at which it begins. Example: from 10 s to 90 s, the age grows by the factor 9. With 20 misses, each pause is
    // ln 9 / 20, which is 11 % of the age.
    const growth = Math.max(MIN_AGE_GROWTH, LONG_AGE_MS / ageMs)
    const share = Math.log(growth) / Math.max(1, this.affordableMisses())
    const pauseMs = ageMs * Math.min(MAX_PAUSE_SHARE, Math.max(MIN_PAUSE_SHARE, share))
    this.nextEarlyMs = Math.max(this.nextEarlyMs, sentAtMs + Math.max(MIN_PAUSE_MS, pauseMs))
  }

  /** Raises the expected age after a miss; only a little if many hits came before it. */
  private raiseExpectedAge(ageMs: number): void {
    const isSingleSlowTask = this.hitsInARow >= HITS_FOR_A_SMALL_RAISE
    const raisedMs = isSingleSlowTask ? ageMs * SMALL_RAISE_FACTOR : Math.max(WINDOW_MS, ageMs * RAISE_FACTOR)
    this.expectedAgeMs = Math.min(MAX_EXPECTED_AGE_MS, Math.max(this.expectedAgeMs, raisedMs))
    // The earlier forecasts assumed shorter exports.
    this.bestEndMs = Infinity
  }

  /** When a task is expected to have ended; for an unfinished one, not before its age has grown by `REQUERY_FACTOR`. */
  private expectedEndMs({ createdAtMs, lastUnfinishedAgeMs }: WatchedTask): number {
    const nextAgeMs = lastUnfinishedAgeMs === 0 ? 0 : lastUnfinishedAgeMs * REQUERY_FACTOR + MIN_PAUSE_MS
    return createdAtMs + Math.max(this.expectedAgeMs, nextAgeMs)
  }

  /**
   * How many early queries can miss now without delaying the end of the run noticeably. The forecast is made again after
   * `FORECAST_EVERY_MS`, and after each miss.
   */
  private affordableMisses(): number {
    const nowMs = this.clock.nowMs()
    if (nowMs - this.forecastAtMs >= FORECAST_EVERY_MS) {
      this.forecastAtMs = nowMs
      this.lastForecast = this.forecastAffordableMisses(nowMs)
    }
    return this.lastForecast
  }

  /** Forecasts how many early queries can miss without delaying the end of the run by more than `DELAY_SHARE`. */
  private forecastAffordableMisses(nowMs: number): number {
    const plannedMs = [...this.tasks].map((task) => Math.max(nowMs, this.expectedEndMs(task)))
    for (const createdAtMs of this.budget.creationsMs()) plannedMs.push(createdAtMs + this.expectedAgeMs)
    plannedMs.sort((a, b) => a - b)
    const endMs = this.budget.lastQueryMs(plannedMs)
    // The delay counts from the best forecast so far: otherwise each early query could delay the end a little more.
    this.bestEndMs = Math.min(this.bestEndMs, endMs)
    const maxDelayMs = DELAY_SHARE * (this.bestEndMs - this.startedAtMs)
    // If `endMs` is already later than that, early queries may not delay it any more.
    const latestMs = Math.max(endMs, this.bestEndMs + maxDelayMs)
    // A binary search for the largest number with which the run ends at `latestMs` or before.
    let [affordable, tooMany] = [0, MAX_EARLY_QUERIES + 1]
    while (tooMany - affordable > 1) {
      const count = Math.floor((affordable + tooMany) / 2)
      const early = Array.from({ length: count }, () => nowMs)
      if (this.budget.lastQueryMs([...early, ...plannedMs]) <= latestMs) affordable = count
      else tooMany = count
    }
    return affordable
  }
}
