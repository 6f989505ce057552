import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { bundleEntry } from './bundle.js'
import { campaign } from './campaign.js'

let dist: string
beforeAll(async () => {
  dist = mkdtempSync(path.join(tmpdir(), 'feishu-proof-dist-'))
  await bundleEntry(dist)
})
afterAll(() => rmSync(dist, { recursive: true, force: true }))

it('a small world comes whole, however often the process is killed (npm run proof:export: a large one)', async () => {
  const verdict = await campaign({ documents: 60, kills: 3, seed: 7, speed: 60, dist, faultShare: 0.03 })
  expect(verdict.faults).toEqual([])
  expect(verdict.kills).toBeGreaterThan(0)
  expect(verdict.unchangedRequests).toBeLessThanOrEqual(verdict.fewestRequests + 1)
}, 60_000)
