import { describe, expect, it } from '@jest/globals'
import { runCampaign } from './campaign.js'
import { InProcessRunner } from './run-in-process.js'

describe('the export campaign, in process (README.md)', () => {
  it.each([1, 2, 3, 4, 5])('breaks no rule: seed %i', async (seed) => {
    const { findings, kills } = await runCampaign({
      ...{ documents: 12, kills: 2, seed, mayStall: false },
      createRunner: (place) => new InProcessRunner(place),
    })
    expect(findings).toEqual([])
    expect(kills).toBeGreaterThan(0)
  })
})
