import { describe, expect, it } from '@jest/globals'
import { runSeed } from './run-seed.js'
import type { ScenarioKind } from './types.js'

// Each seed found a defect of the actions, or detects a defect that was put into them to test the checks. Many more
// seeds run with `npm run faults`. These are older than the shapes of wire-shapes.ts, and run without them.
const SEEDS: readonly (readonly [kind: ScenarioKind, seeds: readonly number[]])[] = [
  // A credential that the service repeats; a wait of twenty digits; a first poll attempt delayed beyond the deadline.
  ['wait', [26, 40, 24, 117]],
  // A token never renewed, or renewed endlessly; `success` without a file; status 3; no permission; pages of gateways;
  // line separators.
  ['wait', [14, 65, 34, 146, 209, 21, 30, 3, 5]],
  // A lost answer retried once, not twice; a message so long that the code was cut off.
  ['create', [5030, 5093, 5103, 2000192]],
  ['download', [22, 7]],
  // Another size; a credential sent to another host; an existing file; a file half written.
  ['download', [3, 6, 12, 1]],
  // A body without a length that is ended by our own abort or by a reset.
  ['raw', [27, 50, 63, 72]],
  ['inputs', [1, 2, 3, 4, 5, 6, 7, 8]],
]

describe('random faults', () => {
  const runs = SEEDS.flatMap(([kind, seeds]) => seeds.map((seed) => ({ kind, seed })))

  it('with known seeds: every run ends as it must', async () => {
    const queue = [...runs]
    const failures: string[] = []
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { violations, transcript } = await runSeed(next.kind, next.seed, false)
        // A run may be late because the machine is busy: `npm run faults` repeats such a run alone before it counts.
        const wrong = violations.filter(({ kind }) => kind === 'wrong')
        if (wrong.length > 0)
          failures.push(`${next.kind}:${next.seed} ${wrong.map(({ text }) => text).join('; ')}\n${transcript}`)
      }
    }
    await Promise.all([worker(), worker(), worker(), worker()])
    expect(failures).toEqual([])
  }, 60_000)
})
