import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Secrets } from '../../src/runner/secrets.js'
import { oneLine } from '../../src/text.js'
import { unicodeText } from '../unicode-text.js'

const SECRET = 'kP3vX9qLr8TnWz5YbC2mDfGh7JsA4eVu'

/** Masks secrets. @returns the function `hide`, which removes them from a text */
function createHide(...secrets: string[]): (text: string) => string {
  const { mask, hide } = new Secrets(() => undefined)
  secrets.forEach(mask)
  return hide
}

describe('a secret in a text', () => {
  const hide = createHide(SECRET)

  it('is hidden wherever it occurs', () => {
    expect(hide(`${SECRET} and "${SECRET}${SECRET}".`)).toBe('*** and "******".')
  })

  it('is hidden when the text was cut off in the middle of it', () => {
    fc.assert(
      fc.property(fc.nat(300), (before) => {
        const shown = hide(oneLine(`${'x'.repeat(before)} ${SECRET} end`, 300))
        // A shorter beginning of a secret is not hidden.
        for (let length = 12; length <= SECRET.length; length++) expect(shown).not.toContain(SECRET.slice(0, length))
      }),
    )
  })

  it('is the only part of the text that is hidden, with beginnings of it from 12 characters on', () => {
    expect(hide(`kP3vX9qLr8T is too little of it; ${SECRET.slice(0, 20)}!`)).toBe(
      'kP3vX9qLr8T is too little of it; ***!',
    )
    fc.assert(fc.property(unicodeText(), (text) => expect(hide(text)).toBe(text)))
  })

  it('is not hidden when it has so few characters that other words may contain it', () => {
    expect(createHide('abc')('abcdef')).toBe('abcdef')
    expect(createHide('abcdefgh')('abcdefghi')).toBe('***i')
  })

  it.each([
    ['begins like another one', ['t-g1044abcdefAAAAAAAAAAAA', 't-g1044abcdefBBBBBBBBBBBB'], 'x *** y'],
    ['begins with a shorter one', ['t-g1044abcdef', 't-g1044abcdefBBBBBBBBBBBB'], 'x *** y'],
    ['begins with a shorter one that was masked later', ['t-g1044abcdefBBBBBBBBBBBB', 't-g1044abcdef'], 'x *** y'],
  ])('that %s is hidden completely', (_, secrets, expected) => {
    expect(createHide(...secrets)('x t-g1044abcdefBBBBBBBBBBBB y')).toBe(expected)
  })

  it('that contains another one is hidden completely', () => {
    expect(createHide('secretsecret', 'my-secretsecret-is-long')('x my-secretsecret-is-long y')).toBe('x *** y')
  })

  it('that repeats its beginning is hidden completely', () => {
    expect(createHide('abcdefghijkl-1-abcdefghijkl-2')('x abcdefghijkl-1-abcdefghijkl-2 y')).toBe('x *** y')
  })

  it('that overlaps another one is hidden together with it', () => {
    expect(createHide('aaaaaaaabbbbbbbb', 'bbbbbbbbcccccccc')('x aaaaaaaabbbbbbbbcccccccc y')).toBe('x *** y')
  })
})
