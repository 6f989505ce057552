import { describe, expect, test } from '@jest/globals'
import type { Manifest } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import { Journal, type IntendedChange } from '../../../src/export/manifest/journal.js'
import type { FileRecord } from '../../../src/export/model.js'
import { VirtualClock } from '../../polling/virtual-clock.js'
import { fileRecord, folderRecord } from '../records.js'

/** A journal on a virtual clock, whose manifest is a text in memory. */
class Bench {
  readonly clock = new VirtualClock()
  /** The manifest as each save wrote it. */
  readonly texts: string[] = []
  /** Whether saves fail. */
  isFull = false
  /** How long a save takes. */
  saveMs = 0
  readonly journal: Journal

  constructor(files: readonly FileRecord[] = []) {
    this.journal = new Journal({ files, folders: [] }, (pieces) => this.save(pieces), this.clock)
  }

  private async save(pieces: readonly string[]): Promise<void> {
    const text = pieces.join('')
    if (this.saveMs > 0) await this.clock.wait(this.saveMs)
    if (this.isFull) throw new Error('the disk is full')
    this.texts.push(text)
  }

  /** The manifest as the last save wrote it. */
  onDisk(): Manifest {
    return parseManifest(this.texts.at(-1) ?? '{"version":1,"files":[]}', 'm')
  }

  /** The paths in the two lists of the last saved manifest. */
  paths(): { files: string[]; journal: string[] } {
    const { files, journal } = this.onDisk()
    return { files: files.map(({ path }) => path), journal: journal.map(({ path }) => path) }
  }

  /** Announces changes, and waits until the manifest is saved with them. */
  intend(...changes: IntendedChange[]): Promise<void> {
    return this.clock.run(this.journal.intend(changes))
  }
}

const [A, B] = [fileRecord('A.docx', 'd1'), fileRecord('B.docx', 'd2')]
const newA = fileRecord('A.docx', 'd1', { fileSize: 8 })

describe('an intended change', () => {
  test('is in the manifest on the disk before it is made, with the records before and after', async () => {
    const bench = new Bench([A, B])
    await bench.intend(
      { path: 'A.docx', after: newA },
      { path: 'N.docx', after: fileRecord('N.docx', 'd3'), isMove: true },
    )
    expect(bench.onDisk()).toEqual({
      files: [B],
      folders: [],
      journal: [
        { path: 'A.docx', before: A, after: newA, isMove: false },
        { path: 'N.docx', before: undefined, after: fileRecord('N.docx', 'd3'), isMove: true },
      ],
    })
    expect(bench.journal.recordAt('A.docx')).toEqual(A)
    expect(bench.journal.recordAt('N.docx')).toBeUndefined()
  })

  test('is recorded on `commit`, and on the disk soon after', async () => {
    const bench = new Bench([A, B])
    await bench.intend({ path: 'A.docx', after: newA }, { path: 'B.docx' })
    bench.journal.commit('A.docx', newA)
    bench.journal.commit('B.docx', undefined)
    expect([bench.journal.recordAt('A.docx'), bench.journal.recordAt('B.docx')]).toEqual([newA, undefined])
    expect(bench.paths()).toEqual({ files: [], journal: ['A.docx', 'B.docx'] })
    await bench.clock.advance(5_000)
    expect(bench.onDisk()).toEqual({ files: [newA], folders: [], journal: [] })
  })

  test('that is aborted leaves the earlier record', async () => {
    const bench = new Bench([A])
    await bench.intend({ path: 'A.docx', after: newA }, { path: 'N.docx', after: fileRecord('N.docx', 'd3') })
    bench.journal.abort('A.docx')
    bench.journal.abort('N.docx')
    await bench.clock.run(bench.journal.flush())
    expect(bench.onDisk()).toEqual({ files: [A], folders: [], journal: [] })
    // A second abort changes nothing.
    bench.journal.abort('A.docx')
    expect(bench.journal.recordAt('A.docx')).toEqual(A)
  })

  test('is not announced if the manifest cannot be written', async () => {
    const bench = new Bench([A])
    bench.isFull = true
    await expect(bench.intend({ path: 'A.docx', after: newA })).rejects.toThrow('the disk is full')
    await expect(bench.intend({ path: 'N.docx', after: newA })).rejects.toThrow('the disk is full')
    expect([bench.journal.recordAt('A.docx'), bench.journal.recordAt('N.docx')]).toEqual([A, undefined])
    bench.isFull = false
    await bench.clock.run(bench.journal.flush())
    expect(bench.onDisk()).toEqual({ files: [A], folders: [], journal: [] })
  })

  test('is not written for an empty list of changes', async () => {
    const bench = new Bench([A])
    await bench.intend()
    expect(bench.texts).toEqual([])
  })
})

describe('writes of the manifest', () => {
  test('are shared by all changes that are announced during a write', async () => {
    const bench = new Bench()
    bench.saveMs = 100
    const paths = Array.from({ length: 50 }, (_, nth) => `${nth}.docx`)
    await bench.clock.run(
      Promise.all(paths.map((path) => bench.journal.intend([{ path, after: fileRecord(path, path) }]))),
    )
    expect(bench.texts.length).toBeLessThanOrEqual(2)
    expect(bench.onDisk().journal).toHaveLength(50)
    for (const path of paths) bench.journal.commit(path, fileRecord(path, path))
    await bench.clock.advance(10_000)
    expect(bench.texts.length).toBeLessThanOrEqual(3)
    expect(bench.onDisk()).toMatchObject({ journal: [], files: { length: 50 } })
  })

  test('are awaited by `intend`, also while another write is going on', async () => {
    const bench = new Bench([A])
    bench.saveMs = 100
    const first = bench.journal.intend([{ path: 'X.docx', after: fileRecord('X.docx', 'd8') }])
    await bench.clock.advance(50)
    await bench.intend({ path: 'A.docx', after: newA })
    expect(bench.paths()).toEqual({ files: [], journal: ['A.docx', 'X.docx'] })
    await first
  })

  test('that fail after a commit are retried every second, and reported by the flush at the end', async () => {
    const bench = new Bench([A])
    bench.isFull = true
    bench.journal.update('A.docx', { title: 'new' })
    await bench.clock.advance(8_000)
    await expect(bench.clock.run(bench.journal.flush())).rejects.toThrow('the disk is full')
    bench.journal.update('A.docx', { title: 'newer' })
    await bench.clock.advance(7_500)
    bench.isFull = false
    await bench.clock.advance(1_000)
    expect(bench.onDisk().files).toMatchObject([{ path: 'A.docx', title: 'newer' }])
  })

  test('leave no timer after a flush', async () => {
    const bench = new Bench([A])
    bench.journal.update('A.docx', { title: 'new' })
    await bench.clock.run(bench.journal.flush())
    await bench.clock.advance(60_000)
    expect(bench.texts).toHaveLength(1)
  })
})

describe('what `update` and `setFolders` record:', () => {
  test('title and edit time of an unchanged file, with a write only if they are new', async () => {
    const bench = new Bench([A])
    bench.journal.update('A.docx', { title: 'A' })
    bench.journal.update('none.docx', { title: 'B' })
    await bench.clock.advance(60_000)
    expect(bench.texts).toEqual([])
    bench.journal.update('A.docx', { editTime: undefined })
    await bench.clock.advance(60_000)
    expect(bench.onDisk().files).toEqual([{ ...A, editTime: undefined }])
  })

  test('the folders', async () => {
    const bench = new Bench([A])
    bench.journal.setFolders([folderRecord('x', 'f1')])
    await bench.clock.advance(60_000)
    expect(bench.onDisk()).toEqual({ files: [A], folders: [folderRecord('x', 'f1')], journal: [] })
  })
})
