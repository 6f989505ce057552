import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { BUILT_ACTION, expectNothingToDo, foldersOf } from './export-checks.js'
import { refusing } from './disk-faults.js'
import { answers } from '../emulator/index.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

/** True for the path of a temporary file of a run. */
const isLeftover = (file: string): boolean => /(^|\/)\.feishu-export-[^/]*\.part$/.test(file)
const leftovers = (): string[] => bench.files().filter(isLeftover)
const refusingToRemove = refusing({ calls: ['unlink'], paths: /\.part$/ })

/** Adds a root folder with a document, and a sub-folder with another document. */
function addTree() {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' }).token
  emulator.addDocument({ type: 'docx', title: 'Top', folder: root })
  const sub = emulator.addFolder({ name: 'Sub', parent: root })
  const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
  return { root, sub, inner, inputs: { sources: folderLink(root) } }
}

describe('a temporary file that a run could not remove, since the disk refused it,', () => {
  it('is removed by the next run, also when nothing changed', async () => {
    const { inputs } = addTree()
    await bench.run(inputs, refusingToRemove)
    expect(leftovers().length).toBeGreaterThan(0)
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '2' })
    expect(bench.files()).toEqual(['Sub/Inner.docx', 'Top.docx'])
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  })

  it('is removed also from a folder whose only document could not be exported and is no longer there', async () => {
    const { sub, inner, inputs } = addTree()
    bench.emulator.script('download', () => answers.file('too short'), { token: inner.token })
    await bench.run(inputs, refusingToRemove)
    expect(leftovers().length).toBeGreaterThan(0)
    bench.emulator.store.folders.remove(sub.token, inner.token)
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['Top.docx'])
    expect(foldersOf(bench)).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it('is removed also from a folder that was renamed meanwhile', async () => {
    const { sub, inputs } = addTree()
    await bench.run(inputs, refusingToRemove)
    sub.name = 'New'
    await bench.run(inputs, refusingToRemove)
    expect(leftovers().length).toBeGreaterThan(0)
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['New/Inner.docx', 'Top.docx'])
    expect(foldersOf(bench)).toEqual(['New'])
    await expectNothingToDo(bench, inputs)
  })

  it('is removed also from a folder whose documents were deleted meanwhile', async () => {
    const { inner, inputs: all } = addTree()
    const inputs = { ...all, 'delete-stale': true }
    await bench.run(inputs, refusingToRemove)
    inner.deleted = true
    await bench.run(inputs, refusingToRemove)
    expect(leftovers().length).toBeGreaterThan(0)
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['Top.docx'])
    expect(foldersOf(bench)).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it('is recognized by its name: files of the user with similar names stay', async () => {
    const { inputs } = addTree()
    const names = ['.feishu-export-notes.part', '.feishu-export-0123.part', 'mine.part', '.feishu-export.json.bak']
    mkdirSync(path.join(bench.workspace, 'Sub'))
    const mine = names.flatMap((name) => [name, `Sub/${name}`]).sort()
    for (const file of mine) writeFileSync(path.join(bench.workspace, file), 'mine')
    await bench.prepare(inputs)
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(expect.arrayContaining(mine))
    for (const file of mine) expect(bench.read(file).toString()).toBe('mine')
  })
})
