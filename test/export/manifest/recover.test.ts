import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { formatManifest, type PendingChange } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import { identify, recover, type FoundFile } from '../../../src/export/manifest/recover.js'
import type { FileRecord } from '../../../src/export/model.js'
import { inspectInside } from '../../../src/files/inside.js'
import { fileRecord } from '../records.js'

/** What `recover` finds out about a file with these bytes. */
const factsOf = (bytes: string): FoundFile => ({
  fileSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})
const recordOf = (at: string, token: string, bytes: string): FileRecord => fileRecord(at, token, factsOf(bytes))

const identifyOne = (change: PendingChange, found: FoundFile): FileRecord | undefined =>
  identify([{ change, found, id: change.path }])[0]

describe('the record of the file at a path:', () => {
  const [old, next, other] = [recordOf('P', 'd1', 'old'), recordOf('P', 'd2', 'new'), factsOf('edited by a user')]
  /** The change of the file at P from `old` to `next`, except for the fields in `rest`. */
  const change = (rest: Partial<PendingChange>): PendingChange => {
    return { path: 'P', before: old, after: next, isMove: false, ...rest }
  }
  /** The record of a file that a user has edited: the recorded size shows that, so the file is not removed. */
  const edited = (record: FileRecord): FileRecord => ({ ...record, editTime: undefined })
  const emptied: FileRecord = { ...next, ...factsOf(''), editTime: undefined }

  test('the record of a table has no revision either if its file has unknown bytes', () => {
    const table = { ...old, revision: '7' }
    expect(identifyOne(change({ before: table }), other)?.revision).toBeUndefined()
    expect(identifyOne(change({ before: table }), factsOf('old'))?.revision).toBe('7')
  })

  test.each<[string, PendingChange, FoundFile, FileRecord | undefined]>([
    ['killed before the change', change({}), factsOf('old'), old],
    ['killed after the change', change({}), factsOf('new'), next],
    ['edited since', change({}), other, edited(old)],
    ['killed before it was removed', change({ after: undefined }), factsOf('old'), old],
    ['edited before it was removed', change({ after: undefined }), other, edited(old)],
    ['new, and written', change({ before: undefined }), factsOf('new'), next],
    ['new, but with bytes that no run wrote', change({ before: undefined }), other, undefined],
    ['new, and an empty file reserves its name', change({ before: undefined }), factsOf(''), emptied],
    ['moved there', change({ before: undefined, isMove: true }), factsOf('new'), next],
    ['moved there, and edited since', change({ before: undefined, isMove: true }), other, edited(next)],
    ['moved to the path of another file', change({ isMove: true }), factsOf('new'), next],
    ['not moved yet to the path of a file that was edited', change({ isMove: true }), other, edited(old)],
    ['no file of a run is there', change({ before: undefined, after: undefined, isMove: true }), other, undefined],
    [
      'the same bytes before and after',
      change({ after: recordOf('P', 'd2', 'old') }),
      factsOf('old'),
      recordOf('P', 'd2', 'old'),
    ],
  ])('%s', (_, pending, found, expected) => {
    expect(identifyOne(pending, found)).toEqual(expected)
  })

  test('has the path where the file is now', () => {
    const parked = change({ path: 'Q', before: undefined, isMove: true })
    expect(identifyOne(parked, factsOf('new'))).toEqual({ ...next, path: 'Q' })
    expect(identifyOne(parked, other)).toEqual({ ...edited(next), path: 'Q' })
  })
})

describe('the records of files at several paths:', () => {
  const [a, b] = [recordOf('A', 'd0', 'same'), recordOf('B', 'd1', 'same')]
  /** The record of a file after a move to another path. */
  const moved = (record: FileRecord, to: string): FileRecord => ({ ...record, path: to, reservedPath: record.path })
  /** A change of the file at a path. Without a record before it, it is a move. */
  const change = (at: string, before?: FileRecord, after?: FileRecord): PendingChange => ({
    path: at,
    before,
    after,
    isMove: before === undefined,
  })
  /** Identifies files. @param list each change, the bytes of the file at its path, and the file's id (the path by default) */
  const identifyAll = (...list: (readonly [PendingChange, bytes: string, id?: string])[]) =>
    identify(list.map(([pending, bytes, id = pending.path]) => ({ change: pending, found: factsOf(bytes), id })))
  // Plans to move `a` to B and `b` to C.
  const [atA, atB, atC] = [change('A', a), change('B', b, moved(a, 'B')), change('C', undefined, moved(b, 'C'))]

  test('of two documents with the same bytes, a path gets the one that is at no other path', () => {
    expect(identifyAll([atA, 'same'], [atB, 'same'])).toEqual([a, b])
    expect(identifyAll([atB, 'same'], [atA, 'same'])).toEqual([b, a])
    expect(identifyAll([atB, 'same'], [atC, 'same'])).toEqual([moved(a, 'B'), moved(b, 'C')])
    const parked = change('.old', undefined, moved(a, '.old'))
    expect(identifyAll([parked, 'same'], [atB, 'same'])).toEqual([moved(a, '.old'), b])
  })

  test('before a chain of moves of files with the same bytes, each file has not moved, whatever the order of changes', () => {
    const c = recordOf('C', 'd2', 'same')
    const chain = [atA, atB, change('C', c, moved(b, 'C'))] as const
    for (const list of [chain, [...chain].reverse()]) {
      expect(identifyAll(...list.map((pending) => [pending, 'same'] as const))).toEqual(
        list.map(({ before }) => before),
      )
    }
  })

  test('a file of a user at the target of a move does not get the record of the moved file', () => {
    expect(identifyAll([change('A', a), 'same'], [change('B', undefined, moved(a, 'B')), 'mine'])).toEqual([a])
    expect(identifyAll([change('A', a), 'same'], [change('B', undefined, moved(a, 'B')), ''])).toEqual([a])
  })

  test('a file of a user at the path that a file has left does not get the record of that file', () => {
    expect(identifyAll([atA, 'mine'], [change('B', undefined, moved(a, 'B')), 'same'])).toEqual([moved(a, 'B')])
    const parked = change('.old', undefined, moved(a, '.old'))
    expect(identifyAll([parked, 'same'], [atA, 'mine'])).toEqual([moved(a, '.old')])
  })

  test('one file with two names, as on a disk that ignores case, counts as one file that has not moved', () => {
    const both = [
      [change('A', a), 'same', '1'],
      [change('a', undefined, moved(a, 'a')), 'same', '1'],
    ] as const
    expect(identifyAll(...both)).toEqual([a])
    expect(identifyAll(...[...both].reverse())).toEqual([a])
  })
})

describe('recover, after a killed run,', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'feishu-recover-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const put = (at: string, bytes: string): void => {
    mkdirSync(path.dirname(path.join(directory, at)), { recursive: true })
    writeFileSync(path.join(directory, at), bytes)
  }
  const inspect = (at: string) => inspectInside(directory)(at)

  test('makes records of the files that exist now, and keeps all other records', async () => {
    put('sub/written.docx', 'new')
    put('not-yet.docx', 'old')
    const untouched = recordOf('untouched.docx', 'd0', 'any')
    const journal: PendingChange[] = [
      { path: 'sub/written.docx', before: undefined, after: recordOf('sub/written.docx', 'd1', 'new'), isMove: false },
      {
        path: 'not-yet.docx',
        before: recordOf('not-yet.docx', 'd2', 'old'),
        after: recordOf('not-yet.docx', 'd2', 'new'),
        isMove: false,
      },
      { path: 'moved-away.docx', before: recordOf('moved-away.docx', 'd3', 'old'), after: undefined, isMove: true },
    ]
    expect(await recover({ files: [untouched], folders: [], journal }, directory, inspect)).toEqual([
      untouched,
      recordOf('sub/written.docx', 'd1', 'new'),
      recordOf('not-yet.docx', 'd2', 'old'),
    ])
  })

  test('does not take a folder or a link for a file', async () => {
    put('real.docx', 'old')
    mkdirSync(path.join(directory, 'folder.docx'))
    symlinkSync('real.docx', path.join(directory, 'link.docx'))
    const journal = ['folder.docx', 'link.docx', 'missing.docx'].map((at): PendingChange => {
      return { path: at, before: recordOf(at, 'd1', 'old'), after: undefined, isMove: true }
    })
    expect(await recover({ files: [], folders: [], journal }, directory, inspect)).toEqual([])
  })

  test('keeps the record of a file that cannot be read, without its edit time', async () => {
    // The file exists, but reading it fails.
    mkdirSync(path.join(directory, 'locked.docx'))
    const before = recordOf('locked.docx', 'd1', 'old')
    const after = recordOf('locked.docx', 'd2', 'new')
    const atNewPath = (isMove: boolean): PendingChange => ({ path: 'locked.docx', before: undefined, after, isMove })
    const recoverLocked = (change: PendingChange) =>
      recover({ files: [], folders: [], journal: [change] }, directory, () =>
        Promise.resolve({ kind: 'file', size: 3, id: '1' }),
      )
    expect(await recoverLocked({ ...atNewPath(true), before })).toEqual([{ ...before, editTime: undefined }])
    // Nothing was at the path before the move, so the file is the moved one.
    expect(await recoverLocked(atNewPath(true))).toEqual([{ ...after, editTime: undefined }])
    expect(await recoverLocked(atNewPath(false))).toEqual([])
  })

  test('makes records, without edit times, of the files that an earlier release was about to write', async () => {
    put('A.docx', 'whole')
    const { path: at, token, type, fileExtension, title } = fileRecord('A.docx', 'd1')
    const writing = [{ path: at, token, type, fileExtension, title }]
    const manifest = parseManifest(JSON.stringify({ version: 1, files: [], writing }), 'm')
    const [record, ...more] = await recover(manifest, directory, inspect)
    expect(more).toEqual([])
    expect(record).toMatchObject({ path: 'A.docx', token: 'd1', ...factsOf('whole') })
    expect(record?.editTime).toBeUndefined()
  })

  test('makes a record that the next run can read, also if it cannot read a file that an earlier release was about to write', async () => {
    // The file exists, but reading it fails.
    mkdirSync(path.join(directory, 'A.docx'))
    const { path: at, token, type, fileExtension, title } = fileRecord('A.docx', 'd1')
    const writing = [{ path: at, token, type, fileExtension, title }]
    const manifest = parseManifest(JSON.stringify({ version: 1, files: [], writing }), 'm')
    const files = await recover(manifest, directory, () => Promise.resolve({ kind: 'file', size: 3, id: '1' }))
    const text = formatManifest({ files, folders: [], journal: [] }).join('')
    expect(parseManifest(text, 'm').files).toMatchObject([{ path: 'A.docx', token: 'd1', fileSize: 0 }])
  })
})
