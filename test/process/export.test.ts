import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { POSIX_SIGNALS } from '../platform.js'
import { itIf } from '../skip.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

/** Adds a small knowledge base: a chapter with a document and a spreadsheet below it, and a mind note. */
function addHandbook() {
  const { emulator } = bench
  const space = emulator.addSpace({ name: '手册' }).spaceId
  const chapter = emulator.addNode({ space, type: 'docx', title: '入门', durationMs: 100 })
  const install = emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: '安装', durationMs: 200 })
  const prices = emulator.addNode({ space, parent: chapter.nodeToken, type: 'sheet', title: '价格/表', durationMs: 50 })
  emulator.addNode({ space, type: 'mindnote', title: '路线图' })
  return { sources: spaceLink(space), chapter, install, prices }
}

describe('a knowledge base', () => {
  it('is exported completely with its tree, and what is skipped is reported', async () => {
    const { sources, install } = addHandbook()
    const step = await bench.run({ sources })
    expect(step.errors).toEqual([])
    expect(step.exitCode).toBe(0)
    expect(step.outputs).toMatchObject({ exported: '3', unchanged: '0', failed: '0', skipped: '1', deleted: '0' })
    expect(step.outputs).toMatchObject({
      changed: 'true',
      manifest: path.join(bench.workspace, '.feishu-export.json'),
    })
    expect(bench.files()).toEqual(['入门.docx', '入门/价格_表.xlsx', '入门/安装.docx'])
    expect(bench.read('入门/安装.docx')).toEqual(bench.emulator.expectedBytes(install.document.token, 'docx'))
    expect(bench.wrongRecords()).toEqual([])
    expect(step.summary).toContain('mind notes')
  })

  it('that did not change makes no export task and changes no byte', async () => {
    const { sources } = addHandbook()
    await bench.prepare({ sources })
    const before = bench.read('.feishu-export.json')
    const requests = bench.emulator.requests.length
    const again = await bench.run({ sources })
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '3', changed: 'false' })
    expect(bench.read('.feishu-export.json')).toEqual(before)
    const apis = bench.emulator.requests.slice(requests).map((request) => request.api)
    expect(apis).toEqual(['wiki-nodes', 'wiki-nodes'])
  })

  it('keeps the path of a document whose new title makes the same name, and records the title', async () => {
    const { sources, prices } = addHandbook()
    await bench.prepare({ sources })
    prices.document.title = '价格|表'
    const again = await bench.runInProcess({ sources })
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '3', changed: 'false' })
    expect(bench.manifest().files.map(({ title }) => title)).toContain('价格|表')
    expect(bench.wrongRecords()).toEqual([])
  })

  it('is exported again where its content changed, and moved where title or place did', async () => {
    const { sources, chapter, install, prices } = addHandbook()
    await bench.prepare({ sources })
    chapter.document.editTime = '1740000000'
    install.document.title = '安装与升级'
    bench.emulator.store.wiki.moveNode(prices.nodeToken, '')
    const again = await bench.run({ sources })
    expect(again.errors).toEqual([])
    expect(again.outputs).toMatchObject({ exported: '1', unchanged: '2', changed: 'true', deleted: '0' })
    expect(bench.files()).toEqual(['价格_表.xlsx', '入门.docx', '入门/安装与升级.docx'])
    expect(bench.read('入门.docx')).toEqual(bench.emulator.expectedBytes(chapter.document.token, 'docx'))
    expect(bench.wrongRecords()).toEqual([])
    bench.emulator.store.wiki.removeNode(prices.nodeToken)
    const kept = await bench.runInProcess({ sources })
    expect(kept.outputs).toMatchObject({ exported: '0', deleted: '0', changed: 'false' })
    const dry = await bench.runInProcess({ sources, 'delete-stale': true, 'dry-run': true })
    expect(dry.outputs).toMatchObject({ deleted: '1' })
    expect(bench.files()).toContain('价格_表.xlsx')
    const cleaned = await bench.run({ sources, 'delete-stale': true })
    expect(cleaned.outputs).toMatchObject({ exported: '0', deleted: '1', changed: 'true' })
    expect(bench.files()).toEqual(['入门.docx', '入门/安装与升级.docx'])
  })

  it('with a branch that cannot be listed: one failure with advice, the rest is exported, nothing is deleted', async () => {
    const { sources, chapter, install } = addHandbook()
    await bench.prepare({ sources })
    bench.emulator.store.wiki.removeNode(install.nodeToken)
    chapter.rights = 'closed'
    const step = await bench.run({ sources, 'delete-stale': true })
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ failed: '1', unchanged: '1', skipped: '1', deleted: '0' })
    expect(step.errors).toHaveLength(1)
    expect(step.errors[0]).toMatch(/入门.*131006.*知识库/)
    expect(step.summary).toMatch(/delete&#45;stale/)
    expect(bench.files()).toContain('入门/安装.docx')
  })
})

describe('failures', () => {
  it('of documents are reported one by one while the others are exported; a new task is tried where it may help', async () => {
    const { emulator } = bench
    const good = emulator.addDocument({ type: 'docx', title: 'Good', durationMs: 50 })
    const flaky = emulator.addDocument({ type: 'docx', title: 'Flaky', durationMs: 50, jobStatus: 3 })
    const large = emulator.addDocument({ type: 'docx', title: 'Large', durationMs: 50, jobStatus: 107 })
    const secret = emulator.addDocument({ type: 'docx', title: 'Secret', noPermission: true })
    const sources = [good, flaky, large, secret].map(({ token }) => docLink(token)).join('\n')
    const step = await bench.run({ sources, 'timeout-seconds': 60 })
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ exported: '1', failed: '3' })
    expect(bench.files()).toEqual(['Good.docx'])
    const tasksFor = (token: string): number =>
      emulator.requestsTo('create').filter(({ tokens }) => tokens.includes(token)).length
    expect(tasksFor(flaky.token)).toBe(3)
    expect(tasksFor(large.token)).toBe(1)
    expect(tasksFor(secret.token)).toBe(0)
    expect(step.errors).toHaveLength(1)
    expect(step.errors[0]).toMatch(/^3 of 4 failed\./)
    expect(step.log.filter((line) => line.startsWith('Failed: '))).toHaveLength(3)
    expect(step.outputs['error-message']).toBe(step.errors[0])
  }, 40_000)

  it('that every document would have end the run immediately', async () => {
    const { sources } = addHandbook()
    bench.emulator.script('create', () => answers.scopeMissing(['docs:document:export']))
    const step = await bench.run({ sources })
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ exported: '0', failed: '3', skipped: '1' })
    expect(step.errors[0]).toMatch(/every document would fail.*docs:document:export/)
    expect(step.errors[0]?.split('lacks a scope')).toHaveLength(2)
    expect(bench.emulator.requestsTo('create').length).toBeLessThanOrEqual(3)
    expect(bench.emulator.requestsTo('query')).toEqual([])
  })

  it('end the run after the first one with fail-fast', async () => {
    const { sources } = addHandbook()
    bench.emulator.script('create', () => answers.error(1069902))
    const step = await bench.run({ sources, 'fail-fast': true })
    expect(step.errors[0]).toMatch(/fail-fast/)
    expect(step.outputs).toMatchObject({ failed: '3' })
  })

  it('because of a file of the user: the file stays, and is replaced only with overwrite', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'Plan', durationMs: 20 })
    writeFileSync(path.join(bench.workspace, 'Plan.docx'), 'mine')
    const refused = await bench.run({ sources: docLink(document.token) })
    expect(refused.errors[0]).toMatch(/overwrite: true/)
    expect(bench.read('Plan.docx').toString()).toBe('mine')
    const forced = await bench.run({ sources: docLink(document.token), overwrite: true })
    expect(forced.outputs).toMatchObject({ exported: '1' })
    expect(bench.read('Plan.docx')).toEqual(bench.emulator.expectedBytes(document.token, 'docx'))
  })

  it('because of a link on the disk that leads out of the directory: nothing is written there', async () => {
    const { sources } = addHandbook()
    const outside = path.join(bench.workspace, 'outside')
    const directory = path.join(bench.workspace, 'inside')
    mkdirSync(outside)
    mkdirSync(directory)
    symlinkSync(outside, path.join(directory, '入门'))
    const step = await bench.run({ sources, directory: 'inside' })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '2' })
    expect(bench.files()).toEqual(['inside/.feishu-export.json', 'inside/入门.docx'])
  })

  it('because of a broken manifest: an error with advice, and nothing is changed', async () => {
    const { sources } = addHandbook()
    await bench.prepare({ sources })
    writeFileSync(path.join(bench.workspace, '.feishu-export.json'), '{"version":1,"files":[')
    const requests = bench.emulator.requests.length
    const step = await bench.run({ sources, 'delete-stale': true, overwrite: true })
    expect(step.errors[0]).toMatch(/manifest.*cannot be read.*Restore it/)
    expect(step.outputs).toMatchObject({ exported: '0', deleted: '0', changed: 'false' })
    expect(bench.emulator.requests.length).toBe(requests)
    expect(bench.files()).toHaveLength(3)
  })
})

describe('folders and single links', () => {
  it('can have shortcuts, equal titles, several formats, uploaded files and hostile names', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'Top' })
    const sub = emulator.addFolder({ name: '..', parent: folder.token })
    const one = emulator.addDocument({ type: 'docx', title: 'Same', folder: folder.token })
    const two = emulator.addDocument({ type: 'docx', title: 'SAME', folder: folder.token })
    emulator.addDocument({ type: 'docx', title: '.git', folder: sub.token })
    emulator.addDocument({ type: 'sheet', title: '##[error]x\n::error::y', folder: sub.token })
    emulator.addFile({ title: 'photo.PNG', folder: folder.token, bytes: 'pixels' })
    emulator.addShortcut({ folder: folder.token, target: one, name: 'Same again' })
    const outside = emulator.addDocument({ type: 'slides', title: 'Elsewhere' })
    emulator.addShortcut({ folder: sub.token, target: outside })
    const sources = `${folderLink(folder.token)} to="a b"`
    const step = await bench.run({ sources, formats: 'docx=docx,pdf', 'include-files': true })
    expect(step.errors).toEqual([])
    const files = bench.files()
    const tail = (token: string): string => token.slice(-6)
    expect(files).toContain(`a b/Same-${tail(one.token)}.docx`)
    expect(files).toContain(`a b/SAME-${tail(two.token)}.pdf`)
    expect(files).toContain('a b/photo.PNG')
    expect(step.outputs).toMatchObject({ exported: String(files.length), skipped: '1', failed: '0' })
    expect(files).toHaveLength(9)
    expect(files.every((file) => !/(^|\/)(\.git|\.\.)([./]|$)/i.test(file))).toBe(true)
    expect(step.lines.filter((line) => /^\s*::error|##\[/.test(line))).toEqual([])
    expect(bench.wrongRecords()).toEqual([])
  })

  it('export a csv if the link names the table, and a document to two paths with one task', async () => {
    const { emulator } = bench
    const sheet = emulator.addDocument({ type: 'sheet', title: 'Prices', subIds: ['s1'] })
    const link = `https://acme.feishu.cn/sheets/${sheet.token}?sheet=s1`
    const step = await bench.run({
      sources: `# prices\n\n${link} as=csv to=data/prices\n${link} as=csv to=copy\n${link}`,
    })
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['Prices.xlsx', 'copy.csv', 'data/prices.csv'])
    expect(bench.read('copy.csv')).toEqual(emulator.expectedBytes(sheet.token, 'csv', 's1'))
    expect(emulator.requestsTo('create')).toHaveLength(2)
  })
})

describe('an interruption', () => {
  itIf(POSIX_SIGNALS, 'by the timeout or a cancel keeps what is finished, and the next run continues', async () => {
    const { emulator } = bench
    const space = emulator.addSpace({}).spaceId
    for (let nth = 0; nth < 4; nth++) emulator.addNode({ space, type: 'docx', title: `Fast ${nth}`, durationMs: 10 })
    const slow = emulator.addNode({ space, type: 'docx', title: 'Slow', durationMs: 60_000 })
    const sources = spaceLink(space)
    const timedOut = await bench.run({ sources, 'timeout-seconds': 4 })
    expect(timedOut.exitCode).toBe(1)
    expect(timedOut.durationMs).toBeLessThan(5_000)
    expect(timedOut.outputs).toMatchObject({ exported: '4', failed: '1', changed: 'true' })
    expect(timedOut.errors[0]).toMatch(/Time is up.*next run goes on/)
    expect(bench.wrongRecords()).toEqual([])

    const cancelled = await bench.run({ sources }, { interrupt: { signal: 'SIGTERM', when: /Found/ } })
    expect(cancelled.exitCode).toBe(1)
    expect(cancelled.afterInterruptMs).toBeLessThan(1_000)
    expect(cancelled.outputs).toMatchObject({ exported: '0', unchanged: '4', failed: '1', changed: 'false' })

    slow.document.durationMs = 10
    const resumed = await bench.run({ sources })
    expect(resumed.outputs).toMatchObject({ exported: '1', unchanged: '4', failed: '0' })
    expect(bench.manifest().journal).toBeUndefined()
  })

  it('by the timeout: the failure that the run was retrying is reported', async () => {
    const step = await bench.run({
      sources: spaceLink('7143131813848813572'),
      'base-url': 'http://127.0.0.1:9',
      'timeout-seconds': 2,
    })
    expect(step.errors[0]).toMatch(/Time is up.*A request was being retried: .*refused \(ECONNREFUSED\)/)
    expect(step.log.filter((line) => line.includes('trying again'))).toHaveLength(1)
  })

  it('by an expired file costs a new task', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A', durationMs: 20 })
    bench.emulator.script('download', [answers.error(1069906, { status: 410 })])
    const step = await bench.runInProcess({ sources: docLink(document.token) })
    expect(step.errors).toEqual([])
    expect(bench.emulator.requestsTo('create')).toHaveLength(2)
    expect(bench.files()).toEqual(['A.docx'])
  })
})
