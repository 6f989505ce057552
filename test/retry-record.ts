import { appendFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/** Reports a repeated attempt to test/retry-reporter.js, which sets RETRY_RECORD. */
export function recordRetry(error: unknown): void {
  const file = process.env['RETRY_RECORD']
  if (file === undefined) return
  const { currentTestName, testPath, ...state } = expect.getState()
  // Set by jest-circus, not part of its types: in a concurrent test `currentTestName` is that of another test.
  const { currentConcurrentTestName } = state as { currentConcurrentTestName?: () => string | undefined }
  const test = currentConcurrentTestName?.() ?? currentTestName
  const reason = error instanceof Error ? error.message : String(error)
  appendFileSync(file, `${JSON.stringify({ test, testPath, reason })}\n`)
}
