import { describe, expect, it } from '@jest/globals'
import { logIdOf, readEnvelope } from '../../../src/feishu/errors/envelope.js'
import { describeWithoutAdvice } from '../../../src/feishu/errors/failure.js'
import { classified, type Headers } from './classified.js'

describe('the log id', () => {
  const idOf = (headers: Headers, error: Record<string, unknown> = {}): string | undefined =>
    logIdOf({ headers, envelope: readEnvelope({ code: 1, error }) })
  it('comes from X-Tt-Logid, else from X-Request-Id, else from `log_id` or `logid` of the error object', () => {
    expect(idOf({ 'x-tt-logid': 'a', 'x-request-id': 'b' }, { log_id: 'c' })).toBe('a')
    expect(idOf({ 'x-request-id': 'b' }, { log_id: 'c' })).toBe('b')
    expect(idOf({}, { log_id: 'c', logid: 'd' })).toBe('c')
    expect(idOf({}, { logid: 'd' })).toBe('d')
    expect(idOf({ 'x-tt-logid': ' ' }, { log_id: 7 })).toBeUndefined()
  })
})

describe('the error object', () => {
  const MISSING_SCOPE = 99991672
  it('names the missing scopes, in the form that the service sends or in the documented form', () => {
    const sent = [
      { type: 'action_scope_required', subject: 'docs:document:export' },
      { subject: 'docs:document:export' },
    ]
    expect(classified({ code: MISSING_SCOPE, error: { permission_violations: sent } }).what).toMatch(
      /lacks a scope; it needs docs:document:export$/,
    )
    const documented = [{ scope: 'drive:export:readonly', url: 'https://open.feishu.cn/x' }]
    const failure = classified({ code: MISSING_SCOPE, error: { permission_violations: documented } })
    expect(failure.what).toMatch(/lacks a scope; it needs drive:export:readonly$/)
    expect(failure.links).toEqual(['https://open.feishu.cn/x'])
  })

  it('without a valid scope: the failure names the scopes of the operation', () => {
    for (const violations of [undefined, [], [{ subject: 'a b' }], [{ subject: 7 }], 'x']) {
      const { what } = classified({ code: MISSING_SCOPE, error: { permission_violations: violations } })
      expect(what).toMatch(/enough: docs:document:export, drive:export:readonly$/)
    }
    expect(classified({ code: MISSING_SCOPE }, 400, {}, 'wikiNode').what).toContain('wiki:node:read')
  })

  it('names the fields at fault', () => {
    const error = { field_violations: [{ field: 'ticket' }, { field: '' }, { field: 'token' }, 7] }
    expect(classified({ code: 99992402, error }).what).toMatch(/fields at fault: ticket, token$/)
  })

  it('gives the first two different links that are https', () => {
    const error = {
      helps: [
        { url: 'javascript:alert(1)' },
        { url: 'http://a.test' },
        { url: 'https://a.test/x?y=1 z' },
        { url: 'https://a.test/x?y=1' },
      ],
      troubleshooter: '排查: https://open.feishu.cn/search?log_id=1',
    }
    expect(classified({ code: MISSING_SCOPE, error }).links).toEqual([
      'https://a.test/x?y=1',
      'https://open.feishu.cn/search?log_id=1',
    ])
  })

  it('gives a link without the Chinese punctuation after it', () => {
    for (const after of ['。', '，请申请权限', '）', '；', '、', '！', '”']) {
      const error = { troubleshooter: `排查（见 https://open.feishu.cn/search?log_id=1${after}` }
      expect(classified({ code: MISSING_SCOPE, error }).links).toEqual(['https://open.feishu.cn/search?log_id=1'])
    }
  })

  it.each(['.', ' ', ': ', '。 '])('is described at once, although the service says %j 200,000 times', (part) => {
    const link = 'https://open.feishu.cn/search?log_id=1'
    const failure = classified({
      code: MISSING_SCOPE,
      msg: `缺少权限${part.repeat(200_000)}x`,
      error: { troubleshooter: link },
    })
    const startMs = performance.now()
    expect(describeWithoutAdvice(failure)).toContain('"缺少权限')
    // With an expression that takes quadratic time, it is a minute.
    expect(performance.now() - startMs).toBeLessThan(2000)
  })

  it('leaves the text after a link in the message, also without a blank between them', () => {
    for (const after of ['。', '，', '）', '；', '、', '！']) {
      const link = 'https://open.feishu.cn/search?log_id=1'
      const failure = classified({
        code: MISSING_SCOPE,
        msg: `缺少权限 ${link}${after}请申请`,
        error: { troubleshooter: link },
      })
      expect(describeWithoutAdvice(failure)).toContain(`"缺少权限${after}请申请"`)
    }
  })
})
