import { describe, expect, it } from '@jest/globals'
import { TIMED_OUT } from './context.js'
import { RequestChecker } from './request-checker.js'
import type { AnswerClass, ClassifiedExchange } from './types.js'

const SERVICE = 'http://127.0.0.1'
const DOWNLOAD = `${SERVICE}/download`
const ELSEWHERE = 'http://127.0.0.1:81/file'

/** A request of a download with the token `t-1`, answered at once. */
const exchange = (url: string, answerClass: AnswerClass): ClassifiedExchange => ({
  role: url === DOWNLOAD ? 'main' : 'redirected',
  atMs: 200,
  observed: { status: 200, headers: {}, body: Buffer.from('x'), completeAtMs: 200 },
  answerClass,
  authorization: 'Bearer t-1',
  isPart: false,
  url,
  isAnswerLost: false,
})

const without = (given: ClassifiedExchange): ClassifiedExchange => ({ ...given, authorization: undefined })
const withToken = (given: ClassifiedExchange, token: string): ClassifiedExchange => ({
  ...given,
  authorization: `Bearer ${token}`,
})
const redirect = (from: string, location: string): ClassifiedExchange => exchange(from, { kind: 'redirect', location })
const mint = (token: string): ClassifiedExchange => ({
  ...without(exchange(`${SERVICE}/mint`, { kind: 'token', token })),
  role: 'mint',
})
const refused = (url: string): ClassifiedExchange => exchange(url, { kind: 'token-refused', code: 99991663 })
const FILE: AnswerClass = { kind: 'file', body: Buffer.from('x') }

/** Gives all exchanges of a run without `access-token` to a checker. @returns the checker, with its violations */
function follow(exchanges: readonly ClassifiedExchange[]): RequestChecker {
  const checker = new RequestChecker({ ...TIMED_OUT, givenToken: undefined })
  for (const given of exchanges) checker.add(given)
  return checker
}

describe('the check of redirects', () => {
  it('reports a credential that goes to another origin', () => {
    const { violations } = follow([mint('t-1'), redirect(DOWNLOAD, ELSEWHERE), exchange(ELSEWHERE, FILE)])
    expect(violations).toEqual([{ kind: 'wrong', text: 'the credential went to another origin' }])
  })

  it('accepts the credential at the origin of the service after the token was renewed', () => {
    const { violations, isSuccess } = follow([
      mint('t-1'),
      redirect(DOWNLOAD, ELSEWHERE),
      without(redirect(ELSEWHERE, `${SERVICE}/a`)),
      without(refused(`${SERVICE}/a`)),
      mint('t-2'),
      withToken(redirect(DOWNLOAD, `${SERVICE}/b`), 't-2'),
      withToken(exchange(`${SERVICE}/b`, FILE), 't-2'),
    ])
    expect({ violations, isSuccess }).toEqual({ violations: [], isSuccess: true })
  })

  it('counts redirects from 0 after the token was renewed', () => {
    const paths = ['/1', '/2', '/3', '/4'].map((path) => `${SERVICE}${path}`)
    const chain = [DOWNLOAD, ...paths].slice(0, -1).map((from, i) => redirect(from, paths[i] ?? ''))
    const last = `${SERVICE}/4`
    const { violations, isSuccess } = follow([
      mint('t-1'),
      ...chain,
      refused(last),
      mint('t-2'),
      ...[...chain, exchange(last, FILE)].map((given) => withToken(given, 't-2')),
    ])
    expect({ violations, isSuccess }).toEqual({ violations: [], isSuccess: true })
  })
})
