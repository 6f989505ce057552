import { describe, expect, test } from '@jest/globals'
import { lookAlikes, type DiskFact } from '../../src/export/plan/plan.js'
import { entry, folder, listing, single, tree, withGap } from './paths-trees.js'
import { brief, fileOf, plan, type World } from './plan-worlds.js'

const one = listing(tree([entry('d1', 'A')]))
const recorded = [fileOf('A.docx', 'd1')]

describe('unchanged', () => {
  test('is what has the same record, the same time, and a file of the recorded size', () => {
    expect(brief(plan(one, { files: recorded }))).toMatchObject({ export: [], unchanged: ['A.docx'] })
  })

  test.each<[string, World]>([
    ['force', { files: recorded, force: true }],
    ['another time', { files: [fileOf('A.docx', 'd1', { editTime: '1731999999' })] }],
    ['no recorded time', { files: [fileOf('A.docx', 'd1', { editTime: undefined })] }],
    ['another document', { files: [fileOf('A.docx', 'd2')] }],
    ['another type', { files: [fileOf('A.docx', 'd1', { type: 'doc' })] }],
    ['another path', { files: [fileOf('B.docx', 'd1', { title: 'A' })] }],
    ['no file', { files: recorded, disk: {} }],
    ['another size', { files: recorded, disk: { 'A.docx': 8 } }],
    ['a killed run', { writing: recorded, disk: { 'A.docx': 7 } }],
  ])('is nothing with %s', (_, world) => {
    expect(brief(plan(one, world))).toMatchObject({ export: ['A.docx'], unchanged: [], refused: [] })
  })

  test('is nothing without a time from the service, recorded or not', () => {
    const timeless = listing(tree([entry('d1', 'A', { editTime: undefined })]))
    const files = [fileOf('A.docx', 'd1', { editTime: undefined })]
    expect(brief(plan(timeless, { files }))).toMatchObject({ export: ['A.docx'] })
  })

  test('is nothing where two lines read different times', () => {
    const changed = entry('d1', 'A', { editTime: '1732000001' })
    const { toExport } = plan(listing(tree([entry('d1', 'A')]), tree([changed], { to: ['x'] })))
    expect(toExport.map(({ unit }) => unit.editTime)).toEqual([undefined, undefined])
    const same = plan(listing(tree([entry('d1', 'A')]), tree([changed])))
    expect(same.toExport.map(({ unit }) => unit.editTime)).toEqual([undefined])
  })
})

describe('refused', () => {
  test('is a file that no earlier run wrote, with both cures; not with overwrite', () => {
    const disk = { 'A.docx': 7 }
    expect(plan(one, { disk }).refused).toMatchObject([
      {
        file: { path: 'A.docx' },
        failure: {
          class: 'permanent',
          what: 'Could not export it to "A.docx": the file exists already, and no earlier run wrote it',
          advice: 'Set `overwrite: true` to replace it, or move it away.',
        },
      },
    ])
    expect(brief(plan(one, { disk, overwrite: true }))).toMatchObject({ export: ['A.docx'], refused: [] })
  })

  test('is whatever would replace a folder or a link, with overwrite too', () => {
    const facts = (): DiskFact => ({ size: 7, kind: 'other' })
    expect(brief(plan(one, { facts, overwrite: true, files: recorded })).refused).toEqual(['A.docx'])
  })

  test('on a disk that does not know case: our own file under its old name is ours, a stranger is not', () => {
    const files = [fileOf('a.docx', 'd1')]
    const sameFile = (): DiskFact => ({ size: 7, kind: 'file', id: 'one' })
    const { toExport } = plan(one, { files, facts: sameFile })
    expect(toExport).toMatchObject([{ path: 'A.docx', replaces: ['a.docx'] }])
    const others = (path: string): DiskFact => ({ size: 7, kind: 'file', id: path })
    expect(brief(plan(one, { files, facts: others })).refused).toEqual(['A.docx'])
  })

  test('is csv without a table, a format that a document cannot have', () => {
    const sheet = entry('s1', 'S', { type: 'sheet' })
    const { refused } = plan(listing(single(sheet, { as: ['csv', 'pdf'] })))
    expect(refused.map(({ file, failure }) => [file.path, failure.what])).toEqual([
      ['S.csv', 'Could not export it to csv, which holds one sheet or table: nothing names which one'],
      ['S.pdf', 'Could not export it: a document of type sheet cannot be exported to pdf'],
    ])
    expect(refused[0]?.failure.advice).toContain('?sheet=')
    const { toExport } = plan(listing(single(sheet, { as: ['csv', 'xlsx'], subId: 'tbl' })))
    expect(toExport.map(({ unit }) => [unit.fileExtension, unit.subId])).toEqual([
      ['csv', 'tbl'],
      ['xlsx', undefined],
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
    expect(plan(listing(tree(entries))).skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['board', 'the service cannot export boards (画板)'],
      ['mind', 'the service cannot export mind notes (思维笔记)'],
      ['new', 'the service cannot export documents of type hologram'],
      ['up.pdf', 'uploaded file; set `include-files: true` to have it downloaded'],
    ])
  })

  test('is what no format is asked for, or none that it can have', () => {
    const sheet = entry('s1', 'S', { type: 'sheet' })
    expect(plan(listing(tree([sheet])), { formats: new Map() }).skipped).toMatchObject([
      { reason: '`formats` names no format for sheet' },
    ])
    const asked = plan(listing(tree([sheet, entry('d1', 'A')], { as: ['pdf'] })))
    expect(brief(asked)).toMatchObject({ export: ['A.pdf'], skipped: ['S'] })
    expect(asked.skipped[0]?.reason).toBe(
      'a document of type sheet cannot be exported to pdf, but `as` of this source asks for that. It exports to xlsx or csv.',
    )
  })

  test('is no uploaded file with include-files', () => {
    const up = listing(tree([entry('boxcn1', 'up.PDF', { type: 'file' })]))
    expect(plan(up, { includeFiles: true }).toExport).toMatchObject([
      { path: 'up.PDF', unit: { uploaded: true, fileExtension: 'pdf' } },
    ])
  })
})

describe('what is replaced and what is stale', () => {
  test('a renamed, a moved document replaces its old file', () => {
    const moved = listing(tree([folder('f1', 'x', entry('d1', 'B'))]))
    expect(plan(moved, { files: recorded }).toExport).toMatchObject([{ path: 'x/B.docx', replaces: ['A.docx'] }])
  })

  test('an uploaded file whose extension changes too', () => {
    const up = listing(tree([entry('boxcn1', 'a.md', { type: 'file' })]))
    const files = [fileOf('a.txt', 'boxcn1', { type: 'file', fileExtension: 'txt' })]
    expect(plan(up, { files, includeFiles: true })).toMatchObject({
      toExport: [{ path: 'a.md', replaces: ['a.txt'] }],
      stale: [],
    })
    expect(plan(up, { files }).stale).toEqual([])
  })

  test('never a path that is planned for another one: two titles swapped', () => {
    const files = [fileOf('A.docx', 'd1'), fileOf('B.docx', 'd2')]
    const swapped = plan(listing(tree([entry('d1', 'B'), entry('d2', 'A')])), { files })
    expect(brief(swapped)).toMatchObject({ export: ['A.docx', 'B.docx'], stale: [] })
    expect(swapped.toExport.flatMap(({ replaces }) => replaces)).toEqual([])
  })

  test('what a killed run left behind goes with the unchanged file', () => {
    const files = [...recorded, fileOf('old/A.docx', 'd1')]
    expect(plan(one, { files }).unchanged).toMatchObject([{ path: 'A.docx', replaces: ['old/A.docx'] }])
  })

  test('nothing is replaced by a refused file', () => {
    const { refused, stale } = plan(one, { files: [fileOf('B.docx', 'd1')], disk: { 'A.docx': 1, 'B.docx': 7 } })
    expect(refused).toMatchObject([{ file: { path: 'A.docx', replaces: [] } }])
    expect(stale).toEqual([])
  })

  test('of two copies, the one that is exported replaces', () => {
    const files = [...recorded, fileOf('x/A.docx', 'd1')]
    const lines = listing(tree([entry('d1', 'A')]), tree([entry('d1', 'A')], { to: ['y'] }))
    const { toExport, unchanged } = plan(lines, { files })
    expect(unchanged).toMatchObject([{ path: 'A.docx', replaces: [] }])
    expect(toExport).toMatchObject([{ path: 'y/A.docx', replaces: ['x/A.docx'] }])
  })

  test('with gaps in the listing a copy that was not found stays, a move is a move', () => {
    const files = [...recorded, fileOf('x/A.docx', 'd1')]
    expect(plan(withGap(one), { files }).unchanged).toMatchObject([{ path: 'A.docx', replaces: [] }])
    const moved = withGap(listing(tree([entry('d1', 'B')])))
    expect(plan(moved, { files: recorded }).toExport).toMatchObject([{ path: 'B.docx', replaces: ['A.docx'] }])
  })

  test('stale is what is not found, also where its path is to be another one’s', () => {
    const files = [
      ...recorded,
      fileOf('B.docx', 'd2'),
      fileOf('C.docx', 'd3'),
      fileOf('A.pdf', 'd1', { fileExtension: 'pdf' }),
    ]
    const found = plan(listing(tree([entry('d1', 'A'), entry('d9', 'B')])), { files })
    expect(brief(found)).toMatchObject({
      export: ['B.docx'],
      unchanged: ['A.docx'],
      stale: ['A.pdf', 'B.docx', 'C.docx'],
    })
  })

  test('a killed run’s file whose document is gone is stale too', () => {
    expect(plan(listing(tree([])), { writing: recorded }).stale).toMatchObject([
      { file: { path: 'A.docx', token: 'd1' }, instead: undefined },
    ])
  })

  test('names that are one on some disks are told', () => {
    const made = plan(listing(tree([entry('d1', 'A'), entry('d2', 'B')])))
    expect(lookAlikes(made)('a.DOCX')).toEqual(['A.docx'])
    expect(lookAlikes(made)('c.docx')).toEqual([])
  })
})
