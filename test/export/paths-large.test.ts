import { expect, test } from '@jest/globals'
import type { Entry } from '../../src/export/model.js'
import { layOut, type Layout, type RecordedPath } from '../../src/export/naming/layout.js'
import { entry, folder, listing, OPTIONS, recordOf, tree } from './paths-trees.js'

const many = <T>(count: number, make: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => make(nth))
const tokenOf = (nth: number): string => `doxcn${String(nth).padStart(9, '0')}x`

/** Folders in each other, each with a content of its own. */
function nested(depth: number, title: (nth: number) => string, content: (nth: number) => readonly Entry[]): Entry[] {
  let inner: Entry[] = []
  for (let nth = depth - 1; nth >= 0; nth--) inner = [folder(`fldcn${nth}`, title(nth), ...content(nth), ...inner)]
  return inner
}

/** Lays out what would take a quadratic way several times as long; other work on the machine does not count. */
function quickly(entries: readonly Entry[], recorded: readonly RecordedPath[] = []): Layout {
  const start = process.cpuUsage()
  const layout = layOut(listing(tree(entries)), { ...OPTIONS, recorded })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(3000)
  return layout
}

const shortcut = entry('doxcnOUTSIDE', 'A', { shortcut: true })

test('ten thousand documents of equal titles take no time', () => {
  const { files } = quickly(many(10_000, (nth) => entry(tokenOf(nth), 'A')))
  expect(new Set(files.map(({ path }) => path)).size).toBe(10_000)
})

test('forty thousand shortcuts to one document take no time', () => {
  const { files, skipped } = quickly(many(40_000, () => ({ ...shortcut })))
  expect([files.length, skipped.length]).toEqual([1, 39_999])
})

test('a shortcut to one document in each of five thousand nested folders takes no time', () => {
  const entries = nested(
    5000,
    (nth) => `Chapter number ${nth} of a very long book`,
    () => [{ ...shortcut }],
  )
  const { files, skipped } = quickly(entries)
  expect([files.length, skipped.length]).toEqual([1, 4999])
  expect(files[0]?.path.split('/')).toHaveLength(2)
})

test('ten thousand recorded documents far down take no time', () => {
  const content = many(10_000, (nth) => entry(tokenOf(nth), `A${nth}`))
  const recorded = content.map(({ token, title }) => recordOf(`${'x/'.repeat(380)}${title}.docx`, token, title))
  const entries = nested(
    380,
    () => 'x',
    (nth) => (nth === 379 ? content : []),
  )
  const paths = quickly(entries, recorded).files.map(({ path }) => path)
  expect(new Set(paths)).toEqual(new Set(recorded.map(({ path }) => path)))
})

test('forty thousand recorded paths of one document take no time', () => {
  const recorded = many(40_000, (nth) => recordOf(`A${nth}.docx`, 'd1', 'A'))
  expect(quickly([entry('d1', 'A')], recorded).files).toHaveLength(1)
})

test('paths that are too long for any disk do not fill the memory either', () => {
  const { files } = quickly(
    nested(
      5000,
      () => 'Chapter',
      (nth) => [entry(tokenOf(nth), `A${nth}`)],
    ),
  )
  expect(files.filter(({ failure }) => failure).length).toBeGreaterThan(4500)
  for (const { path } of files) expect(path.length).toBeLessThan(1000)
  expect(files.map(({ path }) => path.replace(/^.*\//, '')).sort()).toEqual(many(5000, (nth) => `A${nth}.docx`).sort())
})
