import { describe, expect, it } from '@jest/globals'
import { ATTEMPT_TIMED_OUT } from '../../src/polling/deadline.js'
import { adaptiveSchedule, fixedSchedule } from '../../src/polling/schedule.js'
import { done, pending, runPoll, type Answer, type Outcome } from './scripted-poll.js'

describe('the last attempt', () => {
  it('is made just before the deadline when the pause would end after the deadline', async () => {
    const { end, attemptsAtMs } = await runPoll([pending, done], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 9750])
  })

  it('is made earlier when answers are slow, so that its answer arrives before the deadline', async () => {
    const slow = (outcome: Outcome): Answer => ({ outcome, afterMs: 300 })
    const { end, attemptsAtMs, endedAtMs } = await runPoll([slow(pending), slow(done)], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 9150])
    expect(endedAtMs).toBeLessThan(10_000)
  })

  it('is made before the deadline even when the schedule plans the first attempt after it', async () => {
    const { end, attemptsAtMs } = await runPoll([done], {
      timeoutMs: 2000,
      options: { schedule: adaptiveSchedule, parallelJobs: 200, random: () => 0.9 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([1750])
  })

  it('is not followed by another attempt', async () => {
    const { attemptsAtMs } = await runPoll([pending], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(attemptsAtMs).toHaveLength(2)
  })
})

describe('an attempt that hangs', () => {
  const hanging: Answer = { outcome: pending, isHanging: true }

  it('is aborted after ten seconds; the limit doubles for each further attempt that hangs', async () => {
    const { end, attemptsAtMs, abortReasons } = await runPoll([hanging, hanging, hanging, done], {
      timeoutMs: 600_000,
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(abortReasons).toEqual([ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT])
    const [, second = NaN, third = NaN, fourth = NaN] = attemptsAtMs
    // The limit of the attempt, plus the pause after it: the interval of 1000 ms, or more after several faults.
    expect(second).toBe(10_000 + 1000)
    expect(third - second).toBe(20_000 + 1000)
    expect(fourth - third).toBe(40_000 + 2000)
  })

  it('has a limit of ten seconds again after an attempt that was answered', async () => {
    const { attemptsAtMs } = await runPoll([hanging, hanging, pending, hanging, done], { timeoutMs: 600_000 })
    const [, , , fourth = NaN, fifth = NaN] = attemptsAtMs
    expect(fifth - fourth).toBe(10_000 + 1000)
  })

  it('is aborted after a quarter of a short timeout, but not before two seconds', async () => {
    // Each second attempt comes after the limit (4 s and 2 s) and a pause of 1 s.
    expect((await runPoll([hanging, done], { timeoutMs: 16_000 })).attemptsAtMs).toEqual([0, 5000])
    expect((await runPoll([hanging, done], { timeoutMs: 6000 })).attemptsAtMs).toEqual([0, 3000])
  })

  it('may take as long as the caller allows', async () => {
    const { attemptsAtMs } = await runPoll([hanging, done], { timeoutMs: 600_000, options: { attemptLimitMs: 50_000 } })
    expect(attemptsAtMs).toEqual([0, 51_000])
    const unlimited = await runPoll([{ outcome: done, afterMs: 500_000 }], {
      timeoutMs: 600_000,
      options: { attemptLimitMs: Infinity },
    })
    expect(unlimited.end).toMatchObject({ kind: 'done' })
  })
})
