import type { Reply } from '../../src/feishu/errors/failure.js'
import { computeResult, SimulatedService, type PaceResult, type Service } from './pace.js'
import { VirtualClock } from '../../test/polling/virtual-clock.js'

const QUERY_PAUSE_MS = 1_000

/**
 * Runs several simple loops at once; the pace of the action is compared with theirs. Each loop takes one document after
 * another. It creates a task, pauses a second before each query, and downloads the file. After a refusal, it waits as
 * long as the header says.
 */
export async function runLoops(service: Service, loops: number): Promise<PaceResult> {
  const clock = new VirtualClock()
  const simulated = new SimulatedService(clock, service)
  const retryUntilAccepted = async <T>(request: () => Promise<Reply<T>>): Promise<T> => {
    for (;;) {
      const reply = await request()
      if (reply.ok) return reply.value
      await clock.wait(reply.failure.askedMs ?? 60_000)
    }
  }
  // The index of the next document, for all loops together.
  let next = 0
  const loop = async (): Promise<void> => {
    while (next < service.durationsMs.length) {
      const durationMs = service.durationsMs[next++] ?? 0
      const endsAtMs = await retryUntilAccepted(() => simulated.request('create', () => clock.nowMs() + durationMs))
      let hasEnded = false
      while (!hasEnded) {
        await clock.wait(QUERY_PAUSE_MS)
        hasEnded = await retryUntilAccepted(() => simulated.request('query', () => clock.nowMs() >= endsAtMs))
      }
      await retryUntilAccepted(() => simulated.request('download', () => undefined))
      await clock.wait(service.transferMs)
    }
  }
  await clock.run(Promise.all(Array.from({ length: loops }, loop)))
  return computeResult(simulated, clock.nowMs())
}
