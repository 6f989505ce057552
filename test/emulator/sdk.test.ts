import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Client } from '@larksuiteoapi/node-sdk'
import { blocks, startEmulator, type Emulator } from './index.js'

let emulator: Emulator
let client: Client
let apps = 0

beforeEach(async () => {
  // The SDK keeps tokens by app id in one cache for all clients.
  apps += 1
  emulator = await startEmulator({
    appId: `cli_${apps}`,
    maxPageItems: { folder: 2, 'wiki-nodes': 2, blocks: 2, tables: 1, spaces: 1 },
  })
  client = new Client({
    appId: emulator.appId,
    appSecret: emulator.appSecret,
    domain: emulator.url,
    logger: { error: silent, warn: silent, info: silent, debug: silent, trace: silent },
  })
})

afterEach(() => emulator.stop())

function silent(): void {
  // The tests check the answers, not the log of the SDK.
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('the official SDK against the emulator', () => {
  it('mints a token, creates a task, queries it until it ends and downloads the file', async () => {
    const { token } = emulator.addDocument({
      type: 'sheet',
      title: '预算 2026',
      durationMs: 60_000,
      subIds: ['a1B2c3'],
    })
    const created = await client.drive.v1.exportTask.create({
      data: { token, type: 'sheet', file_extension: 'csv', sub_id: 'a1B2c3' },
    })
    expect(created).toMatchObject({ code: 0, data: { ticket: expect.stringMatching(/^\d{19}$/) } })
    const ticket = created.data?.ticket ?? ''
    const query = async () =>
      (await client.drive.v1.exportTask.get({ path: { ticket }, params: { token } })).data?.result

    expect(await query()).toMatchObject({ job_status: 1, file_token: '' })
    emulator.advance(30_000)
    expect(await query()).toMatchObject({ job_status: 2, file_token: '' })
    emulator.advance(30_000)
    const expected = emulator.expectedBytes(token, 'csv', 'a1B2c3')
    const done = await query()
    expect(done).toMatchObject({ job_status: 0, job_error_msg: 'success', file_name: '预算 2026', type: 'sheet' })
    expect(done).toMatchObject({ file_extension: 'csv', file_size: expected.length })

    const file = await client.drive.v1.exportTask.download({ path: { file_token: done?.file_token ?? '' } })
    expect(await bytesOf(file.getReadableStream() as AsyncIterable<Buffer>)).toEqual(expected)
    expect(emulator.requests.map(({ api }) => api)).toEqual(['mint', 'create', 'query', 'query', 'query', 'download'])
    expect(emulator.task(ticket)).toMatchObject({ queries: 3, downloads: 1, identity: `app ${emulator.appId}` })
  })

  it('finds the document behind a wiki node', async () => {
    const node = emulator.addNode({ type: 'bitable', title: 'Plan' })
    const { data } = await client.wiki.v2.space.getNode({ params: { token: node.nodeToken } })
    expect(data?.node).toMatchObject({ obj_token: node.document.token, obj_type: 'bitable', title: 'Plan' })
  })

  it('walks the pages of a level of a knowledge base', async () => {
    const { spaceId } = emulator.addSpace({ name: 'Handbook' })
    for (const title of ['A', 'B', 'C', 'D', 'E']) emulator.addNode({ space: spaceId, title })
    const titles: (string | undefined)[] = []
    for await (const page of await client.wiki.v2.spaceNode.listWithIterator({ path: { space_id: spaceId } })) {
      titles.push(...(page?.items ?? []).map(({ title }) => title))
    }
    expect(titles).toEqual(['A', 'B', 'C', 'D', 'E'])
    expect(emulator.requestsTo('wiki-nodes')).toHaveLength(3)
    expect((await client.wiki.v2.space.get({ path: { space_id: spaceId } })).data?.space?.name).toBe('Handbook')
  })

  it('walks the pages of a folder, asks for metadata and downloads an uploaded file', async () => {
    const folder = emulator.addFolder().token
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder })
    emulator.addFolder({ name: 'B', parent: folder })
    const file = emulator.addFile({ title: 'c.pdf', folder })
    const names: string[] = []
    for await (const page of await client.drive.v1.file.listWithIterator({ params: { folder_token: folder } })) {
      names.push(...(page?.files ?? []).map(({ name }) => name))
    }
    expect(names.sort()).toEqual(['A', 'B', 'c.pdf'])

    const metas = await client.drive.v1.meta.batchQuery({
      data: { request_docs: [{ doc_token: document.token, doc_type: 'docx' }], with_url: true },
    })
    expect(metas.data?.metas).toMatchObject([{ title: 'A', latest_modify_time: document.editTime }])

    const answer = await client.drive.v1.file.download({ path: { file_token: file.token } })
    expect(await bytesOf(answer.getReadableStream() as AsyncIterable<Buffer>)).toEqual(
      emulator.expectedBytes(file.token, ''),
    )
  })

  it('reads a document, its blocks and what is below a synced block', async () => {
    const source = blocks.sourceSynced('source', blocks.text('shared'))
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: [blocks.heading(1, '标题'), source] })
    const document = await client.docx.v1.document.get({ path: { document_id: token } })
    expect(document.data?.document).toMatchObject({ document_id: token, revision_id: 1, title: 'A' })
    const read: unknown[] = []
    for await (const page of await client.docx.v1.documentBlock.listWithIterator({ path: { document_id: token } })) {
      read.push(...(page?.items ?? []))
    }
    expect(read).toMatchObject([
      { block_type: 1, page: { elements: [{ text_run: { content: 'A' } }] } },
      { block_type: 3, heading1: { elements: [{ text_run: { content: '标题' } }] } },
      { block_type: 49, block_id: 'source' },
      { block_type: 2, text: { elements: [{ text_run: { content: 'shared' } }] } },
    ])
    const below = await client.docx.v1.documentBlockChildren.get({
      path: { document_id: token, block_id: 'source' },
      params: { with_descendants: true },
    })
    expect(below.data?.items).toMatchObject([{ block_type: 2, parent_id: 'source' }])
  })

  it('downloads a picture and a board', async () => {
    const document = emulator.addDocument({ type: 'docx' }).token
    const media = emulator.addDocument({ type: 'media', extraOf: document, contentType: 'image/gif' })
    const board = emulator.addDocument({ type: 'board' })
    const extra = JSON.stringify({ doc_token: document, doc_type: 'docx' })
    const picture = await client.drive.v1.media.download({ path: { file_token: media.token }, params: { extra } })
    expect((picture.headers as Record<string, string>)['content-type']).toBe('image/gif')
    expect(await bytesOf(picture.getReadableStream() as AsyncIterable<Buffer>)).toEqual(
      emulator.expectedBytes(media.token, ''),
    )
    const drawn = await client.board.v1.whiteboard.downloadAsImage({ path: { whiteboard_id: board.token } })
    expect(await bytesOf(drawn.getReadableStream() as AsyncIterable<Buffer>)).toEqual(
      emulator.expectedBytes(board.token, ''),
    )
  })

  it('lists sheets, tables and knowledge bases', async () => {
    const sheet = emulator.addDocument({ type: 'sheet', sheets: [{ sheetId: 'a1B2c3', title: '一月' }] })
    const found = await client.sheets.v3.spreadsheetSheet.query({ path: { spreadsheet_token: sheet.token } })
    expect(found.data?.sheets).toMatchObject([{ sheet_id: 'a1B2c3', title: '一月', resource_type: 'sheet' }])

    const names = ['客户', '订单']
    const base = emulator.addDocument({
      type: 'bitable',
      tables: names.map((name) => ({ tableId: `tbl${name}`, name })),
    })
    const tables: (string | undefined)[] = []
    for await (const page of await client.bitable.v1.appTable.listWithIterator({ path: { app_token: base.token } })) {
      tables.push(...(page?.items ?? []).map(({ name }) => name))
    }
    expect(tables).toEqual(names)

    for (const name of ['A', 'B']) emulator.addSpace({ name })
    const spaces: (string | undefined)[] = []
    for await (const page of await client.wiki.v2.space.listWithIterator({})) {
      spaces.push(...(page?.items ?? []).map(({ name }) => name))
    }
    expect(spaces).toEqual(['A', 'B'])
  })
})
