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

const missing: ManifestRecords = {
  files: [
    fileRecord('deleted.docx', 'deleted'),
    fileRecord('closed.docx', 'closed'),
    fileRecord('closed.pdf', 'closed', { fileExtension: 'pdf' }),
    fileRecord('moved.xlsx', 'moved', { type: 'sheet', fileExtension: 'xlsx' }),
    fileRecord('unanswered.docx', 'unanswered'),
  ],
  folders: [folderRecord('x', 'closed-folder')],
}

test('missing are the records whose document was not found, in whatever format', () => {
  const found = new Set(['docx/closed', 'sheet/moved', 'folder/other'])
  const { files, folders } = findMissing(missing, found)
  expect(files.map(({ path }) => path)).toEqual(['deleted.docx', 'unanswered.docx'])
  expect(folders).toEqual(missing.folders)
  // The type belongs to it.
  expect(findMissing({ files: [fileRecord('A', 'd1')], folders: [] }, new Set(['sheet/d1'])).files).toHaveLength(1)
})

describe('the service is queried about what is missing', () => {
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
    const answers = await queryMissing(missing, calls)
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

  test('when the query fails, nothing is known', async () => {
    const failure = refusal(0, { class: 'transient', code: undefined })
    const { calls } = scripted({ metas: () => Promise.resolve(fail(failure)) })
    const answers = await queryMissing(missing, calls)
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
    ['whose document was found nowhere, but exists, is confirmed', exists, undefined, 'confirmed'],
    ['of whose document nothing is known is kept', unknown, undefined, 'kept'],
    ['in a deleted folder is confirmed with its document', deleted, deleted, 'confirmed'],
    ['in a folder of which nothing is known is unconfirmed, even if its document is readable', exists, unknown, 'kept'],
    ['in such a folder is kept even if its document was deleted', deleted, unknown, 'kept'],
    ['that was not queried is neither', undefined, undefined, 'neither'],
  ])('%s', (_, ofFile, ofFolder, expected) => {
    const answers = new Map<string, DocumentState>()
    if (ofFile) answers.set(documentKey(file), ofFile)
    if (ofFolder) answers.set(documentKey(parent), ofFolder)
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

  test('is listed by its path', () => {
    const files = ['B', 'a', 'A'].map((path) => fileRecord(path, path))
    const answers = new Map(files.map((one) => [documentKey(one), deleted]))
    expect(confirmMissing({ files, folders: [] }, answers).confirmedMissing.map(({ path }) => path)).toEqual([
      'A',
      'B',
      'a',
    ])
  })
})
