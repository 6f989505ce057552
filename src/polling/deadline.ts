import type { Clock } from './clock.js'

/** Why nothing may go on: the time is up, or somebody cancelled. */
export type StopReason = 'timed-out' | 'cancelled'

/** One end for everything that runs under it, by time or by cancellation. */
export interface Deadline {
  /** Aborted at the end, whichever comes first; its reason is a `StopReason`. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  remainingMs(): number
  /** Undefined as long as work may go on. */
  stopReason(): StopReason | undefined
  /** Lets go of the timer: call it when the work has ended. */
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

/** Waits for a sign of life; silence that lasts too long ends the whole attempt. */
export type Watch = <T>(work: Promise<T>) => Promise<T>

/**
 * Runs an attempt that may take as long as it goes on, but not stand still: each wait that it gives to `watch` has the
 * limit of its own. What is not watched (the disk) may take its time.
 * @param attempt must heed the signal, which is aborted with `ATTEMPT_TIMED_OUT` after the silence
 */
export async function withStallLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal, watch: Watch) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onParent = (): void => controller.abort(parent.reason)
  if (parent.aborted) onParent()
  else parent.addEventListener('abort', onParent)
  const watch: Watch = async (work) => {
    const stopTimer = clock.after(limitMs, () => controller.abort(ATTEMPT_TIMED_OUT))
    try {
      return await work
    } finally {
      stopTimer()
    }
  }
  try {
    return await attempt(controller.signal, watch)
  } finally {
    parent.removeEventListener('abort', onParent)
  }
}

/**
 * Runs one attempt under the parent signal and a time limit of its own, so that one hung request cannot eat the whole
 * timeout. The attempt must heed the signal it is given.
 */
export function withTimeLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withStallLimit(clock, limitMs, parent, (signal, watch) => watch(attempt(signal)))
}

/** The same pieces, each of them waited for under watch. */
export async function* watched<T>(body: AsyncIterable<T>, watch: Watch): AsyncGenerator<T> {
  const iterator = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await watch(iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
