import { expect, jest } from '@jest/globals'

// The tests in these folders measure times of about a second, and the machine may be busy. So a test that fails gets a
// second attempt, and test/retry-reporter.js lists it at the end. All other tests get one attempt.
if (/[\\/]test[\\/](process|faults|emulator)[\\/]/.test(expect.getState().testPath ?? '')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true })
}
