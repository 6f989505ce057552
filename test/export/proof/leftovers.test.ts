import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { startEmulator, type Emulator } from '../../emulator/index.js'
import { runAction, type StepResult } from '../../process/run-action.js'
import { bundleEntry } from './bundle.js'
import type { Crash } from './crash.js'
import { isTemporary, readDisk } from './disk.js'

let emulator: Emulator
let scratch: string
let workspace: string
beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'feishu-leftovers-'))
  await bundleEntry(path.join(scratch, 'dist'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
beforeEach(async () => {
  emulator = await startEmulator()
  workspace = mkdtempSync(path.join(scratch, 'workspace-'))
  mkdirSync(path.join(workspace, 'out'))
})
afterEach(() => emulator.stop())

function run(folder: string, crash?: Crash): Promise<StepResult> {
  const sources = `https://acme.feishu.cn/drive/folder/${folder}`
  return runAction(
    'export',
    { 'access-token': emulator.accessToken, 'base-url': emulator.url, directory: 'out', sources },
    {
      workspace,
      dist: path.join(scratch, 'dist'),
      env: { PROOF_SPEED: '20', ...(crash && { PROOF_CRASH: JSON.stringify(crash) }) },
    },
  )
}

it.each<Crash>([
  { step: 'write', nth: 1, when: 'half' },
  { step: 'sync', nth: 2, when: 'before' },
  { step: 'link', nth: 1, when: 'after' },
  { step: 'write', nth: 2, when: 'half' },
  { step: 'rename', nth: 1, when: 'before' },
])('what a killed run left half-written goes, even if its folder is gone meanwhile: %j', async (crash) => {
  const root = emulator.addFolder({ name: 'Root' })
  const folder = emulator.addFolder({ name: 'New', parent: root.token })
  for (const title of ['A', 'B', 'C']) emulator.addDocument({ type: 'docx', title, folder: folder.token })
  emulator.addDocument({ type: 'docx', title: 'Top', folder: root.token, durationMs: 1500 })
  const killed = await run(root.token, crash)
  expect(killed.signal).toBe('SIGKILL')
  emulator.store.folders.remove(root.token, folder.token)
  const next = await run(root.token)
  expect(next.exitCode).toBe(0)
  const { files, recorded } = readDisk(path.join(workspace, 'out'))
  expect([...files.keys()].filter(isTemporary)).toEqual([])
  expect(recorded.map(({ path }) => path)).toContain('Top.docx')
})
