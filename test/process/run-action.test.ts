import { afterAll, expect, it } from '@jest/globals'
import { startEmulator } from '../emulator/index.js'
import { expectWaitSuccess, runWait } from '../wait/support.js'
import { preloading } from './run-action.js'

const emulator = await startEmulator()
afterAll(() => emulator.stop())

it('outputs are read also where lines end with CRLF, as on Windows', async () => {
  const windowsLines = preloading(`
    import os from 'node:os'
    import { syncBuiltinESMExports } from 'node:module'
    Object.defineProperty(os, 'EOL', { value: '\\r\\n' })
    syncBuiltinESMExports()`)
  const title = 'one\ntwo\r'
  const step = await runWait(emulator, emulator.addTask({ title }), {}, windowsLines)
  expectWaitSuccess(step)
  expect(step.outputs).toMatchObject({ 'file-name': title, type: 'docx' })
})
