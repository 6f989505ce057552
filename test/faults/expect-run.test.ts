import { describe, expect, it } from '@jest/globals'
import { TIMED_OUT } from './context.js'
import { expectRun } from './expect-run.js'
import type { AnswerClass, ClassifiedExchange } from './types.js'

/**
 * Makes an exchange: a request of the action, and an answer that is complete at once. Every answer has the same status
 * and body, since `expectRun` reads the meaning of an answer from its class.
 */
const exchange = (atMs: number, answerClass: AnswerClass, isPart = false): ClassifiedExchange => ({
  role: 'main',
  atMs,
  observed: { status: 200, headers: {}, body: Buffer.from('x'), completeAtMs: atMs },
  answerClass,
  authorization: 'Bearer t-1',
  isPart,
  url: 'http://127.0.0.1/file',
  isAnswerLost: false,
})

const FILE = exchange(200, { kind: 'file', body: Buffer.from('x') })

describe('the expected end of a run', () => {
  it('is a success without violations after a file', () => {
    const expected = expectRun([FILE], { ...TIMED_OUT, endMs: 300 })
    expect(expected).toMatchObject({ violations: [], end: 'green' })
  })

  it('is a success or a failure when a file and the cancel come at nearly the same time', () => {
    expect(expectRun([FILE], { ...TIMED_OUT, endMs: 350, cancelledAtMs: 300 })).toMatchObject({ end: 'either' })
  })

  it('is a failure of a cancelled run that got no file', () => {
    const exchanges = [exchange(200, { kind: 'transient' })]
    expect(expectRun(exchanges, { ...TIMED_OUT, endMs: 350, cancelledAtMs: 300 })).toMatchObject({ end: 'red' })
  })

  it('is a failure when another request follows a file that came at the time limit of its attempt', () => {
    const file = exchange(200, { kind: 'file', body: Buffer.from('x') })
    const lateFile = { ...file, observed: { ...file.observed, completeAtMs: 2200 } }
    expect(expectRun([lateFile], { ...TIMED_OUT, endMs: 2300 })).toMatchObject({ end: 'either' })
    expect(expectRun([lateFile, exchange(2800, { kind: 'transient' })], TIMED_OUT)).toMatchObject({ end: 'red' })
  })

  it('has a violation for a third request to create after two answers for which the run did not wait', () => {
    const hung = (atMs: number): ClassifiedExchange => ({
      ...exchange(atMs, { kind: 'transient' }),
      observed: { headers: {}, completeAtMs: atMs + 2000 },
      isAnswerLost: true,
    })
    const context = { ...TIMED_OUT, timeoutMs: 9000, secondLostAnswerEnds: true }
    expect(expectRun([hung(100), hung(3000)], { ...context, endMs: 5100 }).violations).toEqual([])
    expect(expectRun([hung(100), hung(3000), hung(6000)], { ...context, endMs: 8100 }).violations).toContainEqual({
      kind: 'wrong',
      text: 'request to main at 6000 after the end by transient',
    })
  })

  it('may end by one lost answer when a request was sent on a connection that was being closed', () => {
    const lost = { ...exchange(1600, { kind: 'transient' }), isAnswerLost: true }
    const token = exchange(200, { kind: 'token', token: 't-1' })
    const expectEnd = (isClosedAfter: boolean): unknown => {
      const observed = { ...token.observed, isClosedAfter }
      const mint: ClassifiedExchange = { ...token, role: 'mint', authorization: undefined, observed }
      const context = { ...TIMED_OUT, timeoutMs: 9000, endMs: 1700, givenToken: undefined, secondLostAnswerEnds: true }
      return expectRun([mint, { ...lost, authorization: 'Bearer t-1' }], context).violations
    }
    expect(expectEnd(true)).toEqual([])
    expect(expectEnd(false)).toContainEqual({ kind: 'wrong', text: expect.stringMatching('gave up') })
  })

  it('has no violation when the connection of the last attempt is made only after the deadline', () => {
    const context = { ...TIMED_OUT, timeoutMs: 6000, endMs: 6300 }
    const violations = (connectMs: number): unknown =>
      expectRun([exchange(1600, { kind: 'pending' })], { ...context, connectMs }).violations
    expect(violations(1500)).toEqual([])
    expect(violations(200)).toEqual([{ kind: 'late', text: 'no last attempt before the deadline' }])
  })

  it.each(['at-once', 'until-deadline'] as const)('has a violation for any request of a run blocked %s', (blocked) => {
    const { violations } = expectRun([FILE], { ...TIMED_OUT, endMs: 300, blocked })
    expect(violations).toEqual([{ kind: 'wrong', text: 'a request although none could be sent' }])
  })

  it('has no code of a refused part, after which the complete file was requested', () => {
    const { violations, end, code } = expectRun(
      [
        exchange(200, { kind: 'transient', accepted: true }),
        exchange(1000, { kind: 'permanent', code: 1069904 }, true),
        exchange(1010, { kind: 'transient' }),
        exchange(2500, { kind: 'transient' }),
      ],
      TIMED_OUT,
    )
    expect({ violations, end, code }).toEqual({ violations: [], end: 'red', code: undefined })
  })

  it('has the code of a refusal of the complete file', () => {
    const { end, code } = expectRun([exchange(200, { kind: 'permanent', code: 1069904 })], { ...TIMED_OUT, endMs: 300 })
    expect({ end, code }).toEqual({ end: 'red', code: 1069904 })
  })
})
