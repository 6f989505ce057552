import type { Clock } from '../polling/clock.js'
import { ATTEMPT_TIMED_OUT } from '../polling/deadline.js'

/** Waits for a sign of life; silence that lasts too long ends the whole attempt. */
export type Watch = <T>(work: Promise<T>) => Promise<T>

/**
 * Runs an attempt that may take as long as it goes on, but not stand still: each wait that it gives to `watch` has the
 * limit of its own. What is not watched (the disk) may take its time.
 * @param attempt must heed the signal, which is aborted with `ATTEMPT_TIMED_OUT` after the silence
 */
export async function withStallLimit<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal,
  attempt: (signal: AbortSignal, watch: Watch) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onParent = (): void => controller.abort(parent.reason)
  if (parent.aborted) onParent()
  else parent.addEventListener('abort', onParent)
  const watch: Watch = async (work) => {
    const stopTimer = clock.after(limitMs, () => controller.abort(ATTEMPT_TIMED_OUT))
    try {
      return await work
    } finally {
      stopTimer()
    }
  }
  try {
    return await attempt(controller.signal, watch)
  } finally {
    parent.removeEventListener('abort', onParent)
  }
}

/** The same pieces, each of them waited for under watch. */
export async function* watched<T>(body: AsyncIterable<T>, watch: Watch): AsyncGenerator<T> {
  const iterator = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await watch(iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
