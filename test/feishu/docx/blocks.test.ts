import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import type { Fields, Page } from '../../../src/feishu/client/fields.js'
import { blocksPage, descendantsPage } from '../../../src/feishu/docx/blocks.js'
import type { Reply } from '../../../src/feishu/errors/failure.js'
import { answers, blocks, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session
const neverAborted = new AbortController().signal

beforeAll(async () => {
  const limits = { blocks: undefined, 'block-children': undefined }
  emulator = await startEmulator({ limits, maxPageItems: { blocks: 2, 'block-children': 2 } })
  session = sessionOn(emulator)
})
afterEach(() => emulator.scripts.clear())
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const list = (documentId: string, cursor?: string) =>
  blocksPage(session.connection, session.credential, documentId, cursor, neverAborted)
const listDescendants = (documentId: string, blockId: string, cursor?: string) =>
  descendantsPage(session.connection, session.credential, { documentId, blockId }, cursor, neverAborted)

/** Reads all pages of a list. @returns for each page, the types of its blocks */
async function blockTypes(read: (cursor?: string) => Promise<Reply<Page<Fields>>>): Promise<unknown[][]> {
  const pages: unknown[][] = []
  let cursor: string | undefined
  for (;;) {
    const reply = await read(cursor)
    if (!reply.ok) throw new Error(reply.failure.what)
    pages.push(reply.value.items.map((block) => block['block_type']))
    if (!reply.value.hasMore) return pages
    cursor = reply.value.cursor
  }
}

describe('the list of the blocks of a document', () => {
  test('returns the blocks page by page, as the service sends them, and requests the latest revision', async () => {
    const content = [blocks.text('正文'), blocks.below(blocks.bullet('a'), blocks.divider())]
    const { token } = emulator.addDocument({ type: 'docx', title: '合同', blocks: content })
    const first = await list(token)
    expect(first).toMatchObject({
      ok: true,
      value: {
        hasMore: true,
        items: [
          { block_id: token, parent_id: '', block_type: 1, page: { elements: [{ text_run: { content: '合同' } }] } },
          { parent_id: token, block_type: 2, text: { elements: [{ text_run: { content: '正文' } }] } },
        ],
      },
    })
    expect(await blockTypes((cursor) => list(token, cursor))).toEqual([
      [1, 2],
      [12, 22],
    ])
    const queries = emulator.requestsTo('blocks').map(({ query }) => query)
    const latest = { document_revision_id: '-1', page_size: '500' }
    expect(queries).toEqual([latest, latest, { ...latest, page_token: first.ok ? first.value.cursor : '' }])
  })

  test('continues after an empty page if the service has more', async () => {
    const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.divider(), blocks.divider()] })
    emulator.script('blocks', [answers.emptyPage(), undefined, answers.emptyPage()])
    expect(await blockTypes((cursor) => list(token, cursor))).toEqual([[], [1, 22], [], [22]])
  })

  test('returns a page of more than 10 MB', async () => {
    const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.text('文'.repeat(4_000_000))] })
    const reply = await list(token)
    const [, block] = reply.ok ? reply.value.items : []
    expect(JSON.stringify(block).length).toBeGreaterThan(4_000_000)
  })

  test('fails for a page of more than 64 MB', async () => {
    emulator.script('blocks', [answers.huge(65 * 1024 * 1024)])
    const { token } = emulator.addDocument({ type: 'docx' })
    expect(await list(token)).toMatchObject({ ok: false, failure: { class: 'transient' } })
  })

  test.each([
    ['does not exist', () => 'unknown', 1770002, 'permanent', /no such document/],
    [
      'was deleted',
      () => emulator.addDocument({ type: 'docx', deleted: true }).token,
      1770003,
      'permanent',
      /was deleted/,
    ],
    [
      'the app may not read',
      () => emulator.addDocument({ type: 'docx', noPermission: true }).token,
      1770032,
      'permanent',
      /no permission/,
    ],
    [
      'is being copied',
      () => emulator.addDocument({ type: 'docx', copying: true }).token,
      1770020,
      'transient',
      /being copied/,
    ],
  ])('fails for a document that %s', async (_, createToken, code, kind, meaning) => {
    const reply = await list(createToken())
    expect(reply).toMatchObject({ ok: false, failure: { class: kind, code } })
    expect(reply.ok ? '' : reply.failure.what).toMatch(/^Could not read the blocks of the document: /)
    expect(reply.ok ? '' : reply.failure.what).toMatch(meaning)
  })

  test('fails with a code of its own for a stale cursor', async () => {
    const { token } = emulator.addDocument({ type: 'docx' })
    expect(await list(token, 'stale')).toMatchObject({ ok: false, failure: { class: 'permanent', code: 1770022 } })
  })

  test('fails at a rate limit with the time to wait, and names the limit', async () => {
    emulator.setLimit('blocks', { kind: 'fixed', requests: 5, windowMs: 1000 })
    emulator.refusal.form = '99991400-400'
    emulator.useUp('blocks', 5)
    const reply = await list(emulator.addDocument({ type: 'docx' }).token)
    emulator.setLimit('blocks', undefined)
    const what: unknown = expect.stringContaining('the limit is 5 a second')
    expect(reply).toMatchObject({ ok: false, failure: { class: 'rate-limit', askedMs: 1000, what } })
  })

  test.each([
    ['no data', answers.ok(null)],
    ['no list and no has_more', answers.ok({})],
    ['an object as the list', answers.ok({ items: {}, has_more: false })],
    ['a text as a block', answers.ok({ items: ['x'], has_more: false })],
  ])('fails for an answer of an unexpected shape, instead of returning no blocks: %s', async (_, answer) => {
    const remove = emulator.script('blocks', () => answer)
    expect(await list('x')).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
    remove()
  })
})

describe('the list of the blocks below a synced block', () => {
  const source = blocks.sourceSynced('source', blocks.below(blocks.bullet('x'), blocks.text('y')), blocks.divider())

  test('returns the blocks of all levels page by page', async () => {
    const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.text('before'), source] })
    expect(await blockTypes((cursor) => listDescendants(token, 'source', cursor))).toEqual([[12, 2], [22]])
    expect(emulator.requestsTo('block-children')[0]?.query).toEqual({
      with_descendants: 'true',
      document_revision_id: '-1',
      page_size: '500',
    })
  })

  test('returns a page of more than 10 MB', async () => {
    const long = blocks.sourceSynced('long', blocks.text('文'.repeat(4_000_000)))
    const { token } = emulator.addDocument({ type: 'docx', blocks: [long] })
    expect(await listDescendants(token, 'long')).toMatchObject({ ok: true })
  })

  test('fails without permission on the source document, and says how to give it', async () => {
    const { token } = emulator.addDocument({ type: 'docx', noPermission: true, blocks: [source] })
    const what: unknown = expect.stringContaining('no permission on the document from which it is synchronized')
    const advice: unknown = expect.stringContaining('「添加文档应用」')
    expect(await listDescendants(token, 'source')).toMatchObject({
      failure: { class: 'permanent', code: 1770032, what, advice },
    })
  })

  test.each([
    ['document', 'unknown', 'source'],
    ['block', undefined, 'unknown'],
  ])('fails for a source %s that does not exist', async (_, documentId, blockId) => {
    const token = documentId ?? emulator.addDocument({ type: 'docx' }).token
    const what: unknown = expect.stringContaining('does not exist any more')
    expect(await listDescendants(token, blockId)).toMatchObject({ ok: false, failure: { code: 1770002, what } })
  })
})
