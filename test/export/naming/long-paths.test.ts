import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry } from '../../../src/export/listing/types.js'
import { layOut } from '../../../src/export/naming/layout.js'
import { assetsDirectory } from '../../../src/export/model.js'
import { fold } from '../../../src/export/paths.js'
import { afterRun, entry, folder, layPaths, listing, OPTIONS, tree } from './trees.js'

/** Pages nested in each other; `title` gets the level, from 0. */
const chain = (depth: number, title: (nth: number) => string, nth = 0): Entry =>
  entry(`wikcn${String(nth).padStart(6, '0')}`, title(nth), {
    children: depth > 1 ? [chain(depth - 1, title, nth + 1)] : [],
  })

test('paths that are too long are shortened with the token, stay unique, and stay in the next run', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 90 }), (depth, length) => {
      const found = listing(tree([chain(depth, (nth) => '文'.repeat(1 + ((nth * 7) % length))), entry('d1', 'A')]))
      const first = layOut(found, OPTIONS)
      const named = first.files.filter(({ failure }) => !failure).map(({ path }) => path)
      expect(new Set(named.map(fold)).size).toBe(named.length)
      for (const path of named) expect(Buffer.byteLength(path)).toBeLessThanOrEqual(800)
      if (depth <= 50) expect(named).toHaveLength(depth + 1)
      expect(layOut(found, afterRun(first))).toEqual(first)
    }),
    { numRuns: 40 },
  )
})

test('the assets directory of a long title is short enough, too', () => {
  const formats = new Map([['docx', ['docx', 'md']]])
  for (const length of [240, 245, 248, 249, 250, 400]) {
    const { files } = layOut(listing(tree([entry('d1', 'x'.repeat(length))])), { ...OPTIONS, formats })
    expect(files).toHaveLength(2)
    for (const { path } of files) expect(assetsDirectory(path).length).toBeLessThanOrEqual(255)
  }
})

test('the longest names are shortened first', () => {
  const title = (nth: number): string => (nth === 3 ? 'x'.repeat(250) : 'Chapter'.repeat(10))
  const segmentsOf = (depth: number): string[] =>
    layPaths(listing(tree([chain(depth, title)])))
      .at(-1)
      ?.split('/') ?? []
  expect(segmentsOf(12).filter((segment) => segment === 'Chapter'.repeat(10))).toHaveLength(0)
  expect(segmentsOf(9).filter((segment) => /^(Chapter){10}(\.docx)?$/.test(segment))).toHaveLength(8)
})

test('recorded names are shortened, too, when a new page needs a longer path', () => {
  const title = (nth: number): string => (nth < 7 ? '文'.repeat(40) : `Page ${nth}`)
  const first = layOut(listing(tree([chain(8, title)])), OPTIONS)
  const deeper = listing(tree([chain(9, title)]))
  const second = layOut(deeper, afterRun(first))
  expect(second.files.filter(({ failure }) => failure)).toEqual([])
  expect(layOut(deeper, afterRun(second))).toEqual(second)
})

test('names below a directory are shortened where its suffix needs the bytes', () => {
  const long = 'x'.repeat(249)
  for (let length = 30; length < 50; length++) {
    const inner = folder('f1', long, folder('f2', long, folder('f3', long, entry('d1', 'x'.repeat(length)))))
    const found = listing(tree([folder('fldcnAAA111', 'A', inner), folder('fldcnBBB222', 'A')]))
    expect(layOut(found, OPTIONS).files.map(({ failure }) => failure)).toEqual([undefined])
  }
})

test('names above are shortened so that documents of equal titles get their suffixes', () => {
  const folders = (depth: number, ...entries: Entry[]): Entry =>
    folder(`fldcn${depth}`, '文'.repeat(40), ...(depth > 1 ? [folders(depth - 1, ...entries)] : entries))
  const documents = [entry('doxcnXXX111', 'A'), entry('doxcnYYY222', 'A')]
  const base = entry('bascnZZZ333', 'B', { type: 'bitable' })
  const tables = ['tblXXXXXXXXX111', 'tblYYYYYYYYY222'].map((id) => ({ ...base, title: 'A', table: { id } }))
  const found = listing(tree([folders(8, ...documents, base)], { as: ['docx', 'csv'] }))
  const { files } = layOut({ ...found, tables: new Map([[base, tables]]) }, OPTIONS)
  expect(files.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined])
})

test('a file whose path cannot be shortened enough is refused with advice; the other files are not', () => {
  const { files } = layOut(listing(tree([chain(1500, () => 'abc')])), OPTIONS)
  expect(files).toHaveLength(1500)
  const refused = files.filter(({ failure }) => failure)
  expect(refused.length).toBeGreaterThan(1200)
  expect(refused[0]?.failure?.what).toBe(
    'Could not name the file: its path would be longer than 800 bytes, even with shortened names',
  )
  expect(refused[0]?.failure?.advice).toContain('`to=`')
})
