import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, it } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import {
  expectWaitSuccess,
  expectWaitFailure,
  buildWaitInputs,
  pollRequestsFor,
  VERSION,
  runWait,
} from '../wait/support.js'
import { runAction } from './run-action.js'

const emulator = await startEmulator()
afterAll(() => emulator.stop())

it('the request is as documented: path, query, bearer and a user agent with this version', async () => {
  const task = emulator.addTask()
  expectWaitSuccess(await runWait(emulator, task))
  const [request, ...more] = pollRequestsFor(emulator, task)
  expect(more).toEqual([])
  expect(request).toMatchObject({
    method: 'GET',
    path: `/open-apis/drive/v1/export_tasks/${task.ticket}`,
    query: { token: task.document.token },
    body: undefined,
    headers: {
      authorization: `Bearer ${emulator.accessToken}`,
      'user-agent': `feishu-export-action/${VERSION} (wait)`,
      accept: 'application/json',
    },
  })
  expect(request?.headers).not.toHaveProperty('content-type')
})

it('the path of a base URL is kept; slashes at its end are ignored', async () => {
  const task = emulator.addTask()
  // The emulator has no such path, so the message is that for a wrong base URL.
  const message = expectWaitFailure(await runWait(emulator, task, { 'base-url': `${emulator.url}/gateway//` }))
  expect(emulator.requestsTo('unknown').at(-1)?.path).toBe(`/gateway/open-apis/drive/v1/export_tasks/${task.ticket}`)
  expect(message).toContain('`base-url`')
  expectWaitSuccess(await runWait(emulator, task, { 'base-url': `${emulator.url}/` }))
})

it('loopback can be reached by name and by IPv6', async () => {
  const six = await startEmulator({ host: '::1' })
  try {
    const task = six.addTask()
    expectWaitSuccess(await runAction('wait', buildWaitInputs(six, task)))
    expect(pollRequestsFor(six, task)).toHaveLength(1)
  } finally {
    await six.stop()
  }
  const task = emulator.addTask()
  expectWaitSuccess(await runWait(emulator, task, { 'base-url': `http://localhost:${emulator.port}` }))
})

it.each([301, 302, 303, 307, 308] as const)(
  'a redirect (%i) is not followed, and fails the step immediately',
  async (status) => {
    const visits: string[] = []
    const trap = createServer((request, response) => {
      visits.push(request.url ?? '')
      response.end('{"code":0,"data":{"result":{"job_status":0,"file_token":"trap"}}}')
    })
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
    try {
      const task = emulator.addTask()
      const to = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`
      emulator.script('query', [answers.redirect(to, status)], { ticket: task.ticket })
      const message = expectWaitFailure(await runWait(emulator, task))
      expect(message).toMatch(new RegExp(`redirect.*HTTP ${status}.*log id \\w+.*\`base-url\``))
      expect(pollRequestsFor(emulator, task)).toHaveLength(1)
      expect(visits).toEqual([])
    } finally {
      trap.closeAllConnections()
      await new Promise((resolve) => trap.close(resolve))
    }
  },
)
