import { startDeadline } from '../../src/polling/deadline.js'
import { poll, type PollAttempt, type PollEnd, type PollOptions } from '../../src/polling/poll.js'
import { fixedSchedule } from '../../src/polling/schedule.js'
import { VirtualClock } from './virtual-clock.js'

export type Outcome = PollAttempt<string, string>

export const pending: Outcome = { kind: 'pending' }
export const done: Outcome = { kind: 'done', value: 'file' }
export const fault: Outcome = { kind: 'fault', failure: 'reset' }
export const throttled = (askedMs?: number): Outcome => ({ kind: 'refused', failure: 'too many requests', askedMs })

/** How one attempt behaves. */
export interface Answer {
  readonly outcome: Outcome
  /** How long the attempt takes; by default, no time. */
  readonly afterMs?: number
  /** Never answers: `outcome` is not used, and the attempt ends as a fault when its signal is aborted. */
  readonly isHanging?: boolean
}

export interface Setting {
  /** By default a minute. */
  readonly timeoutMs?: number
  readonly cancelAtMs?: number
  readonly options?: Partial<PollOptions<string, string>>
}

export interface Result {
  readonly end: PollEnd<string, string>
  readonly endedAtMs: number
  readonly attemptsAtMs: readonly number[]
  /** The pauses that `onAttempt` was called with. */
  readonly pausesMs: readonly number[]
  /** The reason for each attempt whose signal was aborted. */
  readonly abortReasons: readonly unknown[]
}

/**
 * Polls on a virtual clock; by default with a fixed interval of one second. The first attempt gets the first answer, and
 * so on; when no answers are left, the last one is repeated.
 */
export async function runPoll(answers: readonly (Outcome | Answer)[], setting: Setting = {}): Promise<Result> {
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
