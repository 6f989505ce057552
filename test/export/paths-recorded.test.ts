import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry } from '../../src/export/model.js'
import { fold, layOut } from '../../src/export/naming/layout.js'
import {
  entry,
  folder,
  layPaths,
  listing,
  OPTIONS,
  recordOf as record,
  recordsOf,
  single,
  tree,
  withGap,
} from './paths-trees.js'

describe('recorded paths', () => {
  const [x, y] = [entry('doxcnXXX111', 'A'), entry('doxcnYYY222', 'A')]

  test('stay when another one with the title comes', () => {
    const recorded = [record('A.docx', x.token, 'A')]
    expect(layPaths(listing(tree([x, y])), { recorded })).toEqual(['A-YYY222.docx', 'A.docx'])
  })

  test('stay with their suffix when the other one is gone', () => {
    const recorded = [record('A-XXX111.docx', x.token, 'A')]
    expect(layPaths(listing(tree([x])), { recorded })).toEqual(['A-XXX111.docx'])
  })

  test('are given up with the title, with the place, or for another document', () => {
    const renamed = { ...x, title: 'B' }
    const recorded = [record('A.docx', x.token, 'A')]
    expect(layPaths(listing(tree([renamed])), { recorded })).toEqual(['B.docx'])
    expect(layPaths(listing(tree([folder('f1', 'x', x)])), { recorded })).toEqual(['x/A.docx'])
    expect(layPaths(listing(tree([y])), { recorded })).toEqual(['A.docx'])
  })

  test('stay when a new title makes the same name', () => {
    const recorded = [record('a_b.docx', x.token, 'a/b')]
    const entries = [
      { ...x, title: 'a_b' },
      { ...y, title: 'a_b' },
    ]
    expect(layPaths(listing(tree(entries)), { recorded })).toEqual(['a_b-YYY222.docx', 'a_b.docx'])
  })

  test('are given up for the plain name when the title was the name with the suffix', () => {
    const recorded = [record('A-XXX111.docx', x.token, 'A-XXX111')]
    expect(layPaths(listing(tree([x])), { recorded })).toEqual(['A.docx'])
  })

  test('change places when two titles do', () => {
    const recorded = [record('A.docx', 'd1', 'A'), record('B.docx', 'd2', 'B')]
    const { files } = layOut(listing(tree([entry('d1', 'B'), entry('d2', 'A')])), { ...OPTIONS, recorded })
    expect(files.map(({ unit, path }) => [unit.token, path])).toEqual([
      ['d2', 'A.docx'],
      ['d1', 'B.docx'],
    ])
  })

  test('follow a title that changes its case', () => {
    const recorded = [record('A.docx', x.token, 'A')]
    expect(layPaths(listing(tree([{ ...x, title: 'a' }])), { recorded })).toEqual(['a.docx'])
  })

  test('of the documents below tell the name of a folder', () => {
    const old = folder('fldcnOOO111', 'x', folder('f2', 'deep', entry('d1', 'A')))
    const recorded = [record('x/deep/A.docx', 'd1', 'A')]
    const fresh = folder('fldcnNNN222', 'x', entry('d2', 'A'))
    expect(layPaths(listing(tree([old, fresh])), { recorded })).toEqual(['x-NNN222/A.docx', 'x/deep/A.docx'])
  })

  test('stay with the folder that has most of them when a document moves to one of the same name', () => {
    const recorded = ['A', 'B', 'C'].map((title) => record(`x/${title}.docx`, `d${title}`, title))
    const old = folder('fldcnZZZ111', 'x', entry('dA', 'A'), entry('dB', 'B'))
    const other = folder('fldcnAAA222', 'x', entry('dC', 'C'))
    expect(layPaths(listing(tree([other, old])), { recorded })).toEqual(['x-AAA222/C.docx', 'x/A.docx', 'x/B.docx'])
  })

  test('of a new format are beside the old one', () => {
    const recorded = [record('A-XXX111.docx', x.token, 'A')]
    const both = listing(tree([x], { as: ['docx', 'pdf'] }))
    expect(layPaths(both, { recorded })).toEqual(['A-XXX111.docx', 'A-XXX111.pdf'])
  })

  test('that the user gave stay whatever the title', () => {
    const recorded = [record('a-XXX111.docx', x.token, 'another')]
    expect(layPaths(listing(single(x, { to: ['a'] })), { recorded })).toEqual(['a-XXX111.docx'])
  })

  test('of what was not found are free, but not after a listing with gaps', () => {
    const recorded = [record('A.docx', x.token, 'A')]
    expect(layPaths(listing(tree([y])), { recorded })).toEqual(['A.docx'])
    expect(layPaths(withGap(listing(tree([y]))), { recorded })).toEqual(['A-YYY222.docx'])
  })

  test('of a folder that was not found are not free for a file: it may be on the disk still', () => {
    const notes = entry('boxcnFFF555', 'notes', { type: 'file' })
    const recorded = [record('notes/deep/A.docx', 'hidden', 'A')]
    const upload = listing(tree([notes]))
    expect(layPaths(withGap(upload), { recorded, includeFiles: true })).toEqual(['notes-FFF555'])
    expect(layPaths(upload, { recorded, includeFiles: true })).toEqual(['notes-FFF555'])
    expect(layPaths(upload, { includeFiles: true })).toEqual(['notes'])
    // A folder goes on to have its own, whatever it holds by now.
    expect(layPaths(withGap(listing(tree([folder('f1', 'notes', x)]))), { recorded })).toEqual(['notes/A.docx'])
  })

  test('of a directory beside a page in a gap are not free for that of another one', () => {
    const board = entry('brdXXX444', 'A', { type: 'board', children: [entry('d4', 'new')] })
    const recorded = [record('A.docx', 'hidden', 'A'), record('A/old.docx', 'd5', 'old')]
    expect(layPaths(withGap(listing(tree([board]))), { recorded })).toEqual(['A-XXX444/new.docx'])
    // A page itself, found in another format, goes on to have its own.
    const page = entry('hidden', 'A', { children: [entry('d4', 'new')] })
    const other = withGap(listing(tree([page], { as: ['pdf'] })))
    expect(layPaths(other, { recorded })).toEqual(['A.pdf', 'A/new.pdf'])
  })

  test('never are the manifest’s', () => {
    const recorded = [record('m.docx', 'd1', 'm')]
    expect(layPaths(listing(tree([entry('d1', 'm')])), { recorded, manifestPath: 'm.docx' })).toEqual(['m-d1.docx'])
  })
})

describe('long paths', () => {
  const chain = (depth: number, title: (nth: number) => string, nth = 0): Entry =>
    entry(`wikcn${String(nth).padStart(6, '0')}`, title(nth), {
      children: depth > 1 ? [chain(depth - 1, title, nth + 1)] : [],
    })

  test('are shortened with the token, still unique, and stay in the next run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 90 }), (depth, length) => {
        const sources = listing(tree([chain(depth, (nth) => '文'.repeat(1 + ((nth * 7) % length))), entry('d1', 'A')]))
        const first = layOut(sources, OPTIONS)
        const good = first.files.filter(({ failure }) => !failure).map(({ path }) => path)
        expect(new Set(good.map(fold)).size).toBe(good.length)
        for (const path of good) expect(Buffer.byteLength(path)).toBeLessThanOrEqual(800)
        if (depth <= 50) expect(good).toHaveLength(depth + 1)
        const second = layOut(sources, { ...OPTIONS, recorded: recordsOf(first) })
        expect(second.files).toEqual(first.files)
      }),
      { numRuns: 40 },
    )
  })

  test('do not shorten what is short', () => {
    const sources = listing(tree([chain(12, (nth) => (nth === 3 ? 'x'.repeat(250) : 'Chapter'.repeat(10)))]))
    const segments = layPaths(sources).at(-1)?.split('/') ?? []
    expect(segments.filter((segment) => segment === 'Chapter'.repeat(10))).toHaveLength(0)
    const mild = layPaths(listing(tree([chain(9, (nth) => (nth === 3 ? 'x'.repeat(250) : 'Chapter'.repeat(10)))])))
    expect(
      mild
        .at(-1)
        ?.split('/')
        .filter((segment) => /^(Chapter){10}(\.docx)?$/.test(segment)),
    ).toHaveLength(8)
  })

  test('beyond rescue are refused, each file for itself, with a cure', () => {
    const { files } = layOut(listing(tree([chain(1500, () => 'abc')])), OPTIONS)
    expect(files).toHaveLength(1500)
    const refused = files.filter(({ failure }) => failure)
    expect(refused.length).toBeGreaterThan(1200)
    expect(refused[0]?.failure?.what).toBe(
      'Could not name the file: its path would be longer than 800 bytes, however its parts are shortened',
    )
    expect(refused[0]?.failure?.advice).toContain('`to=`')
  })
})
