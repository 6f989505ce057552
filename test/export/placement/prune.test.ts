import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { FileRecord, PlannedFile } from '../../../src/export/model.js'
import { isTemporaryName } from '../../../src/files/temporary-name.js'
import type { StaleFile } from '../../../src/export/plan/stale.js'
import { quickClock } from '../../polling/quick-clock.js'
import { bytesOf, loadPlacement, MANIFEST, refuseBusy } from './bench.js'

const { Bench, prune, removeTemporaries, saveFile } = await loadPlacement()
let bench: InstanceType<typeof Bench>
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.dispose())

const [A, B, C] = ['tokenA', 'tokenB', 'tokenC']

/** A stale file whose document is gone. */
const gone = (record: FileRecord): StaleFile => ({ record, reason: 'gone', instead: [] })
/** A stale file whose document is exported to the files of `instead` now. */
const superseded = (record: FileRecord, ...instead: FileRecord[]): StaleFile => ({
  record,
  reason: 'format',
  instead: instead.map(({ path: at, token, type, title, editTime, fileExtension }): PlannedFile => ({
    path: at,
    output: { token, type, title, editTime, url: undefined, kind: 'task', fileExtension, subId: undefined },
  })),
})

/** Removes stale files, as at the end of a run. Returns the paths of the removed files, and `notRemoved`. */
async function pruneAll(stale: readonly StaleFile[], stop: AbortSignal = new AbortController().signal) {
  const journal = await bench.openJournal()
  const options = { clock: quickClock(50), directory: bench.directory, journal }
  const { removed, notRemoved } = await prune(stale, options, stop)
  await journal.flush()
  return { removed: removed.map(({ record }) => record.path), notRemoved }
}

describe('prune', () => {
  test('removes files of documents that are gone, their records, and the folders that become empty', async () => {
    const stale = ['A.docx', 'x/y/B.docx'].map((at, nth) => gone(bench.add(at, `token${nth}`)))
    bench.add('x/C.docx', C)
    expect(await pruneAll(stale)).toEqual({ removed: ['A.docx', 'x/y/B.docx'], notRemoved: [] })
    expect(bench.files()).toEqual({ 'x/C.docx': bytesOf(C) })
    expect(bench.folderNames()).toEqual(['x'])
    expect(await bench.recorded()).toEqual({ 'x/C.docx': C })
    await bench.expectNothingWrong()
  })

  test('removes a file of an existing document only if another file of the document exists', async () => {
    const [docx, pdf] = [bench.add('A.docx', A), bench.add('A.pdf', A, { fileExtension: 'pdf' })]
    expect((await pruneAll([superseded(pdf, docx)])).removed).toEqual(['A.pdf'])
    await bench.expectNothingWrong()
  })

  test.each<[string, (docx: FileRecord) => void]>([
    ['is not recorded', () => bench.records.splice(0, 1)],
    ['is missing', ({ path: at }) => rmSync(path.join(bench.directory, at))],
    [
      'is a folder',
      ({ path: at }) => {
        rmSync(path.join(bench.directory, at))
        mkdirSync(path.join(bench.directory, at))
      },
    ],
    ['is of another document', (docx) => bench.records.splice(0, 1, { ...docx, token: B })],
  ])('keeps a file of an existing document if the other file %s', async (_, change) => {
    const [docx, pdf] = [bench.add('A.docx', A), bench.add('A.pdf', A, { fileExtension: 'pdf' })]
    change(docx)
    expect((await pruneAll([superseded(pdf, docx)])).removed).toEqual([])
    expect(bench.files()).toHaveProperty(['A.pdf'])
    expect(await bench.recorded()).toMatchObject({ 'A.pdf': A })
  })

  test('does not count the stale file itself as another file of the document', async () => {
    const docx = bench.add('A.docx', A)
    expect((await pruneAll([superseded(docx, docx)])).removed).toEqual([])
  })

  test('keeps a file whose path is recorded for another document now, or is not recorded any more', async () => {
    const old = bench.add('A.docx', A)
    bench.records.splice(0, 1, { ...old, token: B })
    expect((await pruneAll([gone(old)])).removed).toEqual([])
    bench.records.splice(0, 1)
    expect((await pruneAll([gone(old)])).removed).toEqual([])
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A) })
  })

  test('keeps a folder or a link that is at the path of the file now, and removes the record', async () => {
    const [first, second] = [bench.add('A.docx', A), bench.add('B.docx', B)]
    for (const at of ['A.docx', 'B.docx']) rmSync(path.join(bench.directory, at))
    bench.put('A.docx/mine', 'mine')
    symlinkSync(MANIFEST, path.join(bench.directory, 'B.docx'))
    expect(await pruneAll([gone(first), gone(second)])).toEqual({ removed: [], notRemoved: [] })
    expect(bench.files()).toEqual({ 'A.docx/mine': 'mine' })
    expect(readdirSync(bench.directory)).toContain('B.docx')
    expect(await bench.recorded()).toEqual({})
  })

  test('continues after a file that cannot be removed, which keeps its record', async () => {
    const stale = ['A.docx', 'B.docx', 'C.docx'].map((at, nth) => gone(bench.add(at, `token${nth}`)))
    bench.refuse = ({ name, from }) => {
      if (name === 'unlink' && from === 'B.docx') refuseBusy()
    }
    const { removed, notRemoved } = await pruneAll(stale)
    expect(removed).toEqual(['A.docx', 'C.docx'])
    expect(notRemoved).toMatchObject([
      {
        path: 'B.docx',
        fault: { what: expect.stringMatching(/^Cannot remove the file ".*B\.docx": another program holds the file/) },
      },
    ])
    expect(await bench.recorded()).toEqual({ 'B.docx': 'token1' })
    await bench.expectNothingWrong()
  })

  test('keeps the remaining files when the run is stopped', async () => {
    const stop = new AbortController()
    const stale = ['A.docx', 'B.docx'].map((at, nth) => gone(bench.add(at, `token${nth}`)))
    bench.refuse = ({ name, from }) => {
      if (name === 'unlink' && from === 'A.docx') stop.abort()
    }
    expect((await pruneAll(stale, stop.signal)).removed).toEqual(['A.docx'])
    expect(await bench.recorded()).toEqual({ 'B.docx': 'token1' })
    await bench.expectNothingWrong()
  })

  test('keeps the manifest consistent if the process is killed', async () => {
    const stale = ['A.docx', 'B.docx'].map((at, nth) => gone(bench.add(at, `token${nth}`)))
    bench.add('C.docx', C)
    await bench.openJournal()
    bench.precious = [C]
    await pruneAll(stale)
    await bench.expectNothingWrong()
  })
})

describe('temporary files of killed runs', () => {
  const name = '.feishu-export-0123456789abcdef01234567.part'

  test('are recognized by their names, and removed from the given folders only', async () => {
    bench.put(name, '')
    bench.put(`a/b/${name}`, '')
    bench.put(`a/${MANIFEST}`, '{}')
    bench.put(`.feishu-export-0123456789abcdef01234567.old`, 'a parked file')
    bench.put(`elsewhere/${name}`, '')
    symlinkSync(tmpdir(), path.join(bench.directory, 'out'))
    await removeTemporaries(quickClock(50), bench.directory, ['', 'a/b', 'a', 'none', 'out', ''])
    expect(Object.keys(bench.files())).toEqual([
      '.feishu-export-0123456789abcdef01234567.old',
      `a/${MANIFEST}`,
      `elsewhere/${name}`,
    ])
  })

  test('that cannot be removed do not fail the run', async () => {
    bench.put(name, '')
    bench.refuse = refuseBusy
    await removeTemporaries(quickClock(50), bench.directory, ['', 'x\0y'])
    expect(Object.keys(bench.files())).toEqual([name])
  })

  test('have the names that StagingFile gives them', async () => {
    const seen: string[] = []
    async function* body(): AsyncGenerator<Uint8Array> {
      seen.push(...readdirSync(path.join(bench.directory, 'save')))
      yield await Promise.resolve(new Uint8Array(1))
    }
    await saveFile({
      clock: quickClock(50),
      target: path.join(bench.directory, 'save', 'A.docx'),
      body: body(),
      overwrite: false,
    })
    expect(seen).toHaveLength(1)
    expect(seen.every(isTemporaryName)).toBe(true)
  })
})
