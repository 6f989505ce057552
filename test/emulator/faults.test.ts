import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { rawGet, type RawAnswer } from './client.js'
import { answers, startEmulator, type Answer, type Emulator, type RecordedRequest, type Task } from './index.js'

let emulator: Emulator
let path: string
let task: Task
const json = JSON.stringify({ code: 0, data: { result: { job_status: 2 } }, msg: 'success' })

beforeAll(async () => {
  emulator = await startEmulator()
  emulator.setLimit('query', undefined)
  task = emulator.addTask({ result: [{ job_status: 2 }] })
  path = `drive/v1/export_tasks/${task.ticket}?token=${task.document.token}`
})

afterAll(() => emulator.stop())

/** Sends a query that gets this answer. @returns the answer as the client received it, and the record of the query */
async function sendScripted(answer: Answer, options: { forMs?: number; maxBytes?: number } = {}) {
  emulator.script('query', [answer])
  const raw = await rawGet(emulator, path, options)
  const record = emulator.requests.at(-1)
  if (record === undefined) throw new Error('nothing was recorded')
  return { raw, record }
}

function header({ head }: RawAnswer, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim()
}

/** How many queries the emulator carries out while `action` runs. */
function queriesDuring(action: () => Promise<unknown>): Promise<number> {
  const before = emulator.task(task.ticket).queries
  return action().then(() => emulator.task(task.ticket).queries - before)
}

describe('without a fault', () => {
  it('an answer is whole, of the announced length, with a log id, and recorded', async () => {
    emulator.scripts.clear()
    const raw = await rawGet(emulator, path)
    const record = emulator.requests.at(-1)
    expect(raw).toMatchObject({ ended: 'in order' })
    expect(raw.body.toString()).toBe(json)
    expect(header(raw, 'content-length')).toBe(String(json.length))
    expect(header(raw, 'x-tt-logid')).toBe(record?.logId)
    expect(record).toMatchObject({ api: 'query', answeredStatus: 200, answeredCode: 0, ticket: task.ticket })
    expect(record?.answeredAtMs).toBeGreaterThanOrEqual(record?.atMs ?? Infinity)
    expect(record?.closedByClientAtMs).toBeUndefined()
  })
})

describe('connections that end', () => {
  it.each(['before', 'after'] as const)(
    'a reset %s the request is carried out is a reset without a byte',
    async (when) => {
      let raw: RawAnswer | undefined
      const queries = await queriesDuring(async () => ({ raw } = await sendScripted(answers.reset(when))))
      expect(raw).toMatchObject({ ended: 'by reset', head: '' })
      expect(queries).toBe(when === 'after' ? 1 : 0)
    },
  )

  it('a reset after the headers shows the headers and nothing else', async () => {
    const { raw, record } = await sendScripted(answers.reset('after-headers'))
    expect(raw.ended).toBe('by reset')
    expect(raw.head).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(raw.body).toHaveLength(0)
    expect(record).toMatchObject({ answeredStatus: 200 })
    expect(record.answeredCode).toBeUndefined()
    expect(record.closedByClientAtMs).toBeUndefined()
  })

  it.each(['before', 'after'] as const)(
    'a close %s the request is carried out is a normal end without a byte',
    async (when) => {
      let raw: RawAnswer | undefined
      const queries = await queriesDuring(async () => ({ raw } = await sendScripted(answers.close(when))))
      expect(raw).toMatchObject({ ended: 'in order', head: '' })
      expect(queries).toBe(when === 'after' ? 1 : 0)
    },
  )

  it('a cut is a normal end before the announced length', async () => {
    const { raw, record } = await sendScripted(answers.cut({ afterBytes: 10 }))
    expect(raw.ended).toBe('in order')
    expect(raw.body.toString()).toBe(json.slice(0, 10))
    expect(header(raw, 'content-length')).toBe(String(json.length))
    expect(record.answeredCode).toBeUndefined()
  })

  it('a cut in chunks ends without the last chunk', async () => {
    const { raw } = await sendScripted(answers.cut({ chunked: true, of: answers.ok('0123456789') }))
    expect(raw.ended).toBe('in order')
    expect(header(raw, 'transfer-encoding')).toBe('chunked')
    expect(raw.body.toString()).not.toMatch(/\r\n0\r\n\r\n$/)
  })

  it('garbage is sent as it is', async () => {
    const { raw, record } = await sendScripted(answers.garbage('SSH-2.0-OpenSSH_9.6\r\n'))
    expect(raw).toMatchObject({ ended: 'in order', head: 'SSH-2.0-OpenSSH_9.6\r\n' })
    expect(record.answeredStatus).toBeUndefined()
  })

  it.each([5, -5])('a content length can be wrong by %d', async (by) => {
    const { raw } = await sendScripted(answers.wrongContentLength(by))
    expect(raw).toMatchObject({ ended: 'in order' })
    expect(header(raw, 'content-length')).toBe(String(json.length + by))
    expect(raw.body.toString()).toBe(json)
  })
})

describe('connections that do not end', () => {
  it('a hang stays silent, and the record says when the client hung up', async () => {
    const { raw, record } = await sendScripted(answers.hang(), { forMs: 200 })
    expect(raw).toMatchObject({ ended: 'not', head: '' })
    await expectHangUp(record)
    expect((record.closedByClientAtMs ?? 0) - record.atMs).toBeGreaterThan(40)
    expect(record.answeredStatus).toBeUndefined()
  })

  it('a stall shows headers and some bytes, then nothing', async () => {
    const { raw, record } = await sendScripted(answers.stall({ afterBytes: 7 }), { forMs: 200 })
    expect(raw.ended).toBe('not')
    expect(header(raw, 'content-length')).toBe(String(json.length))
    expect(raw.body.toString()).toBe(json.slice(0, 7))
    await expectHangUp(record)
  })

  it('headers can stop in the middle', async () => {
    const { raw } = await sendScripted(answers.stallInHeaders(), { forMs: 200 })
    expect(raw.ended).toBe('not')
    expect(raw.head).toMatch(/^HTTP\/1\.1 200 OK\r\n.*X-Tt-Lo$/s)
  })

  it('an endless body does not end until the client hangs up', async () => {
    const { raw, record } = await sendScripted(answers.endless(), { maxBytes: 20_000_000, forMs: 5000 })
    expect(raw.ended).toBe('not')
    expect(raw.body.length).toBeGreaterThan(19_000_000)
    await expectHangUp(record)
  })

  it('an endless trickle brings blanks one by one', async () => {
    const { raw, record } = await sendScripted(answers.trickle(15, { forever: true }), { maxBytes: 300 })
    expect(raw.ended).toBe('not')
    expect(raw.body.toString()).toMatch(/^(1\r\n \r\n){3,}$/)
    // A chunk of one blank has six bytes. They are sent every 15 ms; a timer may be up to 1 ms early.
    expect(raw.ms).toBeGreaterThan((raw.body.length / 6) * 14)
    await expectHangUp(record)
  })
})

describe('answers that come slowly or large', () => {
  it('a trickle brings the true body one byte at a time', async () => {
    const { raw, record } = await sendScripted(answers.trickle(2), { forMs: 5000 })
    expect(raw).toMatchObject({ ended: 'in order' })
    expect(raw.body.toString()).toBe(json)
    expect(raw.ms).toBeGreaterThan(json.length * 2)
    // On the way, some bytes may be joined.
    expect(raw.piecesAtMs.length).toBeGreaterThan(json.length / 2)
    expect(record.answeredCode).toBe(0)
  })

  it('a delayed answer comes later', async () => {
    const { raw } = await sendScripted(answers.delay(80))
    expect(raw.piecesAtMs[0]).toBeGreaterThanOrEqual(79)
    expect(raw.body.toString()).toBe(json)
    const later = await sendScripted(answers.delay(20, answers.error(1069901)))
    expect(later.record).toMatchObject({ answeredStatus: 500, answeredCode: 1069901 })
  })

  it('a huge answer is still JSON', async () => {
    const { raw } = await sendScripted(answers.huge(3_000_000), { forMs: 5000 })
    expect(raw).toMatchObject({ ended: 'in order' })
    expect(raw.body).toHaveLength(3_000_000 + json.length)
    expect(JSON.parse(raw.body.toString())).toEqual(JSON.parse(json))
  })
})

describe('answers in place of the true one', () => {
  it('a gateway page is HTML', async () => {
    const { raw } = await sendScripted(answers.gatewayPage(504, 'Gateway Time-out'))
    expect(raw.head).toMatch(/^HTTP\/1\.1 504 /)
    expect(header(raw, 'content-type')).toBe('text/html')
    expect(raw.body.toString()).toContain('<title>504 Gateway Time-out</title>')
  })

  it('an answer with the content type of JSON need not be JSON', async () => {
    const { raw } = await sendScripted(answers.notJson())
    expect(header(raw, 'content-type')).toMatch(/^application\/json/)
    expect(() => JSON.parse(raw.body.toString()) as unknown).toThrow(SyntaxError)
  })

  it('a redirect names its target', async () => {
    const { raw } = await sendScripted(answers.redirect('https://example.test/login'))
    expect(raw.head).toMatch(/^HTTP\/1\.1 302 /)
    expect(header(raw, 'location')).toBe('https://example.test/login')
  })

  it('a default header can be taken away', async () => {
    const { raw } = await sendScripted({
      status: 500,
      headers: { 'x-tt-logid': null, 'X-Request-Id': 'r-1' },
      json: {},
    })
    expect(header(raw, 'x-tt-logid')).toBeUndefined()
    expect(header(raw, 'x-request-id')).toBe('r-1')
  })

  it('the JSON can be changed on the way', async () => {
    const { raw } = await sendScripted(answers.edited((value) => [value, 'and more']))
    expect(JSON.parse(raw.body.toString())).toEqual([JSON.parse(json), 'and more'])
  })
})

describe('the end', () => {
  it('comes at once, also while requests are open', async () => {
    const other = await startEmulator()
    other.script('any', () => answers.hang())
    const open = [1, 2, 3].map(() => rawGet(other, 'drive/v1/files', { forMs: 5000 }))
    while (other.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    const startedAt = performance.now()
    await other.stop()
    expect(performance.now() - startedAt).toBeLessThan(1000)
    for (const raw of await Promise.all(open)) expect(raw.ended).not.toBe('not')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(other.requests.map(({ closedByClientAtMs }) => closedByClientAtMs)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

/** Expects that the client hangs up: within a second, the emulator must record it. */
async function expectHangUp(record: RecordedRequest): Promise<void> {
  const giveUpAt = performance.now() + 1000
  while (record.closedByClientAtMs === undefined && performance.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(record.closedByClientAtMs).toBeDefined()
}
