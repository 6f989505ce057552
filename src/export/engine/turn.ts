/** A request that waits for its turn. */
export interface Turn {
  /** The sort key: of the requests that are due, the lowest is sent first. Evaluated each time a request is chosen. */
  readonly order: () => number
  /** The earliest time to send it, on the clock. Evaluated each time a request is chosen. */
  readonly dueMs?: () => number
  /** Called when the request may be sent, before the next one is chosen. */
  readonly onGranted?: () => void
}

/**
 * Chooses, of the requests that are due, the one with the lowest order.
 * @param nowMs the time on the clock
 * @returns the chosen request. If no request is due, the time in milliseconds until the first one will be due; Infinity
 * if none is waiting
 */
export function chooseTurn<T extends Turn>(waiting: Iterable<T>, nowMs: number): T | { readonly dueInMs: number } {
  let chosen: { readonly turn: T; readonly order: number } | undefined
  let dueInMs = Infinity
  for (const turn of waiting) {
    const waitMs = (turn.dueMs?.() ?? 0) - nowMs
    if (waitMs > 0) {
      dueInMs = Math.min(dueInMs, waitMs)
      continue
    }
    const order = turn.order()
    if (!chosen || order < chosen.order) chosen = { turn, order }
  }
  return chosen?.turn ?? { dueInMs }
}
