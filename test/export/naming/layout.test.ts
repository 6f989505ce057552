import { describe, expect, test } from '@jest/globals'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import { layOut } from '../../../src/export/naming/layout.js'
import { fileRecord } from '../records.js'
import { afterRun, entry, folder, layPaths, listing, OPTIONS, single, tree } from './trees.js'

describe('the tree', () => {
  test('is the directory tree: a folder is a directory, and so is a page with children, beside its file', () => {
    const pages = entry('d1', 'Guide', { children: [entry('d2', 'First'), entry('s1', 'Table', { type: 'sheet' })] })
    const sources = listing(tree([folder('f1', '合同', entry('d3', 'A')), pages]))
    expect(layPaths(sources)).toEqual(['Guide.docx', 'Guide/First.docx', 'Guide/Table.xlsx', '合同/A.docx'])
  })

  test('goes into the directory of `to`, a single document to that path', () => {
    const sources = listing(
      tree([entry('d1', 'A')], { to: ['docs', '..', 'a:b'] }),
      single(entry('d2', 'B'), { to: ['docs', 'b.docx'] }),
      single(entry('d3', 'C')),
    )
    expect(layPaths(sources)).toEqual(['C.docx', 'docs/_/a_b/A.docx', 'docs/b.docx'])
  })

  test.each([
    ['new', 'new.Pdf'],
    ['new.PDF', 'new.Pdf'],
    ['.pdf', '.pdf.Pdf'],
    ['new.docx', 'new.docx.Pdf'],
  ])('can have the extension of an uploaded file once: to=%s', (to, path) => {
    const sources = listing(single(entry('boxcn1', 'Old.Pdf', { type: 'file' }), { to: [to] }))
    expect(layPaths(sources)).toEqual([path])
  })

  test('can have the extension of an uploaded file once, also with decomposed letters', () => {
    const sources = listing(single(entry('boxcn1', 'Alt.r\u00e9v', { type: 'file' }), { to: ['neu.re\u0301v'] }))
    expect(layPaths(sources)).toEqual(['neu.r\u00e9v'])
  })

  test('keeps its last letter before an extension that is longer in lower case', () => {
    const sources = listing(single(entry('boxcn1', 'Resim.TİF', { type: 'file' }), { to: ['foto.TİF'] }))
    expect(layPaths(sources)).toEqual(['foto.TİF'])
  })

  test('is written once if two lines lead to the same path, and as copies if they do not', () => {
    const same = [folder('f1', 'x', entry('d1', 'A'))]
    expect(layPaths(listing(tree(same), tree(same)))).toEqual(['x/A.docx'])
    expect(layPaths(listing(tree(same), tree(same, { to: ['y'] })))).toEqual(['x/A.docx', 'y/x/A.docx'])
  })

  test('has every format that any line asks for', () => {
    const document = entry('d1', 'A')
    const sources = listing(single(document, { as: ['docx'] }), single(document, { as: ['pdf', 'docx'] }))
    expect(layPaths(sources)).toEqual(['A.docx', 'A.pdf'])
  })

  test('does not repeat an extension that the title has', () => {
    const entries = [entry('d1', 'a.DOCX'), entry('d2', 'b.pdf'), entry('d3', 'c.txt'), entry('d4', '.docx')]
    expect(layPaths(listing(tree(entries)))).toEqual(['.docx.docx', 'a.docx', 'b.docx', 'c.txt.docx'])
  })

  test('keeps the names of uploaded files', () => {
    const files = ['report.PDF', 'README', 'a.tar.gz', '.bashrc'].map((title, nth) =>
      entry(`boxcn${nth}`, title, { type: 'file' }),
    )
    expect(layPaths(listing(tree(files)))).toEqual(['.bashrc', 'README', 'a.tar.gz', 'report.PDF'])
  })

  test('a page whose type cannot be exported, in a line of its own too, keeps the name of its directory', () => {
    const mindNote = entry('mn1', 'Ideas', { type: 'mindnote', children: [entry('d1', 'A')] })
    const alone = single({ ...mindNote, children: [] })
    const { files, folders } = layOut(listing(tree([mindNote]), alone), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['Ideas', 'Ideas/A.docx'])
    expect(folders.map(({ path }) => path)).toEqual(['Ideas'])
  })

  test('an uploaded file without extension and its children do not collide', () => {
    const page = entry('boxcn1', 'README', { type: 'file', children: [entry('d1', 'A')] })
    expect(layPaths(listing(tree([page])))).toEqual(['README', 'README-boxcn1/A.docx'])
  })

  test('has each sheet of every page with children=true, whatever sheet the link shows', () => {
    const sheet = (id: string): Entry => entry(`s${id}`, id, { type: 'sheet' })
    const child = sheet('Child')
    const page = { ...sheet('Page'), children: [child] }
    const tableOf = (parent: Entry): Entry => ({
      ...parent,
      title: 'T',
      table: { id: `${parent.token}-t` },
      children: [],
    })
    const target = { kind: 'wiki-node', token: 'node', subId: 'shown', children: true } as const
    const tables = new Map([page, child].map((one) => [one, [tableOf(one)]]))
    const found = { ...listing(tree([page], { target, as: ['csv'] })), tables }
    const { files } = layOut(found, OPTIONS)
    expect(files.map(({ path, output }) => [path, output.subId])).toEqual([
      ['Page/Child/T.csv', 'sChild-t'],
      ['Page/T.csv', 'sPage-t'],
    ])
  })
})

describe('equal names', () => {
  test('all get a suffix, also if only some file systems treat them as equal', () => {
    const entries = [entry('doxcnAAA111', 'A'), entry('doxcnBBB222', 'a'), entry('doxcnCCC333', 'B')]
    expect(layPaths(listing(tree(entries)))).toEqual(['A-AAA111.docx', 'B.docx', 'a-BBB222.docx'])
    const forms = [entry('doxcnAAA111', '\u00e9'), entry('doxcnBBB222', 'e\u0301')]
    expect(layPaths(listing(tree(forms)))).toEqual(['\u00e9-AAA111.docx', '\u00e9-BBB222.docx'])
  })

  test('of different formats, or of a folder and a file, need no suffix', () => {
    const entries = [entry('d1', 'A'), entry('s1', 'A', { type: 'sheet' }), folder('f1', 'A', entry('d2', 'B'))]
    expect(layPaths(listing(tree(entries)))).toEqual(['A.docx', 'A.xlsx', 'A/B.docx'])
  })

  test('get more of the token if six letters are not enough', () => {
    const entries = [entry('doxcnX1SAMEEND', 'A'), entry('doxcnX2SAMEEND', 'A')]
    expect(layPaths(listing(tree(entries)))).toEqual(['A-xcnX1SAMEEND.docx', 'A-xcnX2SAMEEND.docx'])
    const cases = layPaths(listing(tree([entry('doxcnSAME', 'A'), entry('DOXCNSAME', 'A')])))
    expect(cases).toHaveLength(2)
    for (const path of cases) expect(path).toMatch(/^A-doxcnSAME-[0-9a-f]{16}\.docx$/i)
  })

  test('of two folders never mix their content', () => {
    const entries = [folder('fldcnAAA111', 'x', entry('d1', 'A')), folder('fldcnBBB222', 'X', entry('d2', 'A'))]
    expect(layPaths(listing(tree(entries)))).toEqual(['X-BBB222/A.docx', 'x-AAA111/A.docx'])
  })

  test('count for an empty folder too, since it may get content later', () => {
    const entries = [folder('fldcnAAA111', 'x', entry('d1', 'A')), folder('fldcnBBB222', 'x')]
    expect(layPaths(listing(tree(entries)))).toEqual(['x-AAA111/A.docx'])
  })

  test('leave the name without suffix to what the user named', () => {
    const file = entry('boxcnBBB222', 'X', { type: 'file' })
    const sources = listing(
      tree([entry('doxcnAAA111', 'A'), file]),
      single(entry('d2', 'Z'), { to: ['A'] }),
      tree([entry('d4', 'C')], { to: ['x'] }),
    )
    expect(layPaths(sources)).toEqual(['A-AAA111.docx', 'A.docx', 'X-BBB222', 'x/C.docx'])
  })

  test('of two documents with one `to` both get a suffix', () => {
    const sources = listing(
      single(entry('doxcnAAA111', 'A'), { to: ['a'] }),
      single(entry('doxcnBBB222', 'B'), { to: ['a'] }),
    )
    expect(layPaths(sources)).toEqual(['a-AAA111.docx', 'a-BBB222.docx'])
  })

  test('of two tables of a base get the id of the table', () => {
    const base = entry('basc111111', 'Base', { type: 'bitable' })
    const lines = ['tblA', 'tblB'].map((subId) => single(base, { as: ['csv'], subId }))
    expect(layPaths(listing(...lines))).toEqual(['Base-111111-tblA.csv', 'Base-111111-tblB.csv'])
    expect(layPaths(listing(...lines.slice(0, 1)))).toEqual(['Base.csv'])
  })

  test('are never those of the manifest, of a temporary file, or of git', () => {
    const file = (token: string, title: string): Entry => entry(token, title, { type: 'file' })
    const temporary = '.feishu-export-0123456789abcdef01234567.part'
    const entries = [
      file('boxcnAAA111', '.feishu-export.json'),
      folder('fldcnBBB222', '.Feishu-Export.JSON', entry('d1', 'A')),
      file('boxcnCCC333', temporary),
      folder('fldcnDDD444', '.Git', entry('d2', 'A')),
      file('boxcnEEE555', ''),
    ]
    expect(layPaths(listing(tree(entries)))).toEqual([
      '.Feishu-Export.JSON-BBB222/A.docx',
      '.feishu-export-0123456789abcdef01234567-CCC333.part',
      '.feishu-export-AAA111.json',
      '_',
      '_.Git/A.docx',
    ])
    const deep = { manifestPath: 'state/m.json' }
    expect(layPaths(listing(tree([file('boxcnAAA111', 'state')])), deep)).toEqual(['state-AAA111'])
    expect(layPaths(listing(tree([entry('d1', 'A')], { to: ['state', 'm.json'] })), deep)).toEqual([
      'state/m.json_/A.docx',
    ])
  })
})

describe('shortcuts', () => {
  const shortcut = (token: string, title: string, rest: Partial<Entry> = {}): Entry =>
    entry(token, title, { shortcut: true, ...rest })

  test('to a document of the same tree are skipped, with the path of the original', () => {
    const entries = [shortcut('d1', 'A', { children: [entry('d2', 'B')] }), folder('f1', 'x', entry('d1', 'A'))]
    const { files, skipped } = layOut(listing(tree(entries)), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['A/B.docx', 'x/A.docx'])
    expect(skipped).toMatchObject([{ title: 'A', path: 'A', reason: 'shortcut to "x/A.docx", exported there' }])
  })

  test('never take the name of an original', () => {
    const entries = [shortcut('doxcnAAA111', 'A'), entry('doxcnBBB222', 'A')]
    expect(layPaths(listing(tree(entries)))).toEqual(['A-AAA111.docx', 'A.docx'])
  })

  test('to a document whose original another line finds count as the original', () => {
    const sources = listing(
      tree([shortcut('doxcnAAA111', 'A'), shortcut('doxcnBBB222', 'A')]),
      tree([entry('doxcnAAA111', 'A')]),
    )
    expect(layPaths(sources)).toEqual(['A-BBB222.docx', 'A.docx'])
  })

  test('to one document outside the tree are exported once, at the recorded path if there is one', () => {
    const entries = [folder('f1', 'x', shortcut('d1', 'A')), folder('f2', 'y', shortcut('d1', 'A'))]
    expect(layPaths(listing(tree(entries)))).toEqual(['x/A.docx'])
    expect(layOut(listing(tree(entries)), OPTIONS).skipped).toMatchObject([
      { path: 'y/A', reason: 'another shortcut to the same document is exported to "x/A.docx"' },
    ])
    expect(layPaths(listing(tree(entries)), { records: [fileRecord('y/A.docx', 'd1')] })).toEqual(['y/A.docx'])
  })

  test('to one document outside the tree stay at the recorded path, also if the titles on it are too long for a name', () => {
    const place = (title: string): Entry => folder(`f-${title}`, title, shortcut('d1', '长'.repeat(100)))
    const recorded = place('y'.repeat(300))
    const first = layOut(listing(tree([recorded])), OPTIONS)
    expect(layPaths(listing(tree([place('x'), recorded])), afterRun(first))).toEqual(
      layPaths(listing(tree([recorded]))),
    )
  })

  test('to a base whose tables are exported follow the same rules, also if nothing else of the base is', () => {
    const options = { formats: new Map([['bitable', ['csv']]]) }
    const listed = (...entries: Entry[]): Listing => {
      const bases = entries.flatMap(({ type, children }) => (type === 'folder' ? children : []))
      const tableOf = (base: Entry): Entry => ({ ...base, title: 'T', shortcut: false, table: { id: 't1' } as const })
      return { ...listing(tree(entries)), tables: new Map(bases.map((base) => [base, [tableOf(base)]])) }
    }
    const to = (title: string): Entry => folder(`f-${title}`, title, shortcut('b1', 'B', { type: 'bitable' }))
    const original = folder('f0', 'z', entry('b1', 'B', { type: 'bitable' }))
    const { files, skipped } = layOut(listed(to('x'), original), { ...OPTIONS, ...options })
    expect(files.map(({ path }) => path)).toEqual(['z/B/T.csv'])
    expect(skipped).toMatchObject([{ path: 'x/B', reason: 'shortcut to "z/B", exported there' }])
    const records = [fileRecord('y/B/T.csv', 'b1', { type: 'bitable', fileExtension: 'csv', subId: 't1' })]
    expect(layPaths(listed(to('x'), to('y')), options)).toEqual(['x/B/T.csv'])
    expect(layPaths(listed(to('x'), to('y')), { ...options, records })).toEqual(['y/B/T.csv'])
  })

  test('with equal titles in one folder are all counted', () => {
    const entries = [shortcut('d1', 'A'), shortcut('d1', 'A')]
    const { files, skipped } = layOut(listing(tree(entries), tree(entries)), OPTIONS)
    expect([files.length, skipped.length]).toEqual([1, 1])
  })

  test('are exported if the original is excluded, and once if another shortcut is excluded', () => {
    const excluded = { excludedBy: ['x/A'] }
    const original = folder('f1', 'x', entry('d1', 'A', excluded))
    expect(layPaths(listing(tree([original, folder('f2', 'y', shortcut('d1', 'A'))])))).toEqual(['y/A.docx'])
    const places = ['y', 'z'].map((title) => folder(`f-${title}`, title, shortcut('d1', 'A')))
    const entries = [folder('f1', 'x', shortcut('d1', 'A', excluded)), ...places]
    const { files, skipped } = layOut(listing(tree(entries)), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['y/A.docx'])
    expect(skipped).toMatchObject([
      { path: 'x/A', reason: 'excluded by "x/A"' },
      { path: 'z/A', reason: 'another shortcut to the same document is exported to "y/A.docx"' },
    ])
  })

  test('to a folder have its content if the folder itself is excluded', () => {
    const original = folder('f1', 'x')
    const outside = shortcut('f1', 'y', { type: 'folder', children: [entry('d1', 'A')] })
    const { files, skipped } = layOut(listing(tree([{ ...original, excludedBy: ['x/'] }, outside])), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['y/A.docx'])
    expect(skipped).toMatchObject([{ path: 'x', reason: 'excluded by "x/"' }])
  })

  test('to an uploaded file are skipped with its extension, like any uploaded file', () => {
    const entries = [
      entry('boxcn1', 'a.pdf', { type: 'file' }),
      folder('f1', 'x', shortcut('boxcn1', 'b.pdf', { type: 'file' })),
    ]
    const { skipped } = layOut(listing(tree(entries)), OPTIONS)
    expect(skipped).toMatchObject([{ path: 'x/b.pdf', reason: 'shortcut to "a.pdf", exported there' }])
  })

  test('stay at the place with a recorded file, also if the name of a folder begins like that of another', () => {
    const places = [folder('f1', 'v1', shortcut('d1', 'A')), folder('f2', 'V1.2', shortcut('d1', 'A'))]
    const records = [fileRecord('v1/A.docx', 'd1', { title: 'A' })]
    expect(layPaths(listing(tree(places)), { ...OPTIONS, records })).toEqual(['v1/A.docx'])
  })

  test('of another line are copies', () => {
    const sources = listing(tree([entry('d1', 'A')]), tree([shortcut('d1', 'A')], { to: ['y'] }))
    expect(layPaths(sources)).toEqual(['A.docx', 'y/A.docx'])
  })

  test('to folders: content outside the tree is exported, folders of the tree are skipped', () => {
    const outside = shortcut('f1', 'x', { type: 'folder', children: [entry('d1', 'A')] })
    const inside = shortcut('f2', 'z', { type: 'folder' })
    const again = shortcut('f1', 'zz', { type: 'folder' })
    const entries = [again, outside, folder('f2', 'y', entry('d2', 'B')), inside]
    const { files, skipped } = layOut(listing(tree(entries)), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['x/A.docx', 'y/B.docx'])
    expect(skipped.map(({ path, type, reason }) => [path, type, reason])).toEqual([
      ['z', 'folder', 'shortcut to "y", exported there'],
      ['zz', 'folder', 'another shortcut to the same folder is exported to "x"'],
    ])
  })
})
