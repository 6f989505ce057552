import { describe, expect, test } from '@jest/globals'
import type { Entry, ListedSource, Listing } from '../../../src/export/listing/types.js'
import { OUTDATED, type FileRecord } from '../../../src/export/model.js'
import type { Plan } from '../../../src/export/plan/plan.js'
import { entry, folder, listing, single, tree } from '../naming/trees.js'
import { fileRecord, folderRecord } from '../records.js'
import { brief, Disk, diskWith, planFor } from './worlds.js'

const one = listing(tree([entry('d1', 'A')]))
const records = [fileRecord('A.docx', 'd1')]

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

  test('to a path that another file leaves: two titles are exchanged', () => {
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

  test('out of a folder whose name a file needs, also in another case on a disk that ignores case', () => {
    const inFolder = [fileRecord('a/B.docx', 'd2')]
    const [renamed, upload] = [folder('f1', 'x', entry('d2', 'B')), entry('boxcn1', 'A', { type: 'file' })]
    const world = { records: inFolder, folders: [folderRecord('a', 'f1')], includeFiles: true }
    const disk = new Disk({ 'a/B.docx': 7 }, { ignoresCase: true })
    expect(brief(planFor(listing(tree([renamed, upload])), { ...world, disk }))).toMatchObject({
      moves: ['a/B.docx > x/B.docx'],
      toExport: ['A'],
      refused: [],
    })
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

  test('to the name of the folder that it was in, or into a folder of its own name', () => {
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

  test('not if its new path is too long: it stays, and no other document gets its path', () => {
    const names = Array.from({ length: 80 }, (_, nth) => `directory ${nth}`)
    const [deep] = names.reduceRight((below, name, nth) => [folder(`f${nth}`, name, ...below)], [entry('d1', 'A')])
    const plan = planFor(listing(tree([deep, entry('d2', 'A')])), { records, deleteStale: true })
    expect(plan.refused.map(({ path }) => path)).toContain('A.docx')
    expect(brief(plan)).toMatchObject({ moves: [], toPark: [], stale: [], toExport: [] })
  })
})

describe('copies of a document', () => {
  test('that are recorded become the planned copies', () => {
    const copies = [...records, fileRecord('x/A.docx', 'd1')]
    const lines = listing(tree([entry('d1', 'A')]), tree([entry('d1', 'A')], { to: ['y'] }))
    expect(brief(planFor(lines, { records: copies }))).toMatchObject({
      moves: ['x/A.docx > y/A.docx'],
      unchanged: ['A.docx', 'y/A.docx'],
      stale: [],
    })
  })

  test('move with their pictures to where a killed run had begun to make another copy', () => {
    const picture = { asset: 'p', fileExtension: 'png' }
    const files = [
      fileRecord('x/A.md', 'd1', { fileExtension: 'md' }),
      fileRecord('x/A.assets/p.png', 'd1', picture),
      fileRecord('y/A.assets/p.png', 'd1', picture),
    ]
    const found = listing(single(entry('d1', 'A'), { to: ['y', 'A'] }))
    expect(brief(planFor(found, { records: files, formats: new Map([['docx', ['md']]]) }))).toMatchObject({
      moves: ['x/A.md > y/A.md', 'x/A.assets/p.png > y/A.assets/p.png'],
      toPark: ['y/A.assets/p.png'],
      refused: [],
      stale: ['y/A.assets/p.png copy'],
    })
  })

  test('move to the path of a recorded copy that is missing', () => {
    const copies = [fileRecord('one.docx', 'd1'), fileRecord('two.docx', 'd1')]
    const found = listing(single(entry('d1', 'A'), { to: ['two'] }), tree([entry('d2', 'one')]))
    const disk = new Disk({ 'one.docx': 7 })
    expect(brief(planFor(found, { records: copies, disk }))).toMatchObject({
      moves: ['one.docx > two.docx'],
      unchanged: ['two.docx'],
      toExport: ['one.docx'],
      toDrop: ['two.docx'],
    })
  })

  test('that are too many are stale, but not after a listing that is not complete', () => {
    const copies = [...records, fileRecord('old/A.docx', 'd1')]
    const plan = planFor(one, { records: copies })
    expect(brief(plan)).toMatchObject({ unchanged: ['A.docx'], moves: [], stale: ['old/A.docx copy'] })
    expect(plan.stale[0]?.instead.map(({ path }) => path)).toEqual(['A.docx'])
    expect(brief(planFor(one, { records: copies, isComplete: false })).stale).toEqual([])
  })

  test('that are too many stay with their pictures while no other file of the document can be written', () => {
    const copies = ['A', 'x/A'].flatMap((path) => [
      fileRecord(`${path}.md`, 'd1', { fileExtension: 'md' }),
      fileRecord(`${path}.assets/p.png`, 'd1', { asset: 'p', fileExtension: 'png' }),
    ])
    const found = listing(tree([entry('d1', 'B')]))
    const world = { records: copies, formats: new Map([['docx', ['md']]]) }
    expect(brief(planFor(found, { ...world, disk: diskWith(copies, { 'B.md': 1 }) }))).toMatchObject({
      refused: ['B.md'],
      stale: [],
    })
    expect(brief(planFor(found, world)).stale).toEqual(['x/A.md copy', 'x/A.assets/p.png copy'])
  })

  test('that are too many give their path to another document', () => {
    const copies = [...records, fileRecord('x/A.docx', 'd1')]
    const found = listing(tree([entry('d1', 'A'), folder('f1', 'x', entry('d2', 'A'))]))
    expect(brief(planFor(found, { records: copies }))).toMatchObject({
      toPark: ['x/A.docx'],
      toExport: ['x/A.docx'],
      stale: ['x/A.docx copy'],
    })
    expect(brief(planFor(found, { records: copies, isComplete: false }))).toMatchObject({
      toPark: [],
      refused: ['x/A.docx'],
      stale: [],
    })
  })
})

describe('two formats of a document that save the same attachment', () => {
  const formats = new Map([['docx', ['md']]])
  const markdown = fileRecord('A.md', 'd1', { fileExtension: 'md' })
  const pdf = (path: string): FileRecord => fileRecord(path, 'd1', { fileExtension: 'pdf', variant: 'attachments' })
  const attachment = (path: string): FileRecord => fileRecord(path, 'd1', { fileExtension: 'pdf', asset: 'boxcn1' })
  const document = entry('d1', 'A')
  /** The plan for the Markdown at the top, the pdf at a path without extension, and further lines. */
  const planWith = (records: readonly FileRecord[], to: string[], ...others: ListedSource[]): Plan => {
    const lines = listing(tree([document]), single(document, { as: ['pdf'], to }), ...others)
    return planFor(lines, { records, formats, includeAttachments: true })
  }

  test('are exported anew if they part, except for the one that takes the attachment along', () => {
    const shared = [markdown, attachment('A.assets/a.pdf'), pdf('A.pdf')]
    expect(brief(planWith(shared, ['A']))).toMatchObject({ moves: [], toExport: [], unchanged: ['A.md', 'A.pdf'] })
    expect(brief(planWith(shared, ['x', 'A']))).toMatchObject({
      moves: ['A.pdf > x/A.pdf'],
      toExport: ['x/A.pdf'],
      unchanged: ['A.md'],
    })
  })

  test('need only one copy of it if one moves beside the other', () => {
    const apart = [markdown, attachment('A.assets/a.pdf'), pdf('x/A.pdf'), attachment('x/A.assets/a.pdf')]
    expect(brief(planWith(apart, ['A']))).toMatchObject({
      moves: ['x/A.pdf > A.pdf'],
      unchanged: ['A.md', 'A.pdf'],
      refused: [],
      stale: ['x/A.assets/a.pdf copy'],
    })
    // The docx uses the other copy.
    const docx = single(document, { as: ['docx'], to: ['x', 'A'] })
    expect(brief(planWith(apart, ['A'], docx))).toMatchObject({ toExport: ['x/A.docx'], refused: [], stale: [] })
  })

  test('are exported anew also by the next run if this run is killed after the moves', () => {
    const plan = planWith([markdown, attachment('A.assets/a.pdf'), pdf('A.pdf')], ['x', 'A'])
    expect(plan.outdated).toEqual([{ ...pdf('A.pdf'), ...OUTDATED }])
    expect(plan.moves.map(({ record }) => record)).toEqual(plan.outdated)
    const copy = [markdown, attachment('A.assets/a.pdf'), pdf('A.pdf'), pdf('x/A.pdf'), attachment('x/A.assets/a.pdf')]
    expect(planWith(copy, ['A']).outdated).toEqual([])
  })

  test('are both outdated if it is damaged, also one that is not selected', () => {
    const docx = fileRecord('A.docx', 'd1', { variant: 'attachments' })
    const files = [pdf('A.pdf'), docx]
    const damaged = { records: [...files, attachment('A.assets/a.pdf')], disk: diskWith(files) }
    for (const deleteStale of [false, true]) {
      const plan = planFor(one, { ...damaged, includeAttachments: true, deleteStale })
      expect(plan.outdated).toEqual(files.map((file) => ({ ...file, ...OUTDATED })))
    }
    // A docx that was exported without the attachments does not need them.
    const plain = [fileRecord('A.docx', 'd1'), ...damaged.records.filter((record) => record !== docx)]
    expect(planFor(one, { ...damaged, records: plain }).outdated).toEqual([{ ...pdf('A.pdf'), ...OUTDATED }])
  })
})

describe('a document that was not found', () => {
  const others = [...records, fileRecord('B.docx', 'd2'), fileRecord('C.docx', 'd3')]
  const found = listing(tree([entry('d1', 'A'), entry('d9', 'B')]))

  test('keeps its file and its path, with and without delete-stale', () => {
    for (const deleteStale of [false, true]) {
      expect(brief(planFor(found, { records: others, deleteStale }))).toMatchObject({
        toExport: ['B-d9.docx'],
        toPark: [],
        stale: [],
      })
    }
  })

  test('is stale when it is confirmed missing; if its path is needed, its file is parked', () => {
    expect(
      brief(planFor(found, { records: others, confirmedMissing: others.slice(1), deleteStale: true })),
    ).toMatchObject({
      toExport: ['B.docx'],
      unchanged: ['A.docx'],
      toPark: ['B.docx'],
      stale: ['B.docx gone', 'C.docx gone'],
    })
  })

  test('and whose file is missing is not stale', () => {
    const disk = new Disk({ 'A.docx': 7 })
    const plan = planFor(found, { records: others, confirmedMissing: others.slice(1), deleteStale: true, disk })
    expect(brief(plan)).toMatchObject({ toPark: [], stale: [], toDrop: ['B.docx', 'C.docx'] })
  })
})

describe('a file that is still parked', () => {
  const PARKED = '.feishu-export-0123456789abcdef01234567.old'
  const parked = fileRecord(PARKED, 'd2', { reservedPath: 'x/B.docx' })
  const planWith = (found: Listing, ...others: FileRecord[]): Plan => planFor(found, { records: [parked, ...others] })
  const isBack = [`${PARKED} > x/B.docx`]

  test('goes back to its path while its document is not found', () => {
    expect(brief(planWith(one, ...records))).toMatchObject({ moves: isBack, unchanged: ['A.docx'], refused: [] })
  })

  test('goes to the new path of its document if the document was found', () => {
    const found = listing(tree([entry('d2', 'C', { title: 'C' })]))
    expect(brief(planWith(found)).moves).toEqual([`${PARKED} > C.docx`])
  })

  test('goes back to its path if another file leaves it, but not if another file stays there', () => {
    const other = fileRecord('x/B.docx', 'd1')
    expect(brief(planWith(one, other)).moves).toEqual(['x/B.docx > A.docx', ...isBack])
    expect(brief(planWith(listing(tree([])), other))).toMatchObject({ moves: [], refused: [] })
    const disk = diskWith([parked], { 'x/B.docx': 1 })
    expect(brief(planFor(one, { records: [parked], disk }))).toMatchObject({ moves: [], refused: [] })
  })

  test('stays parked if a planned file or folder needs its path', () => {
    const other = fileRecord('x/B.docx', 'd1')
    /** The moves if the folder `x` has these entries, and the document of `other` is at the top now. */
    const movesBeside = (...inside: Entry[]): readonly string[] =>
      brief(planWith(listing(tree([entry('d1', 'A'), folder('f1', 'x', ...inside)])), other)).moves
    expect(movesBeside(entry('d9', 'B'))).toEqual(['x/B.docx > A.docx'])
    expect(movesBeside(folder('f2', 'B.docx', entry('d9', 'C')))).toEqual(['x/B.docx > A.docx'])
  })

  test('is removed rather than sent back when its document is confirmed missing, or its format is no longer selected', () => {
    const gone = { records: [parked], confirmedMissing: [parked], deleteStale: true }
    expect(brief(planFor(one, gone))).toMatchObject({ moves: [], stale: [`${PARKED} gone`] })
    const pdf = fileRecord(PARKED, 'd1', { reservedPath: 'A.pdf', fileExtension: 'pdf' })
    const withPdf = { records: [...records, pdf] }
    expect(brief(planFor(one, { ...withPdf, deleteStale: true }))).toMatchObject({
      moves: [],
      stale: [`${PARKED} format`],
    })
    expect(brief(planFor(one, withPdf))).toMatchObject({ moves: [`${PARKED} > A.pdf`], stale: [] })
  })

  test('goes back beside its Markdown if it is a picture, and is not one of the assets of another format', () => {
    const markdown = fileRecord('A.md', 'd1', { fileExtension: 'md' })
    const docx = fileRecord('A.docx', 'd1', { variant: 'attachments' })
    const picture = fileRecord(PARKED, 'd1', { reservedPath: 'A.assets/p.png', asset: 'p', fileExtension: 'png' })
    const plan = planFor(one, { records: [markdown, docx, picture], includeAttachments: true })
    expect(brief(plan)).toMatchObject({ moves: [`${PARKED} > A.assets/p.png`], unchanged: ['A.docx'] })
    // An export of the docx would remove the picture as unused.
    expect(plan.assets.get('A.docx')).toBeUndefined()
  })
})

test('an attachment that a killed run moved for another format moves with the Markdown that uses it', () => {
  const markdown = fileRecord('x/A.md', 'd1', { fileExtension: 'md' })
  const attachment = fileRecord('x/A.assets/a.pdf', 'd1', { asset: 'boxcn1', reservedPath: 'old/A.assets/a.pdf' })
  const pdf = fileRecord('old/A.pdf', 'd1', { fileExtension: 'pdf', variant: 'attachments' })
  const planAt = (directory: string, ...others: FileRecord[]): Plan => {
    const found = listing(tree([folder('f1', directory, entry('d1', 'A'))]))
    return planFor(found, { records: [markdown, attachment, ...others], formats: new Map([['docx', ['md']]]) })
  }
  for (const others of [[], [pdf]]) {
    expect(brief(planAt('y', ...others))).toMatchObject({
      moves: ['x/A.md > y/A.md', 'x/A.assets/a.pdf > y/A.assets/a.pdf'],
      unchanged: ['y/A.md'],
      stale: [],
    })
    // The move to the same path makes the attachment that of the Markdown.
    expect(brief(planAt('x', ...others)).moves).toEqual(['x/A.assets/a.pdf > x/A.assets/a.pdf'])
  }
})

test('Markdown is outdated if its assets directory gets another name, also if its assets do not move with it', () => {
  const markdown = fileRecord('x/B.md', 'd1', { fileExtension: 'md', title: 'A' })
  const attachment = (path: string): FileRecord => fileRecord(path, 'd1', { asset: 'boxcn1', fileExtension: 'pdf' })
  const docx = [fileRecord('A.docx', 'd1', { variant: 'attachments' }), attachment('A.assets/a.pdf')]
  for (const others of [[], docx]) {
    const plan = planFor(one, {
      records: [markdown, attachment('x/B.assets/a.pdf'), ...others],
      formats: new Map([['docx', ['md', 'docx']]]),
      includeAttachments: true,
    })
    expect(brief(plan).moves).toContain('x/B.md > A.md')
    expect(brief(plan).toExport).toContain('A.md')
    expect(plan.moves.find(({ to }) => to === 'A.md')?.record).toEqual({ ...markdown, ...OUTDATED })
  }
})

test('a format that is no longer selected is outdated if its attachments move with another one', () => {
  const files = [
    fileRecord('x/A.md', 'd1', { fileExtension: 'md' }),
    fileRecord('x/A.docx', 'd1', { variant: 'attachments' }),
    fileRecord('x/A.assets/a.pdf', 'd1', { asset: 'boxcn1' }),
  ]
  const planAt = (directory: string): Plan => {
    const found = listing(tree([folder('f1', directory, entry('d1', 'A'))]))
    return planFor(found, { records: files, includeAttachments: true })
  }
  expect(planAt('x').outdated).toEqual([])
  expect(brief(planAt('y')).moves).toEqual(['x/A.docx > y/A.docx', 'x/A.assets/a.pdf > y/A.assets/a.pdf'])
  expect(planAt('y').outdated).toEqual([{ ...files[0], editTime: undefined, revision: undefined }])
})

test('a format that is no longer selected is outdated if its attachments are removed with a copy of another one', () => {
  const files = [
    fileRecord('A.md', 'd1', { fileExtension: 'md' }),
    fileRecord('x/A.md', 'd1', { fileExtension: 'md' }),
    fileRecord('x/A.docx', 'd1', { variant: 'attachments' }),
    fileRecord('x/A.assets/a.pdf', 'd1', { asset: 'boxcn1' }),
  ]
  const plan = planFor(one, { records: files, formats: new Map([['docx', ['md']]]) })
  expect(brief(plan).stale).toEqual(['x/A.md copy', 'x/A.assets/a.pdf copy'])
  expect(plan.outdated).toMatchObject([{ path: 'x/A.docx', ...OUTDATED }])
})

describe('a format that is no longer selected', () => {
  const formats = [...records, fileRecord('A.pdf', 'd1', { fileExtension: 'pdf' })]

  test('is stale only with delete-stale and a complete listing', () => {
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
