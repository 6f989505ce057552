import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  BUILT_ACTION,
  addFolderOf,
  countedRun,
  countedRunInProcess,
  expectMovesOnly,
  expectNothingToDo,
  foldersOf,
  hashAt,
  moveDocument,
  pathsOf,
  recordAt,
} from './export-checks.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

describe('a folder that is renamed', () => {
  it('is moved: no export task, the new paths on record, and the old directory gone', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folder = emulator.addFolder({ name: 'Old', parent: root })
    const deep = emulator.addFolder({ name: 'Deep', parent: folder.token }).token
    const documents = Array.from({ length: 5 }, (_, nth) =>
      emulator.addDocument({ type: 'docx', title: `D${nth}`, folder: nth < 3 ? folder.token : deep }),
    )
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    folder.name = 'New'
    await expectMovesOnly(bench, inputs, 5, BUILT_ACTION)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(
      [0, 1, 2, 3, 4].map((nth) => `New/${nth < 3 ? '' : 'Deep/'}D${nth}.docx`),
    )
    expect(foldersOf(bench)).toEqual(['New', 'New/Deep'])
  })

  it('leaves the files of the user where they are', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folder = emulator.addFolder({ name: 'Old', parent: root })
    emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    writeFileSync(path.join(bench.workspace, 'Old/mine.txt'), 'mine')
    folder.name = 'New'
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['New/A.docx', 'Old/mine.txt'])
  })

  it('keeps the files of documents that are no longer listed where they are', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folder = emulator.addFolder({ name: 'Old', parent: root })
    const [, hidden] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder: folder.token }))
    if (!hidden) throw new Error('no document')
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.prepare(inputs)
    emulator.store.folders.remove(folder.token, hidden.token)
    hidden.noPermission = true
    folder.name = 'New'
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['New/A.docx', 'Old/B.docx'])
  })

  it('has its name again after a run that could not list it', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const team = emulator.addFolder({ name: 'Team', parent: root })
    const addMinutes = (): void => {
      const { token } = emulator.addFolder({ name: 'Minutes', parent: team.token })
      emulator.addDocument({ type: 'docx', title: 'A', folder: token })
    }
    addMinutes()
    await bench.prepare({ sources: folderLink(root) })
    addMinutes()
    await bench.prepare({ sources: folderLink(root) })
    const files = bench.files()
    expect(files).toContain('Team/Minutes/A.docx')
    team.noPermission = true
    expect((await bench.runInProcess({ sources: folderLink(root) })).outputs).toMatchObject({ failed: '1' })
    team.noPermission = false
    await expectNothingToDo(bench, { sources: folderLink(root) })
    expect(bench.files()).toEqual(files)
  })

  it('exchanges names with another one', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folders = ['One', 'Two'].map((name) => emulator.addFolder({ name, parent: root }))
    const documents = folders.map(({ token, name }) =>
      emulator.addDocument({ type: 'docx', title: `In ${name}`, folder: token }),
    )
    const both = folders.map(({ token }) => emulator.addDocument({ type: 'docx', title: 'Both', folder: token }))
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    for (const folder of folders) folder.name = folder.name === 'One' ? 'Two' : 'One'
    await expectMovesOnly(bench, inputs, 4)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(['Two/In One.docx', 'One/In Two.docx'])
    expect(both.flatMap((document) => pathsOf(bench, document))).toEqual(['Two/Both.docx', 'One/Both.docx'])
  })

  it('moves into another folder, which takes its old name', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [inner, outer] = ['A', 'B'].map((name) => emulator.addFolder({ name, parent: root }))
    if (!inner || !outer) throw new Error('no folders')
    const documents = [inner, outer].map(({ token }) =>
      emulator.addDocument({ type: 'docx', title: 'Page', folder: token }),
    )
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    const parent = emulator.store.folders.get(root)
    parent.entries = parent.entries.filter((entry) => entry.kind !== 'folder' || entry.folder !== inner)
    outer.entries.push({ kind: 'folder', folder: inner })
    outer.name = 'A'
    await expectMovesOnly(bench, inputs, 2)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(['A/A/Page.docx', 'A/Page.docx'])
    expect(foldersOf(bench)).toEqual(['A', 'A/A'])
  })
})

describe('a page of a knowledge base that is renamed', () => {
  it('takes its own file and the pages below it along without a task', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const chapter = emulator.addNode({ space, type: 'docx', title: 'Chapter' })
    emulator.addNode({ space, parent: chapter.nodeToken, type: 'docx', title: 'Page' })
    const inputs = { sources: spaceLink(space) }
    await bench.prepare(inputs)
    chapter.document.title = 'Part'
    await expectMovesOnly(bench, inputs, 2, BUILT_ACTION)
    expect(bench.files()).toEqual(['Part.docx', 'Part/Page.docx'])
  })

  it('is moved below another page without a task, also when its own export would fail now', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const [one, two] = ['One', 'Two'].map((title) => emulator.addNode({ space, type: 'docx', title }))
    if (!one || !two) throw new Error('no pages')
    const inputs = { sources: spaceLink(space) }
    await bench.prepare(inputs)
    emulator.store.wiki.moveNode(two.nodeToken, one.nodeToken)
    two.document.jobStatus = 107
    await expectMovesOnly(bench, inputs, 2)
    expect(bench.files()).toEqual(['One.docx', 'One/Two.docx'])
  })
})

describe('a document', () => {
  it('that is renamed costs no task', async () => {
    const { get, inputs } = addFolderOf(bench, 'A', 'B')
    await bench.prepare(inputs)
    get('A').title = 'C'
    await expectMovesOnly(bench, inputs, 2, BUILT_ACTION)
    expect(bench.files()).toEqual(['B.docx', 'C.docx'])
    expect(recordAt(bench, 'C.docx')?.title).toBe('C')
  })

  it('that moves to another folder costs no task', async () => {
    const { folder, get, inputs } = addFolderOf(bench, 'A', 'B')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder }).token
    await bench.prepare(inputs)
    moveDocument(bench, get('A'), folder, sub)
    await expectMovesOnly(bench, inputs, 2)
    expect(bench.files()).toEqual(['B.docx', 'Sub/A.docx'])
    moveDocument(bench, get('A'), sub, folder)
    await expectMovesOnly(bench, inputs, 2)
    expect(bench.files()).toEqual(['A.docx', 'B.docx'])
    expect(existsSync(path.join(bench.workspace, 'Sub'))).toBe(false)
  })

  it('in two formats is moved in both', async () => {
    const { get, inputs } = addFolderOf(bench, 'A')
    const inputsWithPdf = { ...inputs, formats: 'docx=docx,pdf' }
    await bench.prepare(inputsWithPdf)
    get('A').title = 'B'
    await expectMovesOnly(bench, inputsWithPdf, 2)
    expect(bench.files()).toEqual(['B.docx', 'B.pdf'])
  })

  it('that is renamed and gets a second format is moved in the first format and exported in the second', async () => {
    const { get, inputs } = addFolderOf(bench, 'A')
    await bench.prepare(inputs)
    get('A').title = 'B'
    const inputsWithPdf = { ...inputs, formats: 'docx=docx,pdf' }
    const { step, tasks } = await countedRun(bench, inputsWithPdf)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1', failed: '0', changed: 'true' })
    expect(tasks).toBe(1)
    expect(bench.files()).toEqual(['B.docx', 'B.pdf'])
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputsWithPdf)
  })

  it('whose `to` changes is moved', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.prepare({ sources: `${docLink(token)} to=one/name` })
    await expectMovesOnly(bench, { sources: `${docLink(token)} to=two/other` }, 1, BUILT_ACTION)
    expect(bench.files()).toEqual(['two/other.docx'])
    expect(foldersOf(bench)).toEqual(['two'])
  })

  it('in a tree whose `to` changes is moved', async () => {
    const { inputs } = addFolderOf(bench, 'A', 'B')
    await bench.prepare({ sources: `${inputs.sources} to=one` })
    await expectMovesOnly(bench, { sources: `${inputs.sources} to=two` }, 2)
    expect(bench.files()).toEqual(['two/A.docx', 'two/B.docx'])
    expect(foldersOf(bench)).toEqual(['two'])
  })

  it('that was exported to two paths and now goes to a third one costs no task, and the other copy is removed', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.prepare({ sources: `${docLink(token)} to=one\n${docLink(token)} to=two` })
    const inputs = { sources: `${docLink(token)} to=three` }
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '0', changed: 'true' })
    expect(tasks).toBe(0)
    expect(bench.files()).toEqual(['three.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it.each([
    ['succeeds', 0],
    ['fails', 1],
  ])('that is renamed and edited is moved, and exported there; its export %s', async (_, failed) => {
    const { get, inputs } = addFolderOf(bench, 'A', 'B')
    await bench.prepare(inputs)
    const document = get('A')
    const [oldHash, oldRecord] = [hashAt(bench, 'A.docx'), recordAt(bench, 'A.docx')]
    Object.assign(document, { title: 'C', editTime: '1733000000', jobStatus: failed ? 107 : 0 })
    const { step, tasks } = await (failed ? countedRun(bench, inputs) : countedRunInProcess(bench, inputs))
    expect(step.outputs).toMatchObject({ exported: String(1 - failed), unchanged: '1', failed: String(failed) })
    expect(step.outputs['changed']).toBe('true')
    expect(tasks).toBe(1)
    expect(bench.files()).toEqual(['B.docx', 'C.docx'])
    expect(hashAt(bench, 'C.docx')).toBe(failed ? oldHash : bench.emulator.expectedSha256(document.token, 'docx'))
    if (failed) expect(recordAt(bench, 'C.docx')).toMatchObject({ sha256: oldRecord?.sha256, token: document.token })
    expect(bench.wrongRecords()).toEqual([])
    document.jobStatus = 0
    if (failed) expect((await countedRunInProcess(bench, inputs)).tasks).toBe(1)
    await expectNothingToDo(bench, inputs)
  })
})
