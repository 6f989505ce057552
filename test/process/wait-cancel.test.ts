import { afterAll, expect, it } from '@jest/globals'
import { answers, startEmulator, startProxy, type Answer } from '../emulator/index.js'
import { POSIX_SIGNALS } from '../platform.js'
import { describeIf } from '../skip.js'
import { expectWaitFailure, buildWaitInputs, pollRequestsFor, retryOnce, runWait } from '../wait/support.js'
import { preloading, runAction, type RunOptions, type StepResult } from './run-action.js'
import { waitUntil } from './wait-until.js'

const emulator = await startEmulator({ limits: { query: undefined } })
/** A proxy that never answers a CONNECT request. */
const hanging = await startProxy({ hangConnect: true })
afterAll(async () => {
  await emulator.stop()
  await hanging.stop()
})

/** Expects a cancelled step that ended within a second of the signal. Returns its message. */
function expectCancelled(step: StepResult): string {
  const message = expectWaitFailure(step)
  expect(message).toMatch(/^Cancelled: the export did not end\. |^Cancelled: no usable answer of the service came\. /)
  expect(message).toMatch(/The ticket \d+ stays valid/)
  expect(step.afterInterruptMs).toBeLessThan(1000)
  expect(step.summary).toContain('The wait was cancelled')
  return message
}

const AFTER_FIRST_ANSWER = /Status: \w+/

describeIf(POSIX_SIGNALS, 'SIGINT and SIGTERM end the step within a second, with its outputs', () => {
  it.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s between two attempts', (signal) =>
    retryOnce(async () => {
      const task = emulator.addTask({ result: [{ job_status: 2 }] })
      const step = await runWait(
        emulator,
        task,
        { 'poll-interval-seconds': 60 },
        { interrupt: { signal, when: AFTER_FIRST_ANSWER } },
      )
      expect(expectCancelled(step)).toContain('The last status was processing.')
      expect(step.outputs).toMatchObject({ status: 'processing', 'status-code': '2' })
      expect(pollRequestsFor(emulator, task)).toHaveLength(1)
    }),
  )

  it.concurrent.each<readonly [string, Answer]>([
    ['hung', answers.hang()],
    ['whose body has stopped', answers.stall()],
    ['whose body trickles', answers.trickle(200)],
  ])('in a request %s', (_, answer) =>
    retryOnce(async () => {
      const task = emulator.addTask({ result: [{ job_status: 1 }] })
      emulator.script('query', [undefined, answer, answer, answer], { ticket: task.ticket })
      const step = await runWait(
        emulator,
        task,
        { 'poll-interval-seconds': 0.1 },
        { interrupt: { signal: 'SIGINT', when: waitUntil(() => pollRequestsFor(emulator, task).length === 2) } },
      )
      expectCancelled(step)
      expect(step.outputs).toMatchObject({ status: 'new', 'status-code': '1' })
      expect(pollRequestsFor(emulator, task)).toHaveLength(2)
    }),
  )

  it.concurrent('while it sleeps for a rate limit', () =>
    retryOnce(async () => {
      const task = emulator.addTask({ durationMs: 60_000 })
      const refusal = answers.rateLimited('99991400-429', { resetSeconds: 100 })
      emulator.script('query', [undefined, refusal], { ticket: task.ticket })
      const step = await runWait(
        emulator,
        task,
        { 'timeout-seconds': 300 },
        { interrupt: { signal: 'SIGINT', when: /trying again in 1\d\d s|trying again in \d min/ } },
      )
      const message = expectCancelled(step)
      expect(message).toMatch(/The last request failed: .*code 99991400.*The last status was new\./)
      expect(step.outputs).toMatchObject({ status: 'new' })
    }),
  )

  it.concurrent('while a token is requested, or while a proxy hangs at CONNECT: no status was seen', () =>
    retryOnce(async () => {
      const own = await startEmulator()
      try {
        own.script('mint', () => answers.hang())
        const app = { 'access-token': undefined, 'app-id': own.appId, 'app-secret': own.appSecret }
        const connects = hanging.requests.length
        const steps = await Promise.all([
          runWait(own, own.addTask(), app, {
            interrupt: { signal: 'SIGTERM', when: waitUntil(() => own.requestsTo('mint').length === 1) },
          }),
          runAction('wait', buildWaitInputs(own, own.addTask(), { 'base-url': 'https://feishu.example.test' }), {
            interrupt: { signal: 'SIGTERM', when: waitUntil(() => hanging.requests.length > connects) },
            env: { https_proxy: hanging.url },
          }),
        ])
        for (const step of steps) {
          expect(expectCancelled(step)).toContain('No status was seen.')
          expect(step.outputs).not.toHaveProperty('status')
        }
      } finally {
        await own.stop()
      }
    }),
  )
})

/**
 * Makes the process send signals to itself: `first` after a status line, and `later` right before its error message. The
 * runner sends SIGINT and then SIGTERM, and a user may cancel twice.
 */
const signallingItself = (first: readonly NodeJS.Signals[], later: readonly NodeJS.Signals[] = []): RunOptions =>
  preloading(`
    const { stdout } = process
    const write = stdout.write.bind(stdout)
    const send = (signals) => signals.forEach((signal) => process.kill(process.pid, signal))
    stdout.write = (text, ...more) => {
      if (String(text).startsWith('Status: ')) setImmediate(send, ${JSON.stringify(first)})
      // If a signal has no listener any more, it ends the process here.
      if (String(text).startsWith('::error')) send(${JSON.stringify(later)})
      return write(text, ...more)
    }`)

describeIf(POSIX_SIGNALS, 'more signals change nothing', () => {
  it.concurrent.each([
    ['at once', signallingItself(['SIGINT', 'SIGTERM'])],
    ['while the first one is handled', signallingItself(['SIGINT'], ['SIGINT', 'SIGTERM'])],
  ])('%s', (_, signalling) =>
    retryOnce(async () => {
      const task = emulator.addTask({ result: [{ job_status: 2 }] })
      const step = await runWait(emulator, task, { 'poll-interval-seconds': 60 }, signalling)
      expect(expectWaitFailure(step)).toMatch(
        /^Cancelled: the export did not end\. |^Cancelled: no usable answer of the service came\. /,
      )
      expect(step.outputs).toMatchObject({ status: 'processing', 'status-code': '2' })
      expect(step.durationMs).toBeLessThan(5000)
    }),
  )
})
