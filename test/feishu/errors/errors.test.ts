import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ERROR_TABLE } from '../../../src/feishu/errors/error-table.js'
import { OPERATIONS, type Operation } from '../../../src/feishu/client/operations.js'
import { askedWaitMs, classify, logIdOf, readEnvelope, type AnswerFacts } from '../../../src/feishu/errors/errors.js'
import { describe as describeFailure, type Failure } from '../../../src/feishu/errors/failure.js'

type Headers = Readonly<Record<string, string | string[]>>
const WALL_MS = Date.UTC(2026, 10, 23, 2, 0, 0)

function classified(body: unknown, httpStatus = 400, headers: Headers = {}, operation: Operation = 'query'): Failure {
  const envelope = readEnvelope(body)
  const facts: AnswerFacts = { operation, httpStatus, headers, wallMs: WALL_MS, envelope }
  return classify(facts)
}

// The facts, written down a second time: code → class.
const CLASSES: Readonly<Record<Failure['class'], readonly number[]>> = {
  transient: [
    1069901, 1069903, 1069905, 600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500, 1770020, 1771001, 1771002,
    1771003, 1771004, 2891001, 1315201, 1315203, 1254036, 1254291, 1255001, 1255002, 1255003, 1255004, 1255005, 1255040,
  ],
  'rate-limit': [1069923, 99991400, 1061045, 2890006, 1254290],
  permanent: [
    1069902, 1069904, 1069906, 1069914, 1069918, 1060001, 9499, 99991663, 99991664, 99991671, 99991661, 99991668,
    99991677, 99991672, 99991676, 99991679, 99991401, 99991403, 99991662, 99991673, 99991543, 10003, 10014, 10015,
    99991201, 99991301, 99992402, 131005, 131006, 1770001, 1770002, 1770003, 1770022, 1770032, 1770033, 1061003,
    1063001, 2890001, 2890002, 2890003, 2890005, 1310213, 1310214, 1310249, 1310251, 1254003, 1254040, 1254041, 1254302,
  ],
}
const ALL = Object.entries(CLASSES).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const))

describe('the class of a code', () => {
  it.each(ALL)('%i is %s, on every HTTP status', (code, kind) => {
    for (const status of [200, 400, 401, 403, 404, 500]) {
      const failure = classified({ code, msg: 'said' }, status, { 'x-tt-logid': 'L1' })
      expect(failure).toMatchObject({ class: kind, code, httpStatus: status, logId: 'L1', serviceMessage: 'said' })
      expect(describeFailure(failure)).toMatch(
        new RegExp(`\\(code ${code}, HTTP ${status}, log id L1\\); the service says "said"`),
      )
    }
  })

  it.each(['denied.', '没有权限。', 'denied. 没有权限。. '])('%s: the sentence has one full stop', (msg) => {
    expect(describeFailure(classified({ code: 1069902, msg }))).toMatch(/says "[^"]*[^.。\s"]"\. Open/)
  })

  it('is never decided by the message, but for 9499', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.string(), ([code, kind], msg) => {
        fc.pre(code !== 9499)
        expect(classified({ code, msg }).class).toBe(kind)
      }),
    )
  })

  it('says where a token was refused, and where every other document would fail too', () => {
    const codesWith = (flag: Partial<Failure>): number[] =>
      ALL.map(([code]) => code).filter((code) =>
        Object.entries(flag).every(([key, value]) => classified({ code })[key as keyof Failure] === value),
      )
    expect(codesWith({ origin: 'refused-token' })).toEqual([99991663, 99991664, 99991671])
    expect(codesWith({ scope: 'app' })).toEqual(expect.arrayContaining([99991401, 10014, 99991201]))
    expect(codesWith({ scope: 'app' })).not.toEqual(expect.arrayContaining([1069902]))
  })

  it('every permanent one has advice, whatever the call', () => {
    const rows = ERROR_TABLE.filter((row) => row.class === 'permanent')
    for (const code of [9499, ...rows.flatMap(({ codes }) => codes)]) {
      for (const operation of Object.keys(OPERATIONS) as Operation[]) {
        expect(classified({ code }, 400, {}, operation).advice).toMatch(/\S\.$/)
      }
    }
  })

  it.each([
    [408, 'transient'],
    [429, 'rate-limit'],
    [500, 'transient'],
    [502, 'transient'],
    [503, 'transient'],
    [599, 'transient'],
    [400, 'permanent'],
    [403, 'permanent'],
    [404, 'permanent'],
    [200, 'permanent'],
  ] as const)('an unknown code is classified by its HTTP status: %i is %s', (status, kind) => {
    expect(classified({ code: 123456, msg: 'x' }, status)).toMatchObject({ class: kind, code: 123456 })
  })

  it('no code is in two rows', () => {
    const codes = ERROR_TABLE.flatMap((row) => row.codes)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('every row gives a complete sentence for every operation', () => {
    for (const operation of Object.keys(OPERATIONS) as Operation[]) {
      for (const code of ERROR_TABLE.flatMap((row) => row.codes)) {
        const text = describeFailure(classified({ code, msg: '' }, 400, {}, operation))
        expect(text).toMatch(/^Could not \S/)
        expect(text).not.toMatch(/undefined|\[object|: ;|\.\./)
      }
    }
  })
})

describe('answers that are not of the Open API', () => {
  it.each([
    [undefined, 200, 'transient'],
    [undefined, 204, 'transient'],
    [undefined, 302, 'permanent'],
    [undefined, 400, 'permanent'],
    [undefined, 403, 'permanent'],
    [undefined, 404, 'permanent'],
    [undefined, 407, 'permanent'],
    [undefined, 408, 'transient'],
    [undefined, 429, 'rate-limit'],
    [undefined, 500, 'transient'],
    [undefined, 502, 'transient'],
    [undefined, 504, 'transient'],
    [{ code: 0 }, 302, 'permanent'],
    [{ code: 0 }, 429, 'rate-limit'],
    [{ code: 0 }, 502, 'transient'],
    [{ code: 0 }, 404, 'permanent'],
  ] as const)('%j with HTTP %i is %s', (body, status, kind) => {
    const failure = classified(body, status)
    expect(failure.class).toBe(kind)
    expect(failure.code).toBeUndefined()
    expect(describeFailure(failure)).toContain(`HTTP ${status}`)
  })

  it('an envelope has an integer code and is an object', () => {
    for (const body of [null, [], 'x', 7, {}, { code: '0' }, { code: 0.5 }, { code: null }, [{ code: 0 }]]) {
      expect(readEnvelope(body)).toBeUndefined()
    }
    expect(readEnvelope({ code: 0, msg: 7, error: [] })).toMatchObject({ code: 0, msg: '', error: {} })
  })

  it('no JSON with any status and headers makes it throw, or a success', () => {
    const headers = fc.dictionary(
      fc.constantFrom('x-tt-logid', 'x-request-id', 'retry-after', 'x-ogw-ratelimit-reset'),
      fc.string(),
    )
    const error = fc.record(
      {
        log_id: fc.jsonValue(),
        permission_violations: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
        field_violations: fc.oneof(fc.jsonValue(), fc.array(fc.record({ field: fc.jsonValue() }))),
        helps: fc.oneof(fc.jsonValue(), fc.array(fc.record({ url: fc.jsonValue() }))),
        troubleshooter: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        code: fc.constantFrom(...ALL.map(([code]) => code), 0, 77),
        msg: fc.jsonValue(),
        error: fc.oneof(fc.jsonValue(), error),
      }),
    )
    fc.assert(
      fc.property(body, fc.integer({ min: 100, max: 599 }), headers, (value, status, given) => {
        const text = describeFailure(classified(value, status, given))
        expect(text).toMatch(/^Could not ask/)
        expect(text).not.toMatch(/undefined|\[object/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the rate limit', () => {
  it.each([
    [{ code: 1069923 }, 429],
    [{ code: 99991400 }, 429],
    [{ code: 99991400 }, 400],
    [{ code: 99991400 }, 200],
    [{ code: 9499, msg: 'too many request' }, 400],
    [undefined, 429],
  ] as const)('form %j with HTTP %i', (body, status) => {
    const asks = classified(body, status, { 'x-ogw-ratelimit-reset': '7' })
    expect(asks).toMatchObject({ class: 'rate-limit', askedMs: 7000 })
    expect(classified(body, status).askedMs).toBeUndefined()
  })

  it.each([
    ['query', '100 a minute'],
    ['folder', '20 a second'],
    ['blocks', '5 a second'],
    ['boardImage', '50 a second'],
    ['wikiSpaces', '100 a minute'],
  ] as const)('that of %s is %s', (operation, limit) => {
    const what = `too many requests; the limit is ${limit} for all jobs of the app together`
    expect(classified({ code: 99991400 }, 400, {}, operation).what).toContain(what)
    expect(classified(undefined, 429, {}, operation).what).toContain(what)
  })

  it.each(['too many request', 'Too Many Requests', 'TOO MANY REQUEST...', 'rpc: too many requests.'])(
    '9499 %j',
    (msg) => {
      expect(classified({ code: 9499, msg }).class).toBe('rate-limit')
    },
  )
  it.each(['', 'bad request', 'too many fields', 'toomany requests'])('9499 %j is none', (msg) => {
    expect(classified({ code: 9499, msg }).class).toBe('permanent')
  })

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
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '+1' }, undefined],
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
  ])('%j asks for %s ms', (headers, expected) => {
    expect(asked(headers)).toBe(expected)
  })

  it('any number of seconds is read exactly; any text never gives less than nothing', () => {
    fc.assert(fc.property(fc.nat(1e9), (s) => expect(asked({ 'retry-after': String(s) })).toBe(s * 1000)))
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = asked({ 'retry-after': text, 'x-ogw-ratelimit-reset': text })
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})

describe('the log id', () => {
  const idOf = (headers: Headers, error: Record<string, unknown> = {}): string | undefined =>
    logIdOf({ headers, envelope: readEnvelope({ code: 1, error }) })
  it('comes from X-Tt-Logid, else X-Request-Id, else the error object in both spellings', () => {
    expect(idOf({ 'x-tt-logid': 'a', 'x-request-id': 'b' }, { log_id: 'c' })).toBe('a')
    expect(idOf({ 'x-request-id': 'b' }, { log_id: 'c' })).toBe('b')
    expect(idOf({}, { log_id: 'c', logid: 'd' })).toBe('c')
    expect(idOf({}, { logid: 'd' })).toBe('d')
    expect(idOf({ 'x-tt-logid': ' ' }, { log_id: 7 })).toBeUndefined()
  })
})

describe('the error object', () => {
  const SCOPE = 99991672
  it('names the missing scopes, of the wire or of the documentation', () => {
    const wire = [
      { type: 'action_scope_required', subject: 'docs:document:export' },
      { subject: 'docs:document:export' },
    ]
    expect(classified({ code: SCOPE, error: { permission_violations: wire } }).what).toMatch(
      /lacks a scope; it needs docs:document:export$/,
    )
    const documented = [{ scope: 'drive:export:readonly', url: 'https://open.feishu.cn/x' }]
    const failure = classified({ code: SCOPE, error: { permission_violations: documented } })
    expect(failure.what).toMatch(/lacks a scope; it needs drive:export:readonly$/)
    expect(failure.links).toEqual(['https://open.feishu.cn/x'])
  })

  it('or those of the call where it names none, or none that can be one', () => {
    for (const violations of [undefined, [], [{ subject: 'a b' }], [{ subject: 7 }], 'x']) {
      const { what } = classified({ code: SCOPE, error: { permission_violations: violations } })
      expect(what).toMatch(/enough: docs:document:export, drive:export:readonly$/)
    }
    expect(classified({ code: SCOPE }, 400, {}, 'wikiNode').what).toContain('wiki:node:read')
  })

  it('names the fields at fault', () => {
    const error = { field_violations: [{ field: 'ticket' }, { field: '' }, { field: 'token' }, 7] }
    expect(classified({ code: 99992402, error }).what).toMatch(/fields at fault: ticket, token$/)
  })

  it('gives links, https only, two at most, each once', () => {
    const error = {
      helps: [
        { url: 'javascript:alert(1)' },
        { url: 'http://a.test' },
        { url: 'https://a.test/x?y=1 z' },
        { url: 'https://a.test/x?y=1' },
      ],
      troubleshooter: '排查: https://open.feishu.cn/search?log_id=1',
    }
    expect(classified({ code: SCOPE, error }).links).toEqual([
      'https://a.test/x?y=1',
      'https://open.feishu.cn/search?log_id=1',
    ])
  })
})
