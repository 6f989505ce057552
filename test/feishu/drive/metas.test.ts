import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { queryMetas, type DocumentRef } from '../../../src/feishu/drive/metas.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session
const neverAborted = new AbortController().signal

beforeAll(async () => {
  emulator = await startEmulator()
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const query = (documents: readonly DocumentRef[]) =>
  queryMetas(session.connection, session.credential, documents, neverAborted)

test('returns the metas of documents, those of the documents of wiki pages, and refusals with their codes', async () => {
  const document = emulator.addDocument({ type: 'bitable', title: '表', editTime: '77' })
  const node = emulator.addNode({ type: 'sheet', title: 'N', editTime: '78' })
  const secret = emulator.addDocument({ type: 'docx', noPermission: true })
  const reply = await query([
    { token: document.token, type: 'bitable' },
    { token: node.nodeToken, type: 'wiki' },
    { token: secret.token, type: 'docx' },
    { token: node.document.token, type: 'docx' },
    { token: 'nothing', type: 'docx' },
  ])
  expect(reply).toMatchObject({
    ok: true,
    value: {
      metas: [
        {
          requestedToken: document.token,
          token: document.token,
          type: 'bitable',
          title: '表',
          modifiedTime: '77',
          url: `https://example.feishu.cn/base/${document.token}`,
        },
        { requestedToken: node.nodeToken, token: node.document.token, type: 'sheet', title: 'N', modifiedTime: '78' },
      ],
      refused: [
        { requestedToken: secret.token, code: 970003 },
        { requestedToken: node.document.token, code: 970002 },
        { requestedToken: 'nothing', code: 970005 },
      ],
    },
  })
  expect(emulator.requestsTo('metas')[0]?.body).toMatchObject({
    request_docs: expect.arrayContaining([{ doc_token: node.nodeToken, doc_type: 'wiki' }]),
    with_url: true,
  })
})

test('an answer without request_doc_info is for the token in doc_token; lists may be missing', async () => {
  const remove = emulator.script('metas', [answers.ok({ metas: [{ doc_token: 'a', doc_type: 'docx' }] })])
  expect(await query([{ token: 'a', type: 'docx' }])).toMatchObject({
    value: { metas: [{ requestedToken: 'a', title: '', modifiedTime: undefined, url: undefined }], refused: [] },
  })
  remove()
})

test.each([
  ['no data', answers.ok('x')],
  ['a text as the list', answers.ok({ metas: 'x' })],
])('an answer of an unexpected shape is retried once; a second one is a failure: %s', async (_, answer) => {
  const document = emulator.addDocument({ type: 'docx' })
  const remove = emulator.script('metas', [answer, undefined, answer, answer])
  expect(await query([document])).toMatchObject({ ok: true })
  expect(await query([document])).toMatchObject({ ok: false, failure: { class: 'permanent' } })
  remove()
})

test.each([
  ['a document without type', { metas: [{ doc_token: 'a' }, { doc_token: 'b', doc_type: 'docx' }] }],
  ['a refusal without code', { metas: [{ doc_token: 'b', doc_type: 'docx' }], failed_list: [{ token: 'a' }] }],
  ['null', { metas: [null, { doc_token: 'b', doc_type: 'docx' }] }],
])('an item of an unexpected shape is left out, and the others are returned: %s', async (_, data) => {
  const remove = emulator.script('metas', [answers.ok(data)])
  expect(await query([{ token: 'a', type: 'docx' }])).toMatchObject({ value: { metas: [{ token: 'b' }], refused: [] } })
  remove()
})
