import type { Clock } from './clock.js'

/** Why the work must stop: the time is up, or the user cancelled. */
export type StopReason = 'timed-out' | 'cancelled'

/** The end of everything that runs under it, by time or by cancellation. */
export interface Deadline {
  /** Aborted at the end, whichever comes first; its reason is a `StopReason`. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  remainingMs(): number
  /** Undefined as long as work may go on. */
  stopReason(): StopReason | undefined
  /** Stops the timer: call it when the work has ended. */
  release(): void
}

/**
 * Starts the clock for a whole step.
 * @param startedAtMs when the time began to count, on `clock`; 0 is the start of the process
 * @param cancel aborted when the user cancels
 */
export function startDeadline(clock: Clock, timeoutMs: number, startedAtMs: number, cancel: AbortSignal): Deadline {
  const endMs = startedAtMs + timeoutMs
  const end = new AbortController()
  const onCancel = (): void => end.abort('cancelled' satisfies StopReason)
  const stopTimer = clock.after(endMs - clock.nowMs(), () => end.abort('timed-out' satisfies StopReason))
  if (cancel.aborted) onCancel()
  else cancel.addEventListener('abort', onCancel)
  return {
    signal: end.signal,
    timeoutMs,
    remainingMs: () => endMs - clock.nowMs(),
    stopReason: () => (end.signal.aborted ? (end.signal.reason as StopReason) : undefined),
    release() {
      stopTimer()
      cancel.removeEventListener('abort', onCancel)
    },
  }
}

/** The abort reason of a time limit on one attempt. */
export const ATTEMPT_TIMED_OUT = 'attempt-timed-out'

/** Reports the progress of an attempt to its stall limit. */
export interface StallWatch {
  /** Data arrived: the silence begins again. */
  progress(): void
  /** Waits for work whose time is not silence, such as the disk's. */
  exempt<T>(work: Promise<T>): Promise<T>
}

/**
 * Runs an attempt that may take any time, as long as it makes progress.
 * @param limitMs how long the silence may last, in milliseconds: from the start, and after each `progress`
 * @param attempt must end when its signal is aborted, with `ATTEMPT_TIMED_OUT` after that silence
 */
export async function withStallLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal, watch: StallWatch) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onParent = (): void => controller.abort(parent.reason)
  if (parent.aborted) onParent()
  else parent.addEventListener('abort', onParent)

  // One timer for the whole attempt: one for each piece of a large file would cost more than the piece.
  let silentSinceMs = clock.nowMs()
  let stopTimer = (): void => undefined
  let isOver = false
  const check = (): void => {
    if (isOver) return
    const leftMs = silentSinceMs + limitMs - clock.nowMs()
    if (leftMs <= 0) controller.abort(ATTEMPT_TIMED_OUT)
    else stopTimer = clock.after(leftMs, check)
  }
  const watch: StallWatch = {
    progress() {
      silentSinceMs = clock.nowMs()
    },
    async exempt(work) {
      stopTimer()
      try {
        return await work
      } finally {
        silentSinceMs = clock.nowMs()
        check()
      }
    },
  }
  check()
  try {
    return await attempt(controller.signal, watch)
  } finally {
    isOver = true
    stopTimer()
    parent.removeEventListener('abort', onParent)
  }
}

/**
 * Runs one attempt under the parent signal and a time limit of its own, in milliseconds, so that one hung request
 * cannot use up the whole timeout. The attempt must end when its signal is aborted.
 */
export function withTimeLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withStallLimit(clock, limitMs, parent, attempt)
}
