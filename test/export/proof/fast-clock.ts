import type { Clock } from '../../../src/polling/clock.js'

const TICK_MS = 4
// What the process itself loses on a busy machine is not to count as time, or attempts would run out of it.
const MAX_TICK_MS = 12

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** A clock that runs so many times as fast as the machine's. */
export function fastClock(speed: number): Clock {
  const timers = new Set<Timer>()
  let nowMs = 0
  let lastMs = performance.now()
  const tick = (): void => {
    const realMs = performance.now()
    nowMs += Math.min(MAX_TICK_MS, realMs - lastMs) * speed
    lastMs = realMs
    const due = [...timers].filter((timer) => timer.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
    for (const timer of due) if (timers.delete(timer)) timer.callback()
    if (timers.size > 0) arm()
  }
  let armed: NodeJS.Timeout | undefined
  const arm = (): void => {
    if (armed === undefined) lastMs = Math.max(lastMs, performance.now() - MAX_TICK_MS)
    armed = setTimeout(() => {
      armed = undefined
      tick()
    }, TICK_MS)
  }
  return {
    nowMs: () => nowMs,
    wallMs: () => Date.now(),
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), callback }
      timers.add(timer)
      if (armed === undefined) arm()
      return () => {
        timers.delete(timer)
      }
    },
  }
}
