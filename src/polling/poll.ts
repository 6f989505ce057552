import { sleep, type Clock } from './clock.js'
import { withTimeLimit, type Deadline } from './deadline.js'
import { faultDelayMs, refusedDelayMs, type Moment, type Schedule } from './schedule.js'

/** What one look found. `F` is whatever the caller tells a failure by. */
export type Look<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'pending' }
  /** For good: looking again is useless. */
  | { readonly kind: 'failed'; readonly failure: F }
  /** Passing: looking again may help. One that made progress counts as the first fault. */
  | { readonly kind: 'fault'; readonly failure: F; readonly madeProgress?: boolean }
  /** The rate limit refused the request; the service may have said how long to wait. */
  | { readonly kind: 'refused'; readonly failure: F; readonly askedMs?: number | undefined }

/** How a poll ended. */
export type PollEnd<T, F> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: F }
  /** `lastFault` is the trouble of the very last look, if it had any. */
  | { readonly kind: 'timed-out'; readonly lastFault?: F | undefined; readonly refusedForMs?: number | undefined }
  | { readonly kind: 'cancelled'; readonly lastFault?: F | undefined }

export interface PollOptions<T, F> {
  /** Looks once; must heed the signal, and must not throw for anything the service or the network does. */
  readonly look: (signal: AbortSignal) => Promise<Look<T, F>>
  readonly schedule: Schedule
  readonly rivals: number
  readonly clock: Clock
  readonly deadline: Deadline
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /**
   * How long one look may take, in milliseconds. By default a quarter of the timeout, from 2 to 10 s; Infinity for a
   * look that limits itself, by the progress it makes.
   */
  readonly lookLimitMs?: number | undefined
  /** Told after each look that did not end the poll, with the pause that follows. */
  readonly onLook?: (look: Look<T, F>, pauseMs: number) => void
}

// An answer takes a fraction of a second; ten seconds of silence mean a hung connection. A service that is really so
// slow still gets through: the limit doubles with each time-out in a row.
const MAX_LOOK_MS = 10_000
const MIN_LOOK_MS = 2_000

// The span in which the service counts requests.
const MINUTE_MS = 60_000

const isTrouble = <T, F>(look: Look<T, F>): look is Extract<Look<T, F>, { failure: F }> => 'failure' in look

/**
 * Looks until a look ends it, the deadline passes or somebody cancels.
 * @returns how it ended; it never throws but for what `look` throws
 */
export async function poll<T, F>(options: PollOptions<T, F>): Promise<PollEnd<T, F>> {
  const { look, schedule, rivals, clock, deadline, random, onLook } = options
  let refusals = 0
  let faultsInARow = 0
  let hangsInARow = 0
  let lastFault: F | undefined
  const stopped = (): PollEnd<T, F> | undefined => {
    const reason = deadline.stopReason()
    return reason && { kind: reason, lastFault }
  }

  let passedAtMs: number[] = []
  let refused: { readonly atMs: number; readonly looksInMinute: number } | undefined
  const startMs = clock.nowMs()
  // However many rivals there are: a short timeout still has its last look.
  const firstMs = Math.min(schedule.firstDelayMs(rivals, random()), deadline.remainingMs() - lastLookMarginMs(0))
  await sleep(clock, firstMs, deadline.signal)
  for (;;) {
    const stoppedBefore = stopped()
    if (stoppedBefore) return stoppedBefore
    const baseLimitMs = options.lookLimitMs ?? Math.min(Math.max(deadline.timeoutMs / 4, MIN_LOOK_MS), MAX_LOOK_MS)
    const limitMs = baseLimitMs * 2 ** Math.min(hangsInARow, 6)
    const lookedAtMs = clock.nowMs()
    const seen = await withTimeLimit(clock, limitMs, deadline.signal, look)
    const nowMs = clock.nowMs()
    const roundTripMs = nowMs - lookedAtMs
    if (seen.kind === 'done' || seen.kind === 'failed') return seen
    const stoppedMeanwhile = stopped()
    if (stoppedMeanwhile) return stoppedMeanwhile

    passedAtMs = passedAtMs.filter((atMs) => atMs > lookedAtMs - MINUTE_MS)
    if (seen.kind === 'pending') passedAtMs.push(lookedAtMs)
    if (seen.kind === 'refused') {
      refusals++
      refused = { atMs: nowMs, looksInMinute: passedAtMs.length }
    }
    faultsInARow = seen.kind !== 'fault' ? 0 : seen.madeProgress === true ? 1 : faultsInARow + 1
    hangsInARow = seen.kind === 'fault' && roundTripMs >= limitMs ? hangsInARow + 1 : 0
    lastFault = isTrouble(seen) ? seen.failure : undefined
    const moment: Moment = {
      elapsedMs: nowMs - startMs,
      roundTripMs,
      rivals,
      refusals,
      lastRefusal: refused && { agoMs: nowMs - refused.atMs, looksInMinute: refused.looksInMinute },
      random: random(),
    }
    const pauseMs = pauseAfter(seen, schedule, faultsInARow, moment)
    const leastMs = seen.kind === 'refused' ? (seen.askedMs ?? pauseMs) : 0
    const remainingMs = deadline.remainingMs()
    if (seen.kind === 'refused' && leastMs >= remainingMs)
      return { kind: 'timed-out', lastFault, refusedForMs: leastMs }

    const lastLookMs = remainingMs - lastLookMarginMs(seen.kind === 'fault' ? 0 : roundTripMs)
    if (lastLookMs <= 0) return { kind: 'timed-out', lastFault }
    const untilNextMs = Math.max(leastMs, Math.min(pauseMs, lastLookMs))
    onLook?.(seen, untilNextMs)
    await sleep(clock, untilNextMs, deadline.signal)
  }
}

function pauseAfter<T, F>(seen: Look<T, F>, schedule: Schedule, faultsInARow: number, moment: Moment): number {
  switch (seen.kind) {
    case 'refused':
      return refusedDelayMs(seen.askedMs, moment)
    case 'fault':
      return faultDelayMs(schedule, faultsInARow, moment)
    default:
      return schedule.nextDelayMs(moment)
  }
}

/** How long before the deadline the last look is due, so that its answer still counts. */
function lastLookMarginMs(roundTripMs: number): number {
  return Math.min(250 + 2 * roundTripMs, 1_000)
}
