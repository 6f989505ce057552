import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { querySheets } from '../../../src/feishu/sheets/sheets.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator()
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const query = (token: string) =>
  querySheets(session.connection, session.credential, token, new AbortController().signal)

test('returns all tabs of a spreadsheet, also those that are not sheets', async () => {
  const { token } = emulator.addDocument({
    type: 'sheet',
    sheets: [
      { sheetId: 'a1B2c3', title: '一月' },
      { sheetId: 'd4E5f6', title: '二月', hidden: true },
      { sheetId: 'odd', title: '?', resourceType: '#UNSUPPORTED_TYPE' },
    ],
  })
  expect(await query(token)).toMatchObject({
    ok: true,
    value: [
      { sheetId: 'a1B2c3', title: '一月', hidden: false, resourceType: 'sheet' },
      { sheetId: 'd4E5f6', title: '二月', hidden: true, resourceType: 'sheet' },
      { sheetId: 'odd', title: '?', hidden: false, resourceType: '#UNSUPPORTED_TYPE' },
    ],
  })
})

test('returns the sheets in the order of their indexes; without indexes, in the order of the answer', async () => {
  const sheet = (sheet_id: string, index?: number) => ({ sheet_id, title: '', resource_type: 'sheet', index })
  const remove = emulator.script('sheets', [
    answers.ok({ sheets: [sheet('b', 1), sheet('c', 2), sheet('a', 0)] }),
    answers.ok({ sheets: [sheet('b'), sheet('a')] }),
  ])
  expect(await query('x')).toMatchObject({ value: [{ sheetId: 'a' }, { sheetId: 'b' }, { sheetId: 'c' }] })
  expect(await query('x')).toMatchObject({ value: [{ sheetId: 'b' }, { sheetId: 'a' }] })
  remove()
})

test('reads a spreadsheet with very many merged cells, which the answer lists', async () => {
  const merge = { start_row_index: 100_000, end_row_index: 100_001, start_column_index: 0, end_column_index: 12 }
  const merges = Array.from({ length: 20_000 }, () => merge)
  const sheets = [{ sheet_id: 'a', title: 'x', resource_type: 'sheet', merges }]
  const remove = emulator.script('sheets', [answers.ok({ sheets })])
  expect(await query('x')).toMatchObject({ ok: true, value: [{ sheetId: 'a' }] })
  remove()
})

test.each([
  ['the app may not read', { noPermission: true }, 1310213, /no permission/],
  ['was deleted', { deleted: true }, 1310249, /was deleted/],
])('fails for a spreadsheet that %s', async (_, options, code, meaning) => {
  const reply = await query(emulator.addDocument({ type: 'sheet', ...options }).token)
  expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code } })
  expect(reply.ok ? '' : reply.failure.what).toMatch(/^Could not list the sheets of the spreadsheet: /)
  expect(reply.ok ? '' : reply.failure.what).toMatch(meaning)
})

test.each([
  ['no data', null],
  ['no list', {}],
  ['null as a sheet', { sheets: [null] }],
  ['a sheet without an id', { sheets: [{ title: 'x', resource_type: 'sheet' }] }],
  ['a sheet without a title', { sheets: [{ sheet_id: 'a', resource_type: 'sheet' }] }],
  ['a sheet without a type', { sheets: [{ sheet_id: 'a', title: 'x' }] }],
  ['a text as hidden', { sheets: [{ sheet_id: 'a', title: 'x', resource_type: 'sheet', hidden: 'no' }] }],
])('fails for an answer of an unexpected shape, instead of returning no sheets: %s', async (_, data) => {
  const remove = emulator.script('sheets', () => answers.ok(data))
  expect(await query('x')).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
  remove()
})
