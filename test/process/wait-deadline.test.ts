import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, startProxy, type Answer } from '../emulator/index.js'
import {
  expectWaitSuccess,
  expectWaitFailure,
  buildWaitInputs,
  pollRequestsFor,
  retryOnce,
  measureNodeStartMs,
  runWait,
} from '../wait/support.js'
import { preloading, runAction, RUNNER_NODE, type Inputs, type RunOptions } from './run-action.js'

const emulator = await startEmulator({ limits: { query: undefined } })
/** A proxy that never answers a CONNECT request. */
const hanging = await startProxy({ hangConnect: true })
afterAll(async () => {
  await emulator.stop()
  await hanging.stop()
})

const TIMEOUT_S = 3
// The last poll attempt is made at most this long before the deadline. The step may end after it.
const MAX_LAST_ATTEMPT_MS = 1000

/**
 * Runs a wait that only the deadline can end, and once more if a check fails. The wait must end within a second of the
 * deadline, before or after it. Its error message must name the timeout and the ticket, and match `pattern`.
 */
function expectInTime(inputs: Inputs, pattern: RegExp, options: RunOptions = {}): Promise<void> {
  return retryOnce(async () => {
    const step = await runAction('wait', { ...inputs, 'timeout-seconds': TIMEOUT_S }, options)
    const message = expectWaitFailure(step)
    expect(step.durationMs).toBeGreaterThanOrEqual(TIMEOUT_S * 1000 - MAX_LAST_ATTEMPT_MS)
    const maxMs = (TIMEOUT_S + 1) * 1000
    // A busy machine needs longer to start and end the process.
    if (step.durationMs > maxMs) expect(step.durationMs).toBeLessThanOrEqual(maxMs + 2 * (await measureNodeStartMs()))
    expect(message).toContain(`within ${TIMEOUT_S} s (\`timeout-seconds\`)`)
    expect(message).toMatch(
      /The ticket \d+ stays valid: set a longer `timeout-seconds`, or let another wait step take it/,
    )
    expect(message).toMatch(pattern)
  })
}

const SILENT =
  /no usable answer of the service came within .*The last request failed: .*: [\w.]+(:\d+)? did not answer in time.*No status was seen\./

describe('the step ends within a second of the deadline, naming ticket, status and failure', () => {
  it.concurrent.each<readonly [what: string, answer: Answer]>([
    ['no answer', answers.hang()],
    ['headers that stop', answers.stallInHeaders()],
    ['a body that stops', answers.stall({ afterBytes: 10 })],
    ['a body that trickles', answers.trickle(300)],
    ['a body that trickles for ever', answers.trickle(50, { forever: true })],
  ])('%s', async (_, answer) => {
    const task = emulator.addTask()
    emulator.script('query', () => answer, { ticket: task.ticket })
    await expectInTime(buildWaitInputs(emulator, task), SILENT)
  })

  it.concurrent.each<readonly [what: string, answer: Answer]>([
    ['a body without end', answers.endless()],
    ['a body of 50 MB', answers.huge(50_000_000)],
  ])('%s is cancelled after a megabyte', async (_, answer) => {
    const task = emulator.addTask()
    emulator.script('query', () => answer, { ticket: task.ticket })
    await expectInTime(buildWaitInputs(emulator, task), /a page of a gateway or proxy/)
    const attempts = pollRequestsFor(emulator, task)
    expect(attempts.length).toBeGreaterThan(0)
    for (const attempt of attempts) expect(attempt.closedByClientAtMs).toBeDefined()
  })

  it.concurrent('a token endpoint that hangs', async () => {
    const own = await startEmulator()
    try {
      own.script('mint', () => answers.hang())
      const credentials = { 'app-id': own.appId, 'app-secret': own.appSecret, 'access-token': undefined }
      const pattern = /Could not get a tenant access token for the app: .* did not answer in time/
      await expectInTime(buildWaitInputs(own, own.addTask(), credentials), pattern)
      expect(own.requestsTo('query')).toEqual([])
    } finally {
      await own.stop()
    }
  })

  it.concurrent('a token endpoint that trickles', async () => {
    const own = await startEmulator()
    try {
      own.script('mint', () => answers.trickle(100))
      const credentials = { 'app-id': own.appId, 'app-secret': own.appSecret, 'access-token': undefined }
      await expectInTime(buildWaitInputs(own, own.addTask(), credentials), SILENT)
    } finally {
      await own.stop()
    }
  })

  it.concurrent('a proxy that hangs at CONNECT', async () => {
    const inputs = buildWaitInputs(emulator, emulator.addTask(), { 'base-url': 'https://feishu.example.test' })
    await expectInTime(inputs, SILENT, { env: { https_proxy: hanging.url } })
    expect(hanging.requests.at(-1)).toMatchObject({ method: 'CONNECT', target: 'feishu.example.test:443' })
  })

  it.concurrent('a server that takes the connection and is silent in TLS', async () => {
    const sockets = new Set<Socket>()
    const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    try {
      const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
      await expectInTime(buildWaitInputs(emulator, emulator.addTask(), { 'base-url': url }), SILENT)
    } finally {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => silent.close(resolve))
    }
  })

  // Only a Node.js with `process.execve`, as on the runner, still ends with exit code 1 while a thread is busy.
  const itOnRunnerNode = RUNNER_NODE === process.execPath && !('execve' in process) ? it.concurrent.skip : it.concurrent
  itOnRunnerNode('a name server that is silent', async () => {
    // Node.js looks names up in a thread, and waits for its threads before it exits. Here its only thread is busy for long.
    const busy = `import dns from 'node:dns'; import { pbkdf2 } from 'node:crypto'
      const { lookup } = dns
      dns.lookup = (...all) => { pbkdf2('', '', 3e7, 64, 'sha512', () => undefined); return lookup(...all) }`
    const inputs = buildWaitInputs(emulator, emulator.addTask(), { 'base-url': 'https://feishu.example.test' })
    await expectInTime(inputs, SILENT, {
      env: { UV_THREADPOOL_SIZE: '1' },
      ...preloading(busy),
    })
  })

  it.concurrent('an export that takes too long', async () => {
    const task = emulator.addTask({ result: [{ job_status: 2 }] })
    await expectInTime(buildWaitInputs(emulator, task), /The last status was processing\. The ticket/)
  })

  it.concurrent('requests that are reset or hang in turn', async () => {
    const task = emulator.addTask()
    emulator.script('query', (_request, nth) => (nth % 2 === 1 ? answers.reset() : answers.hang()), {
      ticket: task.ticket,
    })
    await expectInTime(buildWaitInputs(emulator, task), /The last request failed: /)
  })
})

it.concurrent('one hung request does not use up a long timeout', async () => {
  const task = emulator.addTask()
  emulator.script('query', [answers.hang()], { ticket: task.ticket })
  const step = await runWait(emulator, task, { 'timeout-seconds': 8 })
  expectWaitSuccess(step)
  expect(pollRequestsFor(emulator, task)).toHaveLength(2)
  expect(step.durationMs).toBeLessThan(6000)
  expect(step.log).toContainEqual(expect.stringMatching(/did not answer in time; trying again/))
})

it.concurrent('a hung request that the deadline itself ends is reported', () =>
  retryOnce(async () => {
    const task = emulator.addTask()
    emulator.script('query', () => answers.hang(), { ticket: task.ticket })
    const step = await runWait(emulator, task, { 'timeout-seconds': 1.9 })
    expect(expectWaitFailure(step)).toMatch(SILENT)
    expect(pollRequestsFor(emulator, task)).toHaveLength(1)
  }),
)

it.concurrent('the outputs of a timeout have the last status', async () => {
  const task = emulator.addTask({ result: [{ job_status: 1 }] })
  const step = await runWait(emulator, task, { 'timeout-seconds': 3 })
  expectWaitFailure(step)
  expect(step.outputs).toMatchObject({ status: 'new', 'status-code': '1' })
  expect(step.summary).toContain('The wait timed out')
})
