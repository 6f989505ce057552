import { factOf, type Failure } from '../feishu/failure.js'
import type { JobStatus } from '../feishu/job-status.js'
import type { Look } from '../polling/poll.js'
import type { Log } from '../runner/log.js'
import { formatDuration } from '../text.js'

const HEARTBEAT_MS = 60_000
// Troubles that come and go must not fill the log.
const TROUBLE_EVERY_MS = 30_000

/** Tells of a wait as it goes: a line when the status changes, one now and then while it does not. */
export class Progress {
  private told = ''
  private toldAtMs = 0
  private troubleAtMs = -Infinity

  constructor(
    private readonly log: Log,
    /** Since the wait began. */
    private readonly elapsedMs: () => number,
  ) {}

  /** After a look that found the task unfinished, or no answer. */
  onLook(look: Look<unknown, Failure>, status: JobStatus | undefined, pauseMs: number): void {
    const nowMs = this.elapsedMs()
    const after = `after ${formatDuration(nowMs)}`
    if (look.kind === 'fault' || look.kind === 'refused') {
      const line = `${factOf(look.failure)}; trying again in ${formatDuration(pauseMs)}`
      if (nowMs - this.troubleAtMs < TROUBLE_EVERY_MS) {
        this.log.debug(line)
        return
      }
      this.troubleAtMs = this.toldAtMs = nowMs
      this.log.info(line)
      return
    }
    const label = status?.label ?? 'unknown'
    this.log.debug(`status ${label} ${after}, next look in ${formatDuration(pauseMs)}`)
    const changed = label !== this.told
    if (!changed && nowMs - this.toldAtMs < HEARTBEAT_MS) return
    this.told = label
    this.toldAtMs = nowMs
    this.log.info(changed ? `Status: ${label} (${after})` : `Still ${label} ${after}`)
  }
}
