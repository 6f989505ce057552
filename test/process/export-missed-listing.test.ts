import { describe, expect, it } from '@jest/globals'
import { answers, type EmulatedDocument } from '../emulator/index.js'
import {
  BUILT_ACTION,
  countedRun,
  countedRunInProcess,
  expectNothingToDo,
  hashesOf,
  hide,
  moveDocument,
  recordAt,
  unhide,
} from './export-checks.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))

/** Adds a root with two folders, a document `Other` in the first one and the returned document in the second one. */
function addTwoFolders() {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' }).token
  const [one, two] = ['One', 'Two'].map((name) => emulator.addFolder({ name, parent: root }).token) as [string, string]
  const document = emulator.addDocument({ type: 'docx', title: 'A', folder: two })
  emulator.addDocument({ type: 'docx', title: 'Other', folder: one })
  return { one, two, document, inputs: { sources: folderLink(root), 'delete-stale': true } }
}

/**
 * Moves a document during the next listing, so that this listing does not find it. The request for its folder `from` waits
 * until the folder `to` was listed. If that takes more than 2 s, the document does not move.
 * @returns a function that says whether the document has moved
 */
function moveBehindTheListing(document: EmulatedDocument, from: string, to: string): () => boolean {
  const { emulator } = bench
  const requestsBefore = emulator.requests.length
  /** Whether the request for `to` was answered. */
  const wasListed = (): boolean =>
    emulator.requests.slice(requestsBefore).some(({ tokens, answeredAtMs }) => tokens.includes(to) && answeredAtMs)
  let hasMoved = false
  const remove = emulator.script(
    'folder',
    async () => {
      for (let attemptsLeft = 200; !wasListed() && attemptsLeft > 0; attemptsLeft--) await sleep(10)
      remove()
      if (!wasListed()) return undefined
      moveDocument(bench, document, from, to)
      hasMoved = true
      return undefined
    },
    { token: from },
  )
  return () => hasMoved
}

/** The files with the bytes of a document's export. */
function copiesOf({ token }: EmulatedDocument): string[] {
  const hash = bench.emulator.expectedSha256(token, 'docx')
  return Object.entries(hashesOf(bench)).flatMap(([file, other]) => (other === hash ? file : []))
}

describe('a document that moves, while the listing runs, to a folder that was read before', () => {
  it.each([true, false])('keeps its copy, and the next run has it at its new place: delete-stale %s', async (stale) => {
    const { one, two, document, inputs: all } = addTwoFolders()
    const inputs = { ...all, 'delete-stale': stale }
    await bench.prepare(inputs)
    const hasMoved = moveBehindTheListing(document, two, one)
    const { step, tasks } = await (stale ? countedRun(bench, inputs) : countedRunInProcess(bench, inputs))
    expect(hasMoved()).toBe(true)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '0', failed: '0', deleted: '0' })
    expect(tasks).toBe(0)
    expect(copiesOf(document)).toHaveLength(1)
    expect(bench.wrongRecords()).toEqual([])
    const next = await countedRunInProcess(bench, inputs)
    expect(next.step.outputs).toMatchObject({ exported: '0', unchanged: '2', failed: '0', deleted: '0' })
    expect(next.tasks).toBe(0)
    expect(bench.files()).toEqual(['One/A.docx', 'One/Other.docx'])
    await expectNothingToDo(bench, inputs, BUILT_ACTION)
  })

  it('keeps its copy also when another document takes its title at its old place', async () => {
    const { one, two, document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    const fresh = bench.emulator.addDocument({ type: 'docx', title: 'A', folder: two })
    const hasMoved = moveBehindTheListing(document, two, one)
    const step = await bench.run(inputs)
    expect(hasMoved()).toBe(true)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', failed: '0', deleted: '0' })
    expect([copiesOf(document).length, copiesOf(fresh).length]).toEqual([1, 1])
    expect(bench.wrongRecords()).toEqual([])
    await bench.prepare(inputs)
    expect(copiesOf(document)).toEqual(['One/A.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it('keeps its copy also when that happens again, after a run that found it', async () => {
    const { one, two, document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    for (const [from, to] of [
      [two, one],
      [one, two],
    ] as const) {
      const hasMoved = moveBehindTheListing(document, from, to)
      const step = await bench.runInProcess(inputs)
      expect(hasMoved()).toBe(true)
      expect(step.outputs).toMatchObject({ failed: '0', deleted: '0' })
      expect(copiesOf(document)).toHaveLength(1)
      await bench.prepare(inputs)
      expect(copiesOf(document)).toHaveLength(1)
    }
    expect(bench.files()).toEqual(['One/Other.docx', 'Two/A.docx'])
    await expectNothingToDo(bench, inputs)
  })
})

describe('with delete-stale, if the second listing cannot list everything', () => {
  it('also files in a format that is no longer selected stay, as the note says', async () => {
    const { one, two, document, inputs } = addTwoFolders()
    const { emulator } = bench
    await bench.prepare({ ...inputs, formats: 'docx=docx,pdf' })
    moveDocument(bench, document, two, emulator.addFolder({ name: 'Elsewhere' }).token)
    let listings = 0
    emulator.script('folder', () => (++listings > 1 ? answers.error(1061004) : undefined), { token: one })
    const step = await bench.run(inputs)
    expect(listings).toBe(2)
    expect(step.outputs).toMatchObject({ failed: '0', deleted: '0' })
    expect(step.summary).toContain('was off for this run')
    expect(bench.files()).toEqual(['One/Other.docx', 'One/Other.pdf', 'Two/A.docx', 'Two/A.pdf'])
  })
})

describe('with delete-stale, a document that the listing did not find', () => {
  it('and that is deleted (970005) loses its file in the same run', async () => {
    const { document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    document.deleted = true
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ deleted: '1', changed: 'true' })
    expect(bench.files()).toEqual(['One/Other.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it('and that was moved out of the sources loses its file within two runs', async () => {
    const { two, document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    moveDocument(bench, document, two, bench.emulator.addFolder({ name: 'Elsewhere' }).token)
    const steps = [await bench.run(inputs), await bench.runInProcess(inputs)]
    expect(steps.flatMap(({ errors }) => errors)).toEqual([])
    expect(steps.map(({ outputs }) => Number(outputs['deleted'])).reduce((a, b) => a + b)).toBe(1)
    expect(bench.files()).toEqual(['One/Other.docx'])
    await expectNothingToDo(bench, inputs)
  })

  it('and that may not be read (970003) keeps its file and its path, however many runs follow', async () => {
    const { two, document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    const record = recordAt(bench, 'Two/A.docx')
    hide(bench, two, document)
    for (const options of [BUILT_ACTION, undefined, undefined]) await expectNothingToDo(bench, inputs, options)
    expect(recordAt(bench, 'Two/A.docx')).toEqual(record)
    unhide(bench, two, document)
    await expectNothingToDo(bench, inputs)
    expect(recordAt(bench, 'Two/A.docx')).toEqual(record)
  })

  it('and that was moved out of the sources while it could not be read keeps its file until it can be read', async () => {
    const { two, document, inputs } = addTwoFolders()
    await bench.prepare(inputs)
    hide(bench, two, document)
    await expectNothingToDo(bench, inputs)
    document.noPermission = false
    const steps = [await bench.runInProcess(inputs), await bench.runInProcess(inputs)]
    expect(steps.flatMap(({ errors }) => errors)).toEqual([])
    expect(bench.files()).toEqual(['One/Other.docx'])
  })
})
