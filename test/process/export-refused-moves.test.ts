import { describe, expect, it } from '@jest/globals'
import {
  BUILT_ACTION,
  countedRun,
  countedRunInProcess,
  expectNothingToDo,
  hashAt,
  hashesOf,
  pathsOf,
} from './export-checks.js'
import { refusing, type DiskCall } from './disk-faults.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

/** Adds a folder with these documents and exports it once. `hashes` are those of the exported files. */
async function exportDocuments(...titles: string[]) {
  const folder = bench.emulator.addFolder({ name: 'F' }).token
  const documents = titles.map((title) => bench.emulator.addDocument({ type: 'docx', title, folder }))
  const inputs = { sources: folderLink(folder) }
  await bench.prepare(inputs)
  return { folder, documents, inputs, hashes: documents.map(({ title }) => hashAt(bench, `${title}.docx`)) }
}

/** True for the path of a temporary file of a run. */
const isLeftover = (file: string): boolean => /(^|\/)\.feishu-export-[^/]*\.part$/.test(file)

/** The path and hash of each file that is not temporary. The output `changed` is about these files. */
const finishedFiles = () => Object.entries(hashesOf(bench)).filter(([file]) => !isLeftover(file))

describe('titles that are exchanged on a disk that refuses to move files', () => {
  it('lose no copy, whichever move is the first refused one; `changed` is right, and the next run makes the moves', async () => {
    const { documents, inputs, hashes } = await exportDocuments('A', 'B')
    const [a, b] = documents
    if (!a || !b) throw new Error('no documents')
    Object.assign(a, { title: 'B', editTime: '1733000000' })
    Object.assign(b, { title: 'A', editTime: '1733000001' })
    const before = finishedFiles()
    const { workspace } = bench
    for (const from of [1, 2, 3, 4, 5, 6]) {
      bench.openCopyOf(workspace)
      const step = await bench.run(inputs, refusing({ calls: ['rename', 'link'], paths: /\.docx$|\.old$/, from }))
      const after = finishedFiles()
      expect([from, step.outputs['changed']]).toEqual([from, String(JSON.stringify(after) !== JSON.stringify(before))])
      expect([from, bench.wrongRecords()]).toEqual([from, []])
      for (const [nth, document] of documents.entries()) {
        const oldAndNewHash = [hashes[nth], bench.emulator.expectedSha256(document.token, 'docx')]
        const [at = ''] = pathsOf(bench, document)
        expect(oldAndNewHash).toContain(hashAt(bench, at))
      }
      const healed = await (from === 1 ? bench.run(inputs) : bench.runInProcess(inputs))
      expect([from, healed.errors]).toEqual([from, []])
      expect(bench.files()).toEqual(['A.docx', 'B.docx'])
      expect([hashAt(bench, 'B.docx'), hashAt(bench, 'A.docx')]).toEqual(
        documents.map(({ token }) => bench.emulator.expectedSha256(token, 'docx')),
      )
    }
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  }, 60_000)
})

describe('a file that cannot be moved for as long as the run lasts', () => {
  it('makes the moves that wait for it go back: the run fails, and all files are as before; the next run moves them', async () => {
    const { documents, inputs } = await exportDocuments('A', 'B')
    const [a, b] = documents
    if (!a || !b) throw new Error('no documents')
    Object.assign(a, { title: 'B' })
    Object.assign(b, { title: 'C' })
    const before = hashesOf(bench)
    const refused = await countedRun(bench, inputs, refusing({ calls: ['rename', 'link'], paths: /C\.docx$/ }))
    expect(refused.step.exitCode).toBe(1)
    expect(refused.step.errors[0]).toMatch(/(B|C)\.docx/)
    expect(refused.step.outputs['changed']).toBe('false')
    expect(refused.tasks).toBe(0)
    expect(hashesOf(bench)).toEqual(before)
    expect([pathsOf(bench, a), pathsOf(bench, b)]).toEqual([['A.docx'], ['B.docx']])
    expect(bench.wrongRecords()).toEqual([])
    const healed = await countedRunInProcess(bench, inputs)
    expect(healed.step.errors).toEqual([])
    expect(healed.tasks).toBe(0)
    expect([pathsOf(bench, a), pathsOf(bench, b)]).toEqual([['B.docx'], ['C.docx']])
    await expectNothingToDo(bench, inputs)
  })

  it('does not keep the others from moving', async () => {
    const { documents, inputs } = await exportDocuments('A', 'B', 'C')
    for (const document of documents) document.title = `New ${document.title}`
    const { step, tasks } = await countedRun(
      bench,
      inputs,
      refusing({ calls: ['rename', 'link'], paths: /New B\.docx$/ }),
    )
    expect(step.exitCode).toBe(1)
    expect(step.outputs['changed']).toBe('true')
    expect(tasks).toBe(0)
    expect(bench.files()).toEqual(['B.docx', 'New A.docx', 'New C.docx'])
    expect(bench.wrongRecords()).toEqual([])
    const healed = await countedRunInProcess(bench, inputs)
    expect(healed.step.errors).toEqual([])
    expect(healed.tasks).toBe(0)
    expect(bench.files()).toEqual(['New A.docx', 'New B.docx', 'New C.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it.each(['EPERM', 'EBUSY'])(
    'loses no file of a circle of three (%s), and the next run makes the moves',
    async (code) => {
      const { documents, inputs, hashes } = await exportDocuments('A', 'B', 'C')
      const titles = documents.map(({ title }) => title)
      for (const [nth, document] of documents.entries()) document.title = titles[(nth + 1) % 3] ?? ''
      const { step, tasks } = await countedRun(
        bench,
        inputs,
        refusing({ calls: ['rename', 'link'], paths: /B\.docx$/, code }),
      )
      expect(step.exitCode).toBe(1)
      expect(tasks).toBe(0)
      expect(documents.map((document) => hashAt(bench, pathsOf(bench, document)[0] ?? ''))).toEqual(hashes)
      expect(bench.wrongRecords()).toEqual([])
      const healed = await countedRunInProcess(bench, inputs)
      expect(healed.step.errors).toEqual([])
      expect(healed.tasks).toBe(0)
      expect(documents.map(({ title }) => hashAt(bench, `${title}.docx`))).toEqual(hashes)
      expect(bench.files()).toEqual(['A.docx', 'B.docx', 'C.docx'])
      await expectNothingToDo(bench, inputs)
    },
  )

  it('is not lost when a new document waits for its name', async () => {
    const { folder, documents, inputs, hashes } = await exportDocuments('A')
    const [old] = documents
    if (!old) throw new Error('no document')
    old.title = 'B'
    const fresh = bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    const step = await bench.run(inputs, refusing({ calls: ['rename', 'link'], paths: /B\.docx$/ }))
    expect(step.exitCode).toBe(1)
    expect(hashAt(bench, pathsOf(bench, old)[0] ?? '')).toBe(hashes[0])
    expect(bench.wrongRecords()).toEqual([])
    const healed = await bench.runInProcess(inputs)
    expect(healed.errors).toEqual([])
    expect([pathsOf(bench, fresh), pathsOf(bench, old)]).toEqual([['A.docx'], ['B.docx']])
    expect(hashAt(bench, 'B.docx')).toBe(hashes[0])
    await expectNothingToDo(bench, inputs)
  })

  it.each<[string, readonly DiskCall[]]>([
    ['and its old folder cannot be removed: the file is moved all the same', ['rmdir']],
    ['and its new folder cannot be created: the next run moves it', ['mkdir']],
  ])('%s', async (_, calls) => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const folder = emulator.addFolder({ name: 'Old', parent: root })
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    const hash = hashAt(bench, 'Old/A.docx')
    folder.name = 'New'
    const { step, tasks } = await countedRun(bench, inputs, refusing({ calls, paths: /\/(Old|New)$/ }))
    expect(tasks).toBe(0)
    expect(hashAt(bench, pathsOf(bench, document)[0] ?? '')).toBe(hash)
    expect(step.outputs['changed']).toBe(String(calls[0] === 'rmdir'))
    expect(bench.wrongRecords()).toEqual([])
    const healed = await countedRunInProcess(bench, inputs)
    expect(healed.step.errors).toEqual([])
    expect(healed.tasks).toBe(0)
    expect(bench.files()).toEqual(['New/A.docx'])
    await expectNothingToDo(bench, inputs)
  })
})
