import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { BUILT_ACTION, countedRun, countedRunInProcess, hide, moveDocument, stampsOf } from './export-checks.js'
import { exportBench, folderLink } from './export-support.js'
import type { Inputs, RunOptions } from './run-action.js'

const bench = exportBench()

/**
 * Makes a dry run, then the real run. Expects equal outputs, except for `error-message`. Expects also that the dry run
 * changes no file and requests no task and no download. Returns the outputs of the real run.
 * @param options when given, the built action makes both runs; when undefined, they are made in this process
 */
async function expectSameNumbers(inputs: Inputs, options?: RunOptions): Promise<Readonly<Record<string, string>>> {
  const before = stampsOf(bench)
  const dryInputs = { ...inputs, 'dry-run': true }
  const dry = await (options ? countedRun(bench, dryInputs, options) : countedRunInProcess(bench, dryInputs))
  expect(stampsOf(bench)).toEqual(before)
  expect({ tasks: dry.tasks, downloads: dry.downloads }).toEqual({ tasks: 0, downloads: 0 })
  const real = await (options ? bench.run(inputs, options) : bench.runInProcess(inputs))
  // The message is left out: its log ids differ.
  const numbersOf = (outputs: Readonly<Record<string, string>>) => ({ ...outputs, 'error-message': undefined })
  expect(numbersOf(dry.step.outputs)).toEqual(numbersOf(real.outputs))
  return real.outputs
}

/** Adds a root with two folders and a document in each of the three folders, and exports them once. */
async function exportTree() {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' }).token
  const [one, two] = ['One', 'Two'].map((name) => emulator.addFolder({ name, parent: root }))
  if (!one || !two) throw new Error('no folders')
  const add = (title: string, folder: string) => emulator.addDocument({ type: 'docx', title, folder })
  const documents = { top: add('Top', root), inOne: add('A', one.token), inTwo: add('B', two.token) }
  const inputs = { sources: folderLink(root), 'delete-stale': true, 'include-files': true }
  await bench.prepare(inputs)
  return { root, one, two, ...documents, inputs }
}

describe('the numbers of a dry run are those of the run', () => {
  it('where a folder was renamed', async () => {
    const { one, inputs } = await exportTree()
    one.name = 'New'
    expect(await expectSameNumbers(inputs)).toMatchObject({ exported: '0', unchanged: '3', changed: 'true' })
  })

  it('where titles were exchanged, one document was edited, one was moved and one is new', async () => {
    const { root, one, two, top, inOne, inTwo, inputs } = await exportTree()
    top.editTime = '1733000000'
    moveDocument(bench, inTwo, two.token, one.token)
    Object.assign(inTwo, { title: 'A' })
    Object.assign(inOne, { title: 'B' })
    bench.emulator.addDocument({ type: 'sheet', title: 'New', folder: root })
    expect(await expectSameNumbers(inputs, BUILT_ACTION)).toMatchObject({ exported: '2', unchanged: '2', deleted: '0' })
  })

  it('where a document is deleted, and another one takes its title', async () => {
    const { root, top, inputs } = await exportTree()
    top.deleted = true
    bench.emulator.addDocument({ type: 'docx', title: 'Top', folder: root })
    expect(await expectSameNumbers(inputs)).toMatchObject({ exported: '1', unchanged: '2' })
  })

  it('where an uploaded file can no longer be read, and a folder takes its name', async () => {
    const { root, inputs } = await exportTree()
    const { emulator } = bench
    const file = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    await bench.prepare(inputs)
    hide(bench, root, file)
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    emulator.addDocument({ type: 'docx', title: 'Inner', folder })
    expect(await expectSameNumbers(inputs)).toMatchObject({ exported: '1', unchanged: '3', deleted: '0' })
  })

  it('where a part of the tree cannot be listed', async () => {
    const { one, top, inputs } = await exportTree()
    top.deleted = true
    one.noPermission = true
    expect(await expectSameNumbers(inputs, BUILT_ACTION)).toMatchObject({ failed: '1', unchanged: '1', deleted: '0' })
  })

  it('where the service does not say whether a missing document exists', async () => {
    const { root, top, inputs } = await exportTree()
    bench.emulator.store.folders.remove(root, top.token)
    bench.emulator.script('metas', () => answers.scopeMissing(['drive:drive.metadata:readonly']))
    expect(await expectSameNumbers(inputs)).toMatchObject({ unchanged: '2', deleted: '0', changed: 'false' })
  })

  it('where nothing changed', async () => {
    const { inputs } = await exportTree()
    expect(await expectSameNumbers(inputs)).toMatchObject({ exported: '0', unchanged: '3', changed: 'false' })
  })
})
