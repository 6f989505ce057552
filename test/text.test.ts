import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatBytes, formatDuration, oneLine, quoted } from '../src/text.js'
import { unicodeText } from './unicode-text.js'

const anyText = unicodeText({ maxLength: 400 })
// eslint-disable-next-line no-control-regex
const SEPARATING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

describe('oneLine', () => {
  it('leaves no separator, control or direction mark of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => expect(oneLine(text)).not.toMatch(SEPARATING)),
      { numRuns: 500 },
    )
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('a')
    expect(oneLine(all, 20_000)).not.toMatch(SEPARATING)
  })

  it('is well formed Unicode, even of halves of characters', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\ud83d', '\ude00', 'x', '😀')), (parts) =>
        expect(oneLine(parts.join(''), 3).isWellFormed()).toBe(true),
      ),
    )
  })

  it('keeps what a person can read', () => {
    for (const text of ['合同 2026/第1版', '🧑‍👩‍👧‍👦', 'é', 'a::b ##[c]', '<b>&amp;', 'עברית', '한국어'])
      expect(oneLine(text)).toBe(text)
    expect(oneLine(' \n a\r\n\tb\u2028c ')).toBe('a b c')
  })

  it('cuts by characters, never through one, and says so', () => {
    expect(oneLine('abc', 3)).toBe('abc')
    expect(oneLine('abcd', 3)).toBe('abc…')
    expect(oneLine('😀'.repeat(4), 3)).toBe('😀😀😀…')
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const characters = Array.from(oneLine(text, max))
        expect(characters.length).toBeLessThanOrEqual(max + 1)
        if (characters.length > max) expect(characters.at(-1)).toBe('…')
      }),
    )
  })

  it('is quick with a megabyte', () => {
    expect(Array.from(oneLine('x\n'.repeat(500_000), 300))).toHaveLength(301)
  })
})

it('quoted is one line in quotes', () => {
  expect(quoted('a\n"b"')).toBe('"a "b""')
  expect(quoted('abcdef', 3)).toBe('"abc…"')
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [34_356, '34.4 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [128e6, '128.0 MB'],
  [1.2e9, '1.2 GB'],
  [2 ** 53, '9007.2 TB'],
])('formatBytes(%d) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

it.each([
  [0, '0 s'],
  [400, '0.4 s'],
  [4000, '4 s'],
  [9940, '9.9 s'],
  [9999, '10 s'],
  [12_345, '12 s'],
  [119_400, '119 s'],
  [120_000, '2 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_600_000, '60 min 0 s'],
])('formatDuration(%d) is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
