import type { Clock } from './clock.js'

/** Why the step must stop: the time is up, or the user cancelled. */
export type StopReason = 'timed-out' | 'cancelled'

/** The end of a step, by time or by cancellation. */
export interface Deadline {
  /** Aborted when the time is up or the user cancels; its reason is a `StopReason`. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** The time until the timeout, in milliseconds; negative after it. A cancel does not change it. */
  remainingMs(): number
  /** Undefined before the end. */
  stopReason(): StopReason | undefined
  /** Call it when the work has ended: then neither the timeout nor a cancel aborts `signal`. May be called twice. */
  release(): void
}

// `nowMs` of the clock of the machine is 0 at the start of the process.
const PROCESS_START_MS = 0

/**
 * Starts the deadline of a step.
 * @param cancel aborted when the user cancels
 * @param startedAtMs the start of the timeout on `clock`; by default, the start of the process
 */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  cancel: AbortSignal,
  startedAtMs = PROCESS_START_MS,
): Deadline {
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

/** The abort reason when the time limit of one attempt is reached. */
export const ATTEMPT_TIMED_OUT = 'attempt-timed-out'

/** The attempt reports its progress here, for its stall limit. */
export interface StallWatch {
  /** Records that data arrived: the silence starts again. */
  progress(): void
  /**
   * Waits for other work, such as a disk operation. The time of this work does not count as silence. At the end of the
   * work, the silence starts again.
   */
  exempt<T>(work: Promise<T>): Promise<T>
}

/**
 * Runs an attempt that may take any time, as long as it makes progress.
 * @param limitMs the maximum silence in milliseconds: from the start, after each `progress` and after exempt work
 * @param parent aborts the attempt, too, with its own reason
 * @param attempt must end when its signal is aborted; after too long a silence, the abort reason is `ATTEMPT_TIMED_OUT`
 * @returns what the attempt returned, even after an abort; throws what it threw
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

  // `progress` sets no new timer, since a large file has very many chunks. When the timer ends, `check` sets it again if
  // there was progress.
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
 * Runs one attempt under the parent signal and a separate time limit. So one hung request cannot use up the timeout of
 * the step. The attempt must end when its signal is aborted.
 */
export function withTimeLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // The attempt reports no progress, so the limit of silence is a limit of the whole attempt.
  return withStallLimit(clock, limitMs, parent, attempt)
}
