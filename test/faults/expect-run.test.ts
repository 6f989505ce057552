import { describe, expect, it } from '@jest/globals'
import { expectRun } from './expect-run.js'
import type { AnswerClass, ClassifiedExchange, RunContext } from './types.js'

const CONTEXT: RunContext = {
  startMs: 0,
  endMs: 3000,
  timeoutMs: 3000,
  cancelledAtMs: undefined,
  givenToken: 't-1',
  intervalMs: undefined,
  wallOffsetMs: 0,
  serviceUrl: 'http://127.0.0.1',
  maxFirstDelayMs: 0,
  connectMs: 0,
  blocked: undefined,
  secondLostAnswerEnds: false,
  isFileRefused: () => false,
}

/** A request of a download, answered at once. */
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
    const expected = expectRun([FILE], { ...CONTEXT, endMs: 300 })
    expect(expected).toMatchObject({ violations: [], end: 'green' })
  })

  it.each(['at-once', 'until-deadline'] as const)('has a violation for any request of a run blocked %s', (blocked) => {
    const { violations } = expectRun([FILE], { ...CONTEXT, endMs: 300, blocked })
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
      CONTEXT,
    )
    expect({ violations, end, code }).toEqual({ violations: [], end: 'red', code: undefined })
  })

  it('has the code of a refusal of the complete file', () => {
    const { end, code } = expectRun([exchange(200, { kind: 'permanent', code: 1069904 })], { ...CONTEXT, endMs: 300 })
    expect({ end, code }).toEqual({ end: 'red', code: 1069904 })
  })
})
