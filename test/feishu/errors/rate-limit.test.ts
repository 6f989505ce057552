import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { askedWaitMs } from '../../../src/feishu/errors/asked-wait.js'
import { WALL_MS, classified, type Headers } from './classified.js'

describe('the rate limit', () => {
  it.each([
    [{ code: 1069923 }, 429],
    [{ code: 99991400 }, 429],
    [{ code: 99991400 }, 400],
    [{ code: 99991400 }, 200],
    [{ code: 9499, msg: 'too many request' }, 400],
    [undefined, 429],
  ] as const)('is recognized by %j with HTTP %i', (body, status) => {
    const failure = classified(body, status, { 'x-ogw-ratelimit-reset': '7' })
    expect(failure).toMatchObject({ class: 'rate-limit', askedMs: 7000 })
    expect(classified(body, status).askedMs).toBeUndefined()
  })

  it.each([
    ['query', '100 a minute'],
    ['folder', '20 a second'],
    ['blocks', '5 a second'],
    ['boardImage', '50 a second'],
    ['wikiSpaces', '100 a minute'],
  ] as const)('of the operation %s is %s', (operation, limit) => {
    const what = `too many requests; the limit is ${limit} for all jobs of the app together`
    expect(classified({ code: 99991400 }, 400, {}, operation).what).toContain(what)
    expect(classified(undefined, 429, {}, operation).what).toContain(what)
  })

  it.each(['too many request', 'Too Many Requests', 'TOO MANY REQUEST...', 'rpc: too many requests.'])(
    'is recognized by code 9499 with the message %j',
    (msg) => {
      expect(classified({ code: 9499, msg }).class).toBe('rate-limit')
    },
  )
  it.each(['', 'bad request', 'too many fields', 'toomany requests'])(
    'is not recognized by code 9499 with the message %j',
    (msg) => {
      expect(classified({ code: 9499, msg }).class).toBe('permanent')
    },
  )

  const asked = (headers: Headers): number | undefined => askedWaitMs({ headers, wallMs: WALL_MS })
  it.each<readonly [Headers, number | undefined]>([
    [{ 'x-ogw-ratelimit-reset': '3' }, 3000],
    [{ 'x-ogw-ratelimit-reset': ' 3 ' }, 3000],
    [{ 'x-ogw-ratelimit-reset': '0' }, 0],
    [{ 'x-ogw-ratelimit-reset': '1.5' }, 1500],
    [{ 'x-ogw-ratelimit-reset': '3', 'retry-after': '600' }, 3000],
    [{ 'x-ogw-ratelimit-reset': 'soon', 'retry-after': '600' }, 600_000],
    [{ 'retry-after': '600' }, 600_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 02:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Monday, 23-Nov-26 02:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Mon Nov 23 02:00:30 2026' }, 30_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 01:00:00 GMT' }, 0],
    [{ 'retry-after': 'Mon, 23 Nov 2026 02:00:30 -0500' }, undefined],
    [{ 'retry-after': 'Mon 5' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '+1' }, undefined],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 1e12],
    [{ 'retry-after': '1e3' }, undefined],
    [{ 'retry-after': '5 minutes' }, undefined],
    [{ 'retry-after': 'in 12' }, undefined],
    [{ 'retry-after': '2026-11-23' }, undefined],
    [{ 'retry-after': 'Monday' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'x-ogw-ratelimit-reset': '' }, undefined],
    [{ 'x-ogw-ratelimit-reset': ['1', '2'] }, undefined],
    [{ 'x-ogw-ratelimit-limit': '100' }, undefined],
    [{}, undefined],
  ])('with the headers %j asks to wait %s ms', (headers, expected) => {
    expect(asked(headers)).toBe(expected)
  })

  it('asks for exactly the seconds in the header; for no text, a negative or infinite time', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (seconds) => {
        expect(asked({ 'retry-after': String(seconds) })).toBe(seconds * 1000)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const waitMs = asked({ 'retry-after': text, 'x-ogw-ratelimit-reset': text })
        expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true)
      }),
    )
  })
})
