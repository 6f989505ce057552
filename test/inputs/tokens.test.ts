import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DOCUMENT_TOKEN, readTicket, readToken } from '../../src/inputs/tokens.js'
import { InputError } from '../../src/runner/inputs.js'
import { unicodeText } from '../unicode-text.js'

/**
 * Reads the ticket or the token. Fails if an error is no InputError.
 * @returns the texts that were masked, and the value or the message of the error
 */
function readMasking(name: 'ticket' | 'token', value: string) {
  const masked: string[] = []
  const read = (input: string): string => (input === name ? value : '')
  const mask = (secret: string) => masked.push(secret)
  try {
    return { masked, value: name === 'ticket' ? readTicket(read, mask) : readToken(read, DOCUMENT_TOKEN, mask) }
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return { masked, message: (error as Error).message }
  }
}

describe('a ticket', () => {
  it.each(['7143131813848813572', ' 7143131813848813572\n', '0', 'abc-DEF_1', '7'.repeat(64)])(
    '%j is accepted',
    (value) => {
      expect(readMasking('ticket', value).value).toBe(value.trim())
    },
  )
  it.each([
    ['7.14313181384881E+18', /without quotes.*Quote it/],
    ['7.14313181384881e18', /Quote it/],
    ['7E+18', /Quote it/],
    ['', /empty.*steps\.create\.outputs\.ticket/],
    ['../x', /no ticket/],
    ['7143/1', /no ticket/],
    ['7143?x', /no ticket/],
    ['7143%2F', /no ticket/],
    ['7143 1', /no ticket/],
    ['７１４３', /no ticket/],
    ['7'.repeat(65), /no ticket.*at most 64/],
  ])('%j is refused', (value, words) => {
    expect(readMasking('ticket', value).message).toMatch(words)
  })
})

describe('a document token', () => {
  it.each([
    'AbCdEfGhIjKlMnOpQrStUvWxYz1',
    'a',
    '_-',
    'doccnAbC',
    'eyJust20Letters',
    'u_x',
    'tabc',
    ' AbC\n',
    'A'.repeat(64),
  ])('%j is accepted', (value) => {
    expect(readMasking('token', value).value).toBe(value.trim())
  })
  it.each([
    ['', /empty/],
    ['A'.repeat(65), /65 characters.*at most 64/],
    ['https://x.feishu.cn/docx/AbC', /is a link.*last part/],
    ['HTTP://x', /is a link/],
    ['a/b', /only letters/],
    ['a.b', /only letters/],
    ['令牌', /only letters/],
  ])('%j is refused', (value, words) => {
    expect(readMasking('token', value).message).toMatch(words)
  })
})

describe.each(['ticket', 'token'] as const)('a credential instead of a %s', (name) => {
  it.each(['t-g1044qAbC', 'u-AbC', 'cli_a1b2c3', `eyJ${'x'.repeat(30)}.y.z`, 'Bearer t-1', 'T-g1044'])(
    '%j is masked and not shown',
    (value) => {
      const { masked, message } = readMasking(name, value)
      expect(message).toMatch(/looks like a credential \(it is not shown here\)/)
      expect(message).not.toContain(value)
      expect(masked).toEqual([value])
    },
  )
})

it('any text is accepted without its surrounding blanks, if it can be a part of a URL path, or refused in a sentence', () => {
  const text = fc.oneof(unicodeText({ maxLength: 100 }), fc.stringMatching(/^\s?[\w-]{1,70}\s?$/))
  fc.assert(
    fc.property(fc.constantFrom('ticket', 'token' as const), text, (name, value) => {
      const result = readMasking(name, value)
      if (result.value === undefined) {
        expect(result.message).toMatch(new RegExp(`^Input \`${name}\` [^\n\r\u2028\u2029]*\\.$`))
        return
      }
      expect(result.value).toBe(value.trim())
      expect(result.value).toMatch(/^[\w-]{1,64}$/)
    }),
    { numRuns: 250 },
  )
})
