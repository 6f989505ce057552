import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  booleanInput,
  countInput,
  excerpt,
  InputError,
  listUnknownInputs,
  refuseUnderscores,
  requiredInput,
  durationMsInput,
} from '../../src/runner/inputs.js'
import { unicodeText } from '../unicode-text.js'

/** Returns a reader of inputs: the input `x` has this value, and all others are empty. */
const given = (value: string) => (name: string) => (name === 'x' ? value : '')
/** Returns the message of the InputError that `work` throws. */
const catchMessage = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
const blanks = fc.constantFrom('', ' ', '\n', ' \t\r\n', '\u00a0')

describe('numbers of seconds', () => {
  it('are converted to whole milliseconds, at least 1; blanks around them are ignored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_640_000 }), blanks, (seconds, blank) => {
        expect(durationMsInput(given(`${blank}${seconds}${blank}`), 'x')).toBe(seconds * 1000)
      }),
    )
    expect(durationMsInput(given('0.5'), 'x')).toBe(500)
    expect(durationMsInput(given('0.0001'), 'x')).toBe(1)
    expect(durationMsInput(given(' '), 'x')).toBeUndefined()
  })
  it.each([
    '0',
    '0.0',
    '-1',
    '+1',
    '1e3',
    'Infinity',
    'NaN',
    '.5',
    '5.',
    '1,5',
    '10m',
    '0x10',
    '１０',
    '8640001',
    '9'.repeat(400),
    '1 2',
    'ten',
    '1\n2',
  ])('%j is refused', (value) => {
    expect(catchMessage(() => durationMsInput(given(value), 'x'))).toMatch(
      /^Input `x` is ".*", which is not a positive number of seconds.*\.$/,
    )
  })
})

describe('counts', () => {
  it('are whole numbers from 1 to 10000; an empty input is 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), blanks, (count, blank) =>
        expect(countInput(given(`${blank}${count}${blank}`), 'x')).toBe(count),
      ),
    )
    expect(countInput(given(''), 'x')).toBe(1)
    expect(countInput(given('007'), 'x')).toBe(7)
  })
  it.each(['0', '10001', '-1', '1.5', '1e3', 'all', '999999', '٣'])('%j is refused', (value) => {
    expect(catchMessage(() => countInput(given(value), 'x'))).toMatch(
      /^Input `x` is ".*", which is not a whole number from 1 to 10000.*\.$/,
    )
  })
})

describe('booleans', () => {
  it.each([
    ['true', true],
    [' TRUE\n', true],
    ['False', false],
  ])('%j is read', (value, expected) => {
    expect(booleanInput(given(value), 'x', !expected)).toBe(expected)
  })
  it('have the given default when the input is empty', () => {
    expect([booleanInput(given(''), 'x', true), booleanInput(given(' '), 'x', false)]).toEqual([true, false])
  })
  it.each(['yes', '1', 'on', 'truee'])('%j is refused', (value) => {
    expect(catchMessage(() => booleanInput(given(value), 'x', true))).toMatch(
      /^Input `x` is ".*"\. Write true or false\.$/,
    )
  })
})

describe('any text as an input', () => {
  it('gives a value or an error with one printable sentence that names the input', () => {
    const readers = [
      (value: string) => durationMsInput(given(value), 'x'),
      (value: string) => countInput(given(value), 'x'),
      (value: string) => booleanInput(given(value), 'x', false),
      (value: string) => requiredInput(given(value), 'x', 'Give it.'),
    ]
    fc.assert(
      fc.property(unicodeText({ maxLength: 200 }), fc.constantFrom(...readers), (value, reader) => {
        try {
          reader(value)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
          expect((error as Error).message).toMatch(/^Input `x` is [^\n\r\u2028\u2029]*\.$/)
          expect((error as Error).message.length).toBeLessThan(250)
        }
      }),
      { numRuns: 250 },
    )
  })
  it('is shown with at most 60 characters in an excerpt', () => {
    expect(excerpt('x'.repeat(100))).toBe(`"${'x'.repeat(60)}…"`)
  })
})

describe('names with underscores', () => {
  const names = new Set(['dry-run', 'sources'])

  it('are refused with the name to write', () => {
    expect(() => refuseUnderscores(names, { INPUT_DRY_RUN: 'true' })).toThrow(
      'Input `dry_run` does not exist. Write `dry-run`; as an environment variable, INPUT_DRY-RUN with the hyphen.',
    )
  })

  it('are refused also if the right name has its default', () => {
    expect(() => refuseUnderscores(names, { INPUT_DRY_RUN: 'true', 'INPUT_DRY-RUN': 'false' })).toThrow(
      'Input `dry_run` does not exist. Write `dry-run`;',
    )
  })

  it.each<[string, Record<string, string>]>([
    ['the value is empty', { INPUT_DRY_RUN: ' ' }],
    ['no input has such a name', { INPUT_SOME_THING: 'x', MY_INPUT_DRY_RUN: 'true', INPUT_SOURCES: 'x' }],
    ['the right name has the same value', { INPUT_DRY_RUN: 'true', 'INPUT_DRY-RUN': 'true' }],
  ])('are accepted if %s', (_, environment) => {
    expect(() => refuseUnderscores(names, environment)).not.toThrow()
  })
})

it('inputs that do not exist are listed, except empty ones; other environment variables are not', () => {
  const environment = { INPUT_FORMAT: 'pdf', INPUT_EMPTY: ' ', MY_INPUT_X: 'x', 'INPUT_DRY-RUN': 'true', INPUT_: 'x' }
  expect(listUnknownInputs(new Set(['formats', 'dry-run']), environment)).toEqual(['format'])
})
