import { describe, expect, it } from '@jest/globals'
import { createRandom, startEmulator, type Answer, type RecordedRequest } from '../emulator/index.js'
import { generateSource } from './export-scenario.js'
import { RandomSource } from './random-source.js'

// Generates a source with the fault `compressed pages`.
const SEED = 53

/** Generates the source of `SEED`. Returns the answer to its listing after `draws` further draws from the random source. */
async function answerListing(draws: number): Promise<Answer | undefined> {
  const random = new RandomSource(SEED)
  const emulator = await startEmulator({ random: createRandom(SEED) })
  try {
    const { line, placeToken } = generateSource(random, emulator, 'S0')
    random.list(draws, random.next)
    const api = line.includes('/folder/') ? 'folder' : 'wiki-nodes'
    return await emulator.scripts.answerTo({ api, tokens: [placeToken] } as unknown as RecordedRequest)
  } finally {
    await emulator.stop()
  }
}

describe('a source with compressed pages', () => {
  it('gets the same compression from a seed, in whatever order the sources are listed', async () => {
    const expected = await answerListing(0)
    expect(expected).toMatchObject({ fault: 'encode' })
    for (const draws of [1, 2, 3, 4]) expect(await answerListing(draws)).toEqual(expected)
  })
})
