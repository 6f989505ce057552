import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { byCodePoints, directoriesAbove, fold, isBelow, joined, splitPath } from '../../src/export/paths.js'
import { unicodeText } from '../unicode-text.js'

describe('fold', () => {
  test.each([
    ['ß', 'ẞ'],
    ['Σ', 'ς'],
    ['K', '\u212a'],
    ['\u00c9', 'e\u0301'],
    ['ſ', 's'],
  ])('is equal for %s and %s, which are one name on some file system', (a, b) => {
    expect(fold(a)).toBe(fold(b))
  })

  test('keeps different names different', () => {
    expect(fold('合同')).not.toBe(fold('合约'))
    expect(fold('A')).not.toBe(fold('B'))
  })

  test('changes nothing when it is applied again', () => {
    fc.assert(fc.property(unicodeText(), (text) => fold(fold(text)) === fold(text)))
  })
})

describe('byCodePoints', () => {
  test('sorts by code points, not by UTF-16 units', () => {
    expect(['\u{1f600}', '\uff5e', 'a', 'ab', ''].sort(byCodePoints)).toEqual(['', 'a', 'ab', '\uff5e', '\u{1f600}'])
  })

  test('agrees with the order of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(byCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})

test('paths are split and joined; the directories above a path are listed', () => {
  expect(splitPath('a/b/c.docx')).toEqual({ directory: 'a/b', name: 'c.docx' })
  expect(splitPath('c.docx')).toEqual({ directory: '', name: 'c.docx' })
  expect([joined('', 'c'), joined('a/b', 'c')]).toEqual(['c', 'a/b/c'])
  expect([...directoriesAbove('a/b/c.docx')]).toEqual(['a/b', 'a'])
  expect([...directoriesAbove('c.docx')]).toEqual([])
  expect([isBelow('a/b', 'a'), isBelow('ab', 'a'), isBelow('a', 'a'), isBelow('a', '')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})
