import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { BUILT_ACTION, countedRunInProcess, expectNothingToDo, hashAt } from './export-checks.js'
import { docLink, exportBench } from './export-support.js'

const bench = exportBench()
const inWorkspace = (file: string): string => path.join(bench.workspace, file)

describe('a file of the user', () => {
  it('at the new name of a document stays, and the file of the document keeps its old name until the new one is free', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    const hash = hashAt(bench, 'A.docx')
    document.title = 'B'
    writeFileSync(inWorkspace('B.docx'), 'mine')
    const step = await bench.run(inputs)
    expect(step.exitCode).toBe(1)
    expect(step.errors[0]).toMatch(/B\.docx/)
    expect(step.outputs).toMatchObject({ exported: '0', failed: '1', changed: 'false' })
    expect(hashAt(bench, 'A.docx')).toBe(hash)
    expect(bench.read('B.docx').toString()).toBe('mine')
    expect(bench.wrongRecords()).toEqual([])
    renameSync(inWorkspace('B.docx'), inWorkspace('mine.docx'))
    const healed = await countedRunInProcess(bench, inputs)
    expect(healed.step.errors).toEqual([])
    expect(healed.tasks).toBe(0)
    expect(bench.files()).toEqual(['B.docx', 'mine.docx'])
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  })

  it('that replaced a recorded file is not moved when the document is renamed', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    writeFileSync(inWorkspace('A.docx'), 'mine')
    document.title = 'B'
    const step = await bench.runInProcess(inputs)
    expect(step.errors).toEqual([])
    expect(hashAt(bench, 'B.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
    expect(bench.read('A.docx').toString()).toBe('mine')
    expect(bench.wrongRecords()).toEqual([])
    await expectNothingToDo(bench, inputs)
  })

  it('in a folder that replaced a recorded file is not touched, and no wrong record is left', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    rmSync(inWorkspace('A.docx'))
    mkdirSync(inWorkspace('A.docx'))
    writeFileSync(inWorkspace('A.docx/mine.txt'), 'mine')
    const { errors } = await bench.runInProcess(inputs)
    expect(errors).toEqual([expect.stringMatching(/"A\.docx": Could not write it: a folder or a link has this name/)])
    expect(bench.read('A.docx/mine.txt').toString()).toBe('mine')
    expect(bench.wrongRecords()).toEqual([])
  })
})

it('a recorded file that the user removed has no record any more after its export failed', async () => {
  const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
  const inputs = { sources: docLink(document.token) }
  await bench.prepare(inputs)
  rmSync(inWorkspace('A.docx'))
  document.jobStatus = 107
  const step = await bench.run(inputs)
  expect(step.outputs).toMatchObject({ failed: '1' })
  expect(bench.wrongRecords()).toEqual([])
  document.jobStatus = 0
  await bench.prepare(inputs)
  expect(bench.files()).toEqual(['A.docx'])
  await expectNothingToDo(bench, inputs)
})
