import { createLimiter } from '../../test/emulator/limiter.js'
import type { Service } from './pace.js'

// After a refusal, the limiter is asked again for a time that is this much later.
const STEP_MS = 10

/**
 * Computes when a perfect coordinator would have the last file. The pace of the action is compared with it. The
 * coordinator creates the tasks in the given order. It knows when each export ends and when each limiter accepts a
 * request, so it never sends a useless request.
 * @returns milliseconds from when the service gets the first request
 */
export function coordinatorMs({ limit, durationsMs, roundTripMs, transferMs }: Service): number {
  // All times are those at which the service gets a request: half a round trip after it was sent.
  const createdMs = passOneByOne(durationsMs.map(() => 0))
  const endsMs = createdMs.map((atMs, index) => atMs + (durationsMs[index] ?? 0)).sort((a, b) => a - b)
  // A query is sent when the export ends, and a download when the answer to the query is there.
  const queriedMs = passOneByOne(endsMs.map((atMs) => atMs + roundTripMs / 2))
  const fetchedMs = passOneByOne(queriedMs.map((atMs) => atMs + roundTripMs))
  return Math.max(...fetchedMs) + roundTripMs / 2 + transferMs

  /** Sends the requests of one API in order, each as soon as its limiter accepts it. @returns when each was accepted */
  function passOneByOne(requestedMs: readonly number[]): number[] {
    const limiter = createLimiter(limit)
    let nowMs = 0
    return requestedMs.map((atMs) => {
      nowMs = Math.max(nowMs, atMs)
      while (!limiter.take(nowMs).ok) nowMs += STEP_MS
      return nowMs
    })
  }
}
