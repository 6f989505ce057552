import type { Clock } from '../../polling/clock.js'

/** An export task whose end has not been seen yet. All times are in milliseconds on the clock of the run. */
export interface WatchedTask {
  readonly createdAtMs: number
  /** How old it was at its last status query, which found it unfinished; 0 before the first. */
  queriedAgeMs: number
  /** Whether the query under way is early: sent before the task is expected to have ended. */
  isEarly: boolean
}

/** What a status query said of its task; `unknown` when no answer came. */
export type QueryResult = 'ended' | 'unfinished' | 'unknown'

/** What the limits allow, as far as they are known. */
export interface QueryBudget {
  /**
   * When the last of these status queries could be sent.
   * @param requestedMs when they are to go, in ascending order
   */
  lastQueryMs(requestedMs: readonly number[]): number
  /** When each task that is still to be created will be, in ascending order. */
  creationsMs(): readonly number[]
}

// Before anything is known: nearly all small documents are exported by then.
const FIRST_EXPECTED_AGE_MS = 16_000
const MAX_EXPECTED_AGE_MS = 4 * 60_000
// The limits count by the minute: a task that did not end as expected is best queried when the next minute's quota begins.
const WINDOW_MS = 60_000
const RAISE_FACTOR = 2.2
// One task that takes longer than all others says little about the others.
const HITS_FOR_A_SMALL_RAISE = 8
const SMALL_RAISE_FACTOR = 1.1

const MIN_AGE_MS = 1_500
const MIN_PAUSE_MS = 500
// A pause between early queries, as a share of the age: an end is seen so much later.
const MIN_PAUSE_SHARE = 0.08
const MAX_PAUSE_SHARE = 0.6
// Early queries are spread over all ages up to this one.
const LONG_AGE_MS = 90_000
const MAX_EARLY_QUERIES = 48
const MAX_AT_ONCE = 16
// How many tasks of one age are queried before the first answer shows whether such tasks have ended.
const FIRST_AT_ONCE = 4

// Maximum delay of the forecast end by early queries, as a share of the run.
const DELAY_SHARE = 0.01
const FORECAST_EVERY_MS = 250

/**
 * Decides which export task's status is queried when, so that all ends are seen as early as the limit of status queries
 * allows. A query that finds its task finished (a hit) costs nothing, since it is needed anyway; one that finds it
 * unfinished (a miss) takes the place of another. So every task is queried at the age at which exports are expected to
 * have ended. It is queried earlier only if, by the forecast, a miss would not delay the last query of the run. With few
 * documents that is always so, with hundreds only where a minute's queries would be left unused.
 *
 * After a miss, early queries pause; after a hit, the next follows at once. This limits the misses, whatever the number of
 * tasks.
 */
export class QuerySchedule {
  private expectedAgeMs = FIRST_EXPECTED_AGE_MS
  private readonly tasks = new Set<WatchedTask>()
  private hitsInARow = 0
  private underWay = 0
  private atOnce = FIRST_AT_ONCE
  private earlyUnderWay = 0
  private earlyAtOnce = 1
  private nextEarlyMs = 0
  private freeEarlyQueries = 0
  private forecastAtMs = -Infinity
  private bestEndMs = Infinity
  private readonly startedAtMs: number

  constructor(
    private readonly clock: Clock,
    private readonly budget: QueryBudget,
  ) {
    this.startedAtMs = clock.nowMs()
  }

  /** Begins to watch a task that was created just now. */
  watch(): WatchedTask {
    const task = { createdAtMs: this.clock.nowMs(), queriedAgeMs: 0, isEarly: false }
    this.tasks.add(task)
    return task
  }

  /** Ends watching a task. */
  forget(task: WatchedTask): void {
    this.tasks.delete(task)
  }

  /** The earliest time for the next query of the task. Valid for a quarter of a second: call again then. */
  dueMs(task: WatchedTask): number {
    const nowMs = this.clock.nowMs()
    const expectedMs = this.expectedEndMs(task)
    if (expectedMs <= nowMs) return this.underWay < this.atOnce ? expectedMs : nowMs + FORECAST_EVERY_MS
    const { createdAtMs, queriedAgeMs } = task
    const minAgeMs = queriedAgeMs === 0 ? MIN_AGE_MS : queriedAgeMs * (1 + MIN_PAUSE_SHARE) + MIN_PAUSE_MS
    const earlyMs = Math.max(this.nextEarlyMs, createdAtMs + minAgeMs)
    if (earlyMs > nowMs) return Math.min(expectedMs, earlyMs)
    const isFree = this.earlyUnderWay < Math.min(this.earlyAtOnce, this.countFreeEarlyQueries())
    return isFree ? earlyMs : Math.min(expectedMs, nowMs + FORECAST_EVERY_MS)
  }

  /** The lowest goes first: what is expected to have ended, the oldest first; then what has aged most since its query. */
  order(task: WatchedTask): number {
    const nowMs = this.clock.nowMs()
    const { createdAtMs, queriedAgeMs } = task
    if (this.expectedEndMs(task) <= nowMs) return createdAtMs - Number.MAX_SAFE_INTEGER
    return -(nowMs - createdAtMs) / Math.max(MIN_AGE_MS, queriedAgeMs)
  }

  /** The task's status query goes out now. */
  sent(task: WatchedTask): void {
    task.isEarly = this.expectedEndMs(task) > this.clock.nowMs()
    this.underWay++
    if (task.isEarly) this.earlyUnderWay++
  }

  /** The task's status query, sent at that time, has ended. */
  answered(task: WatchedTask, sentAtMs: number, result: QueryResult): void {
    this.underWay--
    if (task.isEarly) this.earlyUnderWay--
    if (result === 'ended') this.recordHit(task)
    if (result === 'unfinished') this.recordMiss(task, sentAtMs)
  }

  private recordHit(task: WatchedTask): void {
    this.hitsInARow++
    this.atOnce = Math.min(MAX_AT_ONCE, this.atOnce * 2)
    if (task.isEarly) this.earlyAtOnce = Math.min(MAX_AT_ONCE, this.earlyAtOnce * 2)
  }

  private recordMiss(task: WatchedTask, sentAtMs: number): void {
    const ageMs = Math.max(1, sentAtMs - task.createdAtMs)
    task.queriedAgeMs = ageMs
    if (!task.isEarly) this.raiseExpectedAge(ageMs)
    this.hitsInARow = 0
    this.atOnce = FIRST_AT_ONCE
    this.earlyAtOnce = 1
    this.forecastAtMs = -Infinity
    // The free ones are spread evenly over the logarithm of the age.
    const share = Math.log(Math.max(1.5, LONG_AGE_MS / ageMs)) / Math.max(1, this.countFreeEarlyQueries())
    const pauseMs = ageMs * Math.min(MAX_PAUSE_SHARE, Math.max(MIN_PAUSE_SHARE, share))
    this.nextEarlyMs = Math.max(this.nextEarlyMs, sentAtMs + Math.max(MIN_PAUSE_MS, pauseMs))
  }

  private raiseExpectedAge(ageMs: number): void {
    const isRare = this.hitsInARow >= HITS_FOR_A_SMALL_RAISE
    const raisedMs = isRare ? ageMs * SMALL_RAISE_FACTOR : Math.max(WINDOW_MS, ageMs * RAISE_FACTOR)
    this.expectedAgeMs = Math.min(MAX_EXPECTED_AGE_MS, Math.max(this.expectedAgeMs, raisedMs))
    this.bestEndMs = Infinity
  }

  private expectedEndMs({ createdAtMs, queriedAgeMs }: WatchedTask): number {
    const nextAgeMs = queriedAgeMs === 0 ? 0 : queriedAgeMs * SMALL_RAISE_FACTOR + MIN_PAUSE_MS
    return createdAtMs + Math.max(this.expectedAgeMs, nextAgeMs)
  }

  /** How many early misses would not delay the end of the run, as of the last forecast. */
  private countFreeEarlyQueries(): number {
    const nowMs = this.clock.nowMs()
    if (nowMs - this.forecastAtMs < FORECAST_EVERY_MS) return this.freeEarlyQueries
    this.forecastAtMs = nowMs
    const plannedMs = [...this.tasks].map((task) => Math.max(nowMs, this.expectedEndMs(task)))
    for (const createdAtMs of this.budget.creationsMs()) plannedMs.push(createdAtMs + this.expectedAgeMs)
    plannedMs.sort((a, b) => a - b)
    const endMs = this.budget.lastQueryMs(plannedMs)
    // Measured against the best forecast so far, otherwise each early query would delay the end a little more.
    this.bestEndMs = Math.min(this.bestEndMs, endMs)
    const latestMs = Math.max(endMs, this.bestEndMs + DELAY_SHARE * (this.bestEndMs - this.startedAtMs))
    let [free, tooMany] = [0, MAX_EARLY_QUERIES + 1]
    while (tooMany - free > 1) {
      const count = (free + tooMany) >> 1
      const early = Array.from({ length: count }, () => nowMs)
      if (this.budget.lastQueryMs([...early, ...plannedMs]) <= latestMs) free = count
      else tooMany = count
    }
    this.freeEarlyQueries = free
    return free
  }
}
