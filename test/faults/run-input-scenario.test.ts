import { describe, expect, it } from '@jest/globals'
import type { Emulator } from '../emulator/index.js'
import type { StepResult } from '../process/run-action.js'
import { checkInputs } from './run-input-scenario.js'

/** Returns what `checkInputs` reports for a step that succeeded with this summary and an empty log. */
function check(action: 'wait' | 'create' | 'download', summary: string): string[] {
  const step = { exitCode: 0, signal: null, lines: [], errors: [], outputs: {}, summary, durationMs: 100 }
  const emulator = { requests: [] } as unknown as Emulator
  return checkInputs(action, step as unknown as StepResult, {}, [], emulator).map(({ text }) => text)
}

describe('the check of a step with random inputs', () => {
  it('expects a summary of a successful download, and of no other action', () => {
    expect(check('download', 'a summary')).toEqual([])
    expect(check('download', '')).toEqual(['no summary'])
    expect(check('wait', '')).toEqual([])
    expect(check('wait', 'a summary')).toEqual(['summary: a summary'])
  })
})
