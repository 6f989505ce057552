import { describe, expect, it } from '@jest/globals'
import { fixedSchedule, type Moment, type Schedule } from '../../src/polling/schedule.js'
import { done, fault, pending, runPoll, throttled } from './scripted-poll.js'

describe('a rate limit', () => {
  it('is waited for as long as the service says, and a little longer, whatever the schedule says', async () => {
    const { attemptsAtMs, pausesMs } = await runPoll([throttled(7000), done], { options: { random: () => 0.99 } })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThan(7000)
    expect(second).toBeLessThan(8500)
    expect(pausesMs).toEqual([second])
  })

  it('ends the poll at once when it lasts longer than the time left, and is reported', async () => {
    const { end, endedAtMs } = await runPoll([pending, throttled(30_000)], { timeoutMs: 20_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'too many requests', refusedForMs: 30_000 })
    expect(endedAtMs).toBe(1000)
  })

  it('ends the poll at once when the service does not say how long it lasts and less than a minute is left', async () => {
    const { end, endedAtMs } = await runPoll([throttled()], { timeoutMs: 59_000 })
    expect(end).toMatchObject({ kind: 'timed-out', refusedForMs: 60_000 })
    expect(endedAtMs).toBe(0)
  })

  it('is waited for completely even when only the jitter would exceed the deadline', async () => {
    const { end, attemptsAtMs } = await runPoll([throttled(9500), done], {
      timeoutMs: 10_000,
      options: { random: () => 0.99 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThanOrEqual(9500)
    expect(second).toBeLessThan(10_000)
  })

  it('is waited for longer each time when the service never says how long it lasts', async () => {
    const { attemptsAtMs } = await runPoll([throttled(), throttled(), done], { timeoutMs: 600_000 })
    expect(attemptsAtMs).toEqual([0, 60_000, 150_000])
  })

  it('is passed to the schedule: how many there were, how long ago, and how many attempts succeeded in the minute before', async () => {
    const moments: Moment[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 0,
      nextDelayMs(moment) {
        moments.push(moment)
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
    expect(moments[4]).toMatchObject({ elapsedMs: 80_000, parallelJobs: 3, refusals: 0, lastRefusal: undefined })
    // Attempts at 0, 20, 40, 60 and 80 s; throttled at 100 s: those at 40 s and before are a minute old.
    expect(moments[5]).toMatchObject({ refusals: 2, lastRefusal: { attemptsInMinute: 2 } })
    const { lastRefusal, elapsedMs = NaN } = moments[6] ?? {}
    expect(lastRefusal?.agoMs).toBeCloseTo(elapsedMs - 101_050, 3)
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

  it('are reported at the deadline if the last attempt had one', async () => {
    const { end } = await runPoll([pending, fault], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'reset' })
  })

  it('are not reported when a later attempt succeeded', async () => {
    const { end } = await runPoll([fault, pending], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: undefined })
  })

  it('are reported when the poll is cancelled', async () => {
    const { end } = await runPoll([fault], { cancelAtMs: 700 })
    expect(end).toEqual({ kind: 'cancelled', lastFault: 'reset' })
  })
})

describe('the schedule', () => {
  it('gets the time since the start of the wait, including the first pause, and how long the attempt took', async () => {
    const moments: Moment[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 2500,
      nextDelayMs(moment) {
        moments.push(moment)
        return 1000
      },
    }
    const { attemptsAtMs } = await runPoll([{ outcome: pending, afterMs: 400 }, done], {
      options: { schedule, parallelJobs: 5 },
    })
    expect(moments).toMatchObject([{ elapsedMs: 2900, roundTripMs: 400, parallelJobs: 5, refusals: 0 }])
    expect(attemptsAtMs).toEqual([2500, 3900])
  })

  it('decides the pauses, and each one is reported', async () => {
    const { attemptsAtMs, pausesMs } = await runPoll([pending, pending, pending, done], {
      options: { schedule: fixedSchedule(1500) },
    })
    expect(attemptsAtMs).toEqual([0, 1500, 3000, 4500])
    expect(pausesMs).toEqual([1500, 1500, 1500])
  })
})
