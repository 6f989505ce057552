import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { expectNothingToDo, hide } from './export-checks.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

describe('delete-stale', () => {
  it('keeps and reports the files of a page that may no longer be read, and of the pages below it', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const chapter = emulator.addNode({ space, type: 'docx', title: 'Chapter' })
    emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' })
    const gone = emulator.addNode({ space, type: 'docx', title: 'Gone' })
    emulator.addNode({ space, type: 'docx', title: 'There' })
    await bench.prepare({ sources: spaceLink(space) })
    chapter.rights = 'hidden'
    gone.document.deleted = true
    const dry = await bench.runInProcess({ sources: spaceLink(space), 'delete-stale': true, 'dry-run': true })
    expect(dry.outputs).toMatchObject({ deleted: '1' })
    const step = await bench.run({ sources: spaceLink(space), 'delete-stale': true })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ unchanged: '1', deleted: '1', changed: 'true' })
    expect(bench.files()).toEqual(['Chapter.docx', 'Chapter/Page.docx', 'There.docx'])
    expect(step.summary).toMatch(/kept 2 files.*Chapter&#46;docx.*not certain that it is gone.*970003/)
  })

  it.each(['docx', 'mindnote'] as const)(
    'keeps what is below a page (%s) that may no longer be read, however many runs follow',
    async (type) => {
      const { emulator } = bench
      const space = emulator.addSpace().spaceId
      const chapter = emulator.addNode({ space, type, title: 'Chapter' })
      const page = emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' })
      const inputs = { sources: spaceLink(space), 'delete-stale': true }
      await bench.prepare(inputs)
      chapter.rights = 'hidden'
      for (let runs = 0; runs < 3; runs++) await expectNothingToDo(bench, inputs)
      expect(bench.files()).toContain('Chapter/Page.docx')
      chapter.rights = 'all'
      page.document.deleted = true
      const step = await bench.runInProcess(inputs)
      expect(step.outputs).toMatchObject({ deleted: '1' })
    },
  )

  it('keeps what is below a page that may no longer be read, also while the file of the page is parked', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const chapter = emulator.addNode({ space, type: 'docx', title: 'Chapter' })
    emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' })
    await bench.prepare({ sources: spaceLink(space) })
    // As after a run that was killed during its moves.
    const parked = `.feishu-export-${'a'.repeat(24)}.old`
    renameSync(path.join(bench.workspace, 'Chapter.docx'), path.join(bench.workspace, parked))
    const manifest = bench.read('.feishu-export.json').toString().replace('"Chapter.docx"', JSON.stringify(parked))
    writeFileSync(path.join(bench.workspace, '.feishu-export.json'), manifest)
    chapter.rights = 'hidden'
    const step = await bench.runInProcess({ sources: spaceLink(space), 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '0' })
    expect(bench.files()).toEqual([parked, 'Chapter/Page.docx'])
  })

  it('keeps a format that is no longer selected while the file of the other format is missing', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.prepare({ sources: `${docLink(document.token)} as=docx,pdf` })
    rmSync(path.join(bench.workspace, 'A.pdf'))
    document.jobStatus = 107
    const step = await bench.runInProcess({ sources: `${docLink(document.token)} as=pdf`, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ failed: '1', deleted: '0' })
    expect(bench.files()).toEqual(['A.docx'])
  })

  it('keeps all files if the service does not say whether a document was deleted', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const [a] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder }))
    await bench.prepare({ sources: folderLink(folder) })
    if (a) a.deleted = true
    emulator.script('metas', () => answers.scopeMissing(['drive:drive.metadata:readonly']))
    const step = await bench.run({ sources: folderLink(folder), 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '0', changed: 'false', failed: '0' })
    expect(bench.files()).toEqual(['A.docx', 'B.docx'])
    expect(step.summary).toMatch(/kept 1 file.*metadata/)
  })

  it('removes what was moved out of the sources', async () => {
    const { emulator } = bench
    const [from, to] = ['From', 'To'].map((name) => emulator.addFolder({ name }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: from ?? '' })
    await bench.prepare({ sources: folderLink(from ?? '') })
    emulator.store.folders.remove(from ?? '', document.token)
    emulator.store.folders.put(to ?? '', document)
    const step = await bench.runInProcess({ sources: folderLink(from ?? ''), 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '1' })
    expect(bench.files()).toEqual([])
  })

  it('removes a format that is no longer selected only if the document has a file in another format', async () => {
    const { emulator } = bench
    const documents = ['Good', 'Bad'].map((title) => emulator.addDocument({ type: 'docx', title }))
    const sheet = emulator.addDocument({ type: 'sheet', title: 'Sheet' })
    const folder = emulator.addFolder({ name: 'F' }).token
    for (const document of [...documents, sheet]) emulator.store.folders.put(folder, document)
    await bench.prepare({ sources: folderLink(folder) })
    const [, bad] = documents
    if (bad) bad.jobStatus = 107
    const step = await bench.run({ sources: `${folderLink(folder)} as=pdf`, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '1', skipped: '1', deleted: '1' })
    expect(bench.files()).toEqual(['Bad.docx', 'Good.pdf', 'Sheet.xlsx'])
  })

  it('removes the file of a deleted document also if a new document needs its path and fails', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const old = emulator.addDocument({ type: 'docx', title: 'A', folder })
    await bench.prepare({ sources: folderLink(folder) })
    old.deleted = true
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder, jobStatus: 110 })
    const dry = await bench.runInProcess({ sources: folderLink(folder), 'delete-stale': true, 'dry-run': true })
    expect(dry.outputs).toMatchObject({ exported: '1', deleted: '1' })
    const failed = await bench.run({ sources: folderLink(folder), 'delete-stale': true })
    expect(failed.outputs).toMatchObject({ failed: '1', deleted: '1' })
    expect(bench.files()).toEqual([])
    fresh.jobStatus = 0
    const step = await bench.runInProcess({ sources: folderLink(folder), 'delete-stale': true })
    expect(step.outputs).toMatchObject({ exported: '1', deleted: '0' })
    expect(bench.files()).toEqual(['A.docx'])
    expect(bench.wrongRecords()).toEqual([])
  })

  it('keeps a file that somebody changed after a run was killed before it removed the file', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), 'delete-stale': true }
    await bench.prepare(inputs)
    document.deleted = true
    const [before] = bench.manifest().files
    const journal = [{ path: 'A.docx', before, isMove: false }]
    const manifest = path.join(bench.workspace, '.feishu-export.json')
    writeFileSync(manifest, JSON.stringify({ version: 1, files: [], journal }))
    writeFileSync(path.join(bench.workspace, 'A.docx'), 'changed')
    expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ deleted: '0' })
    expect(bench.files()).toEqual(['A.docx'])
  })

  it('is off in a dry run if a folder cannot be listed', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const closed = emulator.addFolder({ name: 'Sub', parent: folder })
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder })
    await bench.prepare({ sources: folderLink(folder) })
    document.deleted = true
    closed.noPermission = true
    const dry = await bench.run({ sources: folderLink(folder), 'delete-stale': true, 'dry-run': true })
    expect(dry.outputs).toMatchObject({ deleted: '0', changed: 'false' })
    expect(dry.summary).toMatch(/delete&#45;stale&#96; was off for this run/)
  })
})

describe('the picture of a board that is not listed any more', () => {
  it('stays while the app may not read the board, and goes when the board is deleted', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const board = emulator.addDocument({ type: 'board', title: 'B', bytes: 'png', folder })
    emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), formats: 'board=png', 'delete-stale': true }
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(['A.docx', 'B.png'])
    hide(bench, folder, board)
    const kept = await bench.run(inputs)
    expect([kept.errors, kept.outputs['deleted'], bench.files()]).toEqual([[], '0', ['A.docx', 'B.png']])
    expect(kept.summary).toMatch(/kept 1 file .*not certain/)
    board.deleted = true
    const removed = await bench.run(inputs)
    expect([removed.errors, removed.outputs['deleted'], bench.files()]).toEqual([[], '1', ['A.docx']])
  })

  it('goes when the board has left the sources', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const board = emulator.addDocument({ type: 'board', title: 'B', bytes: 'png', folder })
    const inputs = { sources: folderLink(folder), formats: 'board=png', 'delete-stale': true }
    await bench.prepare(inputs)
    emulator.store.folders.remove(folder, board.token)
    const { errors, outputs } = await bench.runInProcess(inputs)
    expect([errors, outputs['deleted'], bench.files()]).toEqual([[], '1', []])
  })

  it('keeps what is below a page that may not be read for several nights, until the page is deleted', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const chapter = emulator.addNode({ space, type: 'docx', title: 'Chapter' })
    emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' })
    const inputs = { sources: spaceLink(space), 'delete-stale': true }
    await bench.prepare(inputs)
    chapter.rights = 'hidden'
    for (const isOn of [true, false, true]) {
      const step = await bench.runInProcess({ ...inputs, 'delete-stale': isOn })
      expect(step.outputs).toMatchObject({ deleted: '0', changed: 'false' })
    }
    expect(bench.files()).toEqual(['Chapter.docx', 'Chapter/Page.docx'])
    chapter.document.deleted = true
    await bench.runInProcess(inputs)
    expect(bench.files()).toEqual([])
    expect(bench.manifest()).toEqual({ version: 1, files: [] })
  })
})
