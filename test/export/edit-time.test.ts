import { expect, test } from '@jest/globals'
import { formatEditTime, isTrustedEditTime } from '../../src/export/edit-time.js'

const LISTED_AT_MS = 1_732_000_000_000
/** The time that is this long before the listing, in seconds, as the service writes it. */
const seconds = (beforeMs: number): string => String((LISTED_AT_MS - beforeMs) / 1000)

test.each<[string, string, boolean]>([
  ['an hour before the listing', seconds(3_600_000), true],
  ['two minutes and a second before it', seconds(121_000), true],
  ['just two minutes before it', seconds(120_000), false],
  ['a second before it', seconds(1_000), false],
  ['during it', seconds(0), false],
  ['in the future, by another clock', seconds(-3_600_000), false],
  ['an hour before it, in milliseconds', String(LISTED_AT_MS - 3_600_000), true],
  ['a second before it, in milliseconds', String(LISTED_AT_MS - 1_000), false],
  ['in 1970', '0', true],
  ['at a time that is not a number', '2024-11-19', true],
])('a document edited %s: is its edit time trusted?', (_, editTime, isTrusted) => {
  expect(isTrustedEditTime(editTime, LISTED_AT_MS)).toBe(isTrusted)
})

test.each<[string, string, string]>([
  ['seconds', '1732000000', '2024-11-19T07:06:40Z'],
  ['milliseconds', '1732000000000', '2024-11-19T07:06:40Z'],
  ['a number that is too large for a date', '99999999999999999', ''],
  ['a time after the year 9999', '999999999999999', ''],
  ['a text that is not a number', 'yesterday', ''],
])('an edit time of %s has a text for front matter, and never throws', (_, editTime, text) => {
  expect(formatEditTime(editTime)).toBe(text)
})
