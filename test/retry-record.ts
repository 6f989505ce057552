import { appendFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/** Records, for test/retry-reporter.js, that the current test failed with this error and runs again. */
export function recordRetry(error: unknown): void {
  // The reporter sets this variable. Without the reporter, nothing is recorded.
  const file = process.env['RETRY_RECORD']
  if (file === undefined) return
  // In a concurrent test, `currentTestName` is that of another test.
  const { currentTestName, currentConcurrentTestName, testPath } = expect.getState()
  const test = currentConcurrentTestName?.() ?? currentTestName
  const reason = error instanceof Error ? error.message : String(error)
  appendFileSync(file, `${JSON.stringify({ test, testPath, reason })}\n`)
}
