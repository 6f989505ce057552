import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { call } from './client.js'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

afterEach(() => emulator.stop())

async function get(path: string) {
  const { status, json } = await call(emulator, path)
  return { outcome: `${json.code} ${status}`, data: json.data }
}

const sheets = (token: string) => get(`sheets/v3/spreadsheets/${token}/sheets/query`)
const tables = (token: string, query = '') => get(`bitable/v1/apps/${token}/tables${query}`)

describe('a spreadsheet', () => {
  it('shows its sheets', async () => {
    const { token } = emulator.addDocument({
      type: 'sheet',
      sheets: [
        { sheetId: 'a1B2c3', title: '一月' },
        { sheetId: 'd4E5f6', title: '二月', hidden: true },
        { sheetId: 'base01', title: '表', resourceType: 'bitable' },
      ],
    })
    expect((await sheets(token)).data).toEqual({
      sheets: [
        { sheet_id: 'a1B2c3', title: '一月', index: 0, hidden: false, resource_type: 'sheet' },
        { sheet_id: 'd4E5f6', title: '二月', index: 1, hidden: true, resource_type: 'sheet' },
        { sheet_id: 'base01', title: '表', index: 2, hidden: false, resource_type: 'bitable' },
      ],
    })
  })

  it('is refused when it does not exist or is not allowed', async () => {
    const outcomes = [
      await sheets('unknown'),
      await sheets(emulator.addDocument({ type: 'bitable' }).token),
      await sheets(emulator.addDocument({ type: 'sheet', deleted: true }).token),
      await sheets(emulator.addDocument({ type: 'sheet', noPermission: true }).token),
      await sheets(emulator.addNode({ type: 'sheet', rights: 'hidden' }).document.token),
    ]
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      '1310214 400',
      '1310214 400',
      '1310249 400',
      '1310213 400',
      '1310213 400',
    ])
  })
})

describe('a base', () => {
  it('shows its tables page by page; an edit of one table raises only its revision', async () => {
    const base = emulator.addDocument({
      type: 'bitable',
      tables: [
        { tableId: 'tblA', name: '客户' },
        { tableId: 'tblB', name: '订单', revision: 7 },
      ],
    })
    const first = await tables(base.token, '?page_size=1')
    expect(first.data).toEqual({
      has_more: true,
      page_token: expect.stringMatching(/./),
      total: 2,
      items: [{ table_id: 'tblA', name: '客户', revision: 1 }],
    })
    const { editTime } = base
    const csvOf = (tableId: string) => emulator.expectedSha256(base.token, 'csv', tableId)
    const before = [csvOf('tblA'), csvOf('tblB'), emulator.expectedSha256(base.token, 'base')]
    emulator.edit(base.token, { table: 'tblB' })
    const second = await tables(base.token, `?page_size=1&page_token=${String(first.data['page_token'])}`)
    expect(second.data).toMatchObject({ has_more: false, items: [{ table_id: 'tblB', revision: 8 }] })
    expect((await tables(base.token)).data).toMatchObject({ items: [{ revision: 1 }, { revision: 8 }] })
    expect(Number(base.editTime)).toBeGreaterThan(Number(editTime))
    const after = [csvOf('tblA'), csvOf('tblB'), emulator.expectedSha256(base.token, 'base')]
    expect(after.map((hash, index) => hash === before[index])).toEqual([true, false, false])
    expect(() => emulator.edit(base.token, { table: 'other' })).toThrow(/no table other/)
  })

  it('is refused when it does not exist (with HTTP 200), is not allowed, is being copied, or the page is not valid', async () => {
    const copying = emulator.addDocument({ type: 'bitable', copying: true, tables: [{ tableId: 'tblA', name: 'A' }] })
    const outcomes = [
      await tables('unknown'),
      await tables(emulator.addDocument({ type: 'bitable', deleted: true }).token),
      await tables(emulator.addDocument({ type: 'bitable', noPermission: true }).token),
      await tables(copying.token),
      await tables(emulator.addDocument({ type: 'bitable' }).token, '?page_size=101'),
      await tables(emulator.addDocument({ type: 'bitable' }).token, '?page_token=stale'),
    ]
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      '1254040 200',
      '1254040 200',
      '1254302 403',
      '1254036 400',
      '99992402 400',
      '99992402 400',
    ])
  })
})

it('each sheet and table exports to a csv of its own, others do not', async () => {
  const sheet = emulator.addDocument({
    type: 'sheet',
    sheets: [
      { sheetId: 'a1B2c3', title: 'A' },
      { sheetId: 'base01', title: 'B', resourceType: 'bitable' },
    ],
  })
  const base = emulator.addDocument({ type: 'bitable', tables: [{ tableId: 'tblA', name: 'A' }] })
  const create = async (document: { token: string; type: string }, sub_id: string) => {
    const body = { token: document.token, type: document.type, file_extension: 'csv', sub_id }
    const { status, json } = await call(emulator, 'drive/v1/export_tasks', { body })
    return `${json.code} ${status}`
  }
  expect([
    await create(sheet, 'a1B2c3'),
    await create(sheet, 'base01'),
    await create(sheet, 'tblA'),
    await create(base, 'tblA'),
    await create(base, 'tblB'),
  ]).toEqual(['0 200', '1069904 400', '1069904 400', '0 200', '1069904 400'])
  const files = emulator.tasks().map(({ content }) => content.read(0, content.size))
  expect(files).toEqual([
    emulator.expectedBytes(sheet.token, 'csv', 'a1B2c3'),
    emulator.expectedBytes(base.token, 'csv', 'tblA'),
  ])
})
