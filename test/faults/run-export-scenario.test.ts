import { describe, expect, it } from '@jest/globals'
import type { StepResult } from '../process/run-action.js'
import { findMissingWords, isTokenVisible } from './run-export-scenario.js'

describe('the words about a failure', () => {
  it('must be in the log or in the summary, but not only in a debug line', () => {
    const lines = ['::debug::folder: HTTP 400, log id 7', 'Failed: "S0"', '::error::refused without a reason']
    const step = { lines, summary: 'code 5' } as unknown as StepResult
    expect(findMissingWords(step, ['log id', 'Failed', 'refused without a reason', 'code 5'])).toEqual(['log id'])
  })
})

describe('the token of an export', () => {
  it('may be in a mask, but not in the log, the summary or an output', () => {
    const step = { lines: ['::add-mask::t-1', 'a line'], summary: 'a summary', outputs: { exported: '1' } }
    const isVisible = (change: Partial<StepResult>): boolean =>
      isTokenVisible({ ...step, ...change } as unknown as StepResult, 't-1')
    expect(isVisible({})).toBe(false)
    expect(isVisible({ lines: ['sent t-1'] })).toBe(true)
    expect(isVisible({ summary: 'sent t-1' })).toBe(true)
    expect(isVisible({ outputs: { 'error-message': 'sent t-1' } })).toBe(true)
  })
})
