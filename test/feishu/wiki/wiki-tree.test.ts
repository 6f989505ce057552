import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Session } from '../../../src/feishu/client/connect.js'
import { wikiNode, wikiNodesPage, type WikiLevel } from '../../../src/feishu/wiki/wiki-tree.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session
const neverAborted = new AbortController().signal

beforeAll(async () => {
  emulator = await startEmulator({ maxPageItems: { 'wiki-nodes': 1 } })
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const list = (level: WikiLevel, cursor?: string) =>
  wikiNodesPage(session.connection, session.credential, level, cursor, neverAborted)
const lookUp = (token: string) => wikiNode(session.connection, session.credential, token, neverAborted)

test('returns a level of the tree in pages, which may be empty, with its shortcuts; page_token is sent back', async () => {
  const { spaceId } = emulator.addSpace()
  const top = emulator.addNode({ space: spaceId, type: 'mindnote', title: '产品', editTime: '77' })
  emulator.addNode({ space: spaceId, rights: 'hidden' })
  const child = emulator.addNode({ parent: top.nodeToken, type: 'sheet' })
  const shortcut = emulator.addNode({ space: spaceId, shortcutTo: child.nodeToken })
  const pages = []
  let cursor: string | undefined
  do {
    const reply = await list({ spaceId, parent: undefined }, cursor)
    if (!reply.ok) throw new Error(reply.failure.what)
    pages.push(reply.value)
    cursor = reply.value.cursor
  } while (cursor !== undefined)
  expect(pages.map(({ items, hasMore }) => [items, hasMore])).toEqual([
    [
      [
        {
          spaceId,
          nodeToken: top.nodeToken,
          objToken: top.document.token,
          objType: 'mindnote',
          title: '产品',
          objEditTime: '77',
          hasChild: true,
          shortcut: false,
        },
      ],
      true,
    ],
    [[], true],
    [
      [
        expect.objectContaining({
          nodeToken: shortcut.nodeToken,
          objToken: child.document.token,
          objType: 'sheet',
          hasChild: false,
          shortcut: true,
        }),
      ],
      false,
    ],
  ])
  const children = await list({ spaceId, parent: top.nodeToken })
  expect(children).toMatchObject({ value: { items: [{ nodeToken: child.nodeToken }] } })
  const queries = emulator.requestsTo('wiki-nodes').map(({ query }) => query)
  expect(queries).toEqual([
    { page_size: '50' },
    { page_size: '50', page_token: pages[0]?.cursor },
    { page_size: '50', page_token: pages[1]?.cursor },
    { page_size: '50', parent_node_token: top.nodeToken },
  ])
})

test('looks up one wiki page by its token', async () => {
  const node = emulator.addNode({ title: 'T', type: 'slides' })
  expect(await lookUp(node.nodeToken)).toMatchObject({
    ok: true,
    value: { nodeToken: node.nodeToken, objToken: node.document.token, objType: 'slides', spaceId: node.spaceId },
  })
})

test.each([
  [
    'a space without rights',
    async () => list({ spaceId: emulator.addSpace({ noPermission: true }).spaceId, parent: undefined }),
    131006,
    'list the pages',
  ],
  ['a space that does not exist', async () => list({ spaceId: '1', parent: undefined }), 131005, 'list the pages'],
  [
    'a wiki page without rights',
    async () => lookUp(emulator.addNode({ rights: 'hidden' }).nodeToken),
    131006,
    'look up the wiki page',
  ],
  ['a wiki page that does not exist', async () => lookUp('x'), 131005, 'look up the wiki page'],
])('fails for %s', async (_, call, code, operation) => {
  const what: unknown = expect.stringContaining(operation)
  expect(await call()).toMatchObject({ ok: false, failure: { class: 'permanent', code, what } })
})

const completeNode = { space_id: '7', node_token: 'n', obj_token: 'o', obj_type: 'docx', has_child: false }
test.each([
  ['no node', {}],
  ['no document', { node: { ...completeNode, obj_token: '' } }],
  ['no space', { node: { ...completeNode, space_id: undefined } }],
  ['a text as has_child', { node: { ...completeNode, has_child: 'no' } }],
])('an answer of an unexpected shape is retried once; a second one is a failure: %s', async (_, data) => {
  const { nodeToken } = emulator.addNode({})
  const remove = emulator.script('wiki-node', [answers.ok(data), undefined, answers.ok(data), answers.ok(data)])
  expect(await lookUp(nodeToken)).toMatchObject({ ok: true })
  expect(await lookUp(nodeToken)).toMatchObject({ ok: false, failure: { class: 'permanent' } })
  remove()
})

test.each([
  ['no document', { obj_token: '' }, 'obj_token is not a token or a word'],
  ['no type', { obj_type: '' }, 'obj_type is not a token or a word'],
  ['a text as has_child', { has_child: 'no' }, 'has_child is not a boolean'],
])('items of an unexpected shape are returned separately, as odd items: %s', async (_, odd, reason) => {
  const items = [{ ...completeNode, title: 'Odd', ...odd }, completeNode]
  const remove = emulator.script('wiki-nodes', [answers.ok({ items, has_more: false })])
  expect(await list({ spaceId: '7', parent: undefined })).toMatchObject({
    value: { items: [{ nodeToken: 'n' }], oddItems: [{ token: 'n', title: 'Odd', reason }] },
  })
  remove()
})

test('a wiki page without has_child in the answer may have children', async () => {
  const remove = emulator.script('wiki-node', [answers.ok({ node: { ...completeNode, has_child: undefined } })])
  expect(await lookUp('n')).toMatchObject({ value: { hasChild: true } })
  remove()
})
