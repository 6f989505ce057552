import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

/** Adds documents with the titles d0, d1, … */
const addDocuments = (count: number) =>
  Array.from({ length: count }, (_, nth) => bench.emulator.addDocument({ type: 'docx', title: `d${nth}` }))
/** A source line for each document. */
const linesOf = (documents: readonly { readonly token: string }[]): string =>
  documents.map(({ token }) => docLink(token)).join('\n')

describe('a document that has its own source line', () => {
  it('fails if it cannot be exported, and is downloaded if it is an uploaded file', async () => {
    const { emulator } = bench
    const mind = emulator.addDocument({ type: 'mindnote', title: 'Mind' })
    const file = emulator.addDocument({ type: 'file', title: 'scan.pdf' })
    const step = await bench.run({
      sources: `https://acme.feishu.cn/mindnotes/${mind.token}\nhttps://acme.feishu.cn/file/${file.token}`,
    })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '1', skipped: '0' })
    expect(step.errors[0]).toMatch(/"Mind": Could not export it: the service cannot export mind notes.*Remove its line/)
    expect(bench.files()).toEqual(['scan.pdf'])
  })
})

describe('a failure that every document would have', () => {
  it('ends a listing immediately', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    for (let nth = 0; nth < 60; nth++) {
      const above = emulator.addNode({ space, type: 'docx', title: `C${nth}` })
      emulator.addNode({ space, parent: above.nodeToken, type: 'docx', title: 'P' })
    }
    let pages = 0
    emulator.script('wiki-nodes', () => (++pages > 4 ? answers.error(99991403) : undefined))
    const step = await bench.run({ sources: spaceLink(space) })
    expect(step.errors[0]).toMatch(/every document would fail.*99991403/)
    expect(step.durationMs).toBeLessThan(5000)
    expect(emulator.requestsTo('wiki-nodes').length).toBeLessThan(25)
    expect(emulator.requestsTo('create')).toEqual([])
  })

  it('is not assumed if a gateway answers one request of an API', async () => {
    const documents = addDocuments(6)
    bench.emulator.script('create', [answers.gatewayPage(403)])
    bench.emulator.script('download', [answers.gatewayPage(404)])
    const step = await bench.run({ sources: linesOf(documents) })
    expect(step.outputs).toMatchObject({ exported: '5', failed: '1' })
  })

  it('is assumed if a gateway answers every request of an API', async () => {
    const documents = addDocuments(30)
    bench.emulator.script('create', () => answers.gatewayPage(403))
    const step = await bench.run({ sources: linesOf(documents) })
    expect(step.errors[0]).toMatch(/every document would fail.*a page of a gateway or proxy/)
    expect(bench.emulator.requestsTo('create').length).toBeLessThan(20)
  })

  it('is a rate limit that asks to wait longer than the run may take', async () => {
    const documents = addDocuments(3)
    bench.emulator.script('create', () => answers.rateLimited('1069923-429', { resetSeconds: 100_000_000 }))
    const step = await bench.run({ sources: linesOf(documents), 'timeout-seconds': 60 })
    expect(step.errors[0]).toMatch(
      /every document would fail.*asks to wait.*longer than what is left of `timeout-seconds`/,
    )
    expect(step.durationMs).toBeLessThan(5000)
  })
})

describe('a rate limit that lasts longer than the run', () => {
  it('finishes what was started, and starts nothing more', async () => {
    const { emulator } = bench
    emulator.setLimit('create', { kind: 'fixed', requests: 8, windowMs: 60_000 })
    const documents = addDocuments(30)
    for (const document of documents) document.durationMs = 3000
    const step = await bench.run({ sources: linesOf(documents) })
    expect(step.outputs).toMatchObject({ exported: '8', failed: '22' })
    expect(step.errors[0]).toMatch(
      /^The run was ended.*longer than what is left of `timeout-seconds`.*Run it again later.*22 of 30 failed/,
    )
    expect(emulator.requestsTo('create').length).toBeLessThan(30)
    expect(step.durationMs).toBeLessThan(20_000)
  }, 40_000)

  it('ends the run immediately with fail-fast', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    emulator.addDocument({ type: 'docx', title: 'A', folder })
    for (let nth = 0; nth < 24; nth++) emulator.addDocument({ type: 'file', title: `${nth}.bin`, folder })
    emulator.script('create', () => answers.rateLimited('1069923-429', { resetSeconds: 100_000 }))
    emulator.script('file-download', () => answers.delay(300))
    const step = await bench.run({ sources: folderLink(folder), 'include-files': true, 'fail-fast': true })
    expect(step.exitCode).toBe(1)
    expect(emulator.requestsTo('file-download').length).toBeLessThan(12)
  })

  it('for status queries: what could be queried is exported', async () => {
    const { emulator } = bench
    emulator.setLimit('query', { kind: 'fixed', requests: 5, windowMs: 60_000 })
    const documents = addDocuments(12)
    const step = await bench.run({ sources: linesOf(documents) })
    expect(step.outputs).toMatchObject({ exported: '5', failed: '7' })
    expect(step.durationMs).toBeLessThan(20_000)
  }, 40_000)
})

describe('a forced run that is cut off', () => {
  it('is continued by the next one, forced or not', async () => {
    const documents = addDocuments(2)
    const [, slow] = documents
    const sources = linesOf(documents)
    await bench.prepare({ sources })
    if (slow) slow.durationMs = 60_000
    const forced = await bench.run({ sources, force: true, 'timeout-seconds': 4 })
    expect(forced.outputs).toMatchObject({ exported: '1', failed: '1' })
    expect(bench.wrongRecords()).toEqual([])
    if (slow) slow.durationMs = 100
    const next = await bench.run({ sources })
    expect(next.outputs).toMatchObject({ exported: '1', unchanged: '1' })
    expect((await bench.runInProcess({ sources })).outputs).toMatchObject({ unchanged: '2', changed: 'false' })
  }, 40_000)

  it('is continued by the next one for the tables of a base, too', async () => {
    const base = bench.emulator.addDocument({ type: 'bitable', title: 'B', tables: [{ tableId: 'tblA', name: 'T' }] })
    const sources = `https://example.feishu.cn/base/${base.token} as=csv`
    await bench.prepare({ sources })
    base.durationMs = 60_000
    const forced = await bench.run({ sources, force: true, 'timeout-seconds': 3 })
    expect(forced.outputs).toMatchObject({ exported: '0', failed: '1' })
    base.durationMs = 100
    expect((await bench.runInProcess({ sources })).outputs).toMatchObject({ exported: '1', unchanged: '0' })
  }, 40_000)
})

describe('a loss at the service:', () => {
  it.each([
    ['a download that fails with its only documented error costs a new task', 'download', answers.error(1060001), 2],
    [
      'an expired file costs a new task, also with another HTTP status',
      'download',
      answers.error(1069906, { status: 403 }),
      2,
    ],
    ['a lost ticket costs a new task', 'query', answers.error(1069904), 2],
    ['a document that was deleted meanwhile fails without a new task', 'query', answers.error(1069906), 1],
  ] as const)(
    '%s',
    async (_, api, answer, tasks) => {
      const documents = addDocuments(1)
      bench.emulator.script(api, [answer])
      const inputs = { sources: linesOf(documents) }
      const step = await (tasks === 1 ? bench.run(inputs) : bench.runInProcess(inputs))
      expect(step.outputs).toMatchObject(tasks === 2 ? { exported: '1' } : { failed: '1' })
      expect(bench.emulator.requestsTo('create')).toHaveLength(tasks)
    },
    20_000,
  )
})

describe('uploaded files', () => {
  it('have their own rate limit: a refusal that does not say how long to wait costs seconds', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    for (let nth = 0; nth < 14; nth++) emulator.addDocument({ type: 'file', title: `${nth}.png`, folder })
    emulator.script('file-download', [undefined, undefined, answers.error(1061045)])
    const step = await bench.run({ sources: folderLink(folder), 'include-files': true })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '14' })
    expect(step.durationMs).toBeLessThan(20_000)
  }, 40_000)
})

describe('a timeout during the listing', () => {
  it('is reported with the failures so far, and as a listing that is not complete', async () => {
    const { emulator } = bench
    const [closed, slow] = ['Closed', 'Slow'].map((name) => emulator.addFolder({ name }))
    if (closed) closed.noPermission = true
    emulator.script('folder', (request) =>
      request.query['folder_token'] === slow?.token ? answers.hang('before') : undefined,
    )
    const sources = [closed, slow].map((folder) => folderLink(folder?.token ?? '')).join('\n')
    const step = await bench.run({ sources, 'timeout-seconds': 3 })
    expect(step.outputs).toMatchObject({ failed: '1', exported: '0' })
    expect(step.errors[0]).toMatch(/Time is up.*not listed completely.*1061004/)
  })
})
