import { describe, expect, it } from '@jest/globals'
import { givenToken } from '../../../src/feishu/auth/credentials.js'
import type { Connection } from '../../../src/feishu/client/client.js'
import { createTask } from '../../../src/feishu/tasks/export-tasks.js'
import { quickClock } from '../../polling/quick-clock.js'

/**
 * Creates a task over a transport that rejects with `error`.
 * @returns whether the answer counts as lost: the service may have created the task
 */
async function isLostAfter(error: Error): Promise<boolean> {
  const connection: Connection = {
    transport: { send: () => Promise.reject(error), dispose: () => undefined },
    baseUrl: 'https://open.feishu.cn',
    clock: quickClock(1),
  }
  const task = { token: 'doxcnAbC', type: 'docx', fileExtension: 'pdf' }
  const { lost } = await createTask(connection, givenToken('t-1'), task, new AbortController().signal)
  return lost
}

const fault = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

/** The error of Node for a name with several addresses: it has the code of the first one, and no `syscall`. */
const faultOfEach = (...faults: readonly Error[]): Error =>
  Object.assign(new AggregateError(faults), { code: (faults[0] as { code?: string }).code })

describe('the answer to the request to create a task', () => {
  it.each([
    ['the connection is refused', fault('ECONNREFUSED', 'connect')],
    ['the connection times out', fault('ETIMEDOUT', 'connect')],
    ['the name is not found', fault('ENOTFOUND', 'getaddrinfo')],
    [
      'no address can be connected to',
      faultOfEach(fault('ETIMEDOUT', 'connect'), fault('ENETUNREACH', 'connect'), fault('ETIMEDOUT', 'connect')),
    ],
  ])('does not count as lost when %s', async (_, error) => {
    expect(await isLostAfter(error)).toBe(false)
  })

  it.each([
    ['resets the connection', fault('ECONNRESET', 'read')],
    ['stops sending', fault('ETIMEDOUT', 'read')],
    ['becomes unreachable after the request', fault('EHOSTUNREACH', 'read')],
  ])('counts as lost when the service %s', async (_, error) => {
    expect(await isLostAfter(error)).toBe(true)
  })
})
