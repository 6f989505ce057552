import { describe, expect, it } from '@jest/globals'
import { classifyAnswer } from './classify-answer.js'
import { PERMANENT_CODES, BAD_REQUEST_CODE, UNKNOWN_CODES, WIKI_FORBIDDEN_CODE } from './error-codes.js'
import type { Observation } from './types.js'

/** An error with this code, as a client observes it. Neither its status nor its message is that of a rate limit. */
const observeError = (code: number): Observation => ({
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ code, msg: 'no' })),
  completeAtMs: 0,
})

describe('a permanent error', () => {
  const codes = [...PERMANENT_CODES, BAD_REQUEST_CODE, ...UNKNOWN_CODES, WIKI_FORBIDDEN_CODE]

  it.each(codes)('of the service has its code: %d', (code) => {
    expect(classifyAnswer(observeError(code), 'download')).toEqual({ kind: 'permanent', code })
  })

  it.each(codes)('of another host has no code, since the message of the step leaves it out: %d', (code) => {
    expect(classifyAnswer(observeError(code), 'storage')).toEqual({ kind: 'permanent' })
  })
})
