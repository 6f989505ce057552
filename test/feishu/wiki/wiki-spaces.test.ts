import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { wikiSpacesPage, type WikiSpace } from '../../../src/feishu/wiki/wiki-spaces.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator({ maxPageItems: { spaces: 1 } })
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const list = (cursor?: string) =>
  wikiSpacesPage(session.connection, session.credential, cursor, new AbortController().signal)

test('returns the knowledge bases page by page; a page without one that the app may see is empty, and is not the end', async () => {
  const first = emulator.addSpace({ name: '产品' })
  emulator.addSpace({ noPermission: true })
  const last = emulator.addSpace({ name: '研发' })
  const pages: (readonly WikiSpace[])[] = []
  let cursor: string | undefined
  do {
    const reply = await list(cursor)
    if (!reply.ok) throw new Error(reply.failure.what)
    pages.push(reply.value.items)
    expect(reply.value.hasMore).toBe(reply.value.cursor !== undefined)
    cursor = reply.value.cursor
  } while (cursor !== undefined)
  expect(pages).toEqual([[{ spaceId: first.spaceId, name: '产品' }], [], [{ spaceId: last.spaceId, name: '研发' }]])
  expect(emulator.requestsTo('spaces')[0]?.query).toEqual({ page_size: '50' })
})

test('fails without a scope, and names the scopes of which one is needed', async () => {
  const remove = emulator.script('spaces', [answers.error(99991672)])
  const what: unknown = expect.stringMatching(
    /^Could not list the knowledge bases: .*wiki:space:retrieve, wiki:wiki:readonly/,
  )
  expect(await list()).toMatchObject({ ok: false, failure: { scope: 'endpoint', what } })
  remove()
})

test.each([
  ['no data', null],
  ['no list and no has_more', {}],
])('fails for an answer of an unexpected shape, instead of returning no knowledge bases: %s', async (_, data) => {
  const remove = emulator.script('spaces', () => answers.ok(data))
  expect(await list()).toMatchObject({ ok: false, failure: { class: 'permanent', origin: 'unexpected-shape' } })
  remove()
})

test('items of an unexpected shape are returned separately, as odd items', async () => {
  const items = [{ name: 'Odd' }, { space_id: '7', name: 'Good' }]
  const remove = emulator.script('spaces', [answers.ok({ items, has_more: false })])
  expect(await list()).toMatchObject({ value: { items: [{ spaceId: '7' }], oddItems: [{ title: 'Odd' }] } })
  remove()
})
