import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { describe as describeFailure } from '../../../src/feishu/errors/failure.js'
import { classifyNetworkFault } from '../../../src/feishu/errors/network-faults.js'
import { ATTEMPT_TIMED_OUT } from '../../../src/polling/deadline.js'

const HOST = 'open.feishu.cn'
const fault = (code: string, message = 'connect FAILED 203.0.113.7') => Object.assign(new Error(message), { code })
/** Classifies what a status query has thrown. @param reason why the query was aborted; undefined if it was not */
const classified = (error: unknown, reason?: unknown) => classifyNetworkFault(error, 'query', HOST, reason)

describe('a transient fault', () => {
  it.each([
    ['ENOTFOUND', /name was not found \(DNS\)/],
    ['EAI_AGAIN', /name server did not answer/],
    ['ECONNREFUSED', /refused/],
    ['ECONNRESET', /reset/],
    ['EPIPE', /cut off/],
    ['ETIMEDOUT', /timed out/],
    ['ENETUNREACH', /network cannot be reached/],
    ['HPE_INVALID_CONSTANT', /not HTTP/],
    ['EPROTO', /the connection failed \(EPROTO\)/],
    ['ESOMETHING', /the connection failed \(ESOMETHING\)/],
  ])('is %s', (code, words) => {
    const failure = classified(fault(code))
    expect(failure.class).toBe('transient')
    expect(describeFailure(failure)).toMatch(words)
    expect(describeFailure(failure)).toContain(HOST)
    expect(failure.scope).toBeUndefined()
  })

  it.each([ATTEMPT_TIMED_OUT, 'timed-out'])('is any error after the abort reason %s', (reason) => {
    expect(classified(fault('ABORT_ERR'), reason)).toMatchObject({
      class: 'transient',
      what: `Could not ask for the status of the export task: ${HOST} did not answer in time`,
    })
  })

  it('is a proxy that cannot be reached; the message names the proxy as the cause', () => {
    const failure = classified(
      fault('ECONNRESET', 'tunneling socket could not be established, cause=connect ECONNREFUSED 10.0.0.1:3128'),
    )
    expect(failure.class).toBe('transient')
    expect(describeFailure(failure)).toMatch(
      /proxy that leads to open\.feishu\.cn cannot be reached \(connect ECONNREFUSED 10\.0\.0\.1:3128\).*https_proxy/,
    )
  })
})

describe('an address of a proxy that cannot be read', () => {
  it('is permanent; the message names the environment variables', () => {
    const failure = classified(fault('ERR_INVALID_URL', 'Invalid URL'))
    expect(failure).toMatchObject({ class: 'permanent', scope: 'app' })
    expect(describeFailure(failure)).toMatch(/address of the proxy cannot be read.*`https_proxy` and `http_proxy`/)
  })
})

describe('a fault of a certificate is permanent', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REVOKED',
    'CERT_UNTRUSTED',
    'CERT_CHAIN_TOO_LONG',
    'CERT_SIGNATURE_FAILURE',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'HOSTNAME_MISMATCH',
    'PATH_LENGTH_EXCEEDED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s', (code) => {
    const failure = classified(fault(code))
    expect(failure).toMatchObject({ class: 'permanent', scope: 'app' })
    expect(describeFailure(failure)).toMatch(
      new RegExp(`certificate of open\\.feishu\\.cn is not trusted \\(${code}\\).*NODE_EXTRA_CA_CERTS`),
    )
  })
})

describe('a proxy that refuses the tunnel', () => {
  const refused = (status: number) =>
    classified(fault('ECONNRESET', `tunneling socket could not be established, statusCode=${status}`))
  it.each([
    [403, 'permanent'],
    [404, 'permanent'],
    [407, 'permanent'],
    [408, 'transient'],
    [429, 'transient'],
    [500, 'transient'],
    [502, 'transient'],
    [504, 'transient'],
  ] as const)('HTTP %i is %s', (status, kind) => {
    expect(refused(status)).toMatchObject({ class: kind, scope: kind === 'permanent' ? 'app' : undefined })
    expect(describeFailure(refused(status))).toContain(`HTTP ${status}`)
  })
  it('and requires a login gets advice on user and password', () => {
    expect(refused(407).advice).toMatch(/user and password/)
  })
})

it('anything that is thrown gets a complete sentence', () => {
  const thrown = fc.oneof(
    fc.record({ code: fc.string(), message: fc.string() }, { requiredKeys: [] }),
    fc.string(),
    fc.integer(),
  )
  fc.assert(
    fc.property(thrown, (error) => {
      const text = describeFailure(classified(error))
      expect(text).toMatch(/^Could not ask/)
      expect(text).not.toMatch(/undefined|\[object/)
    }),
  )
})
