import { describe, expect, it } from '@jest/globals'
import type { StepResult } from '../process/run-action.js'
import { findMissingWords } from './run-export-scenario.js'

describe('the words about a failure', () => {
  it('must be in the log or in the summary, but not only in a debug line', () => {
    const lines = ['::debug::folder: HTTP 400, log id 7', 'Failed: "S0"', '::error::refused without a reason']
    const step = { lines, summary: 'code 5' } as unknown as StepResult
    expect(findMissingWords(step, ['log id', 'Failed', 'refused without a reason', 'code 5'])).toEqual(['log id'])
  })
})
