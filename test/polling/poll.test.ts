import { describe, expect, it } from '@jest/globals'
import { ATTEMPT_TIMED_OUT, startDeadline } from '../../src/polling/deadline.js'
import { poll, type PollAttempt, type PollEnd, type PollOptions } from '../../src/polling/poll.js'
import { adaptiveSchedule, fixedSchedule, type Moment, type Schedule } from '../../src/polling/schedule.js'
import { VirtualClock } from './virtual-clock.js'

type Outcome = PollAttempt<string, string>

const pending: Outcome = { kind: 'pending' }
const done: Outcome = { kind: 'done', value: 'file' }
const fault: Outcome = { kind: 'fault', failure: 'reset' }
const throttled = (askedMs?: number): Outcome => ({ kind: 'refused', failure: 'too many requests', askedMs })

interface Answer {
  readonly outcome: Outcome
  readonly afterMs?: number
  /** Never answers: the attempt ends as a fault when its signal is aborted. */
  readonly isHanging?: boolean
}

interface Setting {
  readonly timeoutMs?: number
  readonly cancelAtMs?: number
  readonly options?: Partial<PollOptions<string, string>>
}

interface Result {
  readonly end: PollEnd<string, string>
  readonly endedAtMs: number
  readonly attemptsAtMs: readonly number[]
  /** The pauses that `onLook` was called with. */
  readonly pausesMs: readonly number[]
  readonly abortReasons: readonly unknown[]
}

/** Polls on a virtual clock; the last answer is repeated. */
async function run(answers: readonly (Outcome | Answer)[], setting: Setting = {}): Promise<Result> {
  const clock = new VirtualClock()
  const cancel = new AbortController()
  if (setting.cancelAtMs !== undefined) clock.after(setting.cancelAtMs, () => cancel.abort())
  const deadline = startDeadline(clock, setting.timeoutMs ?? 60_000, cancel.signal)
  const attemptsAtMs: number[] = []
  const pausesMs: number[] = []
  const abortReasons: unknown[] = []
  const attempt = (signal: AbortSignal): Promise<Outcome> => {
    const next = answers[Math.min(attemptsAtMs.length, answers.length - 1)] ?? pending
    const answer = 'outcome' in next ? next : { outcome: next }
    attemptsAtMs.push(clock.nowMs())
    return new Promise((resolve) => {
      if (!answer.isHanging) clock.after(answer.afterMs ?? 0, () => resolve(answer.outcome))
      signal.addEventListener('abort', () => {
        abortReasons.push(signal.reason)
        resolve(fault)
      })
    })
  }
  const end = await clock.run(
    poll<string, string>({
      attempt,
      schedule: fixedSchedule(1000),
      parallelJobs: 1,
      clock,
      deadline,
      random: () => 0,
      onAttempt: (_, pauseMs) => pausesMs.push(pauseMs),
      ...setting.options,
    }),
  )
  deadline.release()
  return { end, endedAtMs: clock.nowMs(), attemptsAtMs, pausesMs, abortReasons }
}

describe('a poll ends', () => {
  it('with the value, at the first attempt that finds it', async () => {
    const { end, attemptsAtMs } = await run([pending, pending, done])
    expect(end).toEqual({ kind: 'done', value: 'file' })
    expect(attemptsAtMs).toEqual([0, 1000, 2000])
  })

  it('with a permanent failure, at once', async () => {
    const { end, attemptsAtMs } = await run([pending, { kind: 'failed', failure: 'gone' }, done])
    expect(end).toEqual({ kind: 'failed', failure: 'gone' })
    expect(attemptsAtMs).toEqual([0, 1000])
  })

  it('at the deadline: never later, and less than a second earlier', async () => {
    const { end, endedAtMs } = await run([pending], { timeoutMs: 10_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: undefined })
    expect(endedAtMs).toBeGreaterThan(9000)
    expect(endedAtMs).toBeLessThanOrEqual(10_000)
  })

  it('at the deadline during an attempt, which is aborted', async () => {
    const { end, endedAtMs, abortReasons } = await run([pending, { outcome: done, afterMs: 5000 }], { timeoutMs: 4000 })
    expect(end).toMatchObject({ kind: 'timed-out' })
    expect(endedAtMs).toBe(4000)
    expect(abortReasons.at(-1)).toBe('timed-out')
  })

  it('when it is cancelled during a pause', async () => {
    const { end, endedAtMs, attemptsAtMs } = await run([pending], {
      cancelAtMs: 4321,
      options: { schedule: fixedSchedule(3000) },
    })
    expect(end).toEqual({ kind: 'cancelled', lastFault: undefined })
    expect(endedAtMs).toBe(4321)
    expect(attemptsAtMs).toEqual([0, 3000])
  })

  it('when it is cancelled during an attempt', async () => {
    const { end, endedAtMs, abortReasons } = await run([{ outcome: done, afterMs: 3000 }], { cancelAtMs: 500 })
    expect(end).toEqual({ kind: 'cancelled', lastFault: undefined })
    expect(endedAtMs).toBe(500)
    expect(abortReasons).toEqual(['cancelled'])
  })

  it('when it was cancelled before it began: without an attempt', async () => {
    const clock = new VirtualClock()
    const deadline = startDeadline(clock, 1000, AbortSignal.abort())
    const attempt = (): Promise<Outcome> => Promise.reject(new Error('an attempt was made'))
    const schedule = adaptiveSchedule
    const end = await clock.run(poll({ attempt, schedule, parallelJobs: 1, clock, deadline, random: Math.random }))
    expect(end).toMatchObject({ kind: 'cancelled' })
  })
})

describe('the last attempt', () => {
  it('is made just before the deadline, when the next pause would end after it', async () => {
    const { end, attemptsAtMs } = await run([pending, done], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 9750])
  })

  it('is made earlier when answers are slow, so that its answer still counts', async () => {
    const slow = (outcome: Outcome): Answer => ({ outcome, afterMs: 300 })
    const { end, attemptsAtMs, endedAtMs } = await run([slow(pending), slow(done)], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 9150])
    expect(endedAtMs).toBeLessThan(10_000)
  })

  it('is made even when the first attempt was due after the deadline', async () => {
    const { end, attemptsAtMs } = await run([done], {
      timeoutMs: 2000,
      options: { schedule: adaptiveSchedule, parallelJobs: 200, random: () => 0.9 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([1750])
  })

  it('is not followed by another one', async () => {
    const { attemptsAtMs } = await run([pending], { timeoutMs: 10_000, options: { schedule: fixedSchedule(60_000) } })
    expect(attemptsAtMs).toHaveLength(2)
  })
})

describe('an attempt that hangs', () => {
  const hanging: Answer = { outcome: pending, isHanging: true }

  it('is aborted after ten seconds, the next one after twice as long, and so on', async () => {
    const { end, attemptsAtMs, abortReasons } = await run([hanging, hanging, hanging, done], {
      timeoutMs: 600_000,
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(abortReasons).toEqual([ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT])
    const [, second = NaN, third = NaN, fourth = NaN] = attemptsAtMs
    expect(second).toBe(10_000 + 1000)
    expect(third - second).toBe(20_000 + 1000)
    expect(fourth - third).toBe(40_000 + 2000)
  })

  it('has ten seconds again after an answer in between', async () => {
    const { attemptsAtMs } = await run([hanging, hanging, pending, hanging, done], { timeoutMs: 600_000 })
    const [, , , fourth = NaN, fifth = NaN] = attemptsAtMs
    expect(fifth - fourth).toBe(10_000 + 1000)
  })

  it('uses at most a quarter of a short timeout, but has two seconds at least', async () => {
    expect((await run([hanging, done], { timeoutMs: 16_000 })).attemptsAtMs).toEqual([0, 5000])
    expect((await run([hanging, done], { timeoutMs: 6000 })).attemptsAtMs).toEqual([0, 3000])
  })

  it('may take as long as the caller allows', async () => {
    const { attemptsAtMs } = await run([hanging, done], { timeoutMs: 600_000, options: { attemptLimitMs: 50_000 } })
    expect(attemptsAtMs).toEqual([0, 51_000])
    const patient = await run([{ outcome: done, afterMs: 500_000 }], {
      timeoutMs: 600_000,
      options: { attemptLimitMs: Infinity },
    })
    expect(patient.end).toMatchObject({ kind: 'done' })
  })
})

describe('a rate limit', () => {
  it('is waited for as long as the service says, and a little longer, whatever the schedule says', async () => {
    const { attemptsAtMs, pausesMs } = await run([throttled(7000), done], { options: { random: () => 0.99 } })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThan(7000)
    expect(second).toBeLessThan(8500)
    expect(pausesMs).toEqual([second])
  })

  it('ends the poll at once when it lasts longer than the time left, and is reported', async () => {
    const { end, endedAtMs } = await run([pending, throttled(30_000)], { timeoutMs: 20_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'too many requests', refusedForMs: 30_000 })
    expect(endedAtMs).toBe(1000)
  })

  it('ends the poll at once when the service does not say how long it lasts and less than a minute is left', async () => {
    const { end, endedAtMs } = await run([throttled()], { timeoutMs: 59_000 })
    expect(end).toMatchObject({ kind: 'timed-out', refusedForMs: 60_000 })
    expect(endedAtMs).toBe(0)
  })

  it('is waited for completely even when only the jitter would exceed the deadline', async () => {
    const { end, attemptsAtMs } = await run([throttled(9500), done], {
      timeoutMs: 10_000,
      options: { random: () => 0.99 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    const [, second = NaN] = attemptsAtMs
    expect(second).toBeGreaterThanOrEqual(9500)
    expect(second).toBeLessThan(10_000)
  })

  it('is waited for longer each time when the service never says how long it lasts', async () => {
    const { attemptsAtMs } = await run([throttled(), throttled(), done], { timeoutMs: 600_000 })
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
    await run(answers, { timeoutMs: 600_000, options: { schedule, parallelJobs: 3 } })
    expect(moments[4]).toMatchObject({ elapsedMs: 80_000, parallelJobs: 3, refusals: 0, lastRefusal: undefined })
    // Attempts at 0, 20, 40, 60 and 80 s; throttled at 100 s: those at 40 s and before are a minute old.
    expect(moments[5]).toMatchObject({ refusals: 2, lastRefusal: { attemptsInMinute: 2 } })
    const { lastRefusal, elapsedMs = NaN } = moments[6] ?? {}
    expect(lastRefusal?.agoMs).toBeCloseTo(elapsedMs - 101_050, 3)
  })
})

describe('transient faults', () => {
  it('are retried, with pauses that grow with each fault in a row', async () => {
    const { end, attemptsAtMs } = await run([fault, fault, fault, pending, fault, done], {
      options: { schedule: fixedSchedule(100) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(attemptsAtMs).toEqual([0, 500, 1500, 3500, 3600, 4100])
  })

  it('are reported at the deadline if the last attempt had one', async () => {
    const { end } = await run([pending, fault], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'reset' })
  })

  it('are not reported when a later attempt succeeded', async () => {
    const { end } = await run([fault, pending], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: undefined })
  })

  it('are reported when the poll is cancelled', async () => {
    const { end } = await run([fault], { cancelAtMs: 700 })
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
    const { attemptsAtMs } = await run([{ outcome: pending, afterMs: 400 }, done], {
      options: { schedule, parallelJobs: 5 },
    })
    expect(moments).toMatchObject([{ elapsedMs: 2900, roundTripMs: 400, parallelJobs: 5, refusals: 0 }])
    expect(attemptsAtMs).toEqual([2500, 3900])
  })

  it('decides the pauses, and each one is reported', async () => {
    const { attemptsAtMs, pausesMs } = await run([pending, pending, pending, done], {
      options: { schedule: fixedSchedule(1500) },
    })
    expect(attemptsAtMs).toEqual([0, 1500, 3000, 4500])
    expect(pausesMs).toEqual([1500, 1500, 1500])
  })
})
