import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry, Listing } from '../../src/export/model.js'
import { fold, isTemporaryName, layOut, type Layout } from '../../src/export/naming/layout.js'
import { safeName } from '../../src/files/safe-name.js'
import {
  forests,
  guests,
  invite,
  listing,
  OPTIONS,
  pathsOf,
  plant,
  recordsOf,
  tokenOf,
  tree,
  type Forest,
  type Guest,
} from './paths-trees.js'

const RUNS = { numRuns: 60 }

const forestsTo = fc.record({
  forest: forests(),
  to: fc.constantFrom<(string[] | undefined)[]>(undefined, ['x'], ['A'], ['合同', '..', 'B']),
})
/** A tree, lines into its directories, and another tree that may go to the same place. */
const someLines = fc.tuple(forestsTo, guests, forests(12))
type Lines = readonly [{ forest: Forest; to: string[] | undefined }, readonly Guest[], Forest]

const manifestPaths = fc.constantFrom('.feishu-export.json', 'A/A.docx', 'x/B')

function list([{ forest, to }, invited, second]: Lines, order?: (nth: number) => number): Listing {
  const base = 100
  const moved = plant(second, order).map((found) => ({ ...found, token: `${found.token}-${base}` }))
  const lines = [tree(plant(forest, order), { to }), ...invite(invited, forest, to, order), tree(moved, { to: ['x'] })]
  return listing(
    ...lines
      .map((line, nth) => [line, order?.(nth) ?? 0] as const)
      .sort(byRank)
      .map(([line]) => line),
  )
}

const countDocuments = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { type, children }) => sum + (type === 'folder' ? 0 : 1) + countDocuments(children), 0)

const byRank = (a: readonly [unknown, number], b: readonly [unknown, number]): number => a[1] - b[1]

const sorted = (layout: Layout): [string, string[]][] =>
  [...pathsOf(layout)].map(([key, paths]): [string, string[]] => [key, paths.sort()]).sort()

describe('any tree', () => {
  test('gets safe, unique paths inside the directory and within the limits, and loses nothing', () => {
    fc.assert(
      fc.property(someLines, manifestPaths, (lines, manifestPath) => {
        const { files, skipped } = layOut(list(lines), { ...OPTIONS, manifestPath })
        const [directory = '', name] = manifestPath.split('/')
        const seen = new Map<string, 'file' | 'directory'>([[fold(manifestPath), 'file']])
        if (name !== undefined) seen.set(fold(directory), 'directory')
        for (const { path, failure } of files) {
          expect(failure).toBeUndefined()
          expect(Buffer.byteLength(path)).toBeLessThanOrEqual(800)
          const segments = path.split('/')
          segments.forEach((segment, nth) => {
            expect(safeName(segment)).toBe(segment)
            expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255)
            expect(isTemporaryName(segment)).toBe(false)
            const at = fold(segments.slice(0, nth + 1).join('/'))
            const kind = nth === segments.length - 1 ? 'file' : 'directory'
            if (kind === 'file') expect(seen.has(at)).toBe(false)
            else expect(seen.get(at)).not.toBe('file')
            seen.set(at, kind)
          })
        }
        const { sources } = list(lines)
        const documents = sources.flatMap(({ entries }) => countDocuments(entries)).reduce((sum, count) => sum + count)
        // A document of the tree with a line of its own is one file where the line leads to the same place.
        const twins = sources.filter(
          ({ source, entries }) => source.target.kind === 'document' && !entries[0]?.token.startsWith('doxcnGUEST'),
        ).length
        expect(files.length + skipped.length).toBeGreaterThanOrEqual(documents - twins)
        expect(files.length + skipped.length).toBeLessThanOrEqual(documents)
      }),
      RUNS,
    )
  })

  test('no two directories are one on a disk that does not know case', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const spellings = new Map<string, string>()
        for (const { path } of layOut(list(lines), OPTIONS).files) {
          const segments = path.split('/')
          segments.forEach((_, nth) => {
            const at = segments.slice(0, nth + 1).join('/')
            expect(spellings.get(fold(at)) ?? at).toBe(at)
            spellings.set(fold(at), at)
          })
        }
      }),
      RUNS,
    )
  })

  test('the order of the listing and of the lines changes nothing', () => {
    fc.assert(
      fc.property(someLines, fc.infiniteStream(fc.nat()), (lines, random) => {
        const ranks = Array.from({ length: 40 }, () => random.next().value as number)
        const shuffled = layOut(
          list(lines, (nth) => ranks[nth] ?? 0),
          OPTIONS,
        )
        const listed = layOut(list(lines), OPTIONS)
        expect(sorted(shuffled)).toEqual(sorted(listed))
        expect(shuffled.skipped).toEqual(listed.skipped)
      }),
      RUNS,
    )
  })

  test('a second run keeps every path', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const first = layOut(list(lines), OPTIONS)
        const second = layOut(list(lines), { ...OPTIONS, recorded: recordsOf(first) })
        expect(sorted(second)).toEqual(sorted(first))
      }),
      RUNS,
    )
  })

  test('a run after one in which some failed gives them the names that they would have had', () => {
    fc.assert(
      fc.property(someLines, fc.func(fc.boolean()), (lines, succeeds) => {
        const first = layOut(list(lines), OPTIONS)
        const recorded = recordsOf(first).filter(({ path }) => succeeds(path))
        const second = layOut(list(lines), { ...OPTIONS, recorded })
        expect(sorted(second)).toEqual(sorted(first))
      }),
      RUNS,
    )
  })

  test('newcomers never move what is there', () => {
    fc.assert(
      fc.property(forests(20), forests(12), (old, fresh) => {
        const first = layOut(listing(tree(plant(old))), OPTIONS)
        // Behind the old ones, so that tokens and parents of those stay.
        const all = [...old, ...fresh.map((seed) => ({ ...seed, shortcutTo: undefined }))]
        const second = pathsOf(layOut(listing(tree(plant(all))), { ...OPTIONS, recorded: recordsOf(first) }))
        const originals = first.files.filter(({ unit }) => !unit.token.startsWith('doxcnOUTSIDE'))
        for (const { unit, path } of originals) expect(second.get(JSON.stringify(keyOf(unit)))).toContain(path)
      }),
      RUNS,
    )
  })

  test('what stays keeps its path when others go', () => {
    fc.assert(
      fc.property(forests(25), fc.func(fc.boolean()), (forest, goes) => {
        const first = layOut(listing(tree(plant(forest))), OPTIONS)
        const isLeaf = (nth: number): boolean =>
          !forest.some(({ parent }, other) => other > nth && parent % 2 === 1 && parent % other === nth)
        const gone = new Set(
          forest
            .map((_, nth) => nth)
            .filter((nth) => isLeaf(nth) && goes(nth))
            .map(tokenOf),
        )
        const prune = (entries: ReturnType<typeof plant>): ReturnType<typeof plant> =>
          entries
            .filter(({ token }) => !gone.has(token))
            .map((kept) => ({ ...kept, children: prune([...kept.children]) }))
        const second = layOut(listing(tree(prune(plant(forest)))), { ...OPTIONS, recorded: recordsOf(first) })
        const before = pathsOf(first)
        for (const { unit, path } of second.files.filter(({ unit }) => !unit.token.startsWith('doxcnOUTSIDE'))) {
          if (before.has(JSON.stringify(keyOf(unit)))) expect(before.get(JSON.stringify(keyOf(unit)))).toContain(path)
        }
      }),
      RUNS,
    )
  })
})

const keyOf = ({ token, type, fileExtension }: { token: string; type: string; fileExtension: string }): string[] =>
  type === 'file' ? [token, type] : [token, type, fileExtension, '']
