import { setMaxListeners } from 'node:events'
import { describe as describeFailure, type Failure } from '../feishu/errors/failure.js'
import type { Deadline } from '../polling/deadline.js'
import { formatDuration } from '../text.js'

/** The failure of a call that had not ended when the run stopped; permanent, so that nothing repeats the call. */
export const STOPPED: Failure = { class: 'permanent', what: 'The run was stopped before this could be done' }

/** Why a run stops before everything was tried. */
export type StopCause =
  | { readonly kind: 'timed-out' | 'cancelled' }
  /** A failure that every other document would meet too. */
  | { readonly kind: 'app-wide'; readonly failure: Failure }
  /** The first failure, with `fail-fast`. */
  | { readonly kind: 'fail-fast' }

/**
 * Stops a run early: at the deadline, a cancellation, a failure that every other document would meet, or the first
 * failure with `fail-fast`.
 */
export class RunStop {
  private readonly controller = new AbortController()
  private first: StopCause | undefined

  constructor(private readonly deadline: Deadline) {
    // Every request in flight and every pause listens, and stops to listen at its end. Node 20 takes more than ten
    // listeners for a leak, and prints a warning.
    setMaxListeners(Infinity, this.signal)
    // An ended deadline always has a reason; the default is for the type.
    const onEnd = (): void => this.stop({ kind: deadline.stopReason() ?? 'timed-out' })
    if (deadline.signal.aborted) onEnd()
    else deadline.signal.addEventListener('abort', onEnd, { once: true })
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Stops the run. Only the first cause counts. */
  stop(cause: StopCause): void {
    if (this.first) return
    this.first = cause
    this.controller.abort(cause.kind)
  }

  /** To be called when everything but the report is done: then neither the deadline nor a cancellation stops the run. */
  ignoreFurtherCauses(): void {
    this.deadline.release()
  }

  /** The first cause; undefined while the run continues. */
  cause(): StopCause | undefined {
    return this.first
  }

  /** Describes the cause for the report; undefined when nothing stopped the run. */
  describe(): string | undefined {
    const { first } = this
    switch (first?.kind) {
      case undefined:
        return undefined
      case 'timed-out':
        return `Time is up after ${formatDuration(this.deadline.timeoutMs)} (\`timeout-seconds\`). What is finished stays; the next run goes on where this one was.`
      case 'cancelled':
        return 'Cancelled. What is finished stays; the next run goes on where this one was.'
      case 'app-wide':
        return `The run was ended, since every document would fail like this: ${describeFailure(first.failure)}`
      case 'fail-fast':
        return 'The run was ended at the first failure (`fail-fast`).'
    }
  }
}
