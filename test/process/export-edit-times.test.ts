import { describe, expect, it } from '@jest/globals'
import { BUILT_ACTION, countedRun, countedRunInProcess, expectNothingToDo, hashAt } from './export-checks.js'
import { docLink, exportBench, folderLink } from './export-support.js'

const bench = exportBench()

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))

/** An edit time, given as seconds from now; the service has whole seconds. */
const secondsFromNow = (seconds: number): string => String(Math.floor(Date.now() / 1000) + seconds)

// Puts the next listing into a later second than the edits.
const NEXT_SECOND_MS = 1_100

describe('a document that is edited twice within a second, and exported in between,', () => {
  it.each([
    ['now', 0],
    ['a few seconds ago', -3],
    ['by a clock of the service that is a few seconds ahead', 3],
  ])('is exported again by the next run, and unchanged after that: edited %s', async (_, seconds) => {
    const document = bench.emulator.addDocument({
      type: 'docx',
      title: 'A',
      editTime: secondsFromNow(seconds),
      bytes: { size: 500, seed: 'first edit' },
    })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    expect(hashAt(bench, 'A.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
    document.bytes = { size: 500, seed: 'second edit' }
    await sleep(NEXT_SECOND_MS)
    const { step, tasks } = await (seconds === 0 ? countedRun(bench, inputs) : countedRunInProcess(bench, inputs))
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '0', changed: 'true' })
    expect(tasks).toBe(1)
    expect(hashAt(bench, 'A.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
    await expectNothingToDo(bench, inputs)
  })

  it('is exported again also if it is an uploaded file', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const file = bench.emulator.addFile({ title: 'scan.pdf', folder, editTime: secondsFromNow(0), bytes: 'first' })
    const inputs = { sources: folderLink(folder), 'include-files': true }
    await bench.prepare(inputs)
    file.bytes = 'other'
    await sleep(NEXT_SECOND_MS)
    const step = await bench.runInProcess(inputs)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '0' })
    expect(bench.read('scan.pdf').toString()).toBe('other')
    await expectNothingToDo(bench, inputs)
  })

  it('is exported again also if it is renamed in between', async () => {
    const document = bench.emulator.addDocument({
      type: 'docx',
      title: 'A',
      editTime: secondsFromNow(0),
      bytes: { size: 500, seed: 'first edit' },
    })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    Object.assign(document, { title: 'B', bytes: { size: 500, seed: 'second edit' } })
    await sleep(NEXT_SECOND_MS)
    const { step, tasks } = await countedRunInProcess(bench, inputs)
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '0', changed: 'true' })
    expect(tasks).toBe(1)
    expect(bench.files()).toEqual(['B.docx'])
    expect(hashAt(bench, 'B.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
    await expectNothingToDo(bench, inputs)
  })
})

it('the edit time 0 is none: it never shows that a document has not changed', async () => {
  const bytes = { size: 500, seed: 'first edit' }
  const document = bench.emulator.addDocument({ type: 'docx', title: 'A', editTime: '0', bytes })
  const inputs = { sources: docLink(document.token) }
  await bench.prepare(inputs)
  document.bytes = { size: 500, seed: 'second edit' }
  expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ exported: '1', unchanged: '0' })
  expect(hashAt(bench, 'A.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
})

describe('a document that was edited an hour ago', () => {
  it('is unchanged in the next run', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A', editTime: secondsFromNow(-3600) })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  })

  it('is exported by the next run if its export failed', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A', editTime: secondsFromNow(-7200) })
    const inputs = { sources: docLink(document.token) }
    await bench.prepare(inputs)
    Object.assign(document, { editTime: secondsFromNow(-3600), jobStatus: 107 })
    expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ failed: '1' })
    document.jobStatus = 0
    expect((await bench.run(inputs)).outputs).toMatchObject({ exported: '1' })
    expect(hashAt(bench, 'A.docx')).toBe(bench.emulator.expectedSha256(document.token, 'docx'))
    await expectNothingToDo(bench, inputs)
  })
})
