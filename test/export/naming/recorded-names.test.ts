import { describe, expect, test } from '@jest/globals'
import { layOut } from '../../../src/export/naming/layout.js'
import { fileRecord, folderRecord } from '../records.js'
import { afterRun, entry, folder, layPaths, listing, OPTIONS, single, tree } from './trees.js'

const [x, y] = [entry('doxcnXXX111', 'A'), entry('doxcnYYY222', 'A')]

describe('a recorded file', () => {
  const records = [fileRecord('A.docx', x.token)]

  test('that is parked keeps its name, and no other file gets its path', () => {
    const parked = [
      fileRecord('.feishu-export-000000000000000000000001.old', x.token, { title: 'A', reservedPath: 'A.docx' }),
    ]
    expect(layPaths(listing(tree([x, y])), { records: parked })).toEqual(['A-YYY222.docx', 'A.docx'])
    expect(layPaths(listing(tree([y])), { records: parked })).toEqual(['A-YYY222.docx'])
    const taken = [...parked, fileRecord('A.docx', y.token)]
    expect(layPaths(listing(tree([y])), { records: taken })).toEqual(['A.docx'])
  })

  test('keeps its name when another document of the same title is added', () => {
    expect(layPaths(listing(tree([x, y])), { records })).toEqual(['A-YYY222.docx', 'A.docx'])
  })

  test('keeps its suffix when the other document is gone', () => {
    const suffixed = [fileRecord('A-XXX111.docx', x.token, { title: 'A' })]
    expect(layPaths(listing(tree([x])), { records: suffixed })).toEqual(['A-XXX111.docx'])
  })

  test('gets another name with another title, and another path with another folder', () => {
    expect(layPaths(listing(tree([{ ...x, title: 'B' }])), { records })).toEqual(['B.docx'])
    expect(layPaths(listing(tree([folder('f1', 'x', x)])), { records })).toEqual(['x/A.docx'])
  })

  test('keeps its name when a new title makes the same name', () => {
    const entries = [
      { ...x, title: 'a_b' },
      { ...y, title: 'a_b' },
    ]
    const same = [fileRecord('a_b.docx', x.token, { title: 'a/b' })]
    expect(layPaths(listing(tree(entries)), { records: same })).toEqual(['a_b-YYY222.docx', 'a_b.docx'])
  })

  test('gets a name without suffix if the recorded suffix was part of its old title', () => {
    const titled = [fileRecord('A-XXX111.docx', x.token, { title: 'A-XXX111' })]
    expect(layPaths(listing(tree([x])), { records: titled })).toEqual(['A.docx'])
  })

  test('exchanges names with another file when their titles are exchanged', () => {
    const both = [fileRecord('A.docx', 'd1'), fileRecord('B.docx', 'd2')]
    const { files } = layOut(listing(tree([entry('d1', 'B'), entry('d2', 'A')])), { ...OPTIONS, records: both })
    expect(files.map(({ output, path }) => [output.token, path])).toEqual([
      ['d2', 'A.docx'],
      ['d1', 'B.docx'],
    ])
  })

  test('follows a title that changes in case only', () => {
    expect(layPaths(listing(tree([{ ...x, title: 'a' }])), { records })).toEqual(['a.docx'])
  })

  test('gives its suffix to a new format of the same document', () => {
    const suffixed = [fileRecord('A-XXX111.docx', x.token, { title: 'A' })]
    const both = listing(tree([x], { as: ['docx', 'pdf'] }))
    expect(layPaths(both, { records: suffixed })).toEqual(['A-XXX111.docx', 'A-XXX111.pdf'])
  })

  test('keeps the name without suffix if it has two names in a directory', () => {
    const twice = [fileRecord('A-XXX111.docx', x.token, { title: 'A' }), fileRecord('A.docx', x.token)]
    expect(layPaths(listing(tree([x])), { records: twice })).toEqual(['A.docx'])
  })

  test('keeps a name that the user gave, whatever the title is', () => {
    const named = [fileRecord('a-XXX111.docx', x.token, { title: 'another' })]
    expect(layPaths(listing(single(x, { to: ['a'] })), { records: named })).toEqual(['a-XXX111.docx'])
  })

  test('never keeps the name of the manifest', () => {
    const own = [fileRecord('m.docx', 'd1')]
    const found = listing(tree([entry('d1', 'm')]))
    expect(layPaths(found, { records: own, manifestPath: 'm.docx' })).toEqual(['m-d1.docx'])
  })
})

describe('a recorded folder', () => {
  test('keeps its name when another folder of the same title is added', () => {
    const old = folder('fldcnOOO111', 'x', folder('f2', 'deep', entry('d1', 'A')))
    const added = folder('fldcnNNN222', 'x', entry('d2', 'A'))
    const records = [fileRecord('x/deep/A.docx', 'd1')]
    const folders = [folderRecord('x', 'fldcnOOO111'), folderRecord('x/deep', 'f2')]
    expect(layPaths(listing(tree([old, added])), { records, folders })).toEqual(['x-NNN222/A.docx', 'x/deep/A.docx'])
    // A manifest without folders, as earlier releases wrote it, does not say which folder has the directory.
    expect(layPaths(listing(tree([old, added])), { records })).toEqual(['x-NNN222/A.docx', 'x-OOO111/deep/A.docx'])
  })

  test('keeps its name when a document moves from it into a folder of the same title', () => {
    const records = ['A', 'B', 'C'].map((title) => fileRecord(`x/${title}.docx`, `d${title}`))
    const folders = [folderRecord('x', 'fldcnZZZ111')]
    const old = folder('fldcnZZZ111', 'x', entry('dA', 'A'))
    const other = folder('fldcnAAA222', 'x', entry('dB', 'B'), entry('dC', 'C'))
    expect(layPaths(listing(tree([other, old])), { records, folders })).toEqual([
      'x-AAA222/B.docx',
      'x-AAA222/C.docx',
      'x/A.docx',
    ])
  })

  test('keeps its name when everything in it was deleted', () => {
    const folders = [folderRecord('x', 'fldcnOOO111')]
    const found = listing(tree([folder('fldcnOOO111', 'x'), folder('fldcnNNN222', 'x', x)]))
    expect(layPaths(found, { folders })).toEqual(['x-NNN222/A.docx'])
  })

  test('keeps the names in it when it is renamed or moved', () => {
    const records = [fileRecord('x/A-XXX111.docx', x.token, { title: 'A' })]
    const folders = [folderRecord('x', 'fldcnOOO111'), folderRecord('y', 'fldcnPPP222')]
    const renamed = listing(tree([folder('fldcnOOO111', 'new', x)]))
    expect(layPaths(renamed, { records, folders })).toEqual(['new/A-XXX111.docx'])
    const moved = listing(tree([folder('fldcnPPP222', 'y', folder('fldcnOOO111', 'x', x))]))
    expect(layPaths(moved, { records, folders })).toEqual(['y/x/A-XXX111.docx'])
  })

  test('keeps the names of the folders in it too', () => {
    const records = [fileRecord('x/deep-DDD333/A-XXX111.docx', x.token, { title: 'A' })]
    const folders = [folderRecord('x', 'fldcnOOO111'), folderRecord('x/deep-DDD333', 'fldcnDDD333')]
    const found = listing(tree([folder('fldcnOOO111', 'new', folder('fldcnDDD333', 'deep', x))]))
    const layout = layOut(found, { ...OPTIONS, records, folders })
    expect(layout.files.map(({ path }) => path)).toEqual(['new/deep-DDD333/A-XXX111.docx'])
    expect(layout.folders.map(({ path }) => path)).toEqual(['new', 'new/deep-DDD333'])
  })

  test('of a page is still that of the page when its format changes', () => {
    const page = entry('doxcnPPP111', 'A', { children: [entry('d4', 'new')] })
    const records = [fileRecord('A.docx', page.token), fileRecord('A/old.docx', 'd5')]
    const folders = [folderRecord('A', page.token, 'docx')]
    const found = listing(tree([page], { as: ['pdf'] }))
    expect(layPaths(found, { records, folders })).toEqual(['A.pdf', 'A/new.pdf'])
  })

  test('keeps the names of files that are in its new directory already, after a run that was killed between two moves', () => {
    const two = listing(tree([folder('fldcnOOO111', 'new', x, { ...y, title: 'B' })]))
    const records = [
      fileRecord('new/A-XXX111.docx', x.token, { title: 'A' }),
      fileRecord('old/B-YYY222.docx', y.token, { title: 'B' }),
    ]
    const folders = [folderRecord('old', 'fldcnOOO111')]
    expect(layPaths(two, { records, folders })).toEqual(['new/A-XXX111.docx', 'new/B-YYY222.docx'])
  })

  test('in two places keeps the names of each place when it is renamed', () => {
    const renamed = folder('fldcnOOO111', 'z', x)
    const lines = listing(tree([renamed]), tree([renamed], { to: ['copy'] }))
    const records = [fileRecord('copy/x/A.docx', x.token), fileRecord('x/A-XXX111.docx', x.token, { title: 'A' })]
    const folders = [folderRecord('copy/x', 'fldcnOOO111'), folderRecord('x', 'fldcnOOO111')]
    expect(layPaths(lines, { records, folders })).toEqual(['copy/z/A.docx', 'z/A-XXX111.docx'])
  })

  test('in two places has the names of each place', () => {
    const contract = folder('fldcnOOO111', 'x', x)
    const lines = listing(tree([contract]), tree([contract], { to: ['copy'] }))
    const records = [
      fileRecord('x/A.docx', x.token),
      fileRecord('copy/x-OOO111/A-XXX111.docx', x.token, { title: 'A' }),
    ]
    const folders = [folderRecord('x', 'fldcnOOO111'), folderRecord('copy/x-OOO111', 'fldcnOOO111')]
    expect(layPaths(lines, { records, folders })).toEqual(['copy/x-OOO111/A-XXX111.docx', 'x/A.docx'])
  })

  test('of a page keeps its name beside that of a shortcut to the page', () => {
    const page = entry('doxcnPPP111', 'Guide', { children: [entry('d1', 'First')] })
    const shortcut = entry('doxcnPPP111', 'A', { shortcut: true, children: [entry('d2', 'Second')] })
    const first = layOut(listing(tree([page, shortcut])), OPTIONS)
    expect(first.folders.map(({ path }) => path)).toEqual(['A', 'Guide'])
    const added = folder('fldcnNNN222', 'Guide', x)
    expect(layPaths(listing(tree([page, shortcut, added])), afterRun(first))).toEqual([
      'A/Second.docx',
      'Guide-NNN222/A.docx',
      'Guide.docx',
      'Guide/First.docx',
    ])
  })

  test('is recorded for every directory of a folder or page, and for no directory that the user names', () => {
    const page = entry('d1', 'Guide', { children: [entry('d2', 'First')] })
    const found = listing(tree([folder('f1', 'x', page), folder('f2', 'empty')], { to: ['docs'] }))
    expect(layOut(found, OPTIONS).folders).toEqual([
      folderRecord('docs/empty', 'f2'),
      folderRecord('docs/x', 'f1'),
      folderRecord('docs/x/Guide', 'd1', 'docx'),
    ])
  })
})

describe('a document that was not found', () => {
  const records = [fileRecord('A.docx', 'hidden')]

  test('keeps its path: no other document gets it', () => {
    expect(layPaths(listing(tree([y])), { records })).toEqual(['A-YYY222.docx'])
    expect(layPaths(listing(single(y, { to: ['a'] })), { records })).toEqual(['a-YYY222.docx'])
  })

  test('keeps its path in a directory whose name changes in case only', () => {
    const hidden = [fileRecord('X/A.docx', 'hidden')]
    const folders = [folderRecord('X', 'f1')]
    expect(layPaths(listing(tree([folder('f1', 'x', y)])), { records: hidden, folders })).toEqual(['x/A-YYY222.docx'])
    expect(layPaths(listing(tree([y], { to: ['x'] })), { records: hidden })).toEqual(['x/A-YYY222.docx'])
  })

  test('loses its path when the record is released', () => {
    expect(layPaths(listing(tree([y])), { records, released: new Set(records) })).toEqual(['A.docx'])
  })

  test('keeps its path in a format that is no longer selected', () => {
    const pdf = listing(tree([entry('hidden', 'A')], { as: ['pdf'] }), tree([y]))
    expect(layPaths(pdf, { records })).toEqual(['A-YYY222.docx', 'A.pdf'])
  })

  test('keeps its assets directory: no other document shares it', () => {
    const asset = fileRecord('A.assets/a.pdf', 'hidden', { asset: 'boxcn1' })
    const left = { records: [fileRecord('A.pdf', 'hidden', { fileExtension: 'pdf' }), asset], includeAttachments: true }
    expect(layPaths(listing(tree([y])), left)).toEqual(['A-YYY222.docx'])
    expect(layPaths(listing(tree([y])), { ...left, includeAttachments: false })).toEqual(['A.docx'])
    expect(layPaths(listing(tree([y])), { ...left, released: new Set(left.records) })).toEqual(['A.docx'])
    // The same if only its format was not found; the document itself shares the directory.
    const renamed = entry('hidden', 'B')
    expect(layPaths(listing(tree([renamed, y])), left)).toEqual(['A-YYY222.docx', 'B.docx'])
    expect(layPaths(listing(tree([{ ...renamed, title: 'A' }])), left)).toEqual(['A.docx'])
    // The assets move with a format that was found.
    const both = { ...left, records: [...left.records, fileRecord('A.docx', 'hidden')] }
    expect(layPaths(listing(tree([renamed, y])), both)).toEqual(['A.docx', 'B.docx'])
  })

  test('keeps the directories above it: no file gets their names, but other documents may be in them', () => {
    const upload = entry('boxcnFFF555', 'notes', { type: 'file' })
    const deep = [fileRecord('notes/deep/A.docx', 'hidden')]
    expect(layPaths(listing(tree([upload])), { records: deep })).toEqual(['notes-FFF555'])
    expect(layPaths(listing(tree([upload])), { records: deep, released: new Set(deep) })).toEqual(['notes'])
    expect(layPaths(listing(tree([folder('f1', 'notes', x)])), { records: deep })).toEqual(['notes/A.docx'])
  })

  test('keeps the directory of a folder that was not found either', () => {
    const deep = [fileRecord('notes/A.docx', 'hidden')]
    const folders = [folderRecord('notes', 'fldcnHHH111')]
    const other = listing(tree([folder('fldcnNNN222', 'Notes', x)]))
    expect(layPaths(other, { records: deep, folders })).toEqual(['Notes-NNN222/A.docx'])
    expect(layPaths(other, { records: deep, folders, released: new Set(deep) })).toEqual(['Notes/A.docx'])
    // A directory without recorded files is free.
    expect(layPaths(other, { folders })).toEqual(['Notes/A.docx'])
  })

  test('keeps the directory of a page that was not found either', () => {
    const board = entry('brdXXX444', 'A', { type: 'board', children: [entry('d4', 'new')] })
    const below = [fileRecord('A.docx', 'hidden'), fileRecord('A/old.docx', 'd5')]
    const folders = [folderRecord('A', 'hidden', 'docx')]
    expect(layPaths(listing(tree([board])), { records: below, folders })).toEqual(['A-XXX444/new.docx'])
  })
})

test('in a second run after no change, every path and folder is the same', () => {
  const page = entry('doxcnPPP333', 'A', { children: [x, y] })
  const found = listing(tree([x, y, page, folder('fldcnFFF444', 'A', x)]), tree([page], { to: ['copy'] }))
  const first = layOut(found, OPTIONS)
  expect(layOut(found, afterRun(first))).toEqual(first)
})
