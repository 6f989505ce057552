import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { OPERATIONS, type Operation } from '../../../src/feishu/client/operations.js'
import { ERROR_TABLE } from '../../../src/feishu/errors/error-table.js'
import { readEnvelope } from '../../../src/feishu/errors/envelope.js'
import { describe as describeFailure, type Failure } from '../../../src/feishu/errors/failure.js'
import { classified } from './classified.js'
import { CODES_AND_CLASSES } from './codes-and-classes.js'

describe('the class of a code', () => {
  it.each(CODES_AND_CLASSES)('%i is %s with any HTTP status', (code, kind) => {
    for (const status of [200, 400, 401, 403, 404, 500]) {
      const failure = classified({ code, msg: 'said' }, status, { 'x-tt-logid': 'L1' })
      expect(failure).toMatchObject({ class: kind, code, httpStatus: status, logId: 'L1', serviceMessage: 'said' })
      expect(describeFailure(failure)).toMatch(
        new RegExp(`\\(code ${code}, HTTP ${status}, log id L1\\); the service says "said"`),
      )
    }
  })

  it.each(['denied.', '没有权限。', 'denied. 没有权限。. '])('does not end with two full stops: %s', (msg) => {
    expect(describeFailure(classified({ code: 1069902, msg }))).toMatch(/says "[^"]*[^.。\s"]"\. Open/)
  })

  it('does not depend on the message, except for 9499', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CODES_AND_CLASSES), fc.string(), ([code, kind], msg) => {
        fc.pre(code !== 9499)
        expect(classified({ code, msg }).class).toBe(kind)
      }),
    )
  })

  it('comes with whether the token was refused, and whether every other document would fail too', () => {
    /** The codes whose failures have this value in a field. */
    const codesWith = <K extends keyof Failure>(field: K, value: Failure[K]): number[] =>
      CODES_AND_CLASSES.map(([code]) => code).filter((code) => classified({ code })[field] === value)
    expect(codesWith('origin', 'refused-token')).toEqual([99991663, 99991664, 99991671])
    const codesOfApp = codesWith('scope', 'app')
    expect(codesOfApp).toEqual(expect.arrayContaining([99991401, 10014, 99991201]))
    expect(codesOfApp).not.toContain(1069902)
  })

  it('comes with advice for every operation if it is permanent', () => {
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
  ] as const)('depends on the HTTP status if the code is unknown: %i is %s', (status, kind) => {
    expect(classified({ code: 123456, msg: 'x' }, status)).toMatchObject({ class: kind, code: 123456 })
  })

  it('is in one row of the table alone', () => {
    const codes = ERROR_TABLE.flatMap((row) => row.codes)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('comes with a complete sentence for every operation', () => {
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

  it.each([
    [400, 'permanent', 'the service refused without a reason'],
    [502, 'transient', 'the answer of the service has code 0, which means success'],
  ] as const)('do not include code 0 with a log id and HTTP %i', (status, kind, meaning) => {
    const inHeader = classified({ code: 0, msg: 'success' }, status, { 'x-tt-logid': 'L1' })
    const inBody = classified({ code: 0, msg: 'success', log_id: 'L1' }, status)
    for (const failure of [inHeader, inBody]) {
      expect(failure).toMatchObject({ class: kind, logId: 'L1', serviceMessage: undefined })
      expect(failure.scope).toBeUndefined()
      expect(failure.what).toContain(meaning)
    }
    expect(classified({ code: 0 }, status).what).toContain('a page of a gateway or proxy')
  })

  it('are those that are not an object with an integer as the code', () => {
    for (const body of [null, [], 'x', 7, {}, { code: '0' }, { code: 0.5 }, { code: null }, [{ code: 0 }]]) {
      expect(readEnvelope(body)).toBeUndefined()
    }
    expect(readEnvelope({ code: 0, msg: 7, error: [] })).toMatchObject({ code: 0, msg: '', error: {} })
  })

  it('are classified without an error, as a failure with a complete sentence, for any JSON, status and headers', () => {
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
        code: fc.constantFrom(...CODES_AND_CLASSES.map(([code]) => code), 0, 77),
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
