import { describe, expect, it } from '@jest/globals'
import type { StepResult } from '../process/run-action.js'
import { checkStep } from './check-step.js'

/** Checks a step that had to fail. @returns the rules that it broke, each with its kind */
const checkFailedStep = (parts: Partial<StepResult>): string[] => {
  const step = { exitCode: null, signal: null, lines: [], errors: [], outputs: {}, summary: '', ...parts }
  const expected = { green: false, secrets: [], knownSecrets: [], outputs: undefined, summaryWhenGreen: false }
  return checkStep(step as unknown as StepResult, expected).map(({ kind, text }) => `${kind}: ${text}`)
}

describe('the check of a step', () => {
  it('counts a SIGINT that came before Node.js had started only as late', () => {
    expect(checkFailedStep({ signal: 'SIGINT' })).toEqual(['late: ended by SIGINT'])
  })

  it.each([[[]], [['a line']]])('finds a step that hung until it was killed, after the lines %j', (lines) => {
    expect(checkFailedStep({ signal: 'SIGKILL', lines })).toContain('wrong: ended by SIGKILL')
  })

  it('finds that a failed step wrote no summary', () => {
    const failed = { exitCode: 1, lines: ['::error::x'], errors: ['x'], outputs: { 'error-message': 'x' } }
    expect(checkFailedStep({ ...failed, summary: 'x' })).toEqual([])
    expect(checkFailedStep(failed)).toEqual(['wrong: no summary'])
  })

  it.each(['# a heading', 'mentions @someone', 'see https://evil.example', '- **Name**: <b>', 'a **bold** word'])(
    'finds live markup in a summary: %s',
    (summary) => {
      expect(checkFailedStep({ summary })).toContain(`wrong: the summary has live markup: ${summary}`)
    },
  )

  it('accepts the layout of a summary', () => {
    const summary =
      '### Done\n\n- **Name**: A&#42;\n\n| A | B |\n| --- | --- |\n| x | <a href="https://a.test">y</a> |\n'
    expect(checkFailedStep({ summary })).not.toContainEqual(expect.stringContaining('markup'))
  })
})
