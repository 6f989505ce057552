import { describe, expect, it } from '@jest/globals'
import { startDeadline } from '../../src/polling/deadline.js'
import { poll } from '../../src/polling/poll.js'
import { adaptiveSchedule, fixedSchedule } from '../../src/polling/schedule.js'
import { done, pending, runPoll, type Outcome } from './scripted-poll.js'
import { VirtualClock } from './virtual-clock.js'

describe('a poll ends', () => {
  it('with the value, after the first attempt that finds it', async () => {
    const { end, attemptsAtMs } = await runPoll([pending, pending, done])
    expect(end).toEqual({ kind: 'done', value: 'file' })
    expect(attemptsAtMs).toEqual([0, 1000, 2000])
  })

  it('with a permanent failure, at once', async () => {
    const { end, attemptsAtMs } = await runPoll([pending, { kind: 'failed', failure: 'gone' }, done])
    expect(end).toEqual({ kind: 'failed', failure: 'gone' })
    expect(attemptsAtMs).toEqual([0, 1000])
  })

  it('at the deadline: never later, and less than a second earlier', async () => {
    const { end, endedAtMs } = await runPoll([pending], { timeoutMs: 10_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFailure: undefined })
    expect(endedAtMs).toBeGreaterThan(9000)
    expect(endedAtMs).toBeLessThanOrEqual(10_000)
  })

  it('at the deadline when an attempt is still running, which is aborted', async () => {
    const { end, endedAtMs, abortReasons } = await runPoll([pending, { outcome: done, afterMs: 5000 }], {
      timeoutMs: 4000,
    })
    expect(end).toMatchObject({ kind: 'timed-out' })
    expect(endedAtMs).toBe(4000)
    expect(abortReasons.at(-1)).toBe('timed-out')
  })

  it('when it is cancelled during a pause', async () => {
    const { end, endedAtMs, attemptsAtMs } = await runPoll([pending], {
      cancelAtMs: 4321,
      options: { schedule: fixedSchedule(3000) },
    })
    expect(end).toEqual({ kind: 'cancelled', lastFailure: undefined })
    expect(endedAtMs).toBe(4321)
    expect(attemptsAtMs).toEqual([0, 3000])
  })

  it('when it is cancelled during an attempt', async () => {
    const { end, endedAtMs, abortReasons } = await runPoll([{ outcome: done, afterMs: 3000 }], { cancelAtMs: 500 })
    expect(end).toEqual({ kind: 'cancelled', lastFailure: undefined })
    expect(endedAtMs).toBe(500)
    expect(abortReasons).toEqual(['cancelled'])
  })

  it('without an attempt when it was cancelled before it began', async () => {
    const clock = new VirtualClock()
    const deadline = startDeadline(clock, 1000, AbortSignal.abort())
    const attempt = (): Promise<Outcome> => Promise.reject(new Error('an attempt was made'))
    const schedule = adaptiveSchedule
    const end = await clock.run(poll({ attempt, schedule, parallelJobs: 1, clock, deadline, random: Math.random }))
    expect(end).toMatchObject({ kind: 'cancelled' })
  })
})
