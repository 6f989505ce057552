import { Engine, TRANSFERS_AT_ONCE, type Work } from '../../src/export/engine/engine.js'
import { PacedApi } from '../../src/export/engine/paced-api.js'
import { fail, type Reply } from '../../src/feishu/errors/failure.js'
import { createLimiter, type Limit } from '../../test/emulator/limiter.js'
import { createRandom } from '../../test/emulator/random.js'
import { VirtualClock } from '../../test/polling/virtual-clock.js'

/** The properties of a simulated service. */
export interface Service {
  /** The limit of each API: every API has its own limiter with it. */
  readonly limit: Limit
  /** How long each export takes, in the order of the documents. */
  readonly durationsMs: readonly number[]
  readonly roundTripMs: number
  /** How long the transfer of a file takes, after the answer to its request. */
  readonly transferMs: number
}

export interface PaceResult {
  readonly minutes: number
  readonly documentsPerMinute: number
  /** All requests, with the refused ones. */
  readonly requests: number
  readonly refused: number
  /** The status queries, with the refused ones. */
  readonly queries: number
}

const APIS = ['create', 'query', 'download'] as const
type Api = (typeof APIS)[number]

/** The simulated service: a limiter for each API, and counts of requests. */
export class SimulatedService {
  requests = 0
  refused = 0
  queries = 0
  private readonly limiters

  constructor(
    readonly clock: VirtualClock,
    readonly service: Service,
  ) {
    this.limiters = Object.fromEntries(APIS.map((api) => [api, createLimiter(service.limit)])) as Record<
      Api,
      ReturnType<typeof createLimiter>
    >
  }

  /**
   * Sends one request: after half a round trip the limiter decides, and after another half the answer is there.
   * @param makeValue called if the limiter accepts the request: makes the value of the answer
   */
  async request<T>(api: Api, makeValue: () => T): Promise<Reply<T>> {
    const { roundTripMs } = this.service
    await this.clock.wait(roundTripMs / 2)
    this.requests++
    if (api === 'query') this.queries++
    const decision = this.limiters[api].take(this.clock.nowMs())
    if (!decision.ok) this.refused++
    const reply: Reply<T> = decision.ok
      ? { ok: true, value: makeValue() }
      : fail({ class: 'rate-limit', what: 'refused', askedMs: decision.resetSeconds * 1000 })
    await this.clock.wait(roundTripMs / 2)
    return reply
  }
}

interface SimulatedWork extends Work {
  readonly index: number
}

/**
 * Runs the export action's own engine against a simulated service on a virtual clock.
 * @param firstExpectedAgeMs the age at which the engine expects exports to have ended, at the start of the run; by default
 *   that of the action
 * @throws Error if an export fails
 */
export async function runEngine(service: Service, seed: number, firstExpectedAgeMs?: number): Promise<PaceResult> {
  const clock = new VirtualClock()
  const simulated = new SimulatedService(clock, service)
  const random = createRandom(seed)
  const stop = new AbortController()
  const api = new PacedApi({
    clock,
    random,
    parallelJobs: 1,
    stop: stop.signal,
    concurrency: { download: TRANSFERS_AT_ONCE },
  })
  const endsAtMs = new Map<string, number>()
  const works = service.durationsMs.map((_, index): SimulatedWork => ({
    index,
    output: {
      token: `doc${index}`,
      type: 'docx',
      title: '',
      editTime: '1',
      url: undefined,
      fileExtension: 'docx',
      subId: undefined,
      kind: 'task',
    },
  }))
  let failed = 0
  const engine = new Engine<SimulatedWork>({
    api,
    clock,
    stop: stop.signal,
    firstExpectedAgeMs,
    onEnd: (_, failure) => {
      if (failure) failed++
    },
    steps: {
      create: (work) =>
        simulated.request('create', () => {
          const ticket = `${work.index}`
          endsAtMs.set(ticket, clock.nowMs() + (service.durationsMs[work.index] ?? 0))
          return { ticket, token: work.output.token }
        }),
      query: (task) =>
        simulated.request('query', () =>
          clock.nowMs() >= (endsAtMs.get(task.ticket) ?? 0)
            ? {
                kind: 'done' as const,
                status: { label: 'success', code: 0 },
                file: { fileToken: 'f', fileName: '', fileExtension: 'docx', type: 'docx', fileSize: '1' },
              }
            : { kind: 'pending' as const, status: { label: 'processing', code: 2 } },
        ),
      fetch: () => async () => {
        const reply = await simulated.request('download', () => undefined)
        if (reply.ok) await clock.wait(service.transferMs)
        return reply
      },
      prepare: () => Promise.resolve(undefined),
      make: () => Promise.reject(new Error('not simulated')),
    },
  })
  await clock.run(engine.run(works))
  if (failed > 0) throw new Error(`${failed} exports failed`)
  return computeResult(simulated, clock.nowMs())
}

/** Computes the figures of a run from its duration. */
export function computeResult({ requests, refused, queries, service }: SimulatedService, tookMs: number): PaceResult {
  const minutes = tookMs / 60_000
  return { minutes, documentsPerMinute: service.durationsMs.length / minutes, requests, refused, queries }
}
