import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ListedSource } from '../../src/export/model.js'
import { layOut } from '../../src/export/naming/layout.js'
import {
  entry,
  folder,
  forests,
  guests,
  invite,
  layPaths,
  listing,
  OPTIONS,
  pathsOf,
  plant,
  recordOf as record,
  recordsOf,
  single,
  tree,
  withGap,
} from './paths-trees.js'

const contracts = folder('fldcnHHH111', 'Contracts', entry('d1', 'A'))
const extra = (...to: string[]): ListedSource => single(entry('d9', 'Z'), { to })

/** Paths that are the same whatever the order of the lines. */
function paths(...lines: ListedSource[]): string[] {
  const found = layPaths(listing(...lines))
  expect(layPaths(listing(...[...lines].reverse()))).toEqual(found)
  return found
}

describe('a directory that the user and a tree name', () => {
  test('is one: a folder’s', () => {
    expect(paths(tree([contracts]), extra('Contracts', 'extra'))).toEqual(['Contracts/A.docx', 'Contracts/extra.docx'])
    const other = tree([entry('d2', 'B')], { to: ['Contracts'] })
    expect(paths(tree([contracts]), other)).toEqual(['Contracts/A.docx', 'Contracts/B.docx'])
    const moved = tree([contracts], { to: ['x'] })
    expect(paths(moved, extra('x', 'Contracts', 'extra'))).toEqual(['x/Contracts/A.docx', 'x/Contracts/extra.docx'])
  })

  test('is one: that of a page with children, beside which the page’s file stays', () => {
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

  test('is one at every depth, under the user’s spelling', () => {
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

  test('has unique names: what the user named keeps its own', () => {
    const full = folder('f1', 'x', entry('doxcnAAA111', 'extra'), entry('doxcnBBB222', 'A'))
    const other = tree([entry('doxcnCCC333', 'a')], { to: ['x'] })
    expect(paths(tree([full]), other, extra('x', 'extra'))).toEqual([
      'x/A-BBB222.docx',
      'x/a-CCC333.docx',
      'x/extra-AAA111.docx',
      'x/extra.docx',
    ])
  })

  test('holds a document once that two lines lead to, under the user’s spelling', () => {
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

  test('holds a table beside its base, each as its line says', () => {
    const base = entry('b1', 'Base', { type: 'bitable' })
    const table = single(base, { as: ['csv'], subId: 't1', to: ['x', 'b'] })
    expect(paths(tree([folder('f1', 'x', base)]), table)).toEqual(['x/Base.xlsx', 'x/b.csv'])
    expect(paths(single(base, { to: ['x', 'B'] }), table)).toEqual(['x/B.xlsx', 'x/b.csv'])
  })

  test('is one while the folder is empty, and where a shortcut to it says so', () => {
    const shortcut = entry('f1', 'link', { type: 'folder', shortcut: true })
    const { files, skipped } = layOut(listing(tree([folder('f1', 'X'), shortcut]), extra('x', 'extra')), OPTIONS)
    expect(files.map(({ path }) => path)).toEqual(['x/extra.docx'])
    expect(skipped).toMatchObject([{ path: 'link', reason: 'shortcut to "x", exported there' }])
  })

  test('is the manifest’s too, whose own name stays free', () => {
    const state = folder('f1', 'State', entry('boxcnMMM111', 'm.json', { type: 'file' }), entry('d1', 'A'))
    const options = { manifestPath: 'state/m.json' }
    expect(layPaths(listing(tree([state])), options)).toEqual(['state/A.docx', 'state/m-MMM111.json'])
  })

  test('are two where several units want the name', () => {
    const two = tree([contracts, folder('fldcnIII222', 'contracts', entry('d2', 'B'))])
    expect(paths(two, extra('Contracts', 'extra'))).toEqual([
      'Contracts-HHH111/A.docx',
      'Contracts/extra.docx',
      'contracts-III222/B.docx',
    ])
  })

  test('are two beside an uploaded file without extension', () => {
    const page = entry('boxcnRRR111', 'README', { type: 'file', children: [entry('d1', 'A')] })
    expect(paths(tree([page]), extra('README', 'extra'))).toEqual([
      'README-RRR111',
      'README-boxcnRRR111/A.docx',
      'README/extra.docx',
    ])
  })

  test('takes back what was recorded under a suffix, once', () => {
    const lines = listing(tree([contracts]), extra('Contracts', 'extra'))
    const recorded = [record('Contracts-HHH111/A.docx', 'd1', 'A'), record('Contracts/extra.docx', 'd9', 'Z')]
    const next = layOut(lines, { ...OPTIONS, recorded })
    expect(next.files.map(({ path }) => path)).toEqual(['Contracts/A.docx', 'Contracts/extra.docx'])
    expect(layOut(lines, { ...OPTIONS, recorded: recordsOf(next) })).toEqual(next)
  })

  test('keeps what is on record in it, and what a gap in the listing hides', () => {
    const full = tree([folder('f1', 'x', entry('doxcnAAA111', 'extra'), entry('doxcnBBB222', 'A'))])
    const recorded = [record('x/extra.docx', 'doxcnAAA111', 'extra'), record('x/A.docx', 'gone', 'A')]
    expect(layPaths(withGap(listing(full, extra('x', 'extra'))), { recorded })).toEqual([
      'x/A-BBB222.docx',
      'x/extra-d9.docx',
      'x/extra.docx',
    ])
  })

  test('stays where it is when its line goes', () => {
    const { files } = layOut(listing(tree([contracts]), extra('Contracts', 'extra')), OPTIONS)
    const recorded = recordsOf({ ...layOut(listing(), OPTIONS), files })
    const double = tree([contracts, folder('fldcnIII222', 'Contracts', entry('d2', 'B'))])
    expect(layPaths(listing(double), { recorded })).toEqual(['Contracts-III222/B.docx', 'Contracts/A.docx'])
  })
})

test('lines into the directories of a tree without equal titles change nothing in it', () => {
  fc.assert(
    fc.property(forests(), guests, (titled, invited) => {
      const forest = titled
        .map((seed, nth) => ({ ...seed, title: `Title ${nth}` }))
        .map((seed) => (seed.type === 'file' ? { ...seed, type: 'docx' } : seed))
      const alone = pathsOf(layOut(listing(tree(plant(forest))), OPTIONS))
      const others = invited.map((guest, nth) => ({ ...guest, name: `Guest ${nth}`, forest: [], isUpper: false }))
      const together = pathsOf(layOut(listing(tree(plant(forest)), ...invite(others, forest)), OPTIONS))
      for (const [key, own] of alone) expect(together.get(key)).toEqual(own)
      const more = [...together].filter(([key]) => !alone.has(key)).flatMap(([, own]) => own)
      for (const path of more) expect(path).toMatch(/^(Title \d+\/)*Guest \d+\.docx$/)
    }),
    { numRuns: 100 },
  )
})
