import fc from 'fast-check'
import type { PauseFacts } from '../../src/polling/schedule.js'

/**
 * The facts for any pause of a wait in which at least one request was refused. `lastRefusal` may be missing
 * nevertheless, so that the pauses before a refusal are tested too.
 */
export const pauseFacts = fc.record({
  elapsedMs: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
  roundTripMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
  parallelJobs: fc.oneof(fc.constantFrom(1, 2, 10, 50, 100, 200), fc.integer({ min: 1, max: 1000 })),
  refusals: fc.integer({ min: 1, max: 40 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  lastRefusal: fc.option(
    fc.record({ agoMs: fc.double({ min: 0, max: 600_000, noNaN: true }), attemptsInMinute: fc.nat(100) }),
    { nil: undefined },
  ),
}) satisfies fc.Arbitrary<PauseFacts>
