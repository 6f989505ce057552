import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Secrets } from '../../src/runner/secrets.js'
import { oneLine } from '../../src/text.js'

const SECRET = 'kP3vX9qLr8TnWz5YbC2mDfGh7JsA4eVu'

function hiding(...secrets: string[]): (text: string) => string {
  const { mask, hide } = new Secrets()
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = () => true
  try {
    secrets.forEach(mask)
  } finally {
    process.stdout.write = write
  }
  return hide
}

describe('a secret in a text', () => {
  const hide = hiding(SECRET)

  it('is hidden wherever it stands, as often as it does', () => {
    expect(hide(`${SECRET} and "${SECRET}${SECRET}".`)).toBe('*** and "******".')
  })

  it('is hidden when the text was cut in the middle of it, wherever', () => {
    fc.assert(
      fc.property(fc.nat(300), (before) => {
        const told = hide(oneLine(`${'x'.repeat(before)} ${SECRET} end`, 300))
        for (let length = 12; length <= SECRET.length; length++) expect(told).not.toContain(SECRET.slice(0, length))
      }),
    )
  })

  it('leaves everything else as it is', () => {
    expect(hide(`kP3vX9qLr8T is too little of it; ${SECRET.slice(0, 20)}!`)).toBe(
      'kP3vX9qLr8T is too little of it; ***!',
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(hide(text)).toBe(text)))
  })

  it('too short to be one tears no holes', () => {
    expect(hiding('abc')('abcdef')).toBe('abcdef')
    expect(hiding('abcdefgh')('abcdefghi')).toBe('***i')
  })

  it.each([
    ['begins as another one does', ['t-g1044abcdefAAAAAAAAAAAA', 't-g1044abcdefBBBBBBBBBBBB'], 'x *** y'],
    ['goes on where a shorter one ends', ['t-g1044abcdef', 't-g1044abcdefBBBBBBBBBBBB'], 'x *** y'],
    ['is the beginning of it', ['t-g1044abcdefBBBBBBBBBBBB', 't-g1044abcdef'], 'x *** y'],
  ])('that %s is hidden whole', (_, secrets, told) => {
    expect(hiding(...secrets)('x t-g1044abcdefBBBBBBBBBBBB y')).toBe(told)
  })

  it('that has another one in the middle is hidden whole', () => {
    expect(hiding('secretsecret', 'my-secretsecret-is-long')('x my-secretsecret-is-long y')).toBe('x *** y')
  })

  it('whose beginning comes again in it is hidden whole', () => {
    expect(hiding('abcdefghijkl-1-abcdefghijkl-2')('x abcdefghijkl-1-abcdefghijkl-2 y')).toBe('x *** y')
  })

  it('that begins in the end of another one is hidden with it', () => {
    expect(hiding('aaaaaaaabbbbbbbb', 'bbbbbbbbcccccccc')('x aaaaaaaabbbbbbbbcccccccc y')).toBe('x *** y')
  })
})
