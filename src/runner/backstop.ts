import type { Clock } from '../polling/clock.js'
import type { StopReason } from '../polling/deadline.js'

// A run that ends in good order needs a fraction of a second for it. The runner kills a cancelled step after 10 s.
const GRACE_MS = 1_500

/** Watches a run that should have ended. */
export interface Backstop {
  /** Resolves when the run is still going on some time after its end was due; never while it may go on. */
  readonly overdue: Promise<StopReason>
  /** The run has ended: nothing is watched any more, and nothing keeps the process alive. */
  release(): void
}

/**
 * Watches a run, for what no signal can end: a call of the system that never returns, such as one to a disk that is
 * gone. The time to end in good order counts from when the end was seen: after a pause of the whole machine, too.
 * @param timeoutMs how long the run may take, counted from 0 on the clock
 * @param cancel aborted when the user cancels
 */
export function startBackstop(clock: Clock, timeoutMs: number, cancel: AbortSignal): Backstop {
  let stopTimer = (): void => undefined
  let onCancel = (): void => undefined
  const overdue = new Promise<StopReason>((resolve) => {
    let reason: StopReason | undefined
    const due = (why: StopReason): void => {
      if (reason) return
      reason = why
      stopTimer()
      stopTimer = clock.after(GRACE_MS, () => resolve(why))
    }
    onCancel = () => due('cancelled')
    stopTimer = clock.after(timeoutMs - clock.nowMs(), () => due('timed-out'))
    if (cancel.aborted) onCancel()
    else cancel.addEventListener('abort', onCancel)
  })
  return {
    overdue,
    release() {
      stopTimer()
      cancel.removeEventListener('abort', onCancel)
    },
  }
}
