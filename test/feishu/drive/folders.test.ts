import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { folderPage } from '../../../src/feishu/drive/folders.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session
const never = new AbortController().signal

beforeAll(async () => {
  emulator = await startEmulator({ maxPageItems: { folder: 2 } })
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const ask = (token: string, cursor?: string) => folderPage(session.connection, session.credential, token, cursor, never)

test('pages from the oldest on; next_page_token goes back as page_token', async () => {
  const folder = emulator.addFolder({ name: '合同' })
  const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token, editTime: '77' })
  emulator.addFolder({ name: 'B', parent: folder.token, createTime: '9999999998' })
  const shortcut = emulator.addShortcut({ folder: folder.token, target: document, name: 'C' })
  const first = await ask(folder.token)
  const second = await ask(folder.token, first.ok ? first.value.cursor : undefined)
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
  ['no right', { noPermission: true }, 1061004],
  ['deleted', { deleted: true }, 1061007],
])('%s', async (_, options, code) => {
  const reply = await ask(emulator.addFolder(options).token)
  const what: unknown = expect.stringContaining('list the folder')
  expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code, what } })
})

test.each([
  ['no data', answers.ok(null)],
  ['no list and no has_more', answers.ok({})],
  ['a list that is none', answers.ok({ files: {}, has_more: false })],
  ['a word for has_more', answers.ok({ files: [], has_more: 'no' })],
])('an answer of another shape is never an empty folder, and passes once, not twice: %s', async (_, answer) => {
  const { token } = emulator.addFolder()
  const remove = emulator.script('folder', [answer, undefined, answer, answer])
  expect(await ask(token)).toMatchObject({ ok: true, value: { items: [] } })
  expect(await ask(token)).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
  remove()
})

test('an item of another shape is kept apart from the others', async () => {
  const files = [
    null,
    { type: 'docx', name: 'A' },
    { type: 'docx', token: '../x' },
    { type: '', token: 't', name: 7 },
    { type: 'docx', token: 'good' },
    { type: 'shortcut', token: 's', name: 'S', shortcut_info: { target_token: '', target_type: 'docx' } },
  ]
  const remove = emulator.script('folder', [answers.ok({ files, has_more: false })])
  expect(await ask('x')).toMatchObject({
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
  ['an empty list left out', { has_more: false }, [], false],
  ['an empty page with more', { files: null, has_more: true, next_page_token: 'c' }, [], true],
  ['has_more left out', { files: [], next_page_token: 'c' }, [], true],
  ['neither', { files: [] }, [], false],
])('%s', async (_, data, items, hasMore) => {
  const remove = emulator.script('folder', [answers.ok(data)])
  expect(await ask('x')).toMatchObject({ ok: true, value: { items, hasMore } })
  remove()
})

test('odd fields are left out, not believed', async () => {
  const odd = { token: 't', type: 'new-type', name: 7, url: 'javascript:1', modified_time: 5 }
  const remove = emulator.script('folder', [answers.ok({ files: [odd], has_more: false })])
  expect(await ask('x')).toMatchObject({
    value: { items: [{ token: 't', type: 'new-type', name: '', url: undefined, modifiedTime: '5' }] },
  })
  remove()
})
