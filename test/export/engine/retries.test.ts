import { beforeEach, describe, expect, it } from '@jest/globals'
import { STOPPED } from '../../../src/export/stop.js'
import { fail, type Reply } from '../../../src/feishu/errors/failure.js'
import { OK, failure, scriptedApi } from './scripted-api.js'

let { clock, stop, retried, api, call } = scriptedApi()

beforeEach(() => {
  ;({ clock, stop, retried, api, call } = scriptedApi())
})

describe('a fault', () => {
  it('is retried after growing pauses', async () => {
    const fault = fail(failure('reset'))
    const { reply, attempts, seconds } = await clock.run(call([fault, fault, fault, OK]))
    expect([reply, attempts, seconds]).toEqual([OK, 4, 7])
    expect(retried).toEqual(['reset 1', 'reset 2', 'reset 4'])
  })

  it('after progress of a transfer counts as the first fault of its call', async () => {
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
  ])('of all calls (%s for %i minutes) makes no call fail', async (kind, minutes, outageStartMs, everyMs) => {
    const outageEndMs = minutes * 60_000
    // A new call starts every `everyMs`. With `silence`, a request in the outage fails when its attempt is aborted.
    const callLater = async (nth: number): Promise<Reply<string>> => {
      await clock.wait(nth * everyMs)
      return api.call('create', async (signal) => {
        const sentMs = clock.nowMs()
        await clock.wait(1500)
        if (sentMs < outageStartMs || sentMs >= outageEndMs) return OK
        if (kind === 'silence') await new Promise<void>((done) => signal.addEventListener('abort', () => done()))
        return fail(failure('no answer'))
      })
    }
    const replies = await clock.run(Promise.all(Array.from({ length: 40 }, (_, nth) => callLater(nth))))
    expect(replies.filter(({ ok }) => !ok)).toEqual([])
  })

  it('with an error code of the service is given up after eight attempts, even if no call succeeds', async () => {
    const { attempts } = await clock.run(call([fail(failure('internal', { code: 1069901 }))]))
    expect(attempts).toBe(8)
  })

  it('of the token request does not show that the rate limit accepted the request', async () => {
    await clock.run(Promise.all(Array.from({ length: 100 }, () => call([OK]))))
    await clock.run(clock.wait(10_000))
    // The window is full, so this request would be the probe that shows a token bucket. It is never sent.
    await clock.run(call([fail(failure('disabled', { class: 'permanent', code: 99991662, origin: 'token-request' }))]))
    expect(api.pacer('create').countFree()).toBe(0)
  })

  it('that is permanent is not retried', async () => {
    const { reply, attempts } = await clock.run(call([fail(failure('no', { class: 'permanent' }))]))
    expect([reply, attempts]).toEqual([fail(failure('no', { class: 'permanent' })), 1])
  })
})

describe('a stop', () => {
  it('ends waiting calls; the failure that was being retried can still be read', async () => {
    const work = call([fail(failure('refused'))])
    await clock.run(clock.wait(20_000))
    expect(api.failureBeingRetried()?.what).toBe('refused')
    stop.abort('timed-out')
    expect((await clock.run(work)).reply).toEqual(fail(STOPPED))
    expect(api.failureBeingRetried()?.what).toBe('refused')
  })

  it('shows no failure of a call that has ended', async () => {
    await clock.run(call([fail(failure('reset')), OK]))
    await clock.run(call([fail(failure('reset', { code: 1 }))]))
    await clock.run(call([fail(failure('limit', { class: 'rate-limit', askedMs: 10 }))]))
    expect(api.failureBeingRetried()).toBeUndefined()
  })
})
