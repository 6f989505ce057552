import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ListingApi } from '../../../src/export/listing/calls.js'
import { listSources } from '../../../src/export/listing/listing.js'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import type { Source } from '../../../src/export/sources/source.js'
import { parseSources } from '../../../src/export/sources/source-lines.js'
import type { Session } from '../../../src/feishu/client/connect.js'
import type { Operation } from '../../../src/feishu/client/operations.js'
import type { Reply } from '../../../src/feishu/errors/failure.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../../feishu/session.js'

let emulator: Emulator
let session: Session

beforeEach(async () => {
  const limits = { folder: undefined, 'wiki-nodes': undefined, 'wiki-node': undefined, metas: undefined }
  emulator = await startEmulator({ limits, maxPageItems: { folder: 3, 'wiki-nodes': 2 } })
  session = sessionOn(emulator)
})
afterEach(async () => {
  session.dispose()
  await emulator.stop()
})

/** Makes up to three attempts, without pauses. */
const api: ListingApi = {
  async call<T>(_: Operation, attempt: (signal: AbortSignal) => Promise<Reply<T>>): Promise<Reply<T>> {
    for (let tries = 1; ; tries++) {
      const reply = await attempt(new AbortController().signal)
      if (reply.ok || reply.failure.class === 'permanent' || tries === 3) return reply
    }
  },
}
const parsed = (text: string): readonly Source[] => parseSources([{ text }], emulator.url)
const list = (text: string): Promise<Listing> => listSources(parsed(text), api, session)

const HOST = 'https://acme.feishu.cn'
/** Entries as lines `PATH TYPE TOKEN EDIT-TIME`, and ` shortcut` after a shortcut. */
const flat = (entries: readonly Entry[], above = ''): string[] =>
  entries.flatMap(({ title, type, token, editTime, shortcut, children }) => [
    `${above}${title} ${type} ${token} ${editTime ?? ''}${shortcut ? ' shortcut' : ''}`,
    ...flat(children, `${above}${title}/`),
  ])
/** The lines (see `flat`) of all sources together, sorted. */
const allOf = ({ sources }: Listing): string[] => sources.flatMap(({ entries }) => flat(entries)).sort()

/** The lines (see `flat`) that a folder must give if all in it can be read, and its shortcuts lead to documents. */
function walkFolder(folderToken: string, above = ''): string[] {
  return emulator.store.folders.get(folderToken).entries.flatMap((entry) => {
    if (entry.kind === 'folder') {
      const { name, token, editTime } = entry.folder
      return [`${above}${name} folder ${token} ${editTime}`, ...walkFolder(token, `${above}${name}/`)]
    }
    if (entry.kind === 'document') {
      const { title, type, token, editTime, deleted } = entry.document
      return deleted ? [] : [`${above}${title} ${type} ${token} ${editTime}`]
    }
    const { name, targetToken, targetType } = entry.shortcut
    const time = emulator.store.documents.get(targetToken).editTime
    return [`${above}${name} ${targetType} ${targetToken} ${time} shortcut`]
  })
}

/** The lines (see `flat`) that wiki nodes of the emulator and the nodes below them must give. */
function walkWiki(nodeTokens: readonly string[], above = ''): string[] {
  return emulator.store.wiki.nodesOf(nodeTokens).flatMap((node) => {
    if (node.rights === 'hidden') return []
    const { title, type, token, editTime } = node.document
    const line = `${above}${title} ${type} ${token} ${editTime}${node.originNodeToken === undefined ? '' : ' shortcut'}`
    return [line, ...(node.rights === 'closed' ? [] : walkWiki(node.children, `${above}${title}/`))]
  })
}

describe('a whole tree is listed as the emulator has it', () => {
  test('a folder', async () => {
    const root = emulator.addFolder()
    const elsewhere = emulator.addFolder()
    const outside = emulator.addDocument({ type: 'sheet', title: 'outside', folder: elsewhere.token })
    let folder = root
    for (const type of ['docx', 'doc', 'sheet', 'bitable', 'slides', 'mindnote', 'board', 'file'] as const) {
      for (let i = 0; i < 4; i++) emulator.addDocument({ type, title: `${type} ${i % 2}`, folder: folder.token })
      emulator.addShortcut({ folder: folder.token, target: outside, name: `to outside from ${type}` })
      folder = emulator.addFolder({ parent: folder.token, name: `below ${type}` })
    }
    const listing = await list(`${HOST}/drive/folder/${root.token}`)
    expect(allOf(listing)).toEqual(walkFolder(root.token).sort())
    expect(listing.faults).toEqual([])
    expect(emulator.requestsTo('metas').map(({ body }) => (body as { request_docs: unknown[] }).request_docs)).toEqual([
      [{ doc_token: outside.token, doc_type: 'sheet' }],
    ])
  })

  test('a knowledge base with hidden nodes and closed branches, and a page with everything below it', async () => {
    const space = emulator.addSpace()
    // The divisors below only make the tree irregular.
    const parents: (string | undefined)[] = [undefined]
    for (let i = 0; i < 60; i++) {
      const parent = parents[(i * 7) % parents.length]
      const rights = i % 11 === 5 ? 'hidden' : i % 13 === 6 ? 'closed' : 'all'
      const place = parent === undefined ? { space: space.spaceId } : { parent }
      const node =
        i % 9 === 8 && parents[1] !== undefined
          ? emulator.addNode({ ...place, shortcutTo: parents[1] })
          : emulator.addNode({ ...place, rights, title: `n${i}`, type: i % 2 ? 'docx' : 'sheet' })
      if (node.originNodeToken === undefined) parents.push(node.nodeToken)
    }
    const listing = await list(`${HOST}/wiki/space/${space.spaceId}?from=x`)
    expect(allOf(listing)).toEqual(walkWiki(space.children).sort())
    expect(listing.faults.length).toBeGreaterThan(0)
    for (const { failure, mayHideDocuments, what } of listing.faults) {
      expect([failure.code, mayHideDocuments]).toEqual([131006, true])
      expect(what).toMatch(/^n\d+(\/n\d+)*$/)
      expect(failure.advice).toMatch(/知识库设置/)
    }
    const [top = ''] = space.children
    const subtree = await list(`${HOST}/wiki/${top} children=true`)
    expect(allOf(subtree)).toEqual(walkWiki([top]).sort())
    expect(subtree.sources[0]?.entries[0]?.url).toBe(`${HOST}/wiki/${top}`)
  })
})

test('300 links of wiki pages and documents take two requests', async () => {
  const nodes = Array.from({ length: 150 }, () => emulator.addNode({ type: 'docx' }))
  const documents = Array.from({ length: 150 }, () => emulator.addDocument({ type: 'slides' }))
  const lines = [
    ...nodes.map(({ nodeToken }) => `${HOST}/wiki/${nodeToken}`),
    ...documents.map(({ token }) => `${HOST}/slides/${token}`),
  ]
  const listing = await list(lines.join('\n'))
  const expected = [...nodes.map(({ document }) => document), ...documents]
  expect(listing.sources.map(({ entries: [entry] }) => [entry?.token, entry?.title, entry?.editTime])).toEqual(
    expected.map(({ token, title, editTime }) => [token, title, editTime]),
  )
  expect(emulator.requests.map((request) => request.api)).toEqual(['metas', 'metas'])
})

describe('faults on the wire', () => {
  /** Adds a folder with this number of documents. Returns its token. */
  const folderOf = (count: number): string => {
    const { token } = emulator.addFolder()
    for (let i = 0; i < count; i++) emulator.addDocument({ type: 'docx', title: `d${i}`, folder: token })
    return token
  }

  test.each([
    ['missing', answers.cursorMissing, 3],
    ['repeated', answers.cursorRepeated, 6],
  ])('a %s cursor: the items before it stay, and the level is a fault', async (_, fault, entries) => {
    const token = folderOf(9)
    emulator.script('folder', () => fault())
    const listing = await list(`${HOST}/drive/folder/${token}`)
    expect(listing.sources[0]?.entries).toHaveLength(entries)
    expect(listing.faults).toMatchObject([{ mayHideDocuments: true, failure: { class: 'permanent' } }])
    expect(listing.faults[0]?.failure.logId).toBeTruthy()
  })

  test('transient faults and a stale cursor lose no nodes', async () => {
    const { spaceId, children } = emulator.addSpace()
    for (let i = 0; i < 7; i++) emulator.addNode({ space: spaceId, type: 'docx' })
    emulator.script('wiki-nodes', [
      answers.error(131001),
      undefined,
      answers.error(131002),
      answers.gatewayPage(502),
      undefined,
    ])
    const listing = await list(`${HOST}/wiki/space/${spaceId}`)
    expect(allOf(listing)).toEqual(walkWiki(children).sort())
    expect(listing.faults).toEqual([])
  })

  test('each item that cannot be read is one fault with advice; the others are listed', async () => {
    const root = emulator.addFolder()
    const closedFolder = emulator.addFolder({ parent: root.token, name: '秘密', noPermission: true })
    const good = emulator.addDocument({ type: 'docx', title: 'good', folder: root.token })
    const secret = emulator.addDocument({ type: 'docx', noPermission: true })
    emulator.addShortcut({ folder: root.token, target: secret, name: 'closed one' })
    const deleted = emulator.addDocument({ type: 'sheet', deleted: true })
    const listing = await list(
      [`${HOST}/drive/folder/${root.token}`, `${HOST}/sheets/${deleted.token}`, `${HOST}/drive/folder/nowhere`].join(
        '\n',
      ),
    )
    expect(listing.sources[0]?.entries.map(({ token }) => token).sort()).toEqual(
      [good.token, closedFolder.token].sort(),
    )
    const faults = listing.faults.map(({ what, failure, mayHideDocuments }) => [what, failure.code, mayHideDocuments])
    expect(faults).toHaveLength(4)
    expect(faults).toEqual(
      expect.arrayContaining([
        ['秘密', 1061004, true],
        ['closed one', 970003, true],
        [`${HOST}/sheets/${deleted.token}`, 970005, false],
        [`${HOST}/drive/folder/nowhere`, 1061003, true],
      ]),
    )
    for (const { failure } of listing.faults) expect(failure.advice).toMatch(/\S\.$/)
  })

  test('without the scope of the metadata API, documents are not queried one by one, and every fault names the scope', async () => {
    const token = folderOf(1)
    emulator.script('metas', () => answers.scopeMissing(['drive:drive.metadata:readonly']))
    const documents = Array.from({ length: 500 }, (_, i) => `${HOST}/docx/d${i}`)
    const listing = await list([`${HOST}/drive/folder/${token}`, ...documents].join('\n'))
    expect(listing.faults).toHaveLength(500)
    for (const fault of listing.faults) {
      expect(fault).toMatchObject({ mayHideDocuments: true, failure: { scope: 'endpoint', code: 99991672 } })
      expect(fault.failure.what).toContain('drive:drive.metadata:readonly')
    }
    expect(listing.sources[0]?.entries).toHaveLength(1)
    // 500 documents, 200 in a request.
    expect(emulator.requestsTo('metas').length).toBeLessThanOrEqual(3)
  })
})
