import { createLimiter } from '../../test/emulator/limiter.js'
import type { Service } from './pace.js'

/**
 * When a perfect coordinator would have the last file: it takes the documents in the order given, knows the moment each
 * export ends and the state of every limiter, and so never makes a useless request.
 * @returns milliseconds
 */
export function coordinatorMs({ limit, durationsMs, roundTripMs, transferMs }: Service): number {
  const createdMs = passOneByOne(durationsMs.map(() => 0))
  const endsMs = createdMs.map((atMs, index) => atMs + (durationsMs[index] ?? 0)).sort((a, b) => a - b)
  const queriedMs = passOneByOne(endsMs.map((atMs) => atMs + roundTripMs / 2)).sort((a, b) => a - b)
  const fetchedMs = passOneByOne(queriedMs.map((atMs) => atMs + roundTripMs))
  return Math.max(...fetchedMs) + roundTripMs / 2 + transferMs

  /** Sends requests in order, each as soon as the limiter accepts it. @returns when each was accepted */
  function passOneByOne(requestedMs: readonly number[]): number[] {
    const limiter = createLimiter(limit)
    let nowMs = 0
    return requestedMs.map((atMs) => {
      nowMs = Math.max(nowMs, atMs)
      while (!limiter.take(nowMs).ok) nowMs += 10
      return nowMs
    })
  }
}
