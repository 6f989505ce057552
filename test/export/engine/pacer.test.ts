import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Pacer, type DetectedLimit } from '../../../src/export/engine/pacer.js'
import { createLimiter, type Limit } from '../../emulator/limiter.js'
import { createRandom } from '../../emulator/random.js'
import { VirtualClock } from '../../polling/virtual-clock.js'

const MINUTE: Pick<Limit, 'requests' | 'windowMs'> = { requests: 100, windowMs: 60_000 }
// Added to the time that the service asks to wait, so that no request comes a little too early.
const AFTER_RESET_MS = 100

interface SendOptions {
  readonly parallelJobs?: number
  readonly seed?: number
  readonly detected?: DetectedLimit
  /** When other clients send requests. */
  readonly othersMs?: readonly number[]
}

/**
 * Sends `count` requests through a pacer to a service with this limit. Each is repeated until the service accepts it.
 *
 * The pacer is given the same limit if its window is shorter than a minute; otherwise it is given `MINUTE`. So the limit
 * of the service can be lower than the one that the pacer knows.
 * @returns `sentMs`, the times of all attempts; `refused`, how many of them the service refused; `tookMs`, the whole
 * duration; the pacer and its clock
 */
async function send(
  count: number,
  limit: Limit,
  { parallelJobs = 1, seed = 1, detected, othersMs = [] }: SendOptions = {},
) {
  const clock = new VirtualClock()
  const random = createRandom(seed)
  const limiter = createLimiter(limit)
  const { requests, windowMs } = limit.windowMs < 60_000 ? limit : MINUTE
  const common = { clock, requests, windowMs, parallelJobs, concurrency: 8, stop: new AbortController().signal }
  const pacer = new Pacer({ ...common, ...(detected && { detected }) })
  const sentMs: number[] = []
  for (const atMs of othersMs) clock.after(atMs, () => limiter.take(clock.nowMs()))
  let refused = 0
  const sendOne = async (order: number): Promise<void> => {
    for (;;) {
      const request = await pacer.slot({ order: () => order })
      if (!request) throw new Error('the pacer is closed')
      sentMs.push(clock.nowMs())
      // The request reaches the service after 50 to 250 ms.
      await clock.wait(50 + random() * 200)
      const taken = limiter.take(clock.nowMs())
      if (!taken.ok) {
        refused++
        pacer.refused(request, taken.resetSeconds * 1000 + AFTER_RESET_MS)
      }
      pacer.finished(request, taken.ok ? 'accepted' : 'refused')
      if (taken.ok) return
    }
  }
  await clock.run(Promise.all(Array.from({ length: count }, (_, order) => sendOne(order))))
  return { sentMs, refused, tookMs: clock.nowMs(), pacer, clock }
}

/** The highest number of requests in any window of this length. */
const maxInWindow = (timesMs: readonly number[], windowMs: number): number =>
  Math.max(...timesMs.map((from) => timesMs.filter((at) => at >= from && at < from + windowMs).length))

describe('the pacer', () => {
  it.each(['fixed', 'sliding'] as const)('uses up a %s window, and sends at most one probe beyond it', async (kind) => {
    const { sentMs, refused, tookMs } = await send(300, { kind, ...MINUTE })
    expect(maxInWindow(sentMs, 60_000)).toBeLessThanOrEqual(101)
    expect(refused).toBeLessThanOrEqual(1)
    expect(tookMs).toBeLessThan(135_000)
  })

  it('detects that the limit is a bucket, and then uses tokens as they are refilled', async () => {
    const { refused, tookMs } = await send(250, { kind: 'bucket', ...MINUTE })
    expect(refused).toBe(0)
    expect(tookMs).toBeLessThan(100_000)
  })

  it('sends no probe beyond a window of a second', async () => {
    const { refused } = await send(30, { kind: 'fixed', requests: 5, windowMs: 1000 })
    expect(refused).toBe(0)
  })

  it.each(['fixed', 'sliding', 'bucket'] as const)(
    'is never refused by a %s limit of a second, and is not much slower than the limit allows',
    async (kind) => {
      // The limit allows it in 200 s.
      const { refused, tookMs } = await send(1000, { kind, requests: 5, windowMs: 1000 })
      expect(tookMs).toBeLessThan(235_000)
      expect(refused).toBe(0)
    },
  )

  it('leaves parallel jobs their share', async () => {
    const { sentMs } = await send(60, { kind: 'sliding', ...MINUTE }, { parallelJobs: 4 })
    expect(maxInWindow(sentMs, 60_000)).toBeLessThanOrEqual(26)
  })

  const rush = Array.from({ length: 90 }, () => 0)
  it.each(['fixed', 'sliding', 'bucket'] as const)(
    'soon uses a %s limit fully again after a single rush of other clients',
    async (kind) => {
      const { tookMs } = await send(200, { kind, ...MINUTE }, { othersMs: rush })
      // The rush costs a minute. The minutes after it have 20, 40 and 80 requests, then the rest follows.
      expect(tookMs).toBeLessThan(275_000)
    },
  )

  it('leaves other clients their share if they use the limit all the time', async () => {
    const others = Array.from({ length: 600 }, (_, nth) => nth * 1000)
    const { sentMs, refused } = await send(200, { kind: 'sliding', ...MINUTE }, { othersMs: others })
    expect(refused / sentMs.length).toBeLessThan(0.1)
  })

  it('sends all requests, with few refusals, if the limit is lower than documented', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom('fixed', 'sliding', 'bucket'),
        async (seed, kind) => {
          const { sentMs, refused } = await send(120, { kind, requests: 30, windowMs: 60_000 }, { seed })
          expect(sentMs.length - refused).toBe(120)
          expect(refused / sentMs.length).toBeLessThan(0.25)
        },
      ),
      { numRuns: 20 },
    )
  })

  it.each(['sliding', 'bucket'] as const)('forecasts when requests are sent under a %s limit', async (kind) => {
    const { pacer, clock } = await send(130, { kind, ...MINUTE })
    const nowMs = clock.nowMs()
    const forecast = pacer.forecastMs([...Array.from({ length: 80 }, () => 0), nowMs + 300_000])
    const sentMs: number[] = []
    const sendOne = async (order: number): Promise<void> => {
      const request = await pacer.slot({ order: () => order })
      if (!request) throw new Error('the pacer is closed')
      sentMs.push(clock.nowMs())
      await clock.wait(10)
      pacer.finished(request, 'accepted')
    }
    await clock.run(Promise.all(Array.from({ length: 80 }, (_, order) => sendOne(order))))
    forecast.slice(0, 80).forEach((atMs, nth) => expect(Math.abs((sentMs[nth] ?? 0) - atMs)).toBeLessThan(1_000))
    expect(forecast[80]).toBe(nowMs + 300_000)
  })

  it('shares with the other pacers which kind of limit it detected', async () => {
    const detected: DetectedLimit = { kind: undefined }
    const { refused } = await send(150, { kind: 'sliding', ...MINUTE }, { detected })
    expect([refused, detected.kind]).toEqual([1, 'window'])
    expect((await send(150, { kind: 'sliding', ...MINUTE }, { detected })).refused).toBe(0)
    detected.kind = undefined
    await send(150, { kind: 'bucket', ...MINUTE }, { detected })
    expect(detected.kind).toBe('bucket')
  })

  it('grants slots to due requests in their order, and none after the stop', async () => {
    const clock = new VirtualClock()
    const stop = new AbortController()
    const pacer = new Pacer({
      clock,
      requests: 1,
      windowMs: 1_000,
      parallelJobs: 1,
      concurrency: 1,
      stop: stop.signal,
    })
    const granted: string[] = []
    /** Requests a slot, and adds the decision to `granted`. */
    const requestSlot = (name: string, order: number, dueMs: number): Promise<void> =>
      pacer.slot({ order: () => order, dueMs: () => dueMs }).then((request) => {
        granted.push(`${name} ${request !== undefined}`)
        if (request) pacer.finished(request, 'accepted')
      })
    const all = Promise.all([
      requestSlot('late', 1, 5_000),
      // Takes the only free slot, so that the next two wait together.
      requestSlot('immediate', 4, 0),
      requestSlot('second', 3, 0),
      requestSlot('first', 2, 0),
    ])
    await clock.run(Promise.race([all, clock.wait(4_000)]))
    expect(granted).toEqual(['immediate true', 'first true', 'second true'])
    stop.abort()
    await all
    expect(granted.at(-1)).toBe('late false')
    expect(await pacer.slot({ order: () => 1 })).toBeUndefined()
  })

  it('says whether a request waits for the limit, but not while it waits for its own time', async () => {
    const clock = new VirtualClock()
    const stop = new AbortController().signal
    const pacer = new Pacer({ clock, requests: 1, windowMs: 30_000, parallelJobs: 1, concurrency: 8, stop })
    const states: boolean[] = []
    const addState = (): number => states.push(pacer.isWaitingForLimit())
    await clock.run(
      (async () => {
        await pacer.slot({ order: () => 1 })
        addState()
        const second = pacer.slot({ order: () => 2, dueMs: () => 10_000 })
        addState()
        await clock.wait(20_000)
        addState()
        await second
        addState()
      })(),
    )
    expect(states).toEqual([false, false, true, false])
  })

  it('takes a request without an answer for one that arrived late, even if a later request is answered first', async () => {
    const clock = new VirtualClock()
    const stop = new AbortController().signal
    const pacer = new Pacer({ clock, requests: 2, windowMs: 1_000, parallelJobs: 1, concurrency: 8, stop })
    const grantedMs: number[] = []
    const sendOne = async (order: number, answeredAfterMs?: number): Promise<void> => {
      const request = await pacer.slot({ order: () => order })
      grantedMs.push(clock.nowMs())
      if (!request || answeredAfterMs === undefined) return
      await clock.wait(answeredAfterMs)
      pacer.finished(request, 'accepted')
    }
    await clock.run(
      Promise.all([sendOne(0), clock.wait(400).then(() => sendOne(1, 100)), clock.wait(500).then(() => sendOne(2))]),
    )
    // The first request may have arrived 470 ms after it was sent. The window with its margin has 1,030 ms.
    expect(grantedMs).toEqual([0, 400, 1_500])
  })
})
