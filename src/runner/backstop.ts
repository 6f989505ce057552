import type { Clock } from '../polling/clock.js'
import type { StopReason } from '../polling/deadline.js'

// A run that reacts to the end needs a fraction of a second. The runner kills a cancelled step after 10 s.
const GRACE_MS = 1_500

/** Watches a run that may not end at its timeout or after a cancel. */
export interface Backstop {
  /** Resolves when the run still continues `GRACE_MS` after its timeout or a cancel; otherwise never. */
  readonly overdue: Promise<StopReason>
  /** Stops the watch, so that no timer keeps the process alive. Call it when the run has ended. */
  release(): void
}

/**
 * Starts to watch whether a run ends in time. Some operations cannot be ended by an abort signal, such as a system call
 * to a disk that was removed. If the run is overdue, the caller reports the outputs so far. The grace period starts when
 * the timeout or cancel is noticed. So the run has all of it even if the machine was suspended until after the timeout.
 * @param timeoutMs the end of the run, counted from the zero of the clock (the start of the process)
 * @param cancel aborted when the user cancels
 */
export function startBackstop(clock: Clock, timeoutMs: number, cancel: AbortSignal): Backstop {
  let stopTimer = (): void => undefined
  let onCancel = (): void => undefined
  const overdue = new Promise<StopReason>((resolve) => {
    let hasStarted = false
    const startGrace = (reason: StopReason): void => {
      if (hasStarted) return
      hasStarted = true
      stopTimer()
      stopTimer = clock.after(GRACE_MS, () => resolve(reason))
    }
    onCancel = () => startGrace('cancelled')
    stopTimer = clock.after(timeoutMs - clock.nowMs(), () => startGrace('timed-out'))
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
