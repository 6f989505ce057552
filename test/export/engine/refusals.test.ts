import { beforeEach, describe, expect, it } from '@jest/globals'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'
import { OK, failure, scriptedApi } from './scripted-api.js'

let { clock, api, call } = scriptedApi()

beforeEach(() => {
  ;({ clock, api, call } = scriptedApi())
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
  ] as const)('that does not say how long to wait delays the call by %s', async (_, operation, expectedSeconds) => {
    const { seconds } = await clock.run(call([refused(), OK], operation))
    expect(seconds).toBe(expectedSeconds)
  })

  it('of the token request does not slow down the API that needed the token', async () => {
    const { seconds } = await clock.run(call([refused({ askedMs: 5000, origin: 'token-request' }), OK]))
    expect(seconds).toBe(5)
    // The full limit of 100, without the two requests.
    expect(api.pacer('create').countFree()).toBe(98)
  })

  it('of the API itself lowers the number of free requests', async () => {
    await clock.run(call([refused({ askedMs: 5000 }), OK]))
    // The lowest limit, a fifth of the full one, without the accepted request.
    expect(api.pacer('create').countFree()).toBe(19)
  })

  it('that asks to wait longer than the run has left closes the API', async () => {
    ;({ clock, api, call } = scriptedApi({ remainingMs: 30_000 }))
    const { reply, seconds } = await clock.run(call([refused({ askedMs: 40_000 })]))
    expect(seconds).toBe(0)
    expect(reply).toMatchObject({ ok: false, failure: { scope: 'endpoint' } })
    expect(!reply.ok && reply.failure.what).toMatch(/asks to wait 40 s, longer than what is left of `timeout-seconds`/)
  })

  it('that names no time never counts as one that asks to wait too long, even in the last moment of the run', async () => {
    ;({ clock, api, call } = scriptedApi({ remainingMs: 0 }))
    const { reply } = await clock.run(call([refused(), OK]))
    expect(reply).toEqual(OK)
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

  it('of every request closes the API also if a request that was in flight was refused with a shorter pause', async () => {
    const longer = call([refused({ askedMs: 400_000 })], 'fileDownload')
    const shorter = call([refused({ askedMs: 1000 })], 'fileDownload')
    const [{ reply, seconds }] = await clock.run(Promise.all([longer, shorter]))
    expect(reply).toMatchObject({ ok: false, failure: { scope: 'endpoint' } })
    expect(seconds).toBeLessThan(420)
  })

  it('does not close the API if it sent no request for minutes, before it is refused again', async () => {
    await clock.run(call([refused({ askedMs: 1000 })], 'fileDownload'))
    await clock.run(clock.wait(400_000))
    const { reply } = await clock.run(call([refused({ askedMs: 1000 }), OK], 'fileDownload'))
    expect(reply).toEqual(OK)
  })

  it('does not close the API if most of the five minutes were an outage', async () => {
    const outage = Array.from({ length: 12 }, () => fail(failure('no answer', { class: 'transient' })))
    const { reply, seconds } = await clock.run(
      call([refused({ askedMs: 1000 }), ...outage, refused({ askedMs: 1000 }), OK], 'fileDownload'),
    )
    expect(seconds).toBeGreaterThan(300)
    expect(reply).toEqual(OK)
  })

  it('does not close the API if a request succeeds now and then', async () => {
    const refusals = Array.from({ length: 3 }, () => refused({ askedMs: 60_000 }))
    for (let round = 0; round < 4; round++) {
      const { reply } = await clock.run(call([...refusals, OK], 'fileDownload'))
      expect(reply).toEqual(OK)
    }
    expect(clock.nowMs()).toBeGreaterThan(600_000)
  })

  it('does not close the API if a request is answered with another error now and then', async () => {
    const refusals = Array.from({ length: 3 }, () => refused({ askedMs: 60_000 }))
    const answer = fail(failure('no permission', { class: 'permanent', code: 1 }))
    for (let round = 0; round < 4; round++) {
      const { reply } = await clock.run(call([...refusals, answer], 'fileDownload'))
      expect(reply).toEqual(answer)
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
    ;({ clock, api } = scriptedApi({ parallelJobs: 2 }))
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
