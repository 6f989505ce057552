import { PacedApi } from '../../../src/export/engine/paced-api.js'
import type { Operation } from '../../../src/feishu/client/operations.js'
import type { Failure, Reply } from '../../../src/feishu/errors/failure.js'
import { VirtualClock } from '../../polling/virtual-clock.js'

/** The result of one call: its reply, the number of attempts, and how long it took on the virtual clock. */
interface CallResult {
  readonly reply: Reply<string>
  readonly attempts: number
  readonly seconds: number
}

/** A `PacedApi` on a virtual clock. */
export interface ScriptedApi {
  readonly clock: VirtualClock
  readonly api: PacedApi
  /** Aborting it stops the run. */
  readonly stop: AbortController
  /** One line for each retry: what failed and the pause in seconds (`'reset 2'`). */
  readonly retried: readonly string[]
  /** Makes a call whose attempts get these answers in order, then the last one repeatedly. */
  readonly call: (answers: readonly Reply<string>[], operation?: Operation) => Promise<CallResult>
}

/** The answer of a call that succeeds. */
export const OK: Reply<string> = { ok: true, value: 'yes' }

/** A transient failure, unless `rest` says otherwise. */
export const failure = (what: string, rest: Partial<Failure> = {}): Failure => ({ class: 'transient', what, ...rest })

/**
 * Makes an API for the tests of how calls are retried and given up. At every time, the run has `remainingMs` left.
 * `parallelJobs` jobs share the limits, this one included. Pauses have no jitter.
 */
export function scriptedApi({ remainingMs = Infinity, parallelJobs = 1 } = {}): ScriptedApi {
  const clock = new VirtualClock()
  const stop = new AbortController()
  const retried: string[] = []
  const api = new PacedApi({
    clock,
    random: () => 0,
    parallelJobs,
    stop: stop.signal,
    remainingMs: () => remainingMs,
    onRetry: ({ what }, pauseMs) => retried.push(`${what} ${Math.round(pauseMs / 1000)}`),
  })
  const call: ScriptedApi['call'] = async (answers, operation = 'create') => {
    let attempts = 0
    const startedAtMs = clock.nowMs()
    const reply = await api.call(operation, () =>
      Promise.resolve(answers[Math.min(attempts++, answers.length - 1)] ?? OK),
    )
    return { reply, attempts, seconds: Math.round((clock.nowMs() - startedAtMs) / 1000) }
  }
  return { clock, api, stop, retried, call }
}
