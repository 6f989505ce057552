import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { call } from './client.js'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

afterEach(() => emulator.stop())

interface Listing {
  has_more: boolean
  page_token?: string
  items: { title: string }[]
  node?: Record<string, unknown>
}

async function get(path: string, query: Record<string, string> = {}) {
  const { status, json } = await call(emulator, `${path}?${new URLSearchParams(query).toString()}`)
  return { outcome: `${json.code} ${status}`, data: json.data as unknown as Listing }
}

/**
 * Queries the metadata of a document or, with type `wiki`, of a node.
 * @returns 0 if there is metadata in the answer, otherwise the code in `failed_list`
 */
async function metaCode(doc_token: string, doc_type: string): Promise<number | undefined> {
  const body = { request_docs: [{ doc_token, doc_type }] }
  const { data } = (await call(emulator, 'drive/v1/metas/batch_query', { body })).json
  const { metas, failed_list: failed } = data as { metas: unknown[]; failed_list: { code: number }[] }
  return metas.length > 0 ? 0 : failed[0]?.code
}

describe('knowledge bases', () => {
  function nodes(space: string, query: Record<string, string> = {}) {
    return get(`wiki/v2/spaces/${space}/nodes`, query)
  }

  it('lists one level, page by page, with empty pages where rights are missing', async () => {
    const { spaceId } = emulator.addSpace()
    const top = emulator.addNode({ space: spaceId, type: 'mindnote', title: 'Top' }).nodeToken
    for (let i = 0; i < 7; i += 1) {
      emulator.addNode({ parent: top, title: `Child ${i}`, rights: i >= 2 && i < 6 ? 'hidden' : 'all' })
    }
    const first = await nodes(spaceId, { page_size: '50' })
    expect(first.data).toMatchObject({ has_more: false, page_token: '', items: [{ title: 'Top', has_child: true }] })
    const pages: string[][] = []
    let query: Record<string, string> = { parent_node_token: top, page_size: '2' }
    for (;;) {
      const { data } = await nodes(spaceId, query)
      pages.push(data.items.map(({ title }) => title))
      if (!data.has_more) break
      query = { ...query, page_token: data.page_token ?? '' }
    }
    expect(pages).toEqual([['Child 0', 'Child 1'], [], [], ['Child 6']])
  })

  it('are listed themselves, page by page, with gaps where the app is no member', async () => {
    for (const [index, noPermission] of [false, true, true, false].entries()) {
      emulator.addSpace({ name: `Space ${index}`, noPermission })
    }
    const pages: unknown[] = []
    let cursor = ''
    do {
      const { data } = await get('wiki/v2/spaces', { page_size: '1', page_token: cursor })
      pages.push(data.items)
      cursor = data.page_token ?? ''
      expect(data.has_more).toBe(cursor !== '')
    } while (cursor !== '')
    expect(pages).toMatchObject([[{ name: 'Space 0', space_type: 'team' }], [], [], [{ name: 'Space 3' }]])
    expect((await get('wiki/v2/spaces', { page_token: 'stale' })).outcome).toBe('131002 400')
    expect((await get('wiki/v2/spaces', { page_size: '51' })).outcome).toBe('131002 400')
  })

  it('shows a shortcut with the document of its target', async () => {
    const target = emulator.addNode({ type: 'sheet', title: 'Target', editTime: '1732000099' })
    const shortcut = emulator.addNode({ shortcutTo: target.nodeToken, parent: target.nodeToken })
    const { data } = await get('wiki/v2/spaces/get_node', { token: shortcut.nodeToken })
    expect(data.node).toMatchObject({
      node_type: 'shortcut',
      node_token: shortcut.nodeToken,
      obj_token: target.document.token,
      obj_type: 'sheet',
      obj_edit_time: '1732000099',
      origin_node_token: target.nodeToken,
      parent_node_token: target.nodeToken,
    })
    const byDocument = await get('wiki/v2/spaces/get_node', { token: target.document.token, obj_type: 'sheet' })
    expect(byDocument.data.node).toMatchObject({ node_token: target.nodeToken, node_type: 'origin', has_child: true })
  })

  it('names the knowledge base of the target of a shortcut', async () => {
    const target = emulator.addNode({ space: emulator.addSpace().spaceId })
    const shortcut = emulator.addNode({ space: emulator.addSpace().spaceId, shortcutTo: target.nodeToken })
    const { data } = await get('wiki/v2/spaces/get_node', { token: shortcut.nodeToken })
    expect(data.node).toMatchObject({ space_id: shortcut.spaceId, origin_space_id: target.spaceId })
  })

  it('refuses what does not exist, is not allowed or is not valid', async () => {
    const open = emulator.addSpace().spaceId
    const denied = emulator.addSpace({ noPermission: true }).spaceId
    const closed = emulator.addNode({ space: open, rights: 'closed' }).nodeToken
    const hidden = emulator.addNode({ space: open, rights: 'hidden' }).nodeToken
    const above = emulator.addNode({ space: open }).nodeToken
    for (let i = 0; i < 3; i += 1) emulator.addNode({ parent: above })
    const cursorOfOtherLevel = (await nodes(open, { parent_node_token: above, page_size: '2' })).data.page_token ?? ''
    const outcomes = [
      await nodes('7000000000000000000'),
      await nodes(open, { parent_node_token: 'unknown' }),
      await nodes(denied),
      await get(`wiki/v2/spaces/${denied}`),
      await nodes(open, { parent_node_token: closed }),
      await get('wiki/v2/spaces/get_node', { token: closed }),
      await get('wiki/v2/spaces/get_node', { token: hidden }),
      await get('wiki/v2/spaces/get_node', { token: 'unknown' }),
      await nodes(open, { page_size: '51' }),
      await nodes(open, { page_token: 'stale' }),
      await nodes(open, { page_token: cursorOfOtherLevel }),
    ]
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      '131005 400',
      '131005 400',
      '131006 400',
      '131006 400',
      '131006 400',
      '0 200',
      '131006 400',
      '131005 400',
      '131002 400',
      '131002 400',
      '131002 400',
    ])
  })

  it('refuses the documents of a node, or of a knowledge base, that cannot be read', async () => {
    const space = emulator.addSpace()
    const denied = emulator.addSpace({ noPermission: true })
    const target = emulator.addNode({ space: space.spaceId })
    const shortcut = emulator.addNode({ space: denied.spaceId, shortcutTo: target.nodeToken })
    expect(await metaCode(shortcut.nodeToken, 'wiki')).toBe(970003)
    expect(await metaCode(target.nodeToken, 'wiki')).toBe(0)
    for (const place of [{ space: space.spaceId, rights: 'hidden' } as const, { space: denied.spaceId }]) {
      const { nodeToken, document } = emulator.addNode({ ...place, type: 'docx' })
      const file = emulator.addNode({ ...place, type: 'file' }).document.token
      const body = { token: document.token, type: 'docx', file_extension: 'pdf' }
      const exported = await call(emulator, 'drive/v1/export_tasks', { body })
      expect([exported.json.code, exported.status]).toEqual([1069902, 403])
      expect((await get(`docx/v1/documents/${document.token}`)).outcome).toBe('1770032 403')
      expect((await get(`drive/v1/files/${file}/download`)).outcome).toBe('1061004 403')
      expect(await metaCode(nodeToken, 'wiki')).toBe(970003)
      expect(await metaCode(document.token, 'docx')).toBe(970003)
    }
  })

  it('lists a moved node at its new place, and a removed one not at all', async () => {
    const { spaceId } = emulator.addSpace()
    const [a, b] = ['A', 'B'].map((title) => emulator.addNode({ space: spaceId, title }).nodeToken) as [string, string]
    emulator.store.wiki.moveNode(b, a)
    expect((await nodes(spaceId)).data.items).toMatchObject([{ title: 'A', has_child: true }])
    expect((await nodes(spaceId, { parent_node_token: a })).data.items).toMatchObject([{ title: 'B' }])
    emulator.store.wiki.removeNode(a)
    expect((await nodes(spaceId)).data.items).toEqual([])
    expect((await get('wiki/v2/spaces/get_node', { token: b })).outcome).toBe('131005 400')
  })
})
