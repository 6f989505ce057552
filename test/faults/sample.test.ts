import { describe, expect, it } from '@jest/globals'
import { playSeed } from './play-seed.js'
import type { Kind } from './types.js'

// Short runs that found something once, or would find it if it came back. `npm run faults` plays many more.
const SEEDS: readonly (readonly [kind: Kind, seeds: readonly number[]])[] = [['wait', [1, 2, 3]]]

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
