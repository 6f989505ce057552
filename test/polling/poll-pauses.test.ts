import { describe, expect, it } from '@jest/globals'
import { fixedSchedule, type PauseFacts, type Schedule } from '../../src/polling/schedule.js'
import { done, fault, pending, runPoll, throttled } from './scripted-poll.js'

describe('after a refusal by the rate limit, the poll', () => {
  it('waits as long as the service asks and a little longer, whatever the schedule plans', async () => {
    const { attemptsAtMs, pausesMs } = await runPoll([throttled(7000), done], { options: { random: () => 0.99 } })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThan(7000)
    expect(second).toBeLessThan(8500)
    expect(pausesMs).toEqual([second])
  })

  it('ends at once when the service asks for more than the time left, and returns how long it asks', async () => {
    const { end, endedAtMs } = await runPoll([pending, throttled(30_000)], { timeoutMs: 20_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFailure: 'too many requests', refusedForMs: 30_000 })
    expect(endedAtMs).toBe(1000)
  })

  it('ends at once when the service does not say how long to wait and less than a minute is left', async () => {
    const { end, endedAtMs } = await runPoll([throttled()], { timeoutMs: 59_000 })
    expect(end).toMatchObject({ kind: 'timed-out', refusedForMs: 60_000 })
    expect(endedAtMs).toBe(0)
  })

  it('waits as long as the service asks, with less jitter, when all the jitter would exceed the deadline', async () => {
    const { end, attemptsAtMs } = await runPoll([throttled(9500), done], {
      timeoutMs: 10_000,
      options: { random: () => 0.99 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThanOrEqual(9500)
    expect(second).toBeLessThan(10_000)
  })

  it('waits longer after each refusal when the service never says how long to wait', async () => {
    const { attemptsAtMs } = await runPoll([throttled(), throttled(), done], { timeoutMs: 600_000 })
    expect(attemptsAtMs).toEqual([0, 60_000, 150_000])
  })

  it('passes to the schedule how many refusals there were, how long ago the last was, and how many attempts succeeded in the minute before', async () => {
    const pauseFacts: PauseFacts[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 0,
      nextDelayMs(facts) {
        pauseFacts.push(facts)
        return 20_000
      },
    }
    const answers = [
      pending,
      pending,
      pending,
      pending,
      pending,
      throttled(1000),
      throttled(1000),
      pending,
      pending,
      done,
    ]
    await runPoll(answers, { timeoutMs: 600_000, options: { schedule, parallelJobs: 3 } })
    expect(pauseFacts[4]).toMatchObject({ elapsedMs: 80_000, parallelJobs: 3, refusals: 0, lastRefusal: undefined })
    // Attempts succeed at 0, 20, 40, 60 and 80 s. When the refusals come, at 100 and 101.05 s, only the attempts at 60
    // and 80 s are less than a minute old.
    expect(pauseFacts[5]).toMatchObject({ refusals: 2, lastRefusal: { attemptsInMinute: 2 } })
    const secondRefusalAtMs = 101_050
    const { lastRefusal, elapsedMs = NaN } = pauseFacts[6] ?? {}
    expect(lastRefusal?.agoMs).toBeCloseTo(elapsedMs - secondRefusalAtMs, 3)
  })
})

describe('transient faults', () => {
  it('are retried, with pauses that grow with each fault in a row', async () => {
    const { end, attemptsAtMs } = await runPoll([fault, fault, fault, pending, fault, done], {
      options: { schedule: fixedSchedule(100) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 500, 1500, 3500, 3600, 4100])
  })

  it('are returned at the deadline if the last attempt ended with a fault', async () => {
    const { end } = await runPoll([pending, fault], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFailure: 'reset' })
  })

  it('are not returned when a later attempt succeeded', async () => {
    const { end } = await runPoll([fault, pending], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFailure: undefined })
  })

  it('are returned when the poll is cancelled', async () => {
    const { end } = await runPoll([fault], { cancelAtMs: 700 })
    expect(end).toEqual({ kind: 'cancelled', lastFailure: 'reset' })
  })
})

describe('the schedule', () => {
  it('gets the time since the start of the wait, including the first pause, and how long the attempt took', async () => {
    const pauseFacts: PauseFacts[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 2500,
      nextDelayMs(facts) {
        pauseFacts.push(facts)
        return 1000
      },
    }
    const { attemptsAtMs } = await runPoll([{ outcome: pending, afterMs: 400 }, done], {
      options: { schedule, parallelJobs: 5 },
    })
    expect(pauseFacts).toMatchObject([{ elapsedMs: 2900, roundTripMs: 400, parallelJobs: 5, refusals: 0 }])
    expect(attemptsAtMs).toEqual([2500, 3900])
  })

  it('decides the pauses, and `onAttempt` is called with each of them', async () => {
    const { attemptsAtMs, pausesMs } = await runPoll([pending, pending, pending, done], {
      options: { schedule: fixedSchedule(1500) },
    })
    expect(attemptsAtMs).toEqual([0, 1500, 3000, 4500])
    expect(pausesMs).toEqual([1500, 1500, 1500])
  })
})
