import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { call } from './client.js'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

afterEach(() => emulator.stop())

const TASKS = 'drive/v1/export_tasks'

async function create(body: Record<string, unknown>, token?: string) {
  return call(emulator, TASKS, { body, ...(token === undefined ? {} : { token }) })
}

function outcome({ status, json }: { status: number; json: { code: number } }): string {
  return `${json.code} ${status}`
}

describe('create', () => {
  it('refuses what the service refuses', async () => {
    const { token } = emulator.addDocument({ type: 'docx' })
    const sheet = emulator.addDocument({ type: 'sheet', subIds: ['a1B2c3'] }).token
    const deleted = emulator.addDocument({ type: 'docx', deleted: true }).token
    const closed = emulator.addDocument({ type: 'docx', noPermission: true }).token
    const node = emulator.addNode({ type: 'docx' }).nodeToken
    const refusals: [Record<string, unknown>, string][] = [
      [{ token, type: 'docx', file_extension: 'xlsx' }, '1069918 400'],
      [{ token, type: 'mindnote', file_extension: 'pdf' }, '1069904 400'],
      [{ token: sheet, type: 'sheet', file_extension: 'csv' }, '1069904 400'],
      [{ token: sheet, type: 'sheet', file_extension: 'csv', sub_id: 'other' }, '1069904 400'],
      [{ token: 'unknown', type: 'docx', file_extension: 'pdf' }, '1069914 404'],
      [{ token: node, type: 'docx', file_extension: 'pdf' }, '1069914 404'],
      [{ token: sheet, type: 'docx', file_extension: 'pdf' }, '1069914 404'],
      [{ token: deleted, type: 'docx', file_extension: 'pdf' }, '1069906 404'],
      [{ token: closed, type: 'docx', file_extension: 'pdf' }, '1069902 403'],
      [{ token, type: 'docx' }, '99992402 400'],
    ]
    for (const [body, expected] of refusals) expect([body, outcome(await create(body))]).toEqual([body, expected])
    expect(emulator.tasks()).toEqual([])
  })

  it('accepts the extensions of each type', async () => {
    const pairs = { doc: 'docx pdf', docx: 'docx pdf', sheet: 'xlsx csv', bitable: 'xlsx csv base', slides: 'pptx pdf' }
    for (const [type, extensions] of Object.entries(pairs) as ['docx', string][]) {
      const { token } = emulator.addDocument({ type })
      for (const extension of extensions.split(' ')) {
        expect((await create({ token, type, file_extension: extension, sub_id: 'x' })).json.code).toBe(0)
      }
    }
  })
})

describe('query', () => {
  it('needs the ticket, the token and the caller of create', async () => {
    const { token } = emulator.addDocument({ type: 'docx' })
    const created = await create({ token, type: 'docx', file_extension: 'pdf' })
    const ticket = String(created.json.data['ticket'])
    const mine = `${TASKS}/${ticket}?token=${token}`
    expect(outcome(await call(emulator, mine))).toBe('0 200')
    expect(outcome(await call(emulator, mine, { token: emulator.addTenantToken() }))).toBe('0 200')
    expect(outcome(await call(emulator, mine, { token: emulator.userToken }))).toBe('1069902 403')
    expect(outcome(await call(emulator, `${TASKS}/${ticket}`))).toBe('1069904 400')
    expect(outcome(await call(emulator, `${TASKS}/${ticket}?token=other`))).toBe('1069904 400')
    expect(outcome(await call(emulator, `${TASKS}/7000000000000000000?token=${token}`))).toBe('1069904 400')
  })

  it('goes from 1 to 2 to the final status as time passes', async () => {
    const { ticket, document } = emulator.addTask({ durationMs: 60_000, jobStatus: 107, startAt: 'now' })
    const query = async () => (await call(emulator, `${TASKS}/${ticket}?token=${document.token}`)).json.data['result']
    expect(await query()).toMatchObject({ job_status: 1 })
    emulator.advance(30_000)
    expect(await query()).toMatchObject({ job_status: 2, job_error_msg: '' })
    expect(emulator.task(ticket).endedAtMs).toBeUndefined()
    emulator.advance(30_000)
    expect(await query()).toMatchObject({ job_status: 107, file_token: '', job_error_msg: 'docs is too large' })
    expect(emulator.task(ticket)).toMatchObject({ queries: 3 })
    expect(emulator.task(ticket).endedAtMs).toBeLessThanOrEqual(emulator.now())
  })

  it('returns scripted results query by query, and the true one where there is none', async () => {
    const result = (query: number): unknown => [null, undefined, 'text'][query - 1]
    const { ticket, document } = emulator.addTask({ result })
    const query = async () => (await call(emulator, `${TASKS}/${ticket}?token=${document.token}`)).json.data['result']
    expect(await query()).toBeNull()
    expect(await query()).toMatchObject({ job_status: 0 })
    expect(await query()).toBe('text')
  })

  it('ends each task of a document with its own status', async () => {
    const { token } = emulator.addDocument({ type: 'docx', jobStatus: [3, 122] })
    const statuses: unknown[] = []
    for (let i = 0; i < 3; i += 1) {
      const { json } = await create({ token, type: 'docx', file_extension: 'pdf' })
      const queried = await call(emulator, `${TASKS}/${String(json.data['ticket'])}?token=${token}`)
      statuses.push((queried.json.data['result'] as { job_status: unknown }).job_status)
    }
    expect(statuses).toEqual([3, 122, 0])
  })

  it('fails while the document is being copied', async () => {
    const document = emulator.addDocument({ type: 'docx', copying: true })
    const { ticket } = emulator.addTask({ token: document.token })
    document.copying = false
    const { json } = await call(emulator, `${TASKS}/${ticket}?token=${document.token}`)
    expect(json.data['result']).toMatchObject({ job_status: 122, file_token: '' })
    expect(emulator.addTask({ token: document.token }).jobStatus).toBe(0)
  })
})

describe('download', () => {
  async function download(fileToken: string, token = emulator.accessToken): Promise<Response> {
    const url = `${emulator.url}/open-apis/${TASKS}/file/${fileToken}/download`
    return fetch(url, { headers: { authorization: `Bearer ${token}` } })
  }

  it('returns the bytes and the name, until ten minutes after the end', async () => {
    const task = emulator.addTask({ title: 'a"b\\c/合同 🚀\n\ud800', durationMs: 1000, startAt: 'now' })
    expect((await download(task.fileToken)).status).toBe(400)
    emulator.advance(1000)
    const response = await download(task.fileToken)
    const disposition = response.headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="a\\"b\\\\c\/__ __+\.docx"; filename\*=UTF-8''/)
    expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe('a"b\\c/合同 🚀\n\ufffd.docx')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(emulator.expectedBytes(task.document.token, 'docx'))
    emulator.advance(550_000)
    expect((await download(task.fileToken)).status).toBe(200)
    emulator.advance(50_000)
    const expired = await download(task.fileToken)
    expect([expired.status, ((await expired.json()) as { code: number }).code]).toEqual([410, 1069906])
    expect(emulator.task(task.ticket).downloads).toBe(2)
  })

  it('refuses a task that failed: it has no file', async () => {
    const { fileToken } = emulator.addTask({ jobStatus: 107, startAt: 'now' })
    const refused = await download(fileToken)
    expect([refused.status, ((await refused.json()) as { code: number }).code]).toEqual([400, 1060001])
  })

  it('returns the document as it was when the task was created', async () => {
    const document = emulator.addDocument({ type: 'docx', editTime: '1' })
    const before = emulator.expectedSha256(document.token, 'docx')
    const first = emulator.addTask({ token: document.token, startAt: 'now' })
    document.editTime = '2'
    const second = emulator.addTask({ token: document.token, startAt: 'now' })
    expect(emulator.expectedSha256(document.token, 'docx')).not.toBe(before)
    const [a, b] = await Promise.all([first, second].map(async ({ fileToken }) => (await download(fileToken)).text()))
    expect(a).not.toBe(b)
  })

  it('returns large files, which are generated while they are sent, whole and right', async () => {
    const task = emulator.addTask({ bytes: { size: 20_000_003, seed: 1 }, startAt: 'now' })
    const bytes = Buffer.from(await (await download(task.fileToken)).arrayBuffer())
    expect(bytes).toHaveLength(20_000_003)
    expect(bytes.equals(emulator.expectedBytes(task.document.token, 'docx'))).toBe(true)
  })
})
