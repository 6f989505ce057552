import { expect, jest } from '@jest/globals'

// Process tests compare times of about a second on machines that may be busy with other work: such a test gets a second
// attempt, and test/retry-reporter.js lists it at the end of the run. Pure tests get one attempt.
if (/[\\/]test[\\/](process|faults|emulator)[\\/]/.test(expect.getState().testPath ?? '')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true })
}
