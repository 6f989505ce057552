import { describe, expect, it } from '@jest/globals'
import { ATTEMPT_TIMED_OUT, startDeadline } from '../../src/polling/deadline.js'
import { poll, type Look, type PollEnd, type PollOptions } from '../../src/polling/poll.js'
import { adaptiveSchedule, fixedSchedule, type Moment, type Schedule } from '../../src/polling/schedule.js'
import { VirtualClock } from './virtual-clock.js'

type Seen = Look<string, string>

const pending: Seen = { kind: 'pending' }
const done: Seen = { kind: 'done', value: 'file' }
const fault: Seen = { kind: 'fault', failure: 'reset' }
const refused = (askedMs?: number): Seen => ({ kind: 'refused', failure: 'too many requests', askedMs })

interface Answer {
  readonly seen: Seen
  readonly afterMs?: number
  /** Never answers: the look ends when its signal is aborted, as a fault. */
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
  readonly lookedAtMs: readonly number[]
  /** What `onLook` was told. */
  readonly pausesMs: readonly number[]
  readonly abortReasons: readonly unknown[]
}

/** Polls on a virtual clock; the last answer is repeated. */
async function run(answers: readonly (Seen | Answer)[], setting: Setting = {}): Promise<Result> {
  const clock = new VirtualClock()
  const cancel = new AbortController()
  if (setting.cancelAtMs !== undefined) clock.after(setting.cancelAtMs, () => cancel.abort())
  const deadline = startDeadline(clock, setting.timeoutMs ?? 60_000, 0, cancel.signal)
  const lookedAtMs: number[] = []
  const pausesMs: number[] = []
  const abortReasons: unknown[] = []
  const look = (signal: AbortSignal): Promise<Seen> => {
    const next = answers[Math.min(lookedAtMs.length, answers.length - 1)] ?? pending
    const answer = 'seen' in next ? next : { seen: next }
    lookedAtMs.push(clock.nowMs())
    return new Promise((resolve) => {
      if (!answer.isHanging) clock.after(answer.afterMs ?? 0, () => resolve(answer.seen))
      signal.addEventListener('abort', () => {
        abortReasons.push(signal.reason)
        resolve(fault)
      })
    })
  }
  const end = await clock.run(
    poll<string, string>({
      look,
      schedule: fixedSchedule(1000),
      rivals: 1,
      clock,
      deadline,
      random: () => 0,
      onLook: (_, pauseMs) => pausesMs.push(pauseMs),
      ...setting.options,
    }),
  )
  deadline.release()
  return { end, endedAtMs: clock.nowMs(), lookedAtMs, pausesMs, abortReasons }
}

describe('how a poll ends', () => {
  it('with the value, at the first look that finds it', async () => {
    const { end, lookedAtMs } = await run([pending, pending, done])
    expect(end).toEqual({ kind: 'done', value: 'file' })
    expect(lookedAtMs).toEqual([0, 1000, 2000])
  })

  it('with a failure for good, at once', async () => {
    const { end, lookedAtMs } = await run([pending, { kind: 'failed', failure: 'gone' }, done])
    expect(end).toEqual({ kind: 'failed', failure: 'gone' })
    expect(lookedAtMs).toEqual([0, 1000])
  })

  it('at the deadline, never later, and not a second earlier', async () => {
    const { end, endedAtMs } = await run([pending], { timeoutMs: 10_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: undefined })
    expect(endedAtMs).toBeGreaterThan(9000)
    expect(endedAtMs).toBeLessThanOrEqual(10_000)
  })

  it('at the deadline while a look is under way, which is broken off', async () => {
    const { end, endedAtMs, abortReasons } = await run([pending, { seen: done, afterMs: 5000 }], { timeoutMs: 4000 })
    expect(end).toMatchObject({ kind: 'timed-out' })
    expect(endedAtMs).toBe(4000)
    expect(abortReasons.at(-1)).toBe('timed-out')
  })

  it('when somebody cancels, in a pause', async () => {
    const { end, endedAtMs, lookedAtMs } = await run([pending], {
      cancelAtMs: 4321,
      options: { schedule: fixedSchedule(3000) },
    })
    expect(end).toEqual({ kind: 'cancelled', lastFault: undefined })
    expect(endedAtMs).toBe(4321)
    expect(lookedAtMs).toEqual([0, 3000])
  })

  it('when somebody cancels, in a look', async () => {
    const { end, endedAtMs, abortReasons } = await run([{ seen: done, afterMs: 3000 }], { cancelAtMs: 500 })
    expect(end).toEqual({ kind: 'cancelled', lastFault: undefined })
    expect(endedAtMs).toBe(500)
    expect(abortReasons).toEqual(['cancelled'])
  })

  it('when it was cancelled before it began: without a look', async () => {
    const clock = new VirtualClock()
    const deadline = startDeadline(clock, 1000, 0, AbortSignal.abort())
    const look = (): Promise<Seen> => Promise.reject(new Error('looked'))
    const schedule = adaptiveSchedule
    const end = await clock.run(poll({ look, schedule, rivals: 1, clock, deadline, random: Math.random }))
    expect(end).toMatchObject({ kind: 'cancelled' })
  })
})

describe('the last look', () => {
  it('comes just before the deadline, in place of a pause that would pass it', async () => {
    const { end, lookedAtMs } = await run([pending, done], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(lookedAtMs).toEqual([0, 9750])
  })

  it('comes earlier where answers are slow, so that its answer still counts', async () => {
    const slow = (seen: Seen): Answer => ({ seen, afterMs: 300 })
    const { end, lookedAtMs, endedAtMs } = await run([slow(pending), slow(done)], {
      timeoutMs: 10_000,
      options: { schedule: fixedSchedule(60_000) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(lookedAtMs).toEqual([0, 9150])
    expect(endedAtMs).toBeLessThan(10_000)
  })

  it('comes too where the first was to come after the deadline', async () => {
    const { end, lookedAtMs } = await run([done], {
      timeoutMs: 2000,
      options: { schedule: adaptiveSchedule, rivals: 200, random: () => 0.9 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(lookedAtMs).toEqual([1750])
  })

  it('is not followed by another', async () => {
    const { lookedAtMs } = await run([pending], { timeoutMs: 10_000, options: { schedule: fixedSchedule(60_000) } })
    expect(lookedAtMs).toHaveLength(2)
  })
})

describe('a look that hangs', () => {
  const hanging: Answer = { seen: pending, isHanging: true }

  it('is given up after ten seconds, then after twice as long, and so on', async () => {
    const { end, lookedAtMs, abortReasons } = await run([hanging, hanging, hanging, done], {
      timeoutMs: 600_000,
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(abortReasons).toEqual([ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT, ATTEMPT_TIMED_OUT])
    const [, second = NaN, third = NaN, fourth = NaN] = lookedAtMs
    expect(second).toBe(10_000 + 1000)
    expect(third - second).toBe(20_000 + 1000)
    expect(fourth - third).toBe(40_000 + 2000)
  })

  it('is given ten seconds again after an answer in between', async () => {
    const { lookedAtMs } = await run([hanging, hanging, pending, hanging, done], { timeoutMs: 600_000 })
    const [, , , fourth = NaN, fifth = NaN] = lookedAtMs
    expect(fifth - fourth).toBe(10_000 + 1000)
  })

  it('does not eat a short timeout: a quarter of it, two seconds at least', async () => {
    expect((await run([hanging, done], { timeoutMs: 16_000 })).lookedAtMs).toEqual([0, 5000])
    expect((await run([hanging, done], { timeoutMs: 6000 })).lookedAtMs).toEqual([0, 3000])
  })

  it('may take as long as the caller says', async () => {
    const { lookedAtMs } = await run([hanging, done], { timeoutMs: 600_000, options: { lookLimitMs: 50_000 } })
    expect(lookedAtMs).toEqual([0, 51_000])
    const patient = await run([{ seen: done, afterMs: 500_000 }], {
      timeoutMs: 600_000,
      options: { lookLimitMs: Infinity },
    })
    expect(patient.end).toMatchObject({ kind: 'done' })
  })
})

describe('a refusal', () => {
  it('is waited out for as long as the service says, and a little more, whatever the schedule', async () => {
    const { lookedAtMs, pausesMs } = await run([refused(7000), done], { options: { random: () => 0.99 } })
    const [, second = NaN] = lookedAtMs
    expect(second).toBeGreaterThan(7000)
    expect(second).toBeLessThan(8500)
    expect(pausesMs).toEqual([second])
  })

  it('ends the poll at once where it asks for more than is left, and says so', async () => {
    const { end, endedAtMs } = await run([pending, refused(30_000)], { timeoutMs: 20_000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'too many requests', refusedForMs: 30_000 })
    expect(endedAtMs).toBe(1000)
  })

  it('ends the poll at once where the service does not say and less than a minute is left', async () => {
    const { end, endedAtMs } = await run([refused()], { timeoutMs: 59_000 })
    expect(end).toMatchObject({ kind: 'timed-out', refusedForMs: 60_000 })
    expect(endedAtMs).toBe(0)
  })

  it('is waited out whole even where only the jitter would pass the deadline', async () => {
    const { end, lookedAtMs } = await run([refused(9500), done], {
      timeoutMs: 10_000,
      options: { random: () => 0.99 },
    })
    expect(end).toMatchObject({ kind: 'done' })
    const [, second = NaN] = lookedAtMs
    expect(second).toBeGreaterThanOrEqual(9500)
    expect(second).toBeLessThan(10_000)
  })

  it('grows where the service never says', async () => {
    const { lookedAtMs } = await run([refused(), refused(), done], { timeoutMs: 600_000 })
    expect(lookedAtMs).toEqual([0, 60_000, 150_000])
  })

  it('is told to the schedule: how many, how long ago, and how many looks had passed in the minute before', async () => {
    const moments: Moment[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 0,
      nextDelayMs(moment) {
        moments.push(moment)
        return 20_000
      },
    }
    const answers = [pending, pending, pending, pending, pending, refused(1000), refused(1000), pending, pending, done]
    await run(answers, { timeoutMs: 600_000, options: { schedule, rivals: 3 } })
    expect(moments[4]).toMatchObject({ elapsedMs: 80_000, rivals: 3, refusals: 0, lastRefusal: undefined })
    // Looks at 0, 20, 40, 60 and 80 s; refused at 100 s: those of 40 s and before are a minute old.
    expect(moments[5]).toMatchObject({ refusals: 2, lastRefusal: { looksInMinute: 2 } })
    const { lastRefusal, elapsedMs = NaN } = moments[6] ?? {}
    expect(lastRefusal?.agoMs).toBeCloseTo(elapsedMs - 101_050, 3)
  })
})

describe('passing faults', () => {
  it('are ridden out, with pauses that grow as long as they come in a row', async () => {
    const { end, lookedAtMs } = await run([fault, fault, fault, pending, fault, done], {
      options: { schedule: fixedSchedule(100) },
    })
    expect(end).toMatchObject({ kind: 'done' })
    expect(lookedAtMs).toEqual([0, 500, 1500, 3500, 3600, 4100])
  })

  it('are told at the deadline if the last look had one', async () => {
    const { end } = await run([pending, fault], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: 'reset' })
  })

  it('are forgotten when a later look went well', async () => {
    const { end } = await run([fault, pending], { timeoutMs: 5000 })
    expect(end).toEqual({ kind: 'timed-out', lastFault: undefined })
  })

  it('are told when somebody cancels', async () => {
    const { end } = await run([fault], { cancelAtMs: 700 })
    expect(end).toEqual({ kind: 'cancelled', lastFault: 'reset' })
  })
})

describe('the schedule', () => {
  it('gets the time since the wait began, the first pause included, and how long the look took', async () => {
    const moments: Moment[] = []
    const schedule: Schedule = {
      firstDelayMs: () => 2500,
      nextDelayMs(moment) {
        moments.push(moment)
        return 1000
      },
    }
    const { lookedAtMs } = await run([{ seen: pending, afterMs: 400 }, done], { options: { schedule, rivals: 5 } })
    expect(moments).toMatchObject([{ elapsedMs: 2900, roundTripMs: 400, rivals: 5, refusals: 0 }])
    expect(lookedAtMs).toEqual([2500, 3900])
  })

  it('decides the pauses, and each is told', async () => {
    const { lookedAtMs, pausesMs } = await run([pending, pending, pending, done], {
      options: { schedule: fixedSchedule(1500) },
    })
    expect(lookedAtMs).toEqual([0, 1500, 3000, 4500])
    expect(pausesMs).toEqual([1500, 1500, 1500])
  })
})
