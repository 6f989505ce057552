import { describe, expect, it } from '@jest/globals'
import { answers, type Answer, type RecordedRequest } from '../emulator/index.js'
import { observe } from './observe.js'

const FILE = answers.file('the file')

/** Observes an answer whose body the client did not read to its end. */
function observeAborted(answer: Answer): ReturnType<typeof observe> {
  const request = { atMs: 100, logId: '7', answeredStatus: 200, closedByClientAtMs: 900 } as unknown as RecordedRequest
  return observe({ request, answer })
}

describe('the observation of an answer that the client aborted', () => {
  it('counts the blanks before the body among the bytes that may have arrived', () => {
    expect(observeAborted(answers.huge(1000, FILE))).toMatchObject({ status: 200, maxBytes: 1008, completeAtMs: 900 })
    expect(observeAborted(answers.huge(1000, FILE)).body).toBeUndefined()
  })

  it('is that of endless JSON when blanks trickle for ever, whatever the answer would be', () => {
    const { status, headers, body } = observeAborted(answers.trickle(1, { of: FILE, forever: true }))
    expect({ status, headers, body }).toEqual({ status: 200, headers: { 'content-type': 'application/json' } })
  })
})
