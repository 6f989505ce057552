// The clock of a child process: many times as fast as the machine's, and ahead by the time that the campaign skipped
// between runs. Child processes load this file as it is, before the built action: so it imports nothing.

const TICK_MS = 4
// The most real time that counts between two ticks. More real time passes while no timer is set, or on a busy machine. If
// it counted, a request would reach its time limit before the emulator can answer.
const MAX_TICK_MS = 12

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/**
 * Replaces `setTimeout`, `clearTimeout`, `performance.now` and `Date.now` in this process.
 * @param options.speed 20 makes timers and `performance.now` 20 times as fast; `Date.now` is not faster
 * @param options.aheadMs how far `Date.now` is ahead of the machine's clock (see `ChildRunner.skip`)
 */
export function installFastClock({ speed, aheadMs }: { readonly speed: number; readonly aheadMs: number }): void {
  const realNow = performance.now.bind(performance)
  const realWall = Date.now.bind(Date)
  const realSetTimeout = globalThis.setTimeout
  const realClearTimeout = globalThis.clearTimeout
  const timers = new Set<Timer>()
  let nowMs = 0
  let lastMs = realNow()
  let armed: NodeJS.Timeout | undefined
  const tick = (): void => {
    const realMs = realNow()
    nowMs += Math.min(MAX_TICK_MS, realMs - lastMs) * speed
    lastMs = realMs
    const due = [...timers].filter((timer) => timer.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
    // An earlier callback may have cancelled a timer.
    for (const timer of due) if (timers.delete(timer)) timer.callback()
    if (timers.size > 0) arm()
  }
  const arm = (): void => {
    if (armed !== undefined) return
    armed = realSetTimeout(() => {
      armed = undefined
      tick()
    }, TICK_MS)
  }
  const setFastTimeout = (callback: (...values: unknown[]) => void, delayMs = 0, ...values: unknown[]): object => {
    const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), callback: () => callback(...values) }
    timers.add(timer)
    arm()
    const handle = { cancel: () => timers.delete(timer), ref: () => handle, unref: () => handle, hasRef: () => true }
    return handle
  }
  const clearFastTimeout = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null && 'cancel' in handle) (handle as { cancel(): void }).cancel()
    // A timer from the time before the clock was replaced.
    else realClearTimeout(handle as NodeJS.Timeout)
  }
  Object.assign(globalThis, { setTimeout: setFastTimeout, clearTimeout: clearFastTimeout })
  Object.defineProperty(performance, 'now', { value: () => nowMs })
  Date.now = () => realWall() + aheadMs
}
