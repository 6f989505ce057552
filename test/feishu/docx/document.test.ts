import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { getDocument } from '../../../src/feishu/docx/document.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator({ limits: { document: undefined } })
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const query = (token: string) =>
  getDocument(session.connection, session.credential, token, new AbortController().signal)

test('returns title and revision; an edit changes the revision', async () => {
  const { token } = emulator.addDocument({ type: 'docx', title: '合同' })
  expect(await query(token)).toMatchObject({ value: { documentId: token, revisionId: '1', title: '合同' } })
  emulator.edit(token, { title: '新合同' })
  expect(await query(token)).toMatchObject({ value: { documentId: token, revisionId: '2', title: '新合同' } })
})

test('fails for a document that the app may not read', async () => {
  const what: unknown = expect.stringContaining('read the title and revision of the document: no permission')
  const reply = await query(emulator.addDocument({ type: 'docx', noPermission: true }).token)
  expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code: 1770032, what } })
})

test.each([
  ['no document', {}],
  ['no revision', { document: { title: 'x' } }],
  ['a fraction as the revision', { document: { title: 'x', revision_id: 1.5 } }],
])('fails for an answer of an unexpected shape: %s', async (_, data) => {
  const remove = emulator.script('document', () => answers.ok(data))
  expect(await query('x')).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
  remove()
})
