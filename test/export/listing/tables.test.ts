import { expect, test } from '@jest/globals'
import { listTables } from '../../../src/export/listing/tables.js'
import { fail } from '../../../src/feishu/errors/failure.js'
import { entry, listing, tree } from '../naming/trees.js'
import { refusal, scripted } from './support.js'

test('the fault of a base whose list of tables has no usable cursor has the log id that its advice asks for', async () => {
  const found = listing(tree([entry('base', 'B', { type: 'bitable' })]))
  const page = { items: [], hasMore: true, cursor: undefined }
  const calls = {
    ...scripted({}).calls,
    tablesPage: () => Promise.resolve({ ok: true as const, value: page, logId: 'log-1' }),
  }
  const options = { hasTableOutputs: () => true, folders: [], listedAtMs: 0 }
  const { faults } = await listTables(found, calls, options)
  expect(faults.map(({ failure }) => failure)).toEqual([
    expect.objectContaining({ logId: 'log-1', advice: expect.stringMatching(/give the log id/) }),
  ])
})

test('the fault of a spreadsheet has its link, which the report gives for `exclude`', async () => {
  const url = 'https://acme.feishu.cn/sheets/sheet'
  const found = listing(tree([entry('sheet', 'S', { type: 'sheet', url })]))
  const calls = { ...scripted({}).calls, sheets: () => Promise.resolve(fail(refusal(1310213))) }
  const options = { hasTableOutputs: () => true, folders: [], listedAtMs: 0 }
  expect((await listTables(found, calls, options)).faults).toMatchObject([{ what: 'S', url }])
})

test('a base that cannot be listed is one fault of a tree, however many shortcuts of the tree lead to it', async () => {
  const base = { type: 'bitable', token: 'base' }
  const entries = [entry('base', 'B', base), entry('base', 'S', { ...base, shortcut: true })]
  const found = listing(tree(entries), tree([...entries].reverse()))
  const calls = { ...scripted({}).calls, tablesPage: () => Promise.resolve(fail(refusal(1254302))) }
  const options = { hasTableOutputs: () => true, folders: [], listedAtMs: 0 }
  expect((await listTables(found, calls, options)).faults.map(({ what }) => what)).toEqual(['B', 'B'])
})
