import { createRandom } from '../../test/emulator/random.js'
import { coordinatorMs } from './coordinator.js'
import { runEngine, type PaceResult, type Service } from './pace.js'

/** How Feishu may count requests: the documentation does not say. */
export const LIMIT_KINDS = ['fixed', 'sliding', 'bucket'] as const

/** The shortest and the longest export, in seconds. */
export type LengthRange = readonly [shortestSeconds: number, longestSeconds: number]

/**
 * A service with the documented limits, 100 requests a minute for each API. The exports of its documents take
 * log-uniformly distributed times; the same arguments give the same times.
 */
export function serviceFor(
  documents: number,
  kind: (typeof LIMIT_KINDS)[number],
  [shortest, longest]: LengthRange,
  seed: number,
): Service {
  const random = createRandom(documents * 7 + seed)
  return {
    limit: { kind, requests: 100, windowMs: 60_000 },
    durationsMs: Array.from({ length: documents }, () => 1000 * shortest * (longest / shortest) ** random()),
    roundTripMs: 200,
    transferMs: 500,
  }
}

/** A run of the action's engine, compared with a perfect coordinator (see `coordinatorMs`). */
export interface SharedPace extends PaceResult {
  /** The action's pace, divided by the coordinator's. */
  readonly share: number
  readonly coordinatorMinutes: number
}

/**
 * Runs the action's engine against a simulated service, and compares its pace with that of a coordinator that knows in
 * advance when each export ends.
 * @param firstExpectedAgeMs the age at which the engine first expects exports to have ended; its default if undefined
 */
export async function measureShare(service: Service, seed: number, firstExpectedAgeMs?: number): Promise<SharedPace> {
  const result = await runEngine(service, seed, firstExpectedAgeMs)
  const coordinatorMinutes = coordinatorMs(service) / 60_000
  return { ...result, coordinatorMinutes, share: coordinatorMinutes / result.minutes }
}
