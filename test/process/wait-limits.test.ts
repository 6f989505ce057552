import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import { RATE_LIMIT_FORMS } from '../emulator/answers.js'
import { expectWaitSuccess, expectWaitFailure, pollRequestsFor, runWait } from '../wait/support.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

/** The milliseconds from the answer of the first request to the second request. */
const pauseAfter = ([first, second]: readonly { atMs: number; answeredAtMs?: number }[]): number =>
  (second?.atMs ?? NaN) - (first?.answeredAtMs ?? NaN)

describe('the step waits at least the seconds that the service asks for', () => {
  it.concurrent.each(RATE_LIMIT_FORMS)('in the form %s', async (form) => {
    const task = emulator.addTask()
    emulator.script('query', [answers.rateLimited(form, { resetSeconds: 1 })], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    const attempts = pollRequestsFor(emulator, task)
    expect(attempts).toHaveLength(2)
    expect(pauseAfter(attempts)).toBeGreaterThanOrEqual(1000)
    expect(pauseAfter(attempts)).toBeLessThan(6000)
    expect(step.log).toContainEqual(expect.stringMatching(/too many requests.*trying again in [12](\.\d)? s/))
  })

  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString()
  it.concurrent.each([
    [
      '9499 with dots and capitals',
      () => answers.rateLimited('9499-400', { msg: 'Too Many Requests..', resetSeconds: 1 }),
      1000,
    ],
    ['Retry-After in seconds', () => answers.rateLimited('bare-429', { retryAfter: 1 }), 1000],
    [
      'the reset wins over Retry-After',
      () => answers.rateLimited('1069923-429', { resetSeconds: 1, retryAfter: 600 }),
      1000,
    ],
    ['Retry-After as a date', () => answers.rateLimited('99991400-429', { retryAfter: inSeconds(3) }), 1900],
    ['a fraction', () => answers.rateLimited('99991400-429', { resetSeconds: 1.5 }), 1500],
    [
      '429 whose body is cut off',
      () => answers.cut({ afterBytes: 5, of: answers.rateLimited('1069923-429', { resetSeconds: 1 }) }),
      1000,
    ],
  ] as const)('%s', async (_, answer, minMs) => {
    const task = emulator.addTask()
    emulator.script('query', (_request, nth) => (nth === 1 ? answer() : undefined), { ticket: task.ticket })
    const refusedAtMs = emulator.now()
    expectWaitSuccess(await runWait(emulator, task))
    const [, second, ...more] = pollRequestsFor(emulator, task)
    expect(more).toEqual([])
    expect((second?.atMs ?? NaN) - refusedAtMs).toBeGreaterThanOrEqual(minMs)
    expect((second?.atMs ?? NaN) - refusedAtMs).toBeLessThan(minMs + 6000)
  })

  it.concurrent('even where a fixed interval is shorter, and again if refused again', async () => {
    const task = emulator.addTask()
    const refusal = answers.rateLimited('99991400-400', { resetSeconds: 1 })
    emulator.script('query', [refusal, refusal], { ticket: task.ticket })
    expectWaitSuccess(await runWait(emulator, task, { 'poll-interval-seconds': 0.1 }))
    const attempts = pollRequestsFor(emulator, task)
    expect(attempts).toHaveLength(3)
    expect(pauseAfter(attempts)).toBeGreaterThanOrEqual(1000)
    expect(pauseAfter(attempts.slice(1))).toBeGreaterThanOrEqual(1000)
  })

  it.concurrent('also with a real limiter, which refuses at most twice', async () => {
    const limited = await startEmulator({ limits: { query: { kind: 'sliding', requests: 3, windowMs: 1000 } } })
    try {
      const task = limited.addTask({ durationMs: 1500 })
      expectWaitSuccess(await runWait(limited, task, { 'poll-interval-seconds': 0.1 }))
      const refused = pollRequestsFor(limited, task).filter((request) => request.answeredCode === 99991400)
      expect(refused.length).toBeGreaterThanOrEqual(1)
      expect(refused.length).toBeLessThanOrEqual(2)
    } finally {
      await limited.stop()
    }
  })
})

describe('if the service asks for a wait beyond the deadline, the step fails immediately and reports that', () => {
  it.concurrent.each([
    ['a reset', { resetSeconds: 30 }, /rate limit asks to wait 30 s, longer than what is left of 15 s/],
    ['Retry-After', { retryAfter: 40 }, /rate limit asks to wait 40 s/],
    ['no header: a minute at least', {}, /does not say how long to wait.*wait 6\d s, longer than what is left/],
    ['a header that cannot be read', { retryAfter: 'soon 12' }, /does not say how long to wait.*wait 6\d s/],
    ['a negative header', { retryAfter: '-1' }, /does not say how long to wait.*wait 6\d s/],
  ] as const)('%s', async (_, details, words) => {
    const task = emulator.addTask({ durationMs: 60_000 })
    emulator.script('query', [undefined, answers.rateLimited('1069923-429', details)], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    const message = expectWaitFailure(step)
    expect(message).toMatch(words)
    expect(message).toMatch(/code 1069923, HTTP 429, log id \w+.*`parallel-jobs`.*The last status was new\./)
    expect(message).toContain(`The ticket ${task.ticket} stays valid`)
    expect(step.outputs).toMatchObject({ status: 'new', 'status-code': '1' })
    expect(pollRequestsFor(emulator, task)).toHaveLength(2)
    expect(step.durationMs).toBeLessThan(8000)
  })
})
