import { describe, expect, it } from '@jest/globals'
import { refusing } from './disk-faults.js'
import {
  BUILT_ACTION,
  countedRunInProcess,
  expectNothingToDo,
  hashAt,
  hide,
  pathsOf,
  recordAt,
  unhide,
} from './export-checks.js'
import { exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

describe.each([false, true])('a document that is no longer listed, with delete-stale %s,', (deleteStale) => {
  it('keeps its file and its record when another document takes its title', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const hidden = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), 'delete-stale': deleteStale }
    await bench.prepare(inputs)
    const [hash, record] = [hashAt(bench, 'A.docx'), recordAt(bench, 'A.docx')]
    hide(bench, folder, hidden)
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', failed: '0', deleted: '0', changed: 'true' })
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    expect(recordAt(bench, 'A.docx')).toEqual(record)
    expect(pathsOf(bench, fresh)).toEqual([expect.stringMatching(/^A-\w+\.docx$/)])
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  })
})

describe('a document that is no longer listed, when stale files are deleted,', () => {
  it('has its old path when it can be read again; the other document keeps its own path', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const hidden = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), 'delete-stale': true }
    await bench.prepare(inputs)
    hide(bench, folder, hidden)
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder })
    await bench.prepare(inputs)
    unhide(bench, folder, hidden)
    await expectNothingToDo(bench, inputs)
    expect(pathsOf(bench, hidden)).toEqual(['A.docx'])
    expect(pathsOf(bench, fresh)).toEqual([expect.stringMatching(/^A-\w+\.docx$/)])
  })

  it('keeps its file when a listed document is renamed to its title', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const [hidden, other] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder }))
    if (!hidden || !other) throw new Error('no documents')
    const inputs = { sources: folderLink(folder), 'delete-stale': true }
    await bench.prepare(inputs)
    const [hash, otherHash] = ['A.docx', 'B.docx'].map((file) => hashAt(bench, file))
    hide(bench, folder, hidden)
    other.title = 'A'
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ failed: '0', deleted: '0' })
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    const [moved = ''] = pathsOf(bench, other)
    expect(moved).toMatch(/^A-\w+\.docx$/)
    expect(hashAt(bench, moved)).toBe(otherHash)
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it('keeps its file and those of the pages below it when a page with the same title and child pages is added', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const addChapter = () => {
      const chapter = emulator.addNode({ space, type: 'docx', title: 'Chapter' })
      return { chapter, page: emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' }) }
    }
    const old = addChapter()
    const inputs = { sources: spaceLink(space), 'delete-stale': true }
    await bench.prepare(inputs)
    const files = ['Chapter.docx', 'Chapter/Page.docx']
    const before = files.map((file) => ({ hash: hashAt(bench, file), record: recordAt(bench, file) }))
    old.chapter.rights = 'hidden'
    old.page.rights = 'hidden'
    addChapter()
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '2', failed: '0', deleted: '0' })
    expect(files.map((file) => ({ hash: hashAt(bench, file), record: recordAt(bench, file) }))).toEqual(before)
    expect(bench.files()).toHaveLength(4)
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it.each([
    ['an uploaded file', 'file', 'notes', 'is exported', 0],
    ['an uploaded file', 'file', 'notes', 'fails', 1],
    ['a document', 'docx', 'A.docx', 'is exported', 0],
    ['a document', 'docx', 'A.docx', 'fails', 1],
  ] as const)(
    'and is %s keeps its file when a folder takes its name (%s: %s), and the document in it %s',
    async (_, type, title, __, failed) => {
      const file = title
      const { emulator } = bench
      const root = emulator.addFolder({ name: 'Root' }).token
      const hidden = emulator.addDocument({ type, title, folder: root })
      const inputs = { sources: folderLink(root), 'include-files': true, 'delete-stale': true }
      await bench.prepare(inputs)
      const [hash, record] = [hashAt(bench, file), recordAt(bench, file)]
      hide(bench, root, hidden)
      const folder = emulator.addFolder({ name: title, parent: root }).token
      const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder, jobStatus: failed ? 107 : 0 })
      const step = await (type === 'file' && failed ? bench.run(inputs) : bench.runInProcess(inputs))
      expect(step.outputs).toMatchObject({ exported: String(1 - failed), failed: String(failed), deleted: '0' })
      expect(hashAt(bench, file)).toBe(hash)
      expect(recordAt(bench, file)).toEqual(record)
      inner.jobStatus = 0
      await bench.prepare(inputs)
      expect(pathsOf(bench, inner)).toEqual([expect.stringMatching(/^(notes|A)[^/]*-\w+[^/]*\/Inner\.docx$/)])
      expect(bench.wrongRecords()).toEqual([])
      await expectNothingToDo(bench, inputs)
    },
  )
})

describe('an uploaded file that an earlier run saved, when include-files is off and a folder takes its name,', () => {
  it('keeps its path, and the folder gets another name, with delete-stale too', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.prepare({ ...inputs, 'include-files': true })
    const [hash, record] = [hashAt(bench, 'notes'), recordAt(bench, 'notes')]
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder })
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', failed: '0', skipped: '1', deleted: '0' })
    expect(hashAt(bench, 'notes')).toBe(hash)
    expect(recordAt(bench, 'notes')).toEqual(record)
    expect(pathsOf(bench, inner)).toEqual([expect.stringMatching(/^notes-\w+\/Inner\.docx$/)])
    await expectNothingToDo(bench, inputs)
    await expectNothingToDo(bench, { ...inputs, 'include-files': true })
  })

  it('keeps it also when the file itself got another title meanwhile', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const upload = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const inputs = { sources: folderLink(root) }
    await bench.prepare({ ...inputs, 'include-files': true })
    const hash = hashAt(bench, 'notes')
    upload.title = 'old notes'
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    emulator.addDocument({ type: 'docx', title: 'Inner', folder })
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    const [at = ''] = pathsOf(bench, upload)
    expect(hashAt(bench, at)).toBe(hash)
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
  })
})

describe('the name of a document that is deleted', () => {
  it('is free in the same run with delete-stale, and the old file is removed', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const old = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), 'delete-stale': true }
    await bench.prepare(inputs)
    old.deleted = true
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['A.docx'])
    expect(pathsOf(bench, fresh)).toEqual(['A.docx'])
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it('is not given to another document without delete-stale', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const old = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder) }
    await bench.prepare(inputs)
    const [hash, record] = [hashAt(bench, 'A.docx'), recordAt(bench, 'A.docx')]
    old.deleted = true
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', deleted: '0' })
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    expect(recordAt(bench, 'A.docx')).toEqual(record)
    expect(pathsOf(bench, fresh)).toEqual([expect.stringMatching(/^A-\w+\.docx$/)])
    await expectNothingToDo(bench, inputs)
  })

  it('is not given to a folder without delete-stale', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const old = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    const hash = hashAt(bench, 'notes')
    old.deleted = true
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder })
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(hashAt(bench, 'notes')).toBe(hash)
    expect(pathsOf(bench, inner)).toEqual([expect.stringMatching(/^notes-\w+\/Inner\.docx$/)])
    await expectNothingToDo(bench, inputs)
  })
})

describe('a file that is still parked, since the disk refused to move it,', () => {
  it('goes back to its old path, also while its document is not listed', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    const hidden = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(folder), 'delete-stale': true }
    await bench.prepare(inputs)
    const hash = hashAt(bench, 'A.docx')
    hidden.title = 'B'
    const refused = await bench.run(inputs, refusing({ calls: ['rename', 'link'], paths: /\.old$/, from: 2 }))
    expect(refused.exitCode).toBe(1)
    const [parked = ''] = pathsOf(bench, hidden)
    expect(parked).toMatch(/\.old$/)
    expect(bench.wrongRecords()).toEqual([])
    hide(bench, folder, hidden)
    const fresh = emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', failed: '0', deleted: '0' })
    expect(pathsOf(bench, fresh)).toEqual([expect.stringMatching(/^A-\w+\.docx$/)])
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    expect(pathsOf(bench, hidden)).toEqual(['A.docx'])
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
    hidden.title = 'A'
    unhide(bench, folder, hidden)
    const back = await countedRunInProcess(bench, inputs)
    expect(back.step.errors).toEqual([])
    expect(back.tasks).toBe(0)
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    expect(bench.files()).toEqual(['A.docx', ...pathsOf(bench, fresh)].sort())
    await expectNothingToDo(bench, inputs)
  })
})
