import { expect, jest } from '@jest/globals'

// What a process does is timed against promises of a second, on machines that may be busy with something else: such a
// test gets a second chance, and says that it needed one. Pure tests get none.
if (/[\\/]test[\\/](process|export[\\/]proof|faults|emulator)[\\/]/.test(expect.getState().testPath ?? '')) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true })
}
