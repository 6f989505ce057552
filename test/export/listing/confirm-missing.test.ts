import { describe, expect, test } from '@jest/globals'
import {
  queryMissing,
  confirmMissing,
  findMissing,
  type DocumentState,
} from '../../../src/export/listing/confirm-missing.js'
import { documentKey, type ManifestRecords } from '../../../src/export/model.js'
import { fail } from '../../../src/feishu/errors/failure.js'
import { META_NOT_FOUND } from '../../../src/feishu/drive/metas.js'
import { fileRecord, folderRecord } from '../records.js'
import { meta, refusal, scripted } from './support.js'

const NO_PERMISSION = 970003

const records: ManifestRecords = {
  files: [
    fileRecord('deleted.docx', 'deleted'),
    fileRecord('closed.docx', 'closed'),
    fileRecord('closed.pdf', 'closed', { fileExtension: 'pdf' }),
    fileRecord('moved.xlsx', 'moved', { type: 'sheet', fileExtension: 'xlsx' }),
    fileRecord('unanswered.docx', 'unanswered'),
  ],
  folders: [folderRecord('x', 'closed-folder')],
}

test('a record is missing if its document was not found, whatever the format of the file', () => {
  const found = new Set(['docx/closed', 'sheet/moved', 'folder/other'])
  const { files, folders } = findMissing(records, found)
  expect(files.map(({ path }) => path)).toEqual(['deleted.docx', 'unanswered.docx'])
  expect(folders).toEqual(records.folders)
  // The same token with another type is another document.
  expect(findMissing({ files: [fileRecord('A', 'd1')], folders: [] }, new Set(['sheet/d1'])).files).toHaveLength(1)
})

describe('the service is queried about missing documents and folders', () => {
  const refused = [
    { requestedToken: 'deleted', code: META_NOT_FOUND },
    { requestedToken: 'closed', code: NO_PERMISSION },
    { requestedToken: 'closed-folder', code: NO_PERMISSION },
  ]

  test('in one request, which gives the state of each document', async () => {
    const { calls, log } = scripted({
      metas: () =>
        Promise.resolve({
          ok: true,
          value: { metas: [meta({ token: 'moved', type: 'sheet' })], refused },
          logId: 'log',
        }),
    })
    const answers = await queryMissing(records, calls)
    expect(log).toEqual(['metas deleted closed moved unanswered closed-folder'])
    expect([...answers].map(([key, { kind }]) => [key, kind])).toEqual([
      ['docx/deleted', 'deleted'],
      ['docx/closed', 'unknown'],
      ['sheet/moved', 'exists'],
      ['docx/unanswered', 'unknown'],
      ['folder/closed-folder', 'unknown'],
    ])
    expect(answers.get('docx/closed')).toMatchObject({ failure: { code: NO_PERMISSION } })
  })

  test('and a folder that may not be read is called a folder, with the advice for folders', async () => {
    const { calls } = scripted({ metas: () => Promise.resolve({ ok: true, value: { metas: [], refused } }) })
    const answers = await queryMissing({ files: [], folders: records.folders }, calls)
    expect(answers.get('folder/closed-folder')).toMatchObject({
      failure: {
        what: expect.stringContaining('may not read this folder'),
        advice: expect.stringContaining('share the folder with that group'),
      },
    })
  })

  test('and if the query fails, the state of each is unknown', async () => {
    const failure = refusal(0, { class: 'transient', code: undefined })
    const { calls } = scripted({ metas: () => Promise.resolve(fail(failure)) })
    const answers = await queryMissing(records, calls)
    expect(answers.size).toBe(5)
    expect([...answers.values()]).toEqual(Array(5).fill({ kind: 'unknown', failure }))
  })

  test('in requests for 200 documents each', async () => {
    const files = Array.from({ length: 450 }, (_, nth) => fileRecord(`${nth}.docx`, `d${nth}`))
    const { calls, log } = scripted({})
    const answers = await queryMissing({ files, folders: [] }, calls)
    expect(log).toHaveLength(3)
    expect([...answers.values()].every(({ kind }) => kind === 'exists')).toBe(true)
  })
})

describe('a missing file', () => {
  const deleted: DocumentState = { kind: 'deleted' }
  const exists: DocumentState = { kind: 'exists' }
  const failure = refusal(NO_PERMISSION)
  const unknown: DocumentState = { kind: 'unknown', failure }
  const file = fileRecord('x/y/A.docx', 'd1')
  const parent = folderRecord('x', 'f1')

  test.each<[string, DocumentState | undefined, DocumentState | undefined, 'confirmed' | 'kept' | 'neither']>([
    ['whose document was deleted is confirmed', deleted, undefined, 'confirmed'],
    ['whose document exists, but outside the sources, is confirmed', exists, undefined, 'confirmed'],
    ['whose document has an unknown state is kept', unknown, undefined, 'kept'],
    ['whose document and folder were deleted is confirmed', deleted, deleted, 'confirmed'],
    ['in a folder of unknown state is kept, even if its document exists', exists, unknown, 'kept'],
    ['in a folder of unknown state is kept, even if its document was deleted', deleted, unknown, 'kept'],
    ['whose document was not queried is neither confirmed nor kept', undefined, undefined, 'neither'],
  ])('%s', (_, documentState, folderState, expected) => {
    const answers = new Map<string, DocumentState>()
    if (documentState) answers.set(documentKey(file), documentState)
    if (folderState) answers.set(documentKey(parent), folderState)
    const { confirmedMissing, unconfirmed } = confirmMissing({ files: [file], folders: [parent] }, answers)
    expect(confirmedMissing).toEqual(expected === 'confirmed' ? [file] : [])
    expect(unconfirmed.map((one) => one.file)).toEqual(expected === 'kept' ? [file] : [])
    for (const one of unconfirmed) expect(one.failure).toBe(failure)
  })

  test('is not kept by a folder of a similar name', () => {
    const other = folderRecord('x/y/A', 'f1')
    const answers = new Map<string, DocumentState>([
      [documentKey(file), deleted],
      [documentKey(other), unknown],
    ])
    expect(confirmMissing({ files: [file], folders: [other] }, answers)).toEqual({
      confirmedMissing: [file],
      unconfirmed: [],
    })
  })

  test('is sorted among the others by its path', () => {
    const files = ['B', 'a', 'A'].map((path) => fileRecord(path, path))
    const answers = new Map(files.map((one) => [documentKey(one), deleted]))
    expect(confirmMissing({ files, folders: [] }, answers).confirmedMissing.map(({ path }) => path)).toEqual([
      'A',
      'B',
      'a',
    ])
  })
})
