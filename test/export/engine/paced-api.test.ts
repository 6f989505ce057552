import { beforeEach, describe, expect, it } from '@jest/globals'
import { PacedApi } from '../../../src/export/engine/paced-api.js'
import { STOPPED } from '../../../src/export/stop.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'
import type { Operation } from '../../../src/feishu/client/operations.js'
import { VirtualClock } from '../../polling/virtual-clock.js'

let clock: VirtualClock
let stop: AbortController
let retried: string[]
let api: PacedApi

beforeEach(() => {
  clock = new VirtualClock()
  stop = new AbortController()
  retried = []
  api = apiWith()
})

function apiWith(remainingMs = Infinity, parallelJobs = 1): PacedApi {
  return new PacedApi({
    clock,
    random: () => 0,
    parallelJobs,
    stop: stop.signal,
    remainingMs: () => remainingMs,
    onRetry: ({ what }, pauseMs) => retried.push(`${what} ${Math.round(pauseMs / 1000)}`),
  })
}

const failure = (what: string, rest: Partial<Failure> = {}): Failure => ({ class: 'transient', what, ...rest })
const OK: Reply<string> = { ok: true, value: 'yes' }

/** Makes a call whose attempts get these answers in order, then the last one repeatedly; returns the number of attempts. */
async function call(answers: readonly Reply<string>[], operation: Operation = 'create') {
  let attempts = 0
  const startedAtMs = clock.nowMs()
  const reply = await api.call(operation, () =>
    Promise.resolve(answers[Math.min(attempts++, answers.length - 1)] ?? OK),
  )
  return { reply, attempts, seconds: Math.round((clock.nowMs() - startedAtMs) / 1000) }
}

describe('a fault', () => {
  it('is retried after growing pauses', async () => {
    const fault = fail(failure('reset'))
    const { reply, attempts, seconds } = await clock.run(call([fault, fault, fault, OK]))
    expect([reply, attempts, seconds]).toEqual([OK, 4, 7])
    expect(retried).toEqual(['reset 1', 'reset 2', 'reset 4'])
  })

  it('after progress of a transfer counts as the first one', async () => {
    const fault = fail(failure('reset', { code: 1, madeProgress: true }))
    const { reply, attempts } = await clock.run(call([...Array.from({ length: 30 }, () => fault), OK]))
    expect([reply, attempts]).toEqual([OK, 31])
  })

  it('of one call, while other calls succeed, is given up after eight attempts', async () => {
    const fault = fail(failure('reset'))
    const work = call([fault])
    const others = clock.wait(500).then(() => call([OK], 'query'))
    const [{ reply, attempts, seconds }] = await clock.run(Promise.all([work, others]))
    expect([reply, attempts]).toEqual([fault, 8])
    expect(seconds).toBeGreaterThan(100)
    expect(seconds).toBeLessThan(200)
  })

  it('is retried for longer if no call succeeds', async () => {
    const { attempts, seconds } = await clock.run(call([fail(failure('refused'))]))
    expect(attempts).toBe(18)
    expect(seconds).toBeGreaterThan(600)
  })

  it.each([
    ['faults', 4, 10_000, 600],
    ['faults', 8, 10_000, 600],
    ['silence', 5, 0, 3000],
    ['silence', 6, 0, 3000],
  ])('of all calls (%s for %i minutes) makes none of them fail', async (kind, minutes, beginsMs, everyMs) => {
    const endsMs = minutes * 60_000
    // Some begin just before, and some still wait for an answer when others have theirs.
    const one = async (nth: number): Promise<Reply<string>> => {
      await clock.wait(nth * everyMs)
      return api.call('create', async (signal) => {
        const sentMs = clock.nowMs()
        await clock.wait(1500)
        if (sentMs < beginsMs || sentMs >= endsMs) return OK
        if (kind === 'silence') await new Promise<void>((done) => signal.addEventListener('abort', () => done()))
        return fail(failure('no answer'))
      })
    }
    const replies = await clock.run(Promise.all(Array.from({ length: 40 }, (_, nth) => one(nth))))
    expect(replies.filter(({ ok }) => !ok)).toEqual([])
  })

  it('with an error code of the service is given up after eight attempts, even if no call succeeds', async () => {
    const { attempts } = await clock.run(call([fail(failure('internal', { code: 1069901 }))]))
    expect(attempts).toBe(8)
  })

  it('that is permanent is not retried', async () => {
    const { reply, attempts } = await clock.run(call([fail(failure('no', { class: 'permanent' }))]))
    expect([reply, attempts]).toEqual([fail(failure('no', { class: 'permanent' })), 1])
  })
})

describe('a failure with scope `endpoint`', () => {
  const noScope = fail(failure('no scope', { class: 'permanent', scope: 'endpoint', code: 99991672 }))

  it('is received by few requests: all other calls of the API fail with it immediately', async () => {
    let sent = 0
    const one = async (): Promise<Reply<string>> =>
      api.call('wikiNode', async () => {
        sent++
        await clock.wait(100)
        return noScope
      })
    const replies = await clock.run(Promise.all(Array.from({ length: 500 }, one)))
    expect(new Set(replies.map((reply) => reply.ok || reply.failure))).toEqual(new Set([noScope.failure]))
    expect(sent).toBeLessThanOrEqual(20)
    expect(clock.nowMs()).toBeLessThan(1000)
    expect(await clock.run(call([OK], 'wikiNode'))).toMatchObject({ reply: noScope, attempts: 0 })
  })

  it('does not affect other APIs', async () => {
    await clock.run(call([noScope], 'wikiNode'))
    expect((await clock.run(call([OK], 'folder'))).reply).toBe(OK)
  })
})

describe('a refusal by the rate limit', () => {
  const refused = (rest: Partial<Failure> = {}): Reply<string> =>
    fail(failure('limit', { class: 'rate-limit', ...rest }))

  it('delays every call of the same API by the time that it asks for', async () => {
    const other = async (): Promise<number> => {
      await clock.wait(1000)
      await call([OK])
      return clock.nowMs()
    }
    const [{ seconds }, otherAtMs] = await clock.run(Promise.all([call([refused({ askedMs: 20_000 }), OK]), other()]))
    expect(seconds).toBe(20)
    expect(otherAtMs).toBeGreaterThanOrEqual(20_000)
  })

  it('does not delay other APIs', async () => {
    const other = clock.wait(1000).then(() => call([OK], 'query'))
    const [, { seconds }] = await clock.run(Promise.all([call([refused({ askedMs: 20_000 }), OK]), other]))
    expect(seconds).toBe(0)
  })

  it.each([
    ['a minute where the limit is of a minute', 'create', 60],
    ['seconds where it is of a second', 'fileDownload', 2],
  ] as const)('that does not say how long to wait delays the call by %s', async (_, operation, least) => {
    const { seconds } = await clock.run(call([refused(), OK], operation))
    expect(seconds).toBe(least)
  })

  it('of the token request does not slow down the API that needed the token', async () => {
    const { seconds } = await clock.run(call([refused({ askedMs: 5000, origin: 'token-request' }), OK]))
    expect(seconds).toBe(5)
    expect(api.pacer('create').countFree()).toBe(98)
  })

  it('of the API itself lowers the number of free requests', async () => {
    await clock.run(call([refused({ askedMs: 5000 }), OK]))
    expect(api.pacer('create').countFree()).toBe(19)
  })

  it('that asks to wait longer than the run has left closes the API', async () => {
    api = apiWith(30_000)
    const { reply, seconds } = await clock.run(call([refused({ askedMs: 40_000 })]))
    expect(seconds).toBe(0)
    expect(reply).toMatchObject({ ok: false, failure: { scope: 'endpoint' } })
    expect(!reply.ok && reply.failure.what).toMatch(/asks to wait 40 s, longer than what is left of `timeout-seconds`/)
  })

  it('of every request for five minutes closes the API, and no other', async () => {
    const [first, other] = await clock.run(
      Promise.all([call([refused({ askedMs: 90_000 })], 'fileDownload'), clock.wait(100_000).then(() => call([OK]))]),
    )
    expect(first.reply).toMatchObject({ ok: false, failure: { scope: 'endpoint', class: 'rate-limit' } })
    expect(!first.reply.ok && first.reply.failure.what).toMatch(/it has refused every request for 5 minutes/)
    expect(first.seconds).toBeGreaterThanOrEqual(300)
    expect(first.seconds).toBeLessThan(420)
    expect(other.reply).toEqual(OK)
    const next = await clock.run(call([OK], 'fileDownload'))
    expect([next.attempts, next.reply]).toEqual([0, first.reply])
  })

  it('does not close the API if a request succeeds now and then', async () => {
    const refusals = Array.from({ length: 3 }, () => refused({ askedMs: 60_000 }))
    for (let round = 0; round < 4; round++) {
      const { reply } = await clock.run(call([...refusals, OK], 'fileDownload'))
      expect(reply).toEqual(OK)
    }
    expect(clock.nowMs()).toBeGreaterThan(600_000)
  })

  it('is given up after ten retries', async () => {
    const { reply, attempts } = await clock.run(call([refused({ askedMs: 1000 })]))
    expect([reply.ok, attempts]).toEqual([false, 11])
  })
})

describe('the rate of requests', () => {
  it.each([
    ['create', 100, 60_000],
    ['wikiNodes', 100, 60_000],
    ['folder', 20, 1000],
    ['metas', 50, 1000],
    ['fileDownload', 5, 1000],
  ] as const)('to %s is at most %i in %i ms for two jobs together', async (operation, limit, windowMs) => {
    api = apiWith(Infinity, 2)
    const requests = Math.floor(limit / 2)
    const sentMs: number[] = []
    const send = (): Promise<unknown> =>
      api.call(operation, () => {
        sentMs.push(clock.nowMs())
        return Promise.resolve(fail(failure('no', { class: 'permanent' })))
      })
    await clock.run(Promise.all(Array.from({ length: requests * 2 + 1 }, send)))
    for (const atMs of sentMs) {
      expect(sentMs.filter((other) => other > atMs - windowMs && other <= atMs).length).toBeLessThanOrEqual(requests)
    }
    expect(sentMs.filter((atMs) => atMs < windowMs / 2)).toHaveLength(requests)
  })
})

describe('a page of a gateway in place of an answer', () => {
  const page = fail(failure('page', { class: 'permanent', httpStatus: 403, scope: 'app' }))
  const wideOf = ({ reply }: { readonly reply: Reply<string> }): boolean => !reply.ok && reply.failure.scope === 'app'

  it('concerns one document, and from the third on every request if the API has answered nothing', async () => {
    const wide = [await clock.run(call([page])), await clock.run(call([page])), await clock.run(call([page]))].map(
      wideOf,
    )
    expect(wide).toEqual([false, false, true])
  })

  it('concerns one document if the API has answered others, and always for downloads of files', async () => {
    await clock.run(call([OK]))
    for (let nth = 0; nth < 5; nth++) expect(wideOf(await clock.run(call([page])))).toBe(false)
    for (let nth = 0; nth < 5; nth++) expect(wideOf(await clock.run(call([page], 'download')))).toBe(false)
  })

  it('does not include error codes of the service and certificate errors: these keep their scope', async () => {
    const quota = fail(failure('quota', { class: 'permanent', httpStatus: 403, code: 99991403, scope: 'app' }))
    const certificate = fail(failure('certificate', { class: 'permanent', scope: 'app' }))
    expect(wideOf(await clock.run(call([quota])))).toBe(true)
    expect(wideOf(await clock.run(call([certificate])))).toBe(true)
  })
})

describe('a stop', () => {
  it('ends waiting calls, and keeps the failure that was being retried', async () => {
    const work = call([fail(failure('refused'))])
    await clock.run(clock.wait(20_000))
    expect(api.failureBeingRetried()?.what).toBe('refused')
    stop.abort('timed-out')
    expect((await clock.run(work)).reply).toEqual(fail(STOPPED))
    expect(api.failureBeingRetried()?.what).toBe('refused')
  })

  it('keeps no failure of a call that has ended', async () => {
    await clock.run(call([fail(failure('reset')), OK]))
    await clock.run(call([fail(failure('reset', { code: 1 }))]))
    await clock.run(call([fail(failure('limit', { class: 'rate-limit', askedMs: 10 }))]))
    expect(api.failureBeingRetried()).toBeUndefined()
  })
})
