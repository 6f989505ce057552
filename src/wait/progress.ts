import type { Failure } from '../feishu/errors/failure.js'
import type { JobStatus } from '../feishu/tasks/job-status.js'
import { describeRetry } from '../feishu/errors/poll-end.js'
import type { Clock } from '../polling/clock.js'
import type { PollAttempt } from '../polling/poll.js'
import type { Log } from '../runner/log.js'
import { seldom } from '../runner/seldom.js'
import { formatDuration } from '../text.js'

const HEARTBEAT_MS = 60_000

/** Tells of a wait as it goes: a line when the status changes, one now and then while it does not. */
export class Progress {
  private told = ''
  private toldAtMs: number
  private readonly startedAtMs: number
  private readonly tellTrouble: (line: string) => boolean

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {
    this.startedAtMs = this.toldAtMs = clock.nowMs()
    this.tellTrouble = seldom(clock, log)
  }

  /** After a look that found the task unfinished, or no answer. */
  onAttempt(attempt: PollAttempt<unknown, Failure>, status: JobStatus | undefined, pauseMs: number): void {
    const nowMs = this.clock.nowMs()
    if (attempt.kind === 'fault' || attempt.kind === 'refused') {
      if (this.tellTrouble(describeRetry(attempt.failure, pauseMs))) this.toldAtMs = nowMs
      return
    }
    const after = `after ${formatDuration(nowMs - this.startedAtMs)}`
    const label = status?.label ?? 'unknown'
    this.log.debug(`status ${label} ${after}, next look in ${formatDuration(pauseMs)}`)
    const changed = label !== this.told
    if (!changed && nowMs - this.toldAtMs < HEARTBEAT_MS) return
    this.told = label
    this.toldAtMs = nowMs
    this.log.info(changed ? `Status: ${label} (${after})` : `Still ${label} ${after}`)
  }
}
