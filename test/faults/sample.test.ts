import { describe, expect, it } from '@jest/globals'
import { playSeed } from './play-seed.js'
import type { Kind } from './types.js'

// Each found a fault once, or finds one that was put in to try the judge. `npm run faults` plays many more.
const SEEDS: readonly (readonly [kind: Kind, seeds: readonly number[]])[] = [
  // A credential that the service repeats; a wait of twenty digits; a first look put off beyond the deadline.
  ['wait', [26, 40, 24, 117]],
  // A renewal forgotten or without end; `success` without a file; status 3; no permission; pages; gateways; line separators.
  ['wait', [14, 65, 34, 146, 209, 21, 30, 3, 5]],
  // A lost answer tried again once, not twice; a message so long that the code was cut off.
  ['create', [5030, 5093, 5103, 2000192]],
  ['download', [22, 7]],
  // Another size; a credential for another host; a name that is taken; a file half written.
  ['download', [3, 6, 12, 1]],
  // A body without a length that our own abort, or a reset, ends.
  ['raw', [27, 50, 63, 72]],
  ['inputs', [1, 2, 3, 4, 5, 6, 7, 8]],
]

describe('faults at random', () => {
  const names = SEEDS.flatMap(([kind, seeds]) => seeds.map((seed) => ({ kind, seed })))

  it('meets each of them as it must', async () => {
    const queue = [...names]
    const faults: string[] = []
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { violations, story } = await playSeed(next.kind, next.seed)
        // Lateness may be the machine's: the long run repeats such a run alone before it counts.
        const wrong = violations.filter(({ kind }) => kind === 'wrong')
        if (wrong.length > 0)
          faults.push(`${next.kind}:${next.seed} ${wrong.map(({ text }) => text).join('; ')}\n${story}`)
      }
    }
    await Promise.all([worker(), worker(), worker(), worker()])
    expect(faults).toEqual([])
  }, 60_000)
})
