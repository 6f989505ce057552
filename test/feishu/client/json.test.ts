import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isObject, parseJson } from '../../../src/feishu/client/json.js'
import { unicodeCharacter } from '../../unicode-text.js'

describe('parseJson', () => {
  it('parses any JSON without long numbers as JSON.parse does', () => {
    const withoutLongNumbers = fc
      .jsonValue({ stringUnit: unicodeCharacter })
      .filter((value) => !/\d{16}/.test(JSON.stringify(value)))
    fc.assert(
      fc.property(withoutLongNumbers, (value) =>
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    )
  })

  it('returns every integer of 16 digits or more as a string of its digits, wherever it is', () => {
    const big = fc.bigInt({ min: 10n ** 15n, max: 10n ** 40n }).chain((n) => fc.constantFrom(n, -n))
    fc.assert(
      fc.property(big, fc.string(), (number, text) => {
        const key = JSON.stringify(text)
        expect(parseJson(`{${key}: [${number}, {"a":${number}\n}, ${key}]}`)).toEqual({
          [text]: [String(number), { a: String(number) }, text],
        })
      }),
    )
  })

  it('does not change digits in strings and keys, fractions, or numbers of 15 digits', () => {
    const text = String.raw`{"9007199254740993":"9007199254740993","a\"9007199254740993":"\\","x":"\\\"7143131813848813572"}`
    expect(parseJson(text)).toEqual(JSON.parse(text))
    const numbers = '[999999999999999,1234567890123456.5,1e300,-0.1234567890123456789,12345678901234567e3]'
    expect(parseJson(numbers)).toEqual(JSON.parse(numbers))
  })

  it.each(['a', '\\', '"'])('parses a string of ten million characters: %j', (character) => {
    const long = `${character.repeat(10_000_000)}1234567890123456`
    expect((parseJson(JSON.stringify([long])) as string[])[0] === long).toBe(true)
  })

  it.each(['', '{', 'null x', '{"code":0,"data":{"result":{"job_st', '<html>1234567890123456</html>', '{a:1}'])(
    'throws for %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError)
    },
  )
})

it('isObject is true for objects, and false for arrays, null and values of other types', () => {
  expect([{}, { a: 1 }].map(isObject)).toEqual([true, true])
  expect([null, undefined, [], '', 0, true, 'x'].map(isObject)).toEqual(Array(7).fill(false))
})
