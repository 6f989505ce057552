import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { EmulatedDocument } from '../emulator/index.js'
import { caseInsensitive } from './disk-faults.js'
import { countedRun, expectNothingToDo, foldersOf, hashAt, moveDocument, pathsOf, recordAt } from './export-checks.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'
import type { RunOptions } from './run-action.js'

const bench = exportBench()

/** What a run of nothing but moves says and costs. */
async function expectMovesOnly(inputs: Parameters<typeof bench.run>[0], unchanged: number, options: RunOptions = {}) {
  const { step, tasks, downloads } = await countedRun(bench, inputs, options)
  expect(step.errors).toEqual([])
  expect(step.outputs).toMatchObject({
    exported: '0',
    unchanged: String(unchanged),
    failed: '0',
    deleted: '0',
    changed: 'true',
  })
  expect({ tasks, downloads }).toEqual({ tasks: 0, downloads: 0 })
  expect(bench.lies()).toEqual([])
  await expectNothingToDo(bench, inputs, options)
}

/** A folder of documents with these titles. */
function folderOf(...titles: string[]) {
  const folder = bench.emulator.addFolder({ name: 'F' }).token
  const documents = titles.map((title) => bench.emulator.addDocument({ type: 'docx', title, folder }))
  const byTitle = new Map(documents.map((document) => [document.title, document]))
  const get = (title: string): EmulatedDocument => {
    const document = byTitle.get(title)
    if (!document) throw new Error(`no ${title}`)
    return document
  }
  return { folder, documents, get, inputs: { sources: folderLink(folder) } }
}

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
    await bench.run(inputs)
    folder.name = 'New'
    await expectMovesOnly(inputs, 5)
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
    await bench.run(inputs)
    writeFileSync(path.join(bench.workspace, 'Old/mine.txt'), 'mine')
    folder.name = 'New'
    await expectMovesOnly(inputs, 1)
    expect(bench.files()).toEqual(['New/A.docx', 'Old/mine.txt'])
  })

  it('keeps the files of documents that are no longer listed where they are', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folder = emulator.addFolder({ name: 'Old', parent: root })
    const [, hidden] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder: folder.token }))
    if (!hidden) throw new Error('no document')
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.run(inputs)
    emulator.store.folders.remove(folder.token, hidden.token)
    hidden.noPermission = true
    folder.name = 'New'
    await expectMovesOnly(inputs, 1)
    expect(bench.files()).toEqual(['New/A.docx', 'Old/B.docx'])
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
    await bench.run(inputs)
    for (const folder of folders) folder.name = folder.name === 'One' ? 'Two' : 'One'
    await expectMovesOnly(inputs, 4)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(['Two/In One.docx', 'One/In Two.docx'])
    expect(both.flatMap((document) => pathsOf(bench, document))).toEqual(['Two/Both.docx', 'One/Both.docx'])
  })

  it('moves into another one, and that one takes its name', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [inner, outer] = ['A', 'B'].map((name) => emulator.addFolder({ name, parent: root }))
    if (!inner || !outer) throw new Error('no folders')
    const documents = [inner, outer].map(({ token }) =>
      emulator.addDocument({ type: 'docx', title: 'Page', folder: token }),
    )
    const inputs = { sources: folderLink(root) }
    await bench.run(inputs)
    const parent = emulator.store.folders.get(root)
    parent.entries = parent.entries.filter((entry) => entry.kind !== 'folder' || entry.folder !== inner)
    outer.entries.push({ kind: 'folder', folder: inner })
    outer.name = 'A'
    await expectMovesOnly(inputs, 2)
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
    await bench.run(inputs)
    chapter.document.title = 'Part'
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['Part.docx', 'Part/Page.docx'])
  })

  it('is moved below another page without a task, also when its own export would fail now', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    const [one, two] = ['One', 'Two'].map((title) => emulator.addNode({ space, type: 'docx', title }))
    if (!one || !two) throw new Error('no pages')
    const inputs = { sources: spaceLink(space) }
    await bench.run(inputs)
    emulator.store.wiki.moveNode(two.nodeToken, one.nodeToken)
    two.document.jobStatus = 107
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['One.docx', 'One/Two.docx'])
  })
})

describe('a document', () => {
  it('that is renamed costs no task', async () => {
    const { get, inputs } = folderOf('A', 'B')
    await bench.run(inputs)
    get('A').title = 'C'
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['B.docx', 'C.docx'])
    expect(recordAt(bench, 'C.docx')?.title).toBe('C')
  })

  it('that moves to another folder costs no task', async () => {
    const { folder, get, inputs } = folderOf('A', 'B')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder }).token
    await bench.run(inputs)
    moveDocument(bench, get('A'), folder, sub)
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['B.docx', 'Sub/A.docx'])
    moveDocument(bench, get('A'), sub, folder)
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['A.docx', 'B.docx'])
    expect(existsSync(path.join(bench.workspace, 'Sub'))).toBe(false)
  })

  it('in two formats is moved in both', async () => {
    const { get, inputs } = folderOf('A')
    const wishes = { ...inputs, formats: 'docx=docx,pdf' }
    await bench.run(wishes)
    get('A').title = 'B'
    await expectMovesOnly(wishes, 2)
    expect(bench.files()).toEqual(['B.docx', 'B.pdf'])
  })

  it('in two formats, one of which is missing on the disk, is moved in one and exported in the other', async () => {
    const { get, inputs } = folderOf('A')
    await bench.run(inputs)
    get('A').title = 'B'
    const wishes = { ...inputs, formats: 'docx=docx,pdf' }
    const { step, tasks } = await countedRun(bench, wishes)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1', failed: '0', changed: 'true' })
    expect(tasks).toBe(1)
    expect(bench.files()).toEqual(['B.docx', 'B.pdf'])
    expect(bench.lies()).toEqual([])
    await expectNothingToDo(bench, wishes)
  })

  it('whose `to` is another one is moved', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.run({ sources: `${docLink(token)} to=one/name` })
    await expectMovesOnly({ sources: `${docLink(token)} to=two/other` }, 1)
    expect(bench.files()).toEqual(['two/other.docx'])
    expect(foldersOf(bench)).toEqual(['two'])
  })

  it('in a tree whose `to` is another one is moved', async () => {
    const { inputs } = folderOf('A', 'B')
    await bench.run({ sources: `${inputs.sources} to=one` })
    await expectMovesOnly({ sources: `${inputs.sources} to=two` }, 2)
    expect(bench.files()).toEqual(['two/A.docx', 'two/B.docx'])
    expect(foldersOf(bench)).toEqual(['two'])
  })

  it('that was at two places and is wanted at one of them costs no task, and the other copy goes', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.run({ sources: `${docLink(token)} to=one\n${docLink(token)} to=two` })
    const inputs = { sources: `${docLink(token)} to=three` }
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '0', changed: 'true' })
    expect(tasks).toBe(0)
    expect(bench.files()).toEqual(['three.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it.each([
    ['comes', 0],
    ['fails', 1],
  ])('that is moved and edited is moved, and exported there when the export %s', async (_, failed) => {
    const { get, inputs } = folderOf('A', 'B')
    await bench.run(inputs)
    const document = get('A')
    const [oldHash, oldRecord] = [hashAt(bench, 'A.docx'), recordAt(bench, 'A.docx')]
    Object.assign(document, { title: 'C', editTime: '1733000000', jobStatus: failed ? 107 : 0 })
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: String(1 - failed), unchanged: '1', failed: String(failed) })
    expect(step.outputs['changed']).toBe('true')
    expect(tasks).toBe(1)
    expect(bench.files()).toEqual(['B.docx', 'C.docx'])
    expect(hashAt(bench, 'C.docx')).toBe(failed ? oldHash : bench.emulator.expectedSha256(document.token, 'docx'))
    if (failed) expect(recordAt(bench, 'C.docx')).toMatchObject({ sha256: oldRecord?.sha256, token: document.token })
    expect(bench.lies()).toEqual([])
    document.jobStatus = 0
    if (failed) expect((await countedRun(bench, inputs)).tasks).toBe(1)
    await expectNothingToDo(bench, inputs)
  })
})

describe('titles that are passed on', () => {
  it.each([2, 3])('in a circle of %i cost no task', async (count) => {
    const titles = ['A', 'B', 'C'].slice(0, count)
    const { documents, inputs } = folderOf(...titles)
    await bench.run(inputs)
    const hashes = documents.map(({ title }) => hashAt(bench, `${title}.docx`))
    for (const [nth, document] of documents.entries()) document.title = titles[(nth + 1) % count] ?? ''
    await expectMovesOnly(inputs, count)
    expect(documents.map(({ title }) => hashAt(bench, `${title}.docx`))).toEqual(hashes)
    expect(bench.files()).toEqual(titles.map((title) => `${title}.docx`))
  })

  it('in a circle over several folders cost no task', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folders = ['X', 'Y', 'Z'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const documents = folders.map((folder) => emulator.addDocument({ type: 'docx', title: 'Same', folder }))
    const inputs = { sources: folderLink(root) }
    await bench.run(inputs)
    for (const [nth, document] of documents.entries()) {
      moveDocument(bench, document, folders[nth] ?? '', folders[(nth + 1) % 3] ?? '')
    }
    await expectMovesOnly(inputs, 3)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(
      ['Y', 'Z', 'X'].map((name) => `${name}/Same.docx`),
    )
  })

  it('to a new document leave the old one its copy at its new name', async () => {
    const { folder, get, inputs } = folderOf('A')
    await bench.run(inputs)
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

  it('while one of the two was edited and cannot be exported: both files are where they belong', async () => {
    const { get, inputs } = folderOf('A', 'B')
    await bench.run(inputs)
    const [a, b] = [get('A'), get('B')]
    const [hashOfA, hashOfB] = ['A.docx', 'B.docx'].map((file) => hashAt(bench, file))
    Object.assign(a, { title: 'B', editTime: '1733000000', jobStatus: 107 })
    b.title = 'A'
    const { step, tasks } = await countedRun(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '1', changed: 'true' })
    expect(tasks).toBe(1)
    expect([hashAt(bench, 'B.docx'), hashAt(bench, 'A.docx')]).toEqual([hashOfA, hashOfB])
    expect(bench.lies()).toEqual([])
    a.jobStatus = 0
    expect((await bench.run(inputs)).outputs).toMatchObject({ exported: '1', unchanged: '1' })
    await expectNothingToDo(bench, inputs)
  })
})

describe('a name that changes in case only', () => {
  it.each([
    ['on a disk that tells the two apart', () => ({})],
    ['on a disk that takes the two for one', () => caseInsensitive(bench.workspace)],
  ])('is moved, %s', async (_, options) => {
    const { get, inputs } = folderOf('A', 'B')
    await bench.run(inputs, options())
    const hash = hashAt(bench, 'A.docx')
    get('A').title = 'a'
    await expectMovesOnly(inputs, 2, options())
    expect(bench.files()).toEqual(['B.docx', 'a.docx'])
    expect(hashAt(bench, 'a.docx')).toBe(hash)
  })

  it('is moved where it is a folder, on a disk that tells the two apart', async () => {
    const { folder, inputs } = folderOf('A')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder })
    bench.emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
    await bench.run(inputs)
    sub.name = 'SUB'
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['A.docx', 'SUB/Inner.docx'])
  })

  it('costs no task and no copy where it is a folder, on a disk that takes the two for one', async () => {
    const { folder, inputs } = folderOf('A')
    const sub = bench.emulator.addFolder({ name: 'Sub', parent: folder })
    const inner = bench.emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
    const options = caseInsensitive(bench.workspace)
    await bench.run(inputs, options)
    sub.name = 'SUB'
    for (const unchanged of ['the move', 'nothing']) {
      const { step, tasks } = await countedRun(bench, inputs, options)
      expect([unchanged, step.errors, tasks]).toEqual([unchanged, [], 0])
      // Such a disk may keep the old spelling of the folder.
      const [at = '', ...more] = bench.files().filter((file) => file.toLowerCase() === 'sub/inner.docx')
      expect(more).toEqual([])
      expect(hashAt(bench, at)).toBe(bench.emulator.expectedSha256(inner.token, 'docx'))
    }
  })

  it('in a swap is moved, on a disk that takes the two for one', async () => {
    const { get, inputs } = folderOf('A', 'B')
    const options = caseInsensitive(bench.workspace)
    await bench.run(inputs, options)
    const hashes = ['A.docx', 'B.docx'].map((file) => hashAt(bench, file))
    const [a, b] = [get('A'), get('B')]
    a.title = 'b'
    b.title = 'a'
    await expectMovesOnly(inputs, 2, options)
    expect(bench.files()).toEqual(['a.docx', 'b.docx'])
    expect(['b.docx', 'a.docx'].map((file) => hashAt(bench, file))).toEqual(hashes)
  })
})

describe('a shortcut', () => {
  it('whose original moves into the tree gives its copy to the place of the original', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, real] = ['Shown', 'Real'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root) }
    await bench.run(inputs)
    expect(bench.files()).toEqual(['Shown/A.docx'])
    emulator.store.folders.put(real ?? '', document)
    await expectMovesOnly(inputs, 1)
    expect(bench.files()).toEqual(['Real/A.docx'])
  })

  it('whose original leaves the tree has the copy at its own place', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, real] = ['Shown', 'Real'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: real ?? '' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.run(inputs)
    expect(bench.files()).toEqual(['Real/A.docx'])
    emulator.store.folders.remove(real ?? '', document.token)
    await expectMovesOnly(inputs, 1)
    expect(bench.files()).toEqual(['Shown/A.docx'])
  })

  it('whose original moves from one folder to another is of no account', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, one, two] = ['Shown', 'One', 'Two'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: one ?? '' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root) }
    await bench.run(inputs)
    moveDocument(bench, document, one ?? '', two ?? '')
    await expectMovesOnly(inputs, 1)
    expect(bench.files()).toEqual(['Two/A.docx'])
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
    await bench.run(inputs)
    upload.title = 'two'
    folder.name = 'one'
    await expectMovesOnly(inputs, 2)
    expect(bench.files()).toEqual(['one/A.docx', 'two'])
  })

  it.each([
    ['the file', 1, 0],
    ['the document in the folder', 0, 1],
    ['both', 1, 1],
  ])('and both are edited: what cannot be had, %s, keeps its copy at its new place', async (_, upload, inner) => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const file = emulator.addDocument({ type: 'file', title: 'one', folder: root })
    const folder = emulator.addFolder({ name: 'two', parent: root })
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    const inputs = { sources: folderLink(root), 'include-files': true }
    await bench.run(inputs)
    const old = { file: hashAt(bench, 'one'), document: hashAt(bench, 'two/A.docx') }
    Object.assign(file, { title: 'two', editTime: '1733000000', noPermission: upload === 1 })
    Object.assign(document, { editTime: '1733000001', jobStatus: inner === 1 ? 107 : 0 })
    folder.name = 'one'
    const step = await bench.run(inputs)
    const failed = upload + inner
    expect(step.outputs).toMatchObject({ exported: String(2 - failed), failed: String(failed), changed: 'true' })
    expect(bench.files()).toEqual(['one/A.docx', 'two'])
    expect(hashAt(bench, 'two')).toBe(upload ? old.file : emulator.expectedSha256(file.token, ''))
    expect(hashAt(bench, 'one/A.docx')).toBe(inner ? old.document : emulator.expectedSha256(document.token, 'docx'))
    expect(bench.lies()).toEqual([])
    Object.assign(file, { noPermission: false })
    document.jobStatus = 0
    expect((await bench.run(inputs)).outputs).toMatchObject({ exported: String(failed), failed: '0' })
    await expectNothingToDo(bench, inputs)
  })
})
