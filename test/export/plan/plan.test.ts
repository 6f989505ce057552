import { describe, expect, test } from '@jest/globals'
import type { Failure } from '../../../src/feishu/errors/failure.js'
import { countFound, withFailedMoves, withParked } from '../../../src/export/plan/plan.js'
import { entry, folder, listing, single, tree } from '../naming/trees.js'
import { fileRecord, folderRecord } from '../records.js'
import { brief, Disk, diskWith, planFor, UNREADABLE, type World } from './worlds.js'

const one = listing(tree([entry('d1', 'A')]))
const records = [fileRecord('A.docx', 'd1')]

describe('unchanged', () => {
  test('is a file with the recorded edit time and size', () => {
    expect(brief(planFor(one, { records }))).toMatchObject({ toExport: [], unchanged: ['A.docx'], moves: [] })
  })

  test.each<[string, World]>([
    ['force', { records, force: true }],
    ['another edit time', { records: [fileRecord('A.docx', 'd1', { editTime: '1731999999' })] }],
    ['no recorded edit time', { records: [fileRecord('A.docx', 'd1', { editTime: undefined })] }],
    ['another size', { records, disk: new Disk({ 'A.docx': 8 }) }],
    ['no file', { records, disk: new Disk() }],
  ])('is nothing with %s', (_, world) => {
    expect(brief(planFor(one, world))).toMatchObject({ toExport: ['A.docx'], unchanged: [], refused: [] })
  })

  test.each([
    ['another document', fileRecord('A.docx', 'd2')],
    ['another type', fileRecord('A.docx', 'd1', { type: 'doc' })],
  ])('is nothing where the recorded file is that of %s, which keeps its path', (_, record) => {
    expect(brief(planFor(one, { records: [record] }))).toMatchObject({ toExport: ['A-d1.docx'], unchanged: [] })
  })

  test('is nothing without an edit time from the service, recorded or not', () => {
    const timeless = listing(tree([entry('d1', 'A', { editTime: undefined })]))
    const unknown = [fileRecord('A.docx', 'd1', { editTime: undefined })]
    expect(brief(planFor(timeless, { records: unknown }))).toMatchObject({ toExport: ['A.docx'] })
  })

  test('is nothing where two source lines read different edit times', () => {
    const edited = entry('d1', 'A', { editTime: '1732000001' })
    const { toExport } = planFor(listing(tree([entry('d1', 'A')]), tree([edited], { to: ['x'] })))
    expect(toExport.map(({ output }) => output.editTime)).toEqual([undefined, undefined])
    const same = planFor(listing(tree([entry('d1', 'A')]), tree([edited])))
    expect(same.toExport.map(({ output }) => output.editTime)).toEqual([undefined])
  })
})

describe('refused', () => {
  test('is a file that no run wrote, with both ways out; not with overwrite', () => {
    const disk = new Disk({ 'A.docx': 7 })
    expect(planFor(one, { disk }).refused).toMatchObject([
      {
        path: 'A.docx',
        isForeign: true,
        failure: {
          class: 'permanent',
          what: 'Could not write "A.docx": the file exists already, and no earlier run wrote it',
          advice: 'Set `overwrite: true` to replace it, or move it away.',
        },
      },
    ])
    expect(brief(planFor(one, { disk, overwrite: true }))).toMatchObject({ toExport: ['A.docx'], refused: [] })
  })

  test('is whatever would replace a folder or a link, also with overwrite', () => {
    const { refused, vanished } = planFor(one, { records, disk: { at: () => ({ kind: 'other' }) }, overwrite: true })
    expect(refused).toMatchObject([{ path: 'A.docx', isForeign: false }])
    expect(refused[0]?.failure.what).toContain('a folder or a link has this name')
    expect(vanished).toEqual(records)
  })

  test('is a path that the disk does not say anything about; its record stays, and so do the other files', () => {
    const both = [...records, fileRecord('B.docx', 'd2')]
    const disk = diskWith(both)
    disk.lock('A.docx')
    const plan = planFor(listing(tree([entry('d1', 'A'), entry('d2', 'B')])), { records: both, disk })
    expect(plan.refused).toMatchObject([{ path: 'A.docx', failure: UNREADABLE, isForeign: false }])
    expect(brief(plan)).toMatchObject({ unchanged: ['B.docx'], vanished: [] })
  })

  test('is the file of another document that cannot be moved away', () => {
    const found = listing(tree([entry('d1', 'B'), entry('d2', 'A')]))
    const { refused, moves, toExport } = planFor(found, { records, disk: diskWith(records, { 'B.docx': 1 }) })
    expect([moves, toExport]).toEqual([[], []])
    expect(refused.map(({ path, failure, isForeign }) => [path, failure.what, isForeign])).toEqual([
      ['A.docx', 'Could not write "A.docx": it is the file of another document, which could not be moved', false],
      ['B.docx', 'Could not write "B.docx": the file exists already, and no earlier run wrote it', true],
    ])
  })

  test('is csv without a table, and a format that a document cannot have', () => {
    const sheet = entry('s1', 'S', { type: 'sheet' })
    const { refused } = planFor(listing(single(sheet, { as: ['csv', 'pdf'] })))
    expect(refused.map(({ path, failure }) => [path, failure.what])).toEqual([
      ['S.csv', 'Could not export it to csv, which holds one sheet or table: the link names none'],
      ['S.pdf', 'Could not export it: a document of type sheet cannot be exported to pdf'],
    ])
    expect(refused[0]?.failure.advice).toContain('?sheet=')
    const { toExport } = planFor(listing(single(sheet, { as: ['csv', 'xlsx'], subId: 'tbl' })))
    expect(toExport.map(({ output }) => [output.fileExtension, output.subId])).toEqual([
      ['csv', 'tbl'],
      ['xlsx', undefined],
    ])
  })

  test('is a document of a source line that cannot be exported at all', () => {
    expect(planFor(listing(single(entry('b1', 'board', { type: 'board' })))).refused).toMatchObject([
      { failure: { what: 'Could not export it: the service cannot export boards (画板)' } },
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
      ['board', 'the service cannot export boards (画板)'],
      ['mind', 'the service cannot export mind notes (思维笔记)'],
      ['new', 'the service cannot export documents of type hologram'],
      ['up.pdf', 'uploaded file; set `include-files: true` to have it downloaded'],
    ])
  })

  test('is what no format is asked for, or none that it can have', () => {
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

  test('is no uploaded file with include-files', () => {
    const up = listing(tree([entry('boxcn1', 'up.PDF', { type: 'file' })]))
    expect(planFor(up, { includeFiles: true }).toExport).toMatchObject([
      { path: 'up.PDF', output: { kind: 'upload', fileExtension: 'pdf' } },
    ])
  })
})

describe('a recorded file moves', () => {
  test('with its document, which costs no export', () => {
    const moved = listing(tree([folder('f1', 'x', entry('d1', 'B'))]))
    expect(brief(planFor(moved, { records }))).toMatchObject({
      moves: ['A.docx > x/B.docx'],
      toExport: [],
      unchanged: ['x/B.docx'],
      stale: [],
    })
  })

  test('also when the document was edited, and is exported there', () => {
    const edited = listing(tree([entry('d1', 'B', { editTime: '1732000001' })]))
    expect(brief(planFor(edited, { records }))).toMatchObject({ moves: ['A.docx > B.docx'], toExport: ['B.docx'] })
  })

  test('also when not everything could be listed', () => {
    const moved = listing(tree([entry('d1', 'B')]))
    expect(brief(planFor(moved, { records, isComplete: false })).moves).toEqual(['A.docx > B.docx'])
  })

  test('with everything in a renamed folder', () => {
    const inside = [fileRecord('x/A.docx', 'd1'), fileRecord('x/y/B-d2.docx', 'd2', { title: 'B' })]
    const folders = [folderRecord('x', 'f1'), folderRecord('x/y', 'f2')]
    const renamed = listing(tree([folder('f1', 'z', entry('d1', 'A'), folder('f2', 'y', entry('d2', 'B')))]))
    expect(brief(planFor(renamed, { records: inside, folders }))).toMatchObject({
      moves: ['x/A.docx > z/A.docx', 'x/y/B-d2.docx > z/y/B-d2.docx'],
      toExport: [],
    })
  })

  test('to a path that another one leaves: two titles exchanged', () => {
    const both = [...records, fileRecord('B.docx', 'd2')]
    const swapped = planFor(listing(tree([entry('d1', 'B'), entry('d2', 'A')])), { records: both })
    expect(brief(swapped)).toMatchObject({
      moves: ['A.docx > B.docx', 'B.docx > A.docx'],
      unchanged: ['A.docx', 'B.docx'],
      stale: [],
    })
  })

  test('to the same name in another case, on every disk', () => {
    const lower = [fileRecord('a.docx', 'd1')]
    for (const ignoresCase of [false, true]) {
      const disk = new Disk({ 'a.docx': 7 }, { ignoresCase })
      expect(brief(planFor(one, { records: lower, disk }))).toMatchObject({
        moves: ['a.docx > A.docx'],
        unchanged: ['A.docx'],
      })
    }
    const disk = diskWith(lower, { 'A.docx': 7 })
    expect(brief(planFor(one, { records: lower, disk }))).toMatchObject({ moves: [], refused: ['A.docx'] })
  })

  test('with its new extension, if it is an uploaded file; then it is downloaded again', () => {
    const up = listing(tree([entry('boxcn1', 'a.md', { type: 'file' })]))
    const text = [fileRecord('a.txt', 'boxcn1', { type: 'file', fileExtension: 'txt' })]
    expect(brief(planFor(up, { records: text, includeFiles: true }))).toMatchObject({
      moves: ['a.txt > a.md'],
      toExport: ['a.md'],
      stale: [],
    })
    expect(brief(planFor(up, { records: text, deleteStale: true })).stale).toEqual([])
  })

  test('to the name of the folder that it was in, and into a folder of its own name', () => {
    const upload = entry('boxcn1', 'notes', { type: 'file' })
    const inside = [fileRecord('notes/notes', 'boxcn1', { type: 'file', fileExtension: '' })]
    expect(brief(planFor(listing(tree([upload])), { records: inside, includeFiles: true }))).toMatchObject({
      moves: ['notes/notes > notes'],
      unchanged: ['notes'],
    })
    const outside = [fileRecord('notes', 'boxcn1', { type: 'file', fileExtension: '' })]
    const below = listing(tree([folder('f1', 'notes', upload)]))
    expect(brief(planFor(below, { records: outside, includeFiles: true })).moves).toEqual(['notes > notes/notes'])
  })

  test('not where its new path is too long: it stays, and nobody gets its path', () => {
    const names = Array.from({ length: 80 }, (_, nth) => `directory ${nth}`)
    const [deep] = names.reduceRight((below, name, nth) => [folder(`f${nth}`, name, ...below)], [entry('d1', 'A')])
    if (!deep) throw new Error('no folder')
    const plan = planFor(listing(tree([deep, entry('d2', 'A')])), { records, deleteStale: true })
    expect(plan.refused.map(({ path }) => path)).toContain('A.docx')
    expect(brief(plan)).toMatchObject({ moves: [], evictions: [], stale: [], toExport: [] })
  })
})

describe('copies of a document', () => {
  test('that are recorded are taken for those that are planned', () => {
    const copies = [...records, fileRecord('x/A.docx', 'd1')]
    const lines = listing(tree([entry('d1', 'A')]), tree([entry('d1', 'A')], { to: ['y'] }))
    expect(brief(planFor(lines, { records: copies }))).toMatchObject({
      moves: ['x/A.docx > y/A.docx'],
      unchanged: ['A.docx', 'y/A.docx'],
      stale: [],
    })
  })

  test('that are too many are stale, but not after a listing that is not complete', () => {
    const copies = [...records, fileRecord('old/A.docx', 'd1')]
    const plan = planFor(one, { records: copies })
    expect(brief(plan)).toMatchObject({ unchanged: ['A.docx'], moves: [], stale: ['old/A.docx copy'] })
    expect(plan.stale[0]?.instead.map(({ path }) => path)).toEqual(['A.docx'])
    expect(brief(planFor(one, { records: copies, isComplete: false })).stale).toEqual([])
  })

  test('that are too many give their path to another document', () => {
    const copies = [...records, fileRecord('x/A.docx', 'd1')]
    const found = listing(tree([entry('d1', 'A'), folder('f1', 'x', entry('d2', 'A'))]))
    expect(brief(planFor(found, { records: copies }))).toMatchObject({
      evictions: ['x/A.docx'],
      toExport: ['x/A.docx'],
      stale: ['x/A.docx copy'],
    })
    expect(brief(planFor(found, { records: copies, isComplete: false }))).toMatchObject({
      evictions: [],
      refused: ['x/A.docx'],
      stale: [],
    })
  })
})

describe('a document that was not found', () => {
  const others = [...records, fileRecord('B.docx', 'd2'), fileRecord('C.docx', 'd3')]
  const found = listing(tree([entry('d1', 'A'), entry('d9', 'B')]))

  test('keeps its file and its path, with and without delete-stale', () => {
    for (const deleteStale of [false, true]) {
      expect(brief(planFor(found, { records: others, deleteStale }))).toMatchObject({
        toExport: ['B-d9.docx'],
        evictions: [],
        stale: [],
      })
    }
  })

  test('is stale when it is certainly gone; where its path is needed, its file is evicted', () => {
    expect(brief(planFor(found, { records: others, gone: others.slice(1), deleteStale: true }))).toMatchObject({
      toExport: ['B.docx'],
      unchanged: ['A.docx'],
      evictions: ['B.docx'],
      stale: ['B.docx gone', 'C.docx gone'],
    })
  })

  test('and whose file is missing is not stale', () => {
    const disk = new Disk({ 'A.docx': 7 })
    const plan = planFor(found, { records: others, gone: others.slice(1), deleteStale: true, disk })
    expect(brief(plan)).toMatchObject({ evictions: [], stale: [], vanished: ['B.docx', 'C.docx'] })
  })
})

describe('a format that is not wanted any more', () => {
  const formats = [...records, fileRecord('A.pdf', 'd1', { fileExtension: 'pdf' })]

  test('is stale with delete-stale and a complete listing only', () => {
    const plan = planFor(one, { records: formats, deleteStale: true })
    expect(plan.stale).toMatchObject([{ record: { path: 'A.pdf' }, reason: 'format', instead: [{ path: 'A.docx' }] }])
    expect(planFor(one, { records: formats }).stale).toEqual([])
    expect(planFor(one, { records: formats, deleteStale: true, isComplete: false }).stale).toEqual([])
  })

  test('stays while no other file of its document can be written', () => {
    const [pdf] = formats.slice(1)
    const disk = diskWith(pdf ? [pdf] : [], { 'A.docx': 1 })
    expect(brief(planFor(one, { records: pdf ? [pdf] : [], deleteStale: true, disk }))).toMatchObject({
      refused: ['A.docx'],
      stale: [],
    })
  })
})

describe('after the moves', () => {
  const failure: Failure = { class: 'permanent', what: 'Cannot move the file', origin: 'disk' }
  const both = [...records, fileRecord('B.docx', 'd2')]

  test('a file whose move failed is refused', () => {
    const edited = entry('d2', 'Y', { editTime: '1732000001' })
    const plan = planFor(listing(tree([entry('d1', 'X'), edited, entry('d3', 'Z')])), { records: both })
    const [first, second] = plan.moves
    if (!first || !second) throw new Error('no moves')
    const next = withFailedMoves(plan, [
      { ...first, failure },
      { ...second, failure },
    ])
    expect(brief(next)).toMatchObject({ unchanged: [], toExport: ['Z.docx'], refused: ['Y.docx', 'X.docx'] })
    expect(next.refused.every((file) => file.failure === failure && !file.isForeign)).toBe(true)
    expect(countFound(next)).toBe(countFound(plan))
    expect(withFailedMoves(plan, [])).toBe(plan)
  })

  test('what was to be written where such a file is still is refused too', () => {
    const plan = planFor(listing(tree([entry('d1', 'X'), entry('d3', 'a')])), { records })
    expect(brief(plan)).toMatchObject({ moves: ['A.docx > X.docx'], toExport: ['a.docx'] })
    const next = withFailedMoves(
      plan,
      plan.moves.map((move) => ({ ...move, failure })),
    )
    expect(brief(next)).toMatchObject({ toExport: [], refused: ['a.docx', 'X.docx'] })
    expect(next.refused[0]?.failure.what).toMatch(/it is the file of another document, which could not be moved$/)
  })

  test('what has moved there all the same is not', () => {
    const plan = planFor(listing(tree([entry('d1', 'X'), entry('d2', 'A', { editTime: '9' })])), { records: both })
    expect(brief(plan)).toMatchObject({ moves: ['A.docx > X.docx', 'B.docx > A.docx'], toExport: ['A.docx'] })
    const next = withFailedMoves(
      plan,
      plan.moves.slice(0, 1).map((move) => ({ ...move, failure })),
    )
    expect(brief(next)).toMatchObject({ toExport: ['A.docx'], refused: ['X.docx'] })
  })

  test('an evicted file is removed where it is parked', () => {
    const found = listing(tree([entry('d9', 'A')]))
    const plan = planFor(found, { records, gone: records, deleteStale: true })
    const [record] = plan.evictions
    if (!record) throw new Error('no eviction')
    expect(brief(withParked(plan, [{ record, at: 'parked.old' }])).stale).toEqual(['parked.old gone'])
    expect(withParked(plan, [])).toBe(plan)
  })
})
