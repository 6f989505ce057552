import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ListedSource } from '../../../src/export/listing/types.js'
import { layOut } from '../../../src/export/naming/layout.js'
import { fileRecord, folderRecord } from '../records.js'
import { forests, guests, guestSources, buildEntries } from './forests.js'
import { afterRun, entry, folder, layPaths, listing, OPTIONS, pathsByOutput, single, tree } from './trees.js'

const contracts = folder('fldcnHHH111', 'Contracts', entry('d1', 'A'))
/** A source line that writes a document to a path. */
const extra = (...to: string[]): ListedSource => single(entry('d9', 'Z'), { to })

/** The paths of all files. Expects the same paths if the order of the lines is reversed. */
function paths(...lines: ListedSource[]): string[] {
  const found = layPaths(listing(...lines))
  expect(layPaths(listing(...[...lines].reverse()))).toEqual(found)
  return found
}

describe('a directory that both the user and a tree name', () => {
  test('is the directory of the folder', () => {
    expect(paths(tree([contracts]), extra('Contracts', 'extra'))).toEqual(['Contracts/A.docx', 'Contracts/extra.docx'])
    const other = tree([entry('d2', 'B')], { to: ['Contracts'] })
    expect(paths(tree([contracts]), other)).toEqual(['Contracts/A.docx', 'Contracts/B.docx'])
    const moved = tree([contracts], { to: ['x'] })
    expect(paths(moved, extra('x', 'Contracts', 'extra'))).toEqual(['x/Contracts/A.docx', 'x/Contracts/extra.docx'])
  })

  test('is the directory of a page with children, beside the page’s file', () => {
    const page = entry('d1', 'Guide', { children: [entry('d2', 'First')] })
    expect(paths(tree([page]), extra('Guide', 'extra'))).toEqual(['Guide.docx', 'Guide/First.docx', 'Guide/extra.docx'])
    const leaf = entry('doxcnLLL222', 'Guide')
    expect(paths(tree([page, leaf]), extra('Guide', 'extra'))).toEqual([
      'Guide-LLL222.docx',
      'Guide-d1.docx',
      'Guide/First.docx',
      'Guide/extra.docx',
    ])
  })

  test('is one directory at every depth, in the user’s spelling', () => {
    const deep = folder('f1', 'Law', folder('f2', 'CONTRACTS', folder('f3', '2026', entry('d1', 'A'))))
    expect(paths(tree([deep]), extra('law', 'Contracts', '2026', 'extra'))).toEqual([
      'law/Contracts/2026/A.docx',
      'law/Contracts/2026/extra.docx',
    ])
    expect(paths(tree([deep]), extra('law', 'other', 'extra'))).toEqual([
      'law/CONTRACTS/2026/A.docx',
      'law/other/extra.docx',
    ])
  })

  test('has unique names: what the user named has no suffix', () => {
    const full = folder('f1', 'x', entry('doxcnAAA111', 'extra'), entry('doxcnBBB222', 'A'))
    const other = tree([entry('doxcnCCC333', 'a')], { to: ['x'] })
    expect(paths(tree([full]), other, extra('x', 'extra'))).toEqual([
      'x/A-BBB222.docx',
      'x/a-CCC333.docx',
      'x/extra-AAA111.docx',
      'x/extra.docx',
    ])
  })

  test('has a document once if two lines lead to it, in the user’s spelling', () => {
    const page = entry('d2', 'K', { children: [entry('d3', 'KK')] })
    const pages = tree([entry('d1', 'N', { children: [page] })])
    expect(paths(pages, single(entry('d3', 'KK'), { to: ['N', 'K', 'KK'] }))).toEqual([
      'N.docx',
      'N/K.docx',
      'N/K/KK.docx',
    ])
    const small = single(entry('d3', 'KK'), { to: ['n', 'K', 'kk'] })
    expect(paths(pages, small)).toEqual(['N.docx', 'n/K.docx', 'n/K/kk.docx'])
    const mixed = single(entry('d3', 'KK'), { to: ['n', 'K', 'Kk'] })
    expect(paths(pages, small, mixed)).toEqual(['N.docx', 'n/K.docx', 'n/K/Kk.docx'])
  })

  test('has a table beside its base, each with the name of its line', () => {
    const base = entry('b1', 'Base', { type: 'bitable' })
    const table = single(base, { as: ['csv'], subId: 't1', to: ['x', 'b'] })
    expect(paths(tree([folder('f1', 'x', base)]), table)).toEqual(['x/Base.xlsx', 'x/b.csv'])
    expect(paths(single(base, { to: ['x', 'B'] }), table)).toEqual(['x/B.xlsx', 'x/b.csv'])
  })

  test('is one directory while the folder is empty, also in the reason of a skipped shortcut', () => {
    const shortcut = entry('f1', 'link', { type: 'folder', shortcut: true })
    const { files, skipped } = layOut(listing(tree([folder('f1', 'X'), shortcut]), extra('x', 'extra')), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['x/extra.docx'])
    expect(skipped).toMatchObject([{ path: 'link', reason: 'shortcut to "x", exported there' }])
  })

  test('may be the manifest’s, whose own name nobody gets', () => {
    const state = folder('f1', 'State', entry('boxcnMMM111', 'm.json', { type: 'file' }), entry('d1', 'A'))
    const options = { manifestPath: 'state/m.json' }
    expect(layPaths(listing(tree([state])), options)).toEqual(['state/A.docx', 'state/m-MMM111.json'])
  })

  test('is not that of a folder if several folders have this title', () => {
    const two = tree([contracts, folder('fldcnIII222', 'contracts', entry('d2', 'B'))])
    expect(paths(two, extra('Contracts', 'extra'))).toEqual([
      'Contracts-HHH111/A.docx',
      'Contracts/extra.docx',
      'contracts-III222/B.docx',
    ])
  })

  test('is not that of an uploaded file without extension', () => {
    const page = entry('boxcnRRR111', 'README', { type: 'file', children: [entry('d1', 'A')] })
    expect(paths(tree([page]), extra('README', 'extra'))).toEqual([
      'README-RRR111',
      'README-boxcnRRR111/A.docx',
      'README/extra.docx',
    ])
  })

  test('takes over the files of a folder that was recorded with a suffix, and keeps them', () => {
    const lines = listing(tree([contracts]), extra('Contracts', 'extra'))
    const records = [fileRecord('Contracts-HHH111/A.docx', 'd1'), fileRecord('Contracts/extra.docx', 'd9')]
    const folders = [folderRecord('Contracts-HHH111', contracts.token)]
    const next = layOut(lines, { ...OPTIONS, records, folders })
    expect(next.files.map(({ path }) => path)).toEqual(['Contracts/A.docx', 'Contracts/extra.docx'])
    expect(layOut(lines, afterRun(next))).toEqual(next)
  })

  test('keeps recorded names in it, also those of documents that were not found', () => {
    const full = tree([folder('f1', 'x', entry('doxcnAAA111', 'extra'), entry('doxcnBBB222', 'A'))])
    const records = [fileRecord('x/extra.docx', 'doxcnAAA111'), fileRecord('x/A.docx', 'hidden')]
    expect(layPaths(listing(full, extra('x', 'extra')), { records })).toEqual([
      'x/A-BBB222.docx',
      'x/extra-d9.docx',
      'x/extra.docx',
    ])
  })

  test('stays that of the folder when the line of the user is removed', () => {
    const first = layOut(listing(tree([contracts]), extra('Contracts', 'extra')), OPTIONS)
    const two = listing(tree([contracts, folder('fldcnIII222', 'Contracts', entry('d2', 'B'))]))
    expect(layPaths(two, afterRun(first))).toEqual(['Contracts-III222/B.docx', 'Contracts/A.docx'])
  })
})

test('if no titles of a tree are equal, lines into its directories change no path of the tree', () => {
  fc.assert(
    fc.property(forests(), guests, (titled, invited) => {
      const forest = titled
        .map((seed, nth) => ({ ...seed, title: `Title ${nth}` }))
        .map((seed) => (seed.type === 'file' ? { ...seed, type: 'docx' } : seed))
      const alone = pathsByOutput(layOut(listing(tree(buildEntries(forest))), OPTIONS))
      const others = invited.map((guest, nth) => ({ ...guest, name: `Guest ${nth}`, forest: [], isUpper: false }))
      const together = pathsByOutput(
        layOut(listing(tree(buildEntries(forest)), ...guestSources(others, forest)), OPTIONS),
      )
      for (const [key, own] of alone) expect(together.get(key)).toEqual(own)
      const more = [...together].filter(([key]) => !alone.has(key)).flatMap(([, own]) => own)
      for (const path of more) expect(path).toMatch(/^(Title \d+\/)*Guest \d+\.docx$/)
    }),
    { numRuns: 100 },
  )
})
