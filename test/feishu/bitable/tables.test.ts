import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { tablesPage } from '../../../src/feishu/bitable/tables.js'
import type { Session } from '../../../src/feishu/client/connect.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator({ limits: { tables: undefined }, maxPageItems: { tables: 1 } })
  session = sessionOn(emulator)
})
afterEach(() => emulator.scripts.clear())
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const list = (token: string, cursor?: string) =>
  tablesPage(session.connection, session.credential, token, cursor, new AbortController().signal)

test('returns the tables page by page; an edit changes the revision of the edited table alone', async () => {
  const { token } = emulator.addDocument({
    type: 'bitable',
    tables: [
      { tableId: 'tblA', name: '客户' },
      { tableId: 'tblB', name: '订单' },
    ],
  })
  const bothPages = async () => {
    const first = await list(token)
    const second = await list(token, first.ok ? first.value.cursor : undefined)
    return [first, second].map((reply) => (reply.ok ? reply.value : reply.failure))
  }
  expect(await bothPages()).toMatchObject([
    { items: [{ tableId: 'tblA', name: '客户', revision: '1' }], hasMore: true },
    { items: [{ tableId: 'tblB', name: '订单', revision: '1' }], hasMore: false, cursor: undefined },
  ])
  emulator.edit(token, { table: 'tblA' })
  expect(await bothPages()).toMatchObject([{ items: [{ revision: '2' }] }, { items: [{ revision: '1' }] }])
  expect(emulator.requestsTo('tables')[0]?.query).toEqual({ page_size: '100' })
})

test('an answer with an error code and HTTP 200 is a failure', async () => {
  const reply = await list('unknown')
  expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code: 1254040, httpStatus: 200 } })
  expect(reply.ok ? '' : reply.failure.what).toMatch(
    /^Could not list the tables of the base: there is no such document/,
  )
})

test('for a base with advanced permissions, the failure names them and says which right the app needs', async () => {
  const advice: unknown = expect.stringContaining('「可管理」')
  const what: unknown = expect.stringContaining('高级权限')
  const { token } = emulator.addDocument({ type: 'bitable', noPermission: true })
  expect(await list(token)).toMatchObject({ failure: { class: 'permanent', code: 1254302, what, advice } })
})

test.each([
  [1254036, 'transient'],
  [1254290, 'rate-limit'],
  [1254291, 'transient'],
  [1255001, 'transient'],
  [1255040, 'transient'],
])('code %i is %s', async (code, kind) => {
  emulator.script('tables', [answers.error(code)])
  expect(await list('x')).toMatchObject({ ok: false, failure: { class: kind, code } })
})

test.each([
  ['no list and no has_more', {}],
  ['a table without an id', { items: [{ name: 'x' }], has_more: false }],
  ['a table without a name', { items: [{ table_id: 't' }], has_more: false }],
])('an answer of an unexpected shape is a failure, not a base without tables: %s', async (_, data) => {
  const remove = emulator.script('tables', () => answers.ok(data))
  expect(await list('x')).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
  remove()
})

test.each([
  [7, '7'],
  ['9007199254740993', '9007199254740993'],
  [undefined, undefined],
  [1.5, undefined],
  ['new', undefined],
])('a revision of %j is %j', async (revision, expected) => {
  emulator.script('tables', [answers.ok({ items: [{ table_id: 't', name: '', revision }], has_more: false })])
  expect(await list('x')).toMatchObject({ value: { items: [{ revision: expected }] } })
})
