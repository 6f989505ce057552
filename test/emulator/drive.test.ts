import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { call } from './client.js'
import { answers, startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator({ maxPageItems: { folder: 3 } })
})

afterEach(() => emulator.stop())

interface Listing {
  has_more: boolean
  next_page_token?: string
  files: { name: string }[]
}

async function get(path: string, query: Record<string, string> = {}) {
  const { status, json } = await call(emulator, `${path}?${new URLSearchParams(query).toString()}`)
  return { outcome: `${json.code} ${status}`, data: json.data as unknown as Listing }
}

describe('folders', () => {
  function files(query: Record<string, string>) {
    return get('drive/v1/files', query)
  }

  it('lists one level in the order asked for, with next_page_token as cursor', async () => {
    const folder = emulator.addFolder().token
    for (const [title, createTime, editTime] of [
      ['a', '10', '44'],
      ['b', '11', '43'],
      ['c', '12', '42'],
      ['d', '13', '41'],
    ] as const) {
      emulator.addDocument({ type: 'docx', title, createTime, editTime, folder })
    }
    const first = await files({ folder_token: folder })
    const names = ({ data }: typeof first): string[] => data.files.map(({ name }) => name)
    expect(names(first)).toEqual(['a', 'b', 'c'])
    expect(first.data).toMatchObject({ has_more: true, next_page_token: expect.any(String) })
    expect(first.data).not.toHaveProperty('page_token')
    const last = await files({ folder_token: folder, page_token: first.data.next_page_token ?? '' })
    expect(names(last)).toEqual(['d'])
    expect(last.data).toEqual({ files: [expect.anything()], has_more: false })
    const descending = await files({ folder_token: folder, order_by: 'CreatedTime', direction: 'DESC' })
    expect(names(descending)).toEqual(['d', 'c', 'b'])
  })

  it('shows folders, uploaded files and shortcuts as what they are', async () => {
    const top = emulator.addFolder({ name: 'Top' })
    emulator.addFolder({ name: 'Below', parent: top.token, editTime: '3' })
    const file = emulator.addFile({ title: 'scan.pdf', folder: top.token, editTime: '2' })
    const shortcut = emulator.addShortcut({ folder: top.token, target: file, editTime: '1' })
    expect((await files({ folder_token: top.token })).data.files).toMatchObject([
      { name: 'Below', type: 'folder', parent_token: top.token, modified_time: '3' },
      { name: 'scan.pdf', type: 'file', token: file.token, modified_time: '2' },
      { type: 'shortcut', token: shortcut.token, shortcut_info: { target_type: 'file', target_token: file.token } },
    ])
  })

  it('leaves out deleted documents and folders', async () => {
    const folder = emulator.addFolder().token
    emulator.addDocument({ type: 'docx', folder, deleted: true })
    emulator.addFolder({ parent: folder, deleted: true })
    expect((await files({ folder_token: folder })).data.files).toEqual([])
  })

  it('refuses what does not exist, is not allowed or is no folder', async () => {
    const closed = emulator.addFolder({ noPermission: true }).token
    const deleted = emulator.addFolder({ deleted: true }).token
    const document = emulator.addDocument({ type: 'docx' }).token
    const open = emulator.addFolder().token
    const outcomes = [
      await files({ folder_token: closed }),
      await files({ folder_token: deleted }),
      await files({ folder_token: document }),
      await files({ folder_token: 'unknown' }),
      await files({ folder_token: open, page_token: 'stale' }),
      await files({ folder_token: open, page_size: '201' }),
    ]
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      '1061004 403',
      '1061007 404',
      '1061002 400',
      '1061003 404',
      '1061002 400',
      '1061002 400',
    ])
    expect((await files({})).data).toEqual({ files: [], has_more: false })
  })

  it('can leave out or repeat the cursor', async () => {
    const folder = emulator.addFolder().token
    for (let i = 0; i < 10; i += 1) emulator.addDocument({ type: 'docx', folder })
    emulator.script('folder', [answers.cursorMissing(), undefined, answers.cursorRepeated()])
    const missing = await files({ folder_token: folder })
    expect(missing.data.has_more).toBe(true)
    expect(missing.data.next_page_token).toBeUndefined()
    const cursor = (await files({ folder_token: folder })).data.next_page_token ?? ''
    expect((await files({ folder_token: folder, page_token: cursor })).data.next_page_token).toBe(cursor)
  })
})

describe('metadata', () => {
  async function metas(docs: [string, string][]) {
    const request_docs = docs.map(([doc_token, doc_type]) => ({ doc_token, doc_type }))
    return call(emulator, 'drive/v1/metas/batch_query', { body: { request_docs, with_url: true } })
  }

  it('is returned for many documents, with a code for each that has none, and for the documents of wiki nodes', async () => {
    const node = emulator.addNode({ type: 'docx', title: 'Node' })
    const closed = emulator.addDocument({ type: 'docx', noPermission: true }).token
    const media = emulator.addDocument({ type: 'media' }).token
    const board = emulator.addDocument({ type: 'board' }).token
    const { json } = await metas([
      [node.nodeToken, 'wiki'],
      [node.document.token, 'sheet'],
      [closed, 'docx'],
      ['unknown', 'docx'],
      [media, 'file'],
      [media, 'media'],
      [board, 'board'],
    ])
    expect(json.data).toMatchObject({
      metas: [
        {
          doc_token: node.document.token,
          doc_type: 'docx',
          title: 'Node',
          request_doc_info: { doc_token: node.nodeToken, doc_type: 'wiki' },
          url: `https://example.feishu.cn/docx/${node.document.token}`,
        },
      ],
      failed_list: [
        { token: node.document.token, code: 970002 },
        { token: closed, code: 970003 },
        { token: 'unknown', code: 970005 },
        { token: media, code: 970005 },
        { token: media, code: 970002 },
        { token: board, code: 970002 },
      ],
    })
  })

  it('is returned for 200 documents at most', async () => {
    expect((await metas(Array.from({ length: 200 }, (_, i) => [String(i), 'docx']))).json.code).toBe(0)
    expect((await metas(Array.from({ length: 201 }, (_, i) => [String(i), 'docx']))).json.code).toBe(99992402)
  })
})

describe('uploaded files', () => {
  it('are downloaded whole or in part', async () => {
    const { token } = emulator.addFile({ title: 'scan.pdf', bytes: { size: 1000 } })
    const expected = emulator.expectedBytes(token, 'pdf')
    const download = async (range?: string) => {
      const headers = { authorization: `Bearer ${emulator.accessToken}`, ...(range === undefined ? {} : { range }) }
      const response = await fetch(`${emulator.url}/open-apis/drive/v1/files/${token}/download`, { headers })
      const bytes = Buffer.from(await response.arrayBuffer())
      return { status: response.status, range: response.headers.get('content-range'), bytes }
    }
    expect(await download()).toEqual({ status: 200, range: null, bytes: expected })
    expect(await download('bytes=333-')).toEqual({
      status: 206,
      range: 'bytes 333-999/1000',
      bytes: expected.subarray(333),
    })
    expect(await download('bytes=10-19')).toMatchObject({ status: 206, bytes: expected.subarray(10, 20) })
    expect(await download('bytes=-5')).toMatchObject({ status: 206, range: 'bytes 995-999/1000' })
    expect(await download('bytes=1000-')).toMatchObject({ status: 416, range: 'bytes */1000' })
  })
})
