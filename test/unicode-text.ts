import fc, { type StringConstraints } from 'fast-check'

const FIRST_SURROGATE = 0xd800
const SURROGATE_COUNT = 0x800
/** The number of characters of Unicode: surrogates are none. */
const CHARACTER_COUNT = 0x110000 - SURROGATE_COUNT

/** The nth character of Unicode, from 0. */
const characterAt = (nth: number): string => String.fromCodePoint(nth < FIRST_SURROGATE ? nth : nth + SURROGATE_COUNT)

/**
 * The inverse of `characterAt`. To divide a text into characters, fast-check calls it with parts of the text.
 * @throws Error if the value is not exactly one character
 */
function positionOf(value: unknown): number {
  const codePoint = typeof value === 'string' ? value.codePointAt(0) : undefined
  if (codePoint === undefined) throw new Error('not a character')
  const nth = codePoint < FIRST_SURROGATE ? codePoint : codePoint - SURROGATE_COUNT
  if (characterAt(nth) !== value) throw new Error('not one character')
  return nth
}

export const unicodeCharacter = fc.nat({ max: CHARACTER_COUNT - 1 }).map(characterAt, positionOf)

/**
 * Text of any Unicode characters. For equal seeds, it has the same texts as `fc.string({ unit: 'binary' })`. That one makes
 * a table of all 1.1 million characters first, which takes more than a second in each test file.
 */
export const unicodeText = (constraints: Omit<StringConstraints, 'unit'> = {}) =>
  fc.string({ ...constraints, unit: unicodeCharacter })
