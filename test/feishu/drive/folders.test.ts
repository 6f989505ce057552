import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { folderPage } from '../../../src/feishu/drive/folders.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session
const neverAborted = new AbortController().signal

beforeAll(async () => {
  emulator = await startEmulator({ maxPageItems: { folder: 2 } })
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const list = (token: string, cursor?: string) =>
  folderPage(session.connection, session.credential, token, cursor, neverAborted)

test('returns the items page by page, the oldest first; next_page_token is sent back as page_token', async () => {
  const folder = emulator.addFolder({ name: '合同' })
  const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token, editTime: '77' })
  emulator.addFolder({ name: 'B', parent: folder.token, createTime: '9999999998' })
  const shortcut = emulator.addShortcut({ folder: folder.token, target: document, name: 'C' })
  const first = await list(folder.token)
  const second = await list(folder.token, first.ok ? first.value.cursor : undefined)
  expect([first, second]).toMatchObject([
    { ok: true, value: { hasMore: true } },
    { ok: true, value: { hasMore: false, cursor: undefined } },
  ])
  const items = [first, second].flatMap((reply) => (reply.ok ? reply.value.items : []))
  expect(items).toMatchObject([
    { token: shortcut.token, type: 'shortcut', name: 'C', target: { token: document.token, type: 'docx' } },
    {
      token: document.token,
      type: 'docx',
      name: 'A',
      modifiedTime: '77',
      url: `https://example.feishu.cn/docx/${document.token}`,
      target: undefined,
    },
    { type: 'folder', name: 'B', target: undefined },
  ])
  expect(emulator.requestsTo('folder').map(({ query }) => query)).toEqual([
    { folder_token: folder.token, page_size: '200', order_by: 'CreatedTime', direction: 'ASC' },
    expect.objectContaining({ page_token: first.ok ? first.value.cursor : '' }),
  ])
})

test.each([
  ['the app may not read', { noPermission: true }, 1061004],
  ['was deleted', { deleted: true }, 1061007],
])('fails for a folder that %s', async (_, options, code) => {
  const reply = await list(emulator.addFolder(options).token)
  const what: unknown = expect.stringContaining('list the folder')
  expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code, what } })
})

test.each([
  ['no data', answers.ok(null)],
  ['no list and no has_more', answers.ok({})],
  ['an object as the list', answers.ok({ files: {}, has_more: false })],
  ['a text as has_more', answers.ok({ files: [], has_more: 'no' })],
])(
  'an answer of an unexpected shape is retried once; a second one is a failure, not an empty folder: %s',
  async (_, answer) => {
    const { token } = emulator.addFolder()
    const remove = emulator.script('folder', [answer, undefined, answer, answer])
    expect(await list(token)).toMatchObject({ ok: true, value: { items: [] } })
    expect(await list(token)).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
    remove()
  },
)

test('items of an unexpected shape are returned separately, as odd items', async () => {
  const files = [
    null,
    { type: 'docx', name: 'A' },
    { type: 'docx', token: '../x' },
    { type: '', token: 't', name: 7 },
    { type: 'docx', token: 'good' },
    { type: 'shortcut', token: 's', name: 'S', shortcut_info: { target_token: '', target_type: 'docx' } },
  ]
  const remove = emulator.script('folder', [answers.ok({ files, has_more: false })])
  expect(await list('x')).toMatchObject({
    value: {
      items: [{ token: 'good' }],
      oddItems: [
        { token: undefined, title: '', reason: 'it is not an object' },
        { token: undefined, title: 'A', reason: 'token is not a token or a word' },
        { token: undefined, title: '', reason: 'token is not a token or a word' },
        { token: 't', title: '', reason: 'type is not a token or a word' },
        { token: 's', title: 'S', reason: 'target_token is not a token or a word' },
      ],
    },
  })
  remove()
})

test.each([
  ['without a list', { has_more: false }, [], false],
  ['without items, but with a next page', { files: null, has_more: true, next_page_token: 'c' }, [], true],
  ['without has_more, but with a next page', { files: [], next_page_token: 'c' }, [], true],
  ['without has_more and next page', { files: [] }, [], false],
])('accepts an answer %s', async (_, data, items, hasMore) => {
  const remove = emulator.script('folder', [answers.ok(data)])
  expect(await list('x')).toMatchObject({ ok: true, value: { items, hasMore } })
  remove()
})

test('fields of an item with an unexpected value are left out', async () => {
  const odd = { token: 't', type: 'new-type', name: 7, url: 'javascript:1', modified_time: 5 }
  const remove = emulator.script('folder', [answers.ok({ files: [odd], has_more: false })])
  expect(await list('x')).toMatchObject({
    value: { items: [{ token: 't', type: 'new-type', name: '', url: undefined, modifiedTime: '5' }] },
  })
  remove()
})
