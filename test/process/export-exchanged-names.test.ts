import { describe, expect, it } from '@jest/globals'
import { caseInsensitive } from './disk-faults.js'
import {
  BUILT_ACTION,
  addFolderOf,
  countedRun,
  expectMovesOnly,
  expectNothingToDo,
  hashAt,
  moveDocument,
  pathsOf,
} from './export-checks.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

describe('titles that are passed on', () => {
  it.each([2, 3])('in a circle of %i cost no task', async (count) => {
    const titles = ['A', 'B', 'C'].slice(0, count)
    const { documents, inputs } = addFolderOf(bench, ...titles)
    await bench.prepare(inputs)
    const hashes = documents.map(({ title }) => hashAt(bench, `${title}.docx`))
    for (const [nth, document] of documents.entries()) document.title = titles[(nth + 1) % count] ?? ''
    await expectMovesOnly(bench, inputs, count, BUILT_ACTION)
    expect(documents.map(({ title }) => hashAt(bench, `${title}.docx`))).toEqual(hashes)
    expect(bench.files()).toEqual(titles.map((title) => `${title}.docx`))
  })

  it('in a circle over several folders cost no task', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folders = ['X', 'Y', 'Z'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const documents = folders.map((folder) => emulator.addDocument({ type: 'docx', title: 'Same', folder }))
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    for (const [nth, document] of documents.entries()) {
      moveDocument(bench, document, folders[nth] ?? '', folders[(nth + 1) % 3] ?? '')
    }
    await expectMovesOnly(bench, inputs, 3)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(
      ['Y', 'Z', 'X'].map((name) => `${name}/Same.docx`),
    )
  })

  it('to a new document: the file of the old document moves to its new name', async () => {
    const { folder, get, inputs } = addFolderOf(bench, 'A')
    await bench.prepare(inputs)
    const [old, hash] = [get('A'), hashAt(bench, 'A.docx')]
    old.title = 'B'
    const fresh = bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1', failed: '0', changed: 'true' })
    expect(tasks).toBe(1)
    expect(hashAt(bench, 'B.docx')).toBe(hash)
    expect([pathsOf(bench, fresh), pathsOf(bench, old)]).toEqual([['A.docx'], ['B.docx']])
    await expectNothingToDo(bench, inputs)
  })

  it('from A to B and from B to A: both files move, though one document was edited and cannot be exported', async () => {
    const { get, inputs } = addFolderOf(bench, 'A', 'B')
    await bench.prepare(inputs)
    const [a, b] = [get('A'), get('B')]
    const [hashOfA, hashOfB] = ['A.docx', 'B.docx'].map((file) => hashAt(bench, file))
    Object.assign(a, { title: 'B', editTime: '1733000000', jobStatus: 107 })
    b.title = 'A'
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '1', changed: 'true' })
    expect(tasks).toBe(1)
    expect([hashAt(bench, 'B.docx'), hashAt(bench, 'A.docx')]).toEqual([hashOfA, hashOfB])
    expect(bench.wrongRecords()).toEqual([])
    a.jobStatus = 0
    expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ exported: '1', unchanged: '1' })
    await expectNothingToDo(bench, inputs)
  })
})

describe('a name that changes in case only', () => {
  it.each([
    ['on a disk that distinguishes case', () => ({})],
    ['on a disk that ignores case', () => caseInsensitive(bench.workspace)],
  ])('is moved, %s', async (_, options) => {
    const { get, inputs } = addFolderOf(bench, 'A', 'B')
    await bench.run(inputs, options())
    const hash = hashAt(bench, 'A.docx')
    get('A').title = 'a'
    await expectMovesOnly(bench, inputs, 2, options())
    expect(bench.files()).toEqual(['B.docx', 'a.docx'])
    expect(hashAt(bench, 'a.docx')).toBe(hash)
  })

  it('is changed for a folder, on a disk that distinguishes case', async () => {
    const { folder, inputs } = addFolderOf(bench, 'A')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder })
    bench.emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
    await bench.prepare(inputs)
    sub.name = 'SUB'
    await expectMovesOnly(bench, inputs, 2)
    expect(bench.files()).toEqual(['A.docx', 'SUB/Inner.docx'])
  })

  it('costs no task and no copy for a folder, on a disk that ignores case', async () => {
    const { folder, inputs } = addFolderOf(bench, 'A')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder })
    const inner = bench.emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
    const options = caseInsensitive(bench.workspace)
    await bench.run(inputs, options)
    sub.name = 'SUB'
    for (const run of ['with the new name', 'without a change']) {
      const { step, tasks } = await countedRun(bench, inputs, options)
      expect([run, step.errors, tasks]).toEqual([run, [], 0])
      // Such a disk may keep the old spelling of the folder.
      const [at = '', ...more] = bench.files().filter((file) => file.toLowerCase() === 'sub/inner.docx')
      expect(more).toEqual([])
      expect(hashAt(bench, at)).toBe(bench.emulator.expectedSha256(inner.token, 'docx'))
    }
  })

  it('in a swap of two names is moved, on a disk that ignores case', async () => {
    const { get, inputs } = addFolderOf(bench, 'A', 'B')
    const options = caseInsensitive(bench.workspace)
    await bench.run(inputs, options)
    const hashes = ['A.docx', 'B.docx'].map((file) => hashAt(bench, file))
    const [a, b] = [get('A'), get('B')]
    a.title = 'b'
    b.title = 'a'
    await expectMovesOnly(bench, inputs, 2, options)
    expect(bench.files()).toEqual(['a.docx', 'b.docx'])
    expect(['b.docx', 'a.docx'].map((file) => hashAt(bench, file))).toEqual(hashes)
  })
})

describe('an uploaded file that takes the name of a folder, which takes the name of the file,', () => {
  it('costs no download and no task', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const upload = emulator.addDocument({ type: 'file', title: 'one', folder: root })
    const folder = emulator.addFolder({ name: 'two', parent: root })
    emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.prepare(inputs)
    upload.title = 'two'
    folder.name = 'one'
    await expectMovesOnly(bench, inputs, 2)
    expect(bench.files()).toEqual(['one/A.docx', 'two'])
  })

  it.each([
    ['the file', 1, 0],
    ['the document in the folder', 0, 1],
    ['both', 1, 1],
  ])(
    'and both are edited: what cannot be exported (%s) is moved with its old content',
    async (_, failedFiles, failedDocuments) => {
      const { emulator } = bench
      const root = emulator.addFolder({ name: 'Root' }).token
      const file = emulator.addDocument({ type: 'file', title: 'one', folder: root })
      const folder = emulator.addFolder({ name: 'two', parent: root })
      const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
      const inputs = { sources: folderLink(root), 'include-files': true }
      await bench.prepare(inputs)
      const old = { file: hashAt(bench, 'one'), document: hashAt(bench, 'two/A.docx') }
      Object.assign(file, { title: 'two', editTime: '1733000000', noPermission: failedFiles === 1 })
      Object.assign(document, { editTime: '1733000001', jobStatus: failedDocuments === 1 ? 107 : 0 })
      folder.name = 'one'
      const failed = failedFiles + failedDocuments
      const step = await (failed === 2 ? bench.run(inputs) : bench.runInProcess(inputs))
      expect(step.outputs).toMatchObject({ exported: String(2 - failed), failed: String(failed), changed: 'true' })
      expect(bench.files()).toEqual(['one/A.docx', 'two'])
      expect(hashAt(bench, 'two')).toBe(failedFiles ? old.file : emulator.expectedSha256(file.token, ''))
      expect(hashAt(bench, 'one/A.docx')).toBe(
        failedDocuments ? old.document : emulator.expectedSha256(document.token, 'docx'),
      )
      expect(bench.wrongRecords()).toEqual([])
      Object.assign(file, { noPermission: false })
      document.jobStatus = 0
      expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ exported: String(failed), failed: '0' })
      await expectNothingToDo(bench, inputs)
    },
  )
})
