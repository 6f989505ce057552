import { describe, expect, it } from '@jest/globals'
import type { StepResult } from '../process/run-action.js'
import { checkStep } from './check-step.js'

/** Checks a step that was ended by a signal, and that must have failed. */
const checkKilledStep = (signal: NodeJS.Signals, lines: readonly string[]): string[] => {
  const step = { exitCode: null, signal, lines, errors: [], outputs: {}, summary: '' } as unknown as StepResult
  const expected = { green: false, secrets: [], knownSecrets: [], outputs: undefined, summaryWhenGreen: false }
  return checkStep(step, expected).map(({ kind, text }) => `${kind}: ${text}`)
}

describe('the check of a step', () => {
  it('takes a SIGINT that came before Node.js had started for late', () => {
    expect(checkKilledStep('SIGINT', [])).toEqual(['late: ended by SIGINT'])
  })

  it.each([[[]], [['a line']]])('finds a step that hung until it was killed, after the lines %j', (lines) => {
    expect(checkKilledStep('SIGKILL', lines)).toContain('wrong: ended by SIGKILL')
  })
})
