import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { PendingChange } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import { identify, recover, type FoundFile } from '../../../src/export/manifest/recover.js'
import type { FileRecord } from '../../../src/export/model.js'
import { inspectInside } from '../../../src/files/inside.js'
import { fileRecord } from '../records.js'

const factsOf = (bytes: string): FoundFile => ({
  fileSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})
const recordOf = (at: string, token: string, bytes: string): FileRecord => fileRecord(at, token, factsOf(bytes))

describe('whose file is at a path', () => {
  const [old, fresh, other] = [recordOf('P', 'd1', 'old'), recordOf('P', 'd2', 'new'), factsOf('somebody edited it')]
  const change = (rest: Partial<PendingChange>): PendingChange => {
    return { path: 'P', before: old, after: fresh, isMove: false, ...rest }
  }
  const edited = (record: FileRecord): FileRecord => ({ ...record, ...other, editTime: undefined })

  const emptied: FileRecord = { ...fresh, ...factsOf(''), editTime: undefined }

  test.each<[string, PendingChange, FoundFile, FileRecord | undefined]>([
    ['killed before the change', change({}), factsOf('old'), old],
    ['killed after the change', change({}), factsOf('new'), fresh],
    ['edited since', change({}), other, edited(old)],
    ['killed before it was removed', change({ after: undefined }), factsOf('old'), old],
    ['edited, then to be removed', change({ after: undefined }), other, edited(old)],
    ['new, and written', change({ before: undefined }), factsOf('new'), fresh],
    ['new, but the bytes are nobody’s', change({ before: undefined }), other, undefined],
    ['new, and its name is kept by an empty file', change({ before: undefined }), factsOf(''), emptied],
    ['moved there', change({ before: undefined, isMove: true }), factsOf('new'), fresh],
    ['moved there, and edited since', change({ before: undefined, isMove: true }), other, edited(fresh)],
    ['moved over another one', change({ isMove: true }), factsOf('new'), fresh],
    ['not moved yet over another one, which was edited', change({ isMove: true }), other, edited(old)],
    ['nothing was to be there', change({ before: undefined, after: undefined, isMove: true }), other, undefined],
    [
      'the same bytes before and after',
      change({ after: recordOf('P', 'd2', 'old') }),
      factsOf('old'),
      recordOf('P', 'd2', 'old'),
    ],
  ])('%s', (_, one, found, expected) => {
    expect(identify(one, found)).toEqual(expected)
  })

  test('is recorded under the path where it is', () => {
    const parked = change({ path: 'Q', before: undefined, isMove: true })
    expect(identify(parked, factsOf('new'))).toEqual({ ...fresh, path: 'Q' })
    expect(identify(parked, other)).toEqual({ ...edited(fresh), path: 'Q' })
  })
})

describe('after a killed run', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'feishu-recover-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const put = (at: string, bytes: string): void => {
    mkdirSync(path.dirname(path.join(directory, at)), { recursive: true })
    writeFileSync(path.join(directory, at), bytes)
  }
  const isFile = async (at: string): Promise<boolean> => (await inspectInside(directory)(at))?.kind === 'file'

  test('records what is there now, and keeps all other records', async () => {
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
    expect(await recover({ files: [untouched], folders: [], journal }, directory, isFile)).toEqual([
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
    expect(await recover({ files: [], folders: [], journal }, directory, isFile)).toEqual([])
  })

  test('keeps the old record of a file that cannot be read, without its edit time', async () => {
    // The file exists, but reading it fails.
    mkdirSync(path.join(directory, 'locked.docx'))
    const before = recordOf('locked.docx', 'd1', 'old')
    const journal = [before, undefined].map((one): PendingChange => {
      return { path: 'locked.docx', before: one, after: recordOf('locked.docx', 'd2', 'new'), isMove: true }
    })
    expect(await recover({ files: [], folders: [], journal }, directory, () => Promise.resolve(true))).toEqual([
      { ...before, editTime: undefined },
    ])
  })

  test('of an earlier release records the files that it was about to write, without edit times', async () => {
    put('A.docx', 'whole')
    const { path: at, token, type, fileExtension, title } = fileRecord('A.docx', 'd1')
    const writing = [{ path: at, token, type, fileExtension, title }]
    const manifest = parseManifest(JSON.stringify({ version: 1, files: [], writing }), 'm')
    const [record, ...more] = await recover(manifest, directory, isFile)
    expect(more).toEqual([])
    expect(record).toMatchObject({ path: 'A.docx', token: 'd1', ...factsOf('whole') })
    expect(record?.editTime).toBeUndefined()
  })
})
