import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import { deaf } from './disk-faults.js'
import { runAction } from './run-action.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 2 }
const options = { ...deaf, killAfterMs: 15_000 }

// In these steps, no abort signal ends a wait: this stands for any operation that may hang.
describe('a step that does not end at its timeout is ended soon after it', () => {
  it.concurrent('wait: fails, with the status that was last seen', async () => {
    const task = emulator.addTask({ durationMs: 60_000 })
    emulator.script('query', (_, nth) => (nth === 1 ? undefined : answers.hang()), { ticket: task.ticket })
    const step = await runAction('wait', { ...common, ticket: task.ticket, token: task.document.token }, options)
    expect(step.errors).toEqual([expect.stringMatching(/^Time is up: the step did not end within 2 s/)])
    expect(step.outputs).toEqual({ status: 'new', 'status-code': '1', 'error-message': step.errors[0] })
    expect([step.exitCode, step.signal]).toEqual([1, null])
    expect(step.durationMs).toBeLessThan(4500)
  })

  it.concurrent('create: fails', async () => {
    const { token } = emulator.addDocument({ type: 'docx' })
    emulator.script('create', () => answers.hang(), { token })
    const inputs = { ...common, token, type: 'docx', 'file-extension': 'pdf' }
    const step = await runAction('create', inputs, options)
    expect(step.errors).toEqual([expect.stringMatching(/^Time is up: the step did not end within 2 s/)])
    expect(step.outputs).toEqual({ 'error-message': step.errors[0] })
    expect([step.exitCode, step.signal]).toEqual([1, null])
  })
})
