import type { Failure } from '../feishu/errors/failure.js'
import type { JobStatus } from '../feishu/tasks/job-status.js'
import { describeRetry } from '../feishu/errors/poll-end.js'
import type { Clock } from '../polling/clock.js'
import type { PollAttempt } from '../polling/poll.js'
import type { Log } from '../runner/log.js'
import { throttleLog } from '../runner/log-throttle.js'
import { formatDuration } from '../text.js'

const HEARTBEAT_MS = 60_000

/** Logs the progress of a wait: each new status, failed attempts, and otherwise a line every minute. */
export class Progress {
  /** The label of the last status that was logged as info. */
  private loggedLabel = ''
  /** When any line was last logged as info; at first, the start of the wait. */
  private loggedAtMs: number
  private readonly startedAtMs: number
  /** See `throttleLog`: returns whether the line was logged as info. */
  private readonly logFailure: (line: string) => boolean

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {
    this.startedAtMs = this.loggedAtMs = clock.nowMs()
    this.logFailure = throttleLog(clock, log)
  }

  /**
   * Call it after a poll attempt that found the task unfinished, or that failed and will be repeated.
   * @param status the last known status; undefined only if all attempts so far failed
   * @param pauseMs the pause until the next attempt
   */
  onAttempt(attempt: PollAttempt<unknown, Failure>, status: JobStatus | undefined, pauseMs: number): void {
    const nowMs = this.clock.nowMs()
    if (attempt.kind === 'fault' || attempt.kind === 'refused') {
      const wasLoggedAsInfo = this.logFailure(describeRetry(attempt.failure, pauseMs))
      // The user has seen a line, so the next one about an unchanged status can wait for a minute.
      if (wasLoggedAsInfo) this.loggedAtMs = nowMs
      return
    }
    const after = `after ${formatDuration(nowMs - this.startedAtMs)}`
    const label = status?.label ?? 'unknown'
    this.log.debug(`status ${label} ${after}, next status query in ${formatDuration(pauseMs)}`)
    const isNew = label !== this.loggedLabel
    if (!isNew && nowMs - this.loggedAtMs < HEARTBEAT_MS) return
    this.loggedLabel = label
    this.loggedAtMs = nowMs
    this.log.info(isNew ? `Status: ${label} (${after})` : `Still ${label} ${after}`)
  }
}
