import { describe, expect, test } from '@jest/globals'
import type { Listing } from '../../../src/export/listing/types.js'
import { entry, folder, FORMATS, listing, single, tree } from '../naming/trees.js'
import { fileRecord, folderRecord } from '../records.js'
import { brief, Disk, diskWith, planFor, UNREADABLE, type World } from './worlds.js'

const one = listing(tree([entry('d1', 'A')]))
const records = [fileRecord('A.docx', 'd1')]

describe('a file is unchanged', () => {
  test('with the recorded edit time and size', () => {
    expect(brief(planFor(one, { records }))).toMatchObject({ toExport: [], unchanged: ['A.docx'], moves: [] })
  })

  test.each<[string, World]>([
    ['force', { records, force: true }],
    ['another edit time', { records: [fileRecord('A.docx', 'd1', { editTime: '1731999999' })] }],
    ['no recorded edit time', { records: [fileRecord('A.docx', 'd1', { editTime: undefined })] }],
    ['another size', { records, disk: new Disk({ 'A.docx': 8 }) }],
    ['no file', { records, disk: new Disk() }],
  ])('but not with %s', (_, world) => {
    expect(brief(planFor(one, world))).toMatchObject({ toExport: ['A.docx'], unchanged: [], refused: [] })
  })

  test.each([
    ['another document', fileRecord('A.docx', 'd2')],
    ['another type', fileRecord('A.docx', 'd1', { type: 'doc' })],
  ])('but not if the recorded file is that of %s, which keeps its path', (_, record) => {
    expect(brief(planFor(one, { records: [record] }))).toMatchObject({ toExport: ['A-d1.docx'], unchanged: [] })
  })

  test('but not without an edit time from the service, recorded or not', () => {
    const timeless = listing(tree([entry('d1', 'A', { editTime: undefined })]))
    const unknown = [fileRecord('A.docx', 'd1', { editTime: undefined })]
    expect(brief(planFor(timeless, { records: unknown }))).toMatchObject({ toExport: ['A.docx'] })
  })

  test('but not if two source lines have listed different edit times', () => {
    const edited = entry('d1', 'A', { editTime: '1732000001' })
    const { toExport } = planFor(listing(tree([entry('d1', 'A')]), tree([edited], { to: ['x'] })))
    expect(toExport.map(({ output }) => output.editTime)).toEqual([undefined, undefined])
    const same = planFor(listing(tree([entry('d1', 'A')]), tree([edited])))
    expect(same.toExport.map(({ output }) => output.editTime)).toEqual([undefined])
  })
})

describe('a file is refused', () => {
  test('if a file that no run wrote is at its path, with advice; not with overwrite', () => {
    const disk = new Disk({ 'A.docx': 7 })
    expect(planFor(one, { disk }).refused).toMatchObject([
      {
        path: 'A.docx',
        isForeign: true,
        failure: {
          class: 'permanent',
          what: 'Could not write it: the file exists already, and no earlier run wrote it',
          advice: 'Set `overwrite: true` to replace it, or move it away.',
        },
      },
    ])
    expect(brief(planFor(one, { disk, overwrite: true }))).toMatchObject({ toExport: ['A.docx'], refused: [] })
  })

  test('if a file that no run wrote has the new name, which differs from the recorded one in letter case alone', () => {
    const world = { records: [fileRecord('a.docx', 'd1')], disk: new Disk({ 'a.docx': 7, 'A.docx': 8 }) }
    expect(planFor(one, world).refused).toMatchObject([{ path: 'A.docx', isForeign: true }])
    const replaced = planFor(one, { ...world, overwrite: true })
    expect(brief(replaced)).toMatchObject({ moves: ['a.docx > A.docx'], refused: [] })
  })

  test('if it would replace a folder or a link, also with overwrite', () => {
    const { refused, toDrop } = planFor(one, { records, disk: { at: () => ({ kind: 'other' }) }, overwrite: true })
    expect(refused).toMatchObject([{ path: 'A.docx', isForeign: false }])
    expect(refused[0]?.failure.what).toContain('a folder or a link has this name')
    expect(toDrop).toEqual(records)
  })

  test('if its path cannot be read; its record stays, and the other files are not affected', () => {
    const both = [...records, fileRecord('B.docx', 'd2')]
    const disk = diskWith(both)
    disk.lock('A.docx')
    const plan = planFor(listing(tree([entry('d1', 'A'), entry('d2', 'B')])), { records: both, disk })
    expect(plan.refused).toMatchObject([{ path: 'A.docx', failure: UNREADABLE, isForeign: false }])
    expect(brief(plan)).toMatchObject({ unchanged: ['B.docx'], toDrop: [] })
  })

  test('if the file of another document is at its path and cannot be moved away', () => {
    const found = listing(tree([entry('d1', 'B'), entry('d2', 'A')]))
    const { refused, moves, toExport } = planFor(found, { records, disk: diskWith(records, { 'B.docx': 1 }) })
    expect([moves, toExport]).toEqual([[], []])
    expect(refused.map(({ path, failure, isForeign }) => [path, failure.what, isForeign])).toEqual([
      ['A.docx', 'Could not write it: it is the file of another document, which could not be moved', false],
      ['B.docx', 'Could not write it: the file exists already, and no earlier run wrote it', true],
    ])
  })

  test('in a format that its document cannot have; a csv without a table is left out', () => {
    const sheet = entry('s1', 'S', { type: 'sheet' })
    const { refused } = planFor(listing(single(sheet, { as: ['csv', 'pdf'] })))
    expect(refused.map(({ path, failure }) => [path, failure.what])).toEqual([
      ['S.pdf', 'Could not export it: a document of type sheet cannot be exported to pdf'],
    ])
    const { toExport } = planFor(listing(single(sheet, { as: ['csv', 'xlsx'], subId: 'tbl' })))
    expect(toExport.map(({ output }) => [output.fileExtension, output.subId])).toEqual([
      ['csv', 'tbl'],
      ['xlsx', undefined],
    ])
  })

  test('for a single document that cannot be exported at all', () => {
    expect(planFor(listing(single(entry('m1', 'mind', { type: 'mindnote' })))).refused).toMatchObject([
      { failure: { what: 'Could not export it: the service cannot export mind notes (思维笔记)' } },
    ])
  })
})

describe('skipped', () => {
  test('is what cannot be exported or was not asked for, each with its reason', () => {
    const entries = [
      entry('m1', 'mind', { type: 'mindnote' }),
      entry('b1', 'board', { type: 'board' }),
      entry('n1', 'new', { type: 'hologram' }),
      entry('boxcn1', 'up.pdf', { type: 'file' }),
      folder('f1', 'empty'),
    ]
    expect(planFor(listing(tree(entries))).skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['board', 'board (画板); add `board=png` to `formats` to have a picture of it'],
      ['mind', 'the service cannot export mind notes (思维笔记)'],
      ['new', 'the service cannot export documents of type hologram'],
      ['up.pdf', 'uploaded file; set `include-files: true` to have it downloaded'],
    ])
  })

  test('is a document for which no format is selected, or only formats that it cannot have', () => {
    const sheet = entry('s1', 'S', { type: 'sheet' })
    expect(planFor(listing(tree([sheet])), { formats: new Map() }).skipped).toMatchObject([
      { reason: '`formats` names no format for sheet' },
    ])
    const asked = planFor(listing(tree([sheet, entry('d1', 'A')], { as: ['pdf'] })))
    expect(brief(asked)).toMatchObject({ toExport: ['A.pdf'], skipped: ['S'] })
    expect(asked.skipped[0]?.reason).toBe(
      'a document of type sheet cannot be exported to pdf, but `as` of this source asks for that. It exports to xlsx or csv.',
    )
  })

  test('is not an uploaded file with include-files', () => {
    const up = listing(tree([entry('boxcn1', 'up.PDF', { type: 'file' })]))
    expect(planFor(up, { includeFiles: true }).toExport).toMatchObject([
      { path: 'up.PDF', output: { kind: 'upload', fileExtension: 'pdf' } },
    ])
  })
})

describe('the record of a directory that is not found', () => {
  const folders = [folderRecord('x', 'f1'), folderRecord('x/y', 'f2')]
  const kept = (found: Listing, world: World): string[] =>
    planFor(found, { folders, ...world }).folders.map(({ path }) => path)

  test('stays as long as a file below it stays', () => {
    const below = [fileRecord('x/y/B.docx', 'd2')]
    expect(kept(one, { records: below })).toEqual(['x', 'x/y'])
    expect(kept(one, { records: [fileRecord('x/B.docx', 'd2')] })).toEqual(['x'])
    const parked = [fileRecord('.parked.old', 'd2', { reservedPath: 'x/B.docx' })]
    expect(kept(one, { records: parked })).toEqual(['x'])
  })

  test('of an excluded folder stays, so that its files are not moved when it is no longer excluded', () => {
    const below = [fileRecord('x/B.docx', 'd2')]
    const excluded = planFor(listing(tree([{ ...folder('f1', 'x'), excludedBy: ['/x'] }])), { records: below, folders })
    expect(excluded.skipped).toMatchObject([{ path: 'x', reason: 'excluded by "/x"' }])
    expect(excluded.folders).toEqual([folderRecord('x', 'f1')])
    const again = planFor(listing(tree([folder('f1', 'x', entry('d2', 'B'))])), {
      records: below,
      folders: excluded.folders,
    })
    expect(brief(again)).toMatchObject({ moves: [], unchanged: ['x/B.docx'] })
  })

  test('goes with the last file below it', () => {
    const below = [fileRecord('x/y/B.docx', 'd2')]
    expect(kept(one, { records: below, confirmedMissing: below, deleteStale: true })).toEqual([])
    expect(kept(one, { records: below, disk: new Disk() })).toEqual([])
    expect(kept(one, { records: [fileRecord('x/A.docx', 'd1')] })).toEqual([])
  })

  test('goes if a folder that was found has its directory now: the manifest has each path once', () => {
    const csv = { type: 'sheet', fileExtension: 'csv', subId: 't' }
    // The sheets of the spreadsheet could not be listed.
    const found = listing(tree([entry('s1', 'x', { type: 'sheet' }), folder('f9', 'x', entry('d1', 'A'))]))
    const plan = planFor(found, {
      folders: [folderRecord('x', 's1', 'sheet')],
      records: [fileRecord('x/T.csv', 's1', csv)],
      formats: new Map([...FORMATS, ['sheet', ['csv']]]),
    })
    expect(plan.folders).toEqual([folderRecord('x', 'f9')])
  })

  test('is replaced when its directory has a place again', () => {
    const found = listing(tree([folder('f2', 'z', entry('d1', 'A'))]))
    expect(kept(found, { records: [fileRecord('x/y/B.docx', 'd2')] })).toEqual(['x', 'z'])
  })
})
