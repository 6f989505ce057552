import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { createRandom, startEmulator } from '../../emulator/index.js'
import { InProcessRunner } from './run-in-process.js'

const STALL_MS = 3_500

it('a machine that stalls during a call to the disk does not make the clock of the run jump to its deadline', async () => {
  const emulator = await startEmulator({ random: createRandom(1) })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-stall-'))
  try {
    mkdirSync(path.join(workspace, 'out'))
    const folder = emulator.addFolder({ name: 'Root' }).token
    const runner = new InProcessRunner({ emulator, workspace, seed: 1 })
    const inputs = {
      'access-token': emulator.accessToken,
      'base-url': emulator.url,
      directory: 'out',
      sources: `https://acme.feishu.cn/drive/folder/${folder}`,
    }
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder, bytes: { size: 16 } })
    await runner.run({ inputs, disk: {} })
    document.title = 'B'
    let stalls = 0
    // The first rename of this run is in the move of the file, before any export: no timer but the deadline is set.
    const onCall = (call: string): void => {
      if (call === 'rename' && stalls++ === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
    }
    const { errors, outputs } = await runner.run({ inputs, disk: { onCall } })
    expect(stalls).toBeGreaterThan(0)
    expect(errors).toEqual([])
    expect(outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '0' })
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
})
