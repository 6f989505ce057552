import { afterEach, beforeEach } from '@jest/globals'
import { startEmulator, type Emulator, type RecordedRequest } from '../emulator/index.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

/** An emulator and the create action. */
export class CreateBench {
  emulator!: Emulator

  /** Runs the built action. By default it uses the emulator and its access token, waits 10 s at most, and exports a docx. */
  run(inputs: Inputs, options?: RunOptions): Promise<StepResult> {
    const { url, accessToken } = this.emulator
    const common = { 'base-url': url, 'access-token': accessToken, 'timeout-seconds': 10, 'file-extension': 'docx' }
    return runAction('create', { ...common, ...inputs }, options)
  }

  /** The requests that created a task of this document; of any document by default. */
  requestsFor(token?: string): RecordedRequest[] {
    const requests = this.emulator.requestsTo('create')
    return token === undefined ? requests : requests.filter(({ tokens }) => tokens.includes(token))
  }
}

/** Starts a new emulator before each test and stops it afterwards. */
export function createBench(): CreateBench {
  const bench = new CreateBench()
  beforeEach(async () => {
    bench.emulator = await startEmulator()
  })
  afterEach(() => bench.emulator.stop())
  return bench
}
