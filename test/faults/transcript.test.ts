import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { formatLog, formatValue } from './transcript.js'

describe('a transcript', () => {
  it('has the number of bytes in place of the bytes, at any depth', () => {
    const answer = answers.cut({ afterBytes: 2, of: { status: 200, body: Buffer.from('file') } })
    expect(formatValue(answer)).toBe('{"fault":"cut","afterBytes":2,"of":{"status":200,"body":"4 bytes"}}')
    expect(formatValue(Buffer.alloc(3))).toBe('"3 bytes"')
  })

  it('cuts long values and long lines', () => {
    expect(formatValue('x'.repeat(1000))).toBe(`"${'x'.repeat(399)}…`)
    expect(formatValue({ a: 'long' }, 5)).toBe('{"a":…')
    expect(formatLog(['short', 'x'.repeat(1000)])).toEqual(['  | short', `  | ${'x'.repeat(600)}`])
  })
})
