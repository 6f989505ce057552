import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import { assetsDirectory, outputKey, savesAssets } from '../../../src/export/model.js'
import { layOut, type Layout } from '../../../src/export/naming/layout.js'
import { directoriesAbove, fold, isParkedName, splitPath } from '../../../src/export/paths.js'
import { isTemporaryName } from '../../../src/files/temporary-name.js'
import { safeName } from '../../../src/files/safe-name.js'
import {
  forests,
  guests,
  guestSources,
  isLeaf,
  isOutside,
  buildEntries,
  tokenAt,
  withTokens,
  type Forest,
  type Guest,
} from './forests.js'
import { afterRun, listing, OPTIONS, pathsByOutput, recordsOf, tree } from './trees.js'

const RUNS = { numRuns: 60 }

const forestsTo = fc.record({
  forest: forests(),
  to: fc.constantFrom<(string[] | undefined)[]>(undefined, ['x'], ['A'], ['合同', '..', 'B']),
})
/** A tree, source lines into its directories, and another tree that may go to the same directory. */
const sourceLines = fc.tuple(forestsTo, guests, forests(12))
type Lines = readonly [{ forest: Forest; to: string[] | undefined }, readonly Guest[], Forest]

const docxFormats = fc.constantFrom('docx', 'md', 'pdf')
const manifestPaths = fc.constantFrom('.feishu-export.json', 'A/A.docx', 'x/B')

/** Makes the listing of the source lines. @param order the sort key of each line, and of each entry among its siblings */
function listingOf([{ forest, to }, guestList, second]: Lines, order?: (nth: number) => number): Listing {
  // The suffix makes the tokens differ from those of the first tree.
  const other = withTokens(buildEntries(second, order), '-100')
  const lines = [
    tree(buildEntries(forest, order), { to }),
    ...guestSources(guestList, forest, to, order),
    tree(other, { to: ['x'] }),
  ]
  return listing(
    ...lines
      .map((line, nth) => [line, order?.(nth) ?? 0] as const)
      .sort(byRank)
      .map(([line]) => line),
  )
}

/** The number of entries that are not folders, at any depth. */
const countDocuments = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { type, children }) => sum + (type === 'folder' ? 0 : 1) + countDocuments(children), 0)

/** Excludes some entries, with everything below them, as the listing does. */
const excludeSome = (entries: readonly Entry[], isExcluded: (entry: Entry) => boolean): Entry[] =>
  entries.map((found) =>
    isExcluded(found)
      ? { ...found, excludedBy: ['a rule'], children: [] }
      : { ...found, children: excludeSome(found.children, isExcluded) },
  )

const EXPORTABLE: ReadonlySet<string> = new Set(['docx', 'sheet', 'slides', 'file'])

/**
 * The tokens of the documents that a layout must have: those of an exportable type with at least one entry that is not
 * excluded. The entry of a shortcut has the token and type of its target.
 */
const exportableTokens = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(
    entries.flatMap(({ token, type, excludedBy, children }) => [
      ...(excludedBy === undefined && EXPORTABLE.has(type) ? [token] : []),
      ...exportableTokens(children),
    ]),
  )

const byRank = (a: readonly [unknown, number], b: readonly [unknown, number]): number => a[1] - b[1]

/** The key and the sorted paths of each output, sorted by the key. */
const sorted = (layout: Layout): [string, string[]][] =>
  [...pathsByOutput(layout)].map(([key, paths]): [string, string[]] => [key, paths.sort()]).sort()

describe('any tree', () => {
  test('gets safe, unique paths inside the directory and within the limits, and loses nothing', () => {
    fc.assert(
      fc.property(
        sourceLines,
        manifestPaths,
        docxFormats,
        fc.boolean(),
        (lines, manifestPath, docx, includeAttachments) => {
          const before = layOut(listingOf(lines), { ...OPTIONS, manifestPath })
          const formats = new Map([...OPTIONS.formats, ['docx', [docx]]])
          const options = { ...afterRun(before), manifestPath, formats, includeAttachments }
          const { files, skipped } = layOut(listingOf(lines), options)
          for (const { output, path } of files.filter(({ output }) => savesAssets(output))) {
            const { name } = splitPath(assetsDirectory(path))
            // The title is only for the message of a failure.
            expect([output.title, Buffer.byteLength(name) <= 255]).toEqual([output.title, true])
          }
          // What is at each path, by the folded path: first the manifest, and the directory that it is in.
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
              expect(isTemporaryName(segment) || isParkedName(segment)).toBe(false)
              const at = fold(segments.slice(0, nth + 1).join('/'))
              const kind = nth === segments.length - 1 ? 'file' : 'directory'
              if (kind === 'file') expect(seen.has(at)).toBe(false)
              else expect(seen.get(at)).not.toBe('file')
              seen.set(at, kind)
            })
          }
          const { sources } = listingOf(lines)
          const documents = sources
            .flatMap(({ entries }) => countDocuments(entries))
            .reduce((sum, count) => sum + count)
          // A document of the tree that has its own line as well is one file if that line gives it the same path.
          const twins = sources.filter(
            ({ source, entries }) => source.target.kind === 'document' && !entries[0]?.token.startsWith('doxcnGUEST'),
          ).length
          expect(files.length + skipped.length).toBeGreaterThanOrEqual(documents - twins)
          expect(files.length + skipped.length).toBeLessThanOrEqual(documents)
        },
      ),
      RUNS,
    )
  })

  test('has each document exactly once if any entry of it is not excluded', () => {
    fc.assert(
      fc.property(forests(), fc.func(fc.nat(3)), (forest, random) => {
        const entries = excludeSome(buildEntries(forest), ({ token, title }) => random(token, title) === 0)
        const { files } = layOut(listing(tree(entries)), OPTIONS)
        expect(files.map(({ output }) => output.token).sort()).toEqual([...exportableTokens(entries)].sort())
      }),
      RUNS,
    )
  })

  test('has no two spellings of one directory, which would be the same on a disk that ignores case', () => {
    fc.assert(
      fc.property(sourceLines, (lines) => {
        const spellings = new Map<string, string>()
        for (const { path } of layOut(listingOf(lines), OPTIONS).files) {
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

  test('has a layout that does not depend on the order of the listing and of the lines', () => {
    fc.assert(
      fc.property(sourceLines, fc.infiniteStream(fc.nat()), (lines, random) => {
        const ranks = Array.from({ length: 40 }, () => random.next().value as number)
        const shuffled = layOut(
          listingOf(lines, (nth) => ranks[nth] ?? 0),
          OPTIONS,
        )
        const listed = layOut(listingOf(lines), OPTIONS)
        expect(sorted(shuffled)).toEqual(sorted(listed))
        expect(shuffled.skipped).toEqual(listed.skipped)
      }),
      RUNS,
    )
  })

  test('keeps every path and every folder in a second run', () => {
    fc.assert(
      fc.property(sourceLines, (lines) => {
        const first = layOut(listingOf(lines), OPTIONS)
        const second = layOut(listingOf(lines), afterRun(first))
        expect(sorted(second)).toEqual(sorted(first))
        expect(second.folders).toEqual(first.folders)
      }),
      RUNS,
    )
  })

  test('has the same paths in the next run, whichever exports have failed', () => {
    fc.assert(
      fc.property(sourceLines, fc.func(fc.boolean()), (lines, succeeds) => {
        const first = layOut(listingOf(lines), OPTIONS)
        const records = recordsOf(first).filter(({ path }) => succeeds(path))
        const second = layOut(listingOf(lines), afterRun(first, { records }))
        expect(sorted(second)).toEqual(sorted(first))
      }),
      RUNS,
    )
  })

  test('keeps the paths of its documents when others are added', () => {
    fc.assert(
      fc.property(forests(20), forests(12), (old, added) => {
        const first = layOut(listing(tree(buildEntries(old))), OPTIONS)
        // Added at the end of the list, so that the old entries keep their tokens and parents.
        const all = [...old, ...added.map((seed) => ({ ...seed, shortcutTo: undefined }))]
        const second = pathsByOutput(layOut(listing(tree(buildEntries(all))), afterRun(first)))
        for (const { output, path } of first.files) {
          if (!isOutside(output)) expect(second.get(outputKey(output))).toContain(path)
        }
      }),
      RUNS,
    )
  })

  test('keeps the paths of its documents when others are removed', () => {
    fc.assert(
      fc.property(forests(25), fc.func(fc.boolean()), (forest, isRemoved) => {
        const first = layOut(listing(tree(buildEntries(forest))), OPTIONS)
        const removed = new Set(forest.flatMap((_, nth) => (isLeaf(forest, nth) && isRemoved(nth) ? tokenAt(nth) : [])))
        const without = (entries: readonly Entry[]): Entry[] =>
          entries
            .filter(({ token }) => !removed.has(token))
            .map((found) => ({ ...found, children: without(found.children) }))
        const second = layOut(listing(tree(without(buildEntries(forest)))), afterRun(first))
        const before = pathsByOutput(first)
        for (const { output, path } of second.files) {
          const paths = before.get(outputKey(output))
          if (paths && !isOutside(output)) expect(paths).toContain(path)
        }
      }),
      RUNS,
    )
  })

  test('gives no file the path of a document that was not found, unless its record is released', () => {
    fc.assert(
      fc.property(forests(15), forests(15), fc.func(fc.boolean()), (old, found, isReleased) => {
        const first = layOut(listing(tree(withTokens(buildEntries(old), '-old'))), OPTIONS)
        const records = recordsOf(first)
        const released = new Set(records.filter(({ path }) => isReleased(path)))
        const second = layOut(listing(tree(buildEntries(found))), afterRun(first, { released }))
        const held = records.filter((record) => !released.has(record))
        const files = new Set(second.files.map(({ path }) => fold(path)))
        const directories = new Set([...files].flatMap((path) => [...directoriesAbove(path)]))
        for (const { path } of held) {
          expect(files).not.toContain(fold(path))
          expect(directories).not.toContain(fold(path))
          for (const above of directoriesAbove(path)) expect(files).not.toContain(fold(above))
        }
      }),
      RUNS,
    )
  })
})
