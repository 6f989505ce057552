/** A clock with timers; tests and simulations hand in their own. */
export interface Clock {
  /** Milliseconds on a clock that never jumps; on the real one, since the process began. */
  nowMs(): number
  /** Milliseconds since 1970, for times that are shown to the user. */
  wallMs(): number
  /** Calls `callback` once, after `delayMs`. @returns a function that cancels the call */
  after(delayMs: number, callback: () => void): () => void
}

// Node fires a longer timer immediately.
const MAX_TIMER_MS = 2 ** 31 - 1

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, callback) {
    const dueMs = performance.now() + delayMs
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const leftMs = dueMs - performance.now()
      timer =
        leftMs > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(callback, Math.max(0, Math.ceil(leftMs)))
    }
    arm()
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Waits `delayMs`, or until the signal is aborted if that is sooner. Never rejects. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      cancelTimer()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancelTimer = clock.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}
