import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

/** The token of the document whose file is recorded at a path. */
const tokenAt = (file: string): string | undefined =>
  bench.manifest().files.find((record) => record.path === file)?.token

describe('the only copy of a document', () => {
  it('moves to its new place before another one takes its path, and needs no export', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const archive = emulator.addFolder({ name: 'Archive', parent: root }).token
    const old = emulator.addDocument({ type: 'docx', title: 'Weekly', folder: root })
    await bench.prepare({ sources: folderLink(root) })
    const bytes = bench.read('Weekly.docx')
    emulator.store.folders.remove(root, old.token)
    emulator.store.folders.put(archive, old)
    old.jobStatus = 107
    const fresh = emulator.addDocument({ type: 'docx', title: 'Weekly', folder: root })
    const step = await bench.run({ sources: folderLink(root) })
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1', failed: '0' })
    expect(bench.read('Archive/Weekly.docx')).toEqual(bytes)
    expect([tokenAt('Weekly.docx'), tokenAt('Archive/Weekly.docx')]).toEqual([fresh.token, old.token])
    expect(bench.wrongRecords()).toEqual([])
    expect(bench.manifest().journal).toBeUndefined()
  })

  it.each([2, 3])(
    'survives when %i documents pass their titles on in a circle and only one can be exported',
    async (n) => {
      const folder = bench.emulator.addFolder({ name: 'F' }).token
      const documents = Array.from({ length: n }, (_, nth) =>
        bench.emulator.addDocument({ type: 'docx', title: `T${nth}`, folder }),
      )
      await bench.prepare({ sources: folderLink(folder) })
      const before = documents.map((_, nth) => bench.read(`T${nth}.docx`))
      for (const [nth, document] of documents.entries()) {
        document.title = `T${(nth + 1) % n}`
        document.editTime = '1740000000'
        if (nth > 0) document.jobStatus = 110
      }
      const inputs = { sources: folderLink(folder) }
      const step = await (n === 2 ? bench.runInProcess(inputs) : bench.run(inputs))
      expect(step.outputs).toMatchObject({ exported: '1', failed: String(n - 1) })
      expect(documents.map(({ title, token }) => tokenAt(`${title}.docx`) === token)).toEqual(documents.map(() => true))
      for (let nth = 1; nth < n; nth++) expect(bench.read(`T${(nth + 1) % n}.docx`)).toEqual(before[nth])
      expect(bench.wrongRecords()).toEqual([])
    },
  )

  it('is not overwritten if it cannot move, since a file of the user is at its new path', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const [old] = ['A', 'X'].map((title) => bench.emulator.addDocument({ type: 'docx', title, folder }))
    await bench.prepare({ sources: folderLink(folder) })
    const bytes = bench.read('A.docx')
    if (old) old.title = 'B'
    writeFileSync(path.join(bench.workspace, 'B.docx'), 'somebody\u2019s')
    bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run({ sources: folderLink(folder) })
    expect(step.outputs).toMatchObject({ exported: '0', failed: '2', unchanged: '1' })
    expect(step.errors[0]).toMatch(
      /"A\.docx".*it is the file of another document, which could not be moved.*"B\.docx".*no earlier run wrote it/,
    )
    expect(bench.read('A.docx')).toEqual(bytes)
    expect(bench.read('B.docx').toString()).toBe('somebody\u2019s')
    expect(bench.wrongRecords()).toEqual([])
  })
})

describe('a title that is passed on', () => {
  // Document A gets the title C, and B gets the title A: the file A.docx must move before the download of C has ended.
  it.each([
    ['slow', answers.delay(900), 0],
    ['cut once', answers.delay(900, answers.cut({ afterBytes: 50 })), 0],
    ['refused', answers.delay(900, answers.error(1069902)), 1],
  ])('leaves no file that is not recorded when the download of its old document is %s', async (_, download, failed) => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const [first, second] = ['A', 'B'].map((title) => bench.emulator.addDocument({ type: 'docx', title, folder }))
    if (!first || !second) throw new Error('no documents')
    const sources = folderLink(folder)
    await bench.prepare({ sources })
    const before = bench.read('A.docx')
    Object.assign(first, { title: 'C', editTime: '1800000000' })
    Object.assign(second, { title: 'A', editTime: '1800000001' })
    bench.emulator.script('download', failed > 0 ? () => download : [download], { token: first.token })
    const step = await bench.run({ sources })
    expect(step.outputs).toMatchObject({ exported: String(2 - failed), failed: String(failed) })
    expect(bench.files()).toEqual(['A.docx', 'C.docx'])
    expect([tokenAt('A.docx'), tokenAt('C.docx')]).toEqual([second.token, first.token])
    if (failed > 0) expect(bench.read('C.docx')).toEqual(before)
    expect(bench.wrongRecords()).toEqual([])
    expect(bench.manifest().journal).toBeUndefined()
  })

  it('needs no move if the recorded file of its old document is missing', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const first = bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    const sources = folderLink(folder)
    await bench.prepare({ sources })
    // As if a cache had brought back the manifest alone.
    rmSync(path.join(bench.workspace, 'A.docx'))
    Object.assign(first, { title: 'C', durationMs: 1500 })
    const second = bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run({ sources })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '2', failed: '0' })
    expect([tokenAt('A.docx'), tokenAt('C.docx')]).toEqual([second.token, first.token])
    expect(bench.wrongRecords()).toEqual([])
  })
})

describe('a file without extension and a folder of the same name:', () => {
  it('the folder is renamed, and a new file takes its name', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addFolder({ name: 'notes', parent: root })
    const inner = emulator.addDocument({ type: 'docx', title: 'A', folder: notes.token, durationMs: 1500 })
    const deep = emulator.addFolder({ name: 'deep', parent: notes.token }).token
    emulator.addDocument({ type: 'docx', title: 'B', folder: deep, durationMs: 1500 })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    const before = bench.read('notes/A.docx')
    notes.name = 'old notes'
    Object.assign(inner, { jobStatus: 107, editTime: '1740000000' })
    emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const step = await bench.run(inputs)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1', failed: '1' })
    expect(bench.files()).toEqual(['notes', 'old notes/A.docx', 'old notes/deep/B.docx'])
    expect(bench.read('old notes/A.docx')).toEqual(before)
    expect(bench.wrongRecords()).toEqual([])
    expect(bench.manifest().journal).toBeUndefined()
  })

  it('the file is renamed, and a folder takes its name', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const folder = emulator.addFolder({ name: 'F', parent: root })
    emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    const before = bench.read('notes')
    Object.assign(notes, { title: 'old notes', editTime: '1740000000' })
    folder.name = 'notes'
    bench.emulator.script('file-download', () => answers.delay(900, answers.error(1061004)))
    const step = await bench.run(inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '1' })
    expect(bench.files()).toEqual(['notes/A.docx', 'old notes'])
    expect(bench.read('old notes')).toEqual(before)
    expect(bench.wrongRecords()).toEqual([])
  })

  it.each([
    ['is downloaded', 0],
    ['cannot be downloaded', 1],
  ])('the file moves into a new folder of its name, and %s', async (_, failed) => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    const before = bench.read('notes')
    emulator.store.folders.remove(root, notes.token)
    emulator.store.folders.put(emulator.addFolder({ name: 'notes', parent: root }).token, notes)
    if (failed > 0) notes.editTime = '1740000000'
    if (failed > 0) emulator.script('file-download', () => answers.error(1061004))
    const step = await (failed > 0 ? bench.run(inputs) : bench.runInProcess(inputs))
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: String(1 - failed), failed: String(failed) })
    expect(bench.files()).toEqual(['notes/notes'])
    expect(bench.read('notes/notes')).toEqual(before)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('the file is not written while a file of the user is in the old directory of the folder', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addFolder({ name: 'notes', parent: root })
    emulator.addDocument({ type: 'docx', title: 'A', folder: notes.token })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    writeFileSync(path.join(bench.workspace, 'notes', 'mine.txt'), 'mine')
    notes.name = 'old notes'
    emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const step = await bench.run(inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '1' })
    expect(step.errors[0]).toMatch(/"notes": Cannot write the file ".*notes": .*folder/)
    expect(bench.files()).toEqual(['notes/mine.txt', 'old notes/A.docx'])
    expect(bench.wrongRecords()).toEqual([])
  })
})
