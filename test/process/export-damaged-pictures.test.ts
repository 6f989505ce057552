import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { answers, blocks, type EmulatedDocument } from '../emulator/index.js'
import { countedRunInProcess, expectNothingToDo } from './export-checks.js'
import { docLink, exportBench } from './export-support.js'
import type { Inputs } from './run-action.js'

const bench = exportBench()

/**
 * Adds a document with one picture, and exports it to Markdown. `file` is the path of the picture in the workspace, `onDisk`
 * its absolute path.
 */
async function exportWithPicture() {
  const { emulator } = bench
  const picture = emulator.addDocument({ type: 'media', title: 'p.png', bytes: 'bytes', contentType: 'image/png' })
  const document = emulator.addDocument({ type: 'docx', title: 'A', blocks: [blocks.image(picture)] })
  const inputs: Inputs = { sources: `${docLink(document.token)} as=md` }
  await bench.prepare(inputs)
  const file = `A.assets/${picture.token}.png`
  expect(bench.files()).toEqual([file, 'A.md'])
  return { document, inputs, file, onDisk: path.join(bench.workspace, file) }
}

/** Expects that a run saves the picture again, and that the run after it has nothing to do. */
async function expectSavedAgain(inputs: Inputs, file: string): Promise<void> {
  const { errors, outputs } = await bench.runInProcess(inputs)
  expect([errors, outputs['exported']]).toEqual([[], '1'])
  expect(bench.read(file).toString()).toBe('bytes')
  expect(bench.wrongRecords()).toEqual([])
  await expectNothingToDo(bench, inputs)
}

/** Makes a run in which the export of this document fails. */
async function exportFailing({ token }: EmulatedDocument, inputs: Inputs): Promise<void> {
  const remove = bench.emulator.script('blocks', () => answers.error(1770032), { token })
  const { outputs } = await bench.runInProcess(inputs)
  expect(outputs).toMatchObject({ failed: '1' })
  remove()
}

it('a picture that a user has removed is saved again, also if the first run that misses it fails', async () => {
  const { document, inputs, file, onDisk } = await exportWithPicture()
  rmSync(onDisk)
  await exportFailing(document, inputs)
  await expectSavedAgain(inputs, file)
})

it('so it is if the document has moved to another name in between', async () => {
  const { document, inputs, onDisk } = await exportWithPicture()
  rmSync(onDisk)
  const renamed = { sources: `${String(inputs['sources'])} to=B` }
  await exportFailing(document, renamed)
  await expectSavedAgain(renamed, path.posix.join('B.assets', path.basename(onDisk)))
})

it('a picture that a user has changed is saved again, once', async () => {
  const { document, inputs, file, onDisk } = await exportWithPicture()
  writeFileSync(onDisk, 'by the user')
  await exportFailing(document, inputs)
  await expectSavedAgain(inputs, file)
})

it('a picture that a user has changed stays if the document does not use it any more, and is forgotten', async () => {
  const { document, inputs, file, onDisk } = await exportWithPicture()
  writeFileSync(onDisk, 'by the user')
  bench.emulator.edit(document.token, { blocks: [blocks.text('no picture')] })
  expect((await countedRunInProcess(bench, inputs)).step.outputs).toMatchObject({ exported: '1' })
  expect(bench.read(file).toString()).toBe('by the user')
  expect(bench.manifest().files.map(({ path: at }) => at)).toEqual(['A.md'])
  await expectNothingToDo(bench, inputs)
})

it('a picture that a user has changed stays where it is if its document moves', async () => {
  const { inputs, file, onDisk } = await exportWithPicture()
  writeFileSync(onDisk, 'by the user')
  const renamed = { sources: `${String(inputs['sources'])} to=B` }
  await expectSavedAgain(renamed, file.replace('A.', 'B.'))
  expect(bench.read(file).toString()).toBe('by the user')
})

it('the empty file that a killed run left in place of a picture is no picture', async () => {
  const { inputs, file, onDisk } = await exportWithPicture()
  // As on a disk without hard links, after a run that was killed while it gave the picture its name.
  writeFileSync(onDisk, '')
  rmSync(path.join(bench.workspace, 'A.md'))
  const [after] = bench.manifest().files
  const killed = { version: 1, files: [], journal: [{ path: file, after }] }
  writeFileSync(path.join(bench.workspace, '.feishu-export.json'), JSON.stringify(killed))
  await expectSavedAgain(inputs, file)
})
