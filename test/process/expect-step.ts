import { expect } from '@jest/globals'
import type { StepResult } from './run-action.js'

/** Expects a step that failed with one error, which matches `message`. It set no output but `error-message`. */
export function expectFailure(step: StepResult, message: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(message)])
  expect(step.exitCode).toBe(1)
  expect(step.outputs).toEqual({ 'error-message': step.errors[0] })
}
