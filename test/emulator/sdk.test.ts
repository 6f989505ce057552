import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Client } from '@larksuiteoapi/node-sdk'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator
let client: Client
let apps = 0

beforeEach(async () => {
  // The SDK keeps tokens by app id in one cache for all clients.
  apps += 1
  emulator = await startEmulator({ appId: `cli_${apps}`, maxPageItems: { folder: 2, 'wiki-nodes': 2 } })
  client = new Client({
    appId: emulator.appId,
    appSecret: emulator.appSecret,
    domain: emulator.url,
    logger: { error: silent, warn: silent, info: silent, debug: silent, trace: silent },
  })
})

afterEach(() => emulator.stop())

function silent(): void {
  // The tests speak for themselves.
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('the official SDK against the emulator', () => {
  it('mints a token, creates a task, asks for it until it ends and downloads the file', async () => {
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
    const look = async () =>
      (await client.drive.v1.exportTask.get({ path: { ticket }, params: { token } })).data?.result

    expect(await look()).toMatchObject({ job_status: 1, file_token: '' })
    emulator.advance(30_000)
    expect(await look()).toMatchObject({ job_status: 2, file_token: '' })
    emulator.advance(30_000)
    const expected = emulator.expectedBytes(token, 'csv', 'a1B2c3')
    const done = await look()
    expect(done).toMatchObject({ job_status: 0, job_error_msg: 'success', file_name: '预算 2026', type: 'sheet' })
    expect(done).toMatchObject({ file_extension: 'csv', file_size: expected.length })

    const file = await client.drive.v1.exportTask.download({ path: { file_token: done?.file_token ?? '' } })
    expect(await bytesOf(file.getReadableStream() as AsyncIterable<Buffer>)).toEqual(expected)
    expect(emulator.requests.map(({ api }) => api)).toEqual(['mint', 'create', 'query', 'query', 'query', 'download'])
    expect(emulator.task(ticket)).toMatchObject({ looks: 3, downloads: 1, identity: `app ${emulator.appId}` })
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
})
