import { describe, expect, it } from '@jest/globals'
import { runCampaign } from './campaign.js'
import { InProcessRunner } from './run-in-process.js'

describe('the export campaign, in process (README.md)', () => {
  it.each([
    [1, 12],
    [2, 12],
    [3, 12],
    [4, 12],
    [5, 12],
    [6, 0],
  ])('breaks no rule: seed %i, with %i documents in the beginning', async (seed, documents) => {
    const { findings, kills } = await runCampaign({
      ...{ documents, kills: 2, seed, mayStall: false },
      createRunner: (place) => new InProcessRunner(place),
    })
    expect(findings).toEqual([])
    expect(kills).toBeGreaterThan(0)
  })
})
