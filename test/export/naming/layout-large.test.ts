import { expect, test } from '@jest/globals'
import type { Entry } from '../../../src/export/listing/types.js'
import { layOut, type Layout, type LayoutOptions } from '../../../src/export/naming/layout.js'
import { fileRecord, folderRecord } from '../records.js'
import { entry, folder, listing, OPTIONS, tree } from './trees.js'

const many = <T>(count: number, make: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => make(nth))
const tokenAt = (nth: number): string => `doxcn${String(nth).padStart(9, '0')}x`

/** Folders nested in each other. @param content what the folder of a level has beside the next folder */
function nested(depth: number, title: (nth: number) => string, content: (nth: number) => readonly Entry[]): Entry[] {
  let inner: Entry[] = []
  for (let nth = depth - 1; nth >= 0; nth--) inner = [folder(`fldcn${nth}`, title(nth), ...content(nth), ...inner)]
  return inner
}

// More than three times what each layout below needs, for a busy machine. An algorithm that is quadratic in the entries of a
// flat tree usually exceeds it.
const MAX_CPU_MS = 5_000

/** Lays out a tree, and expects that it needs less than `MAX_CPU_MS` of CPU time. */
function layOutQuickly(entries: readonly Entry[], options: Partial<LayoutOptions> = {}): Layout {
  const start = process.cpuUsage()
  const layout = layOut(listing(tree(entries)), { ...OPTIONS, ...options })
  // In microseconds.
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1_000).toBeLessThan(MAX_CPU_MS)
  return layout
}

const shortcut = entry('doxcnOUTSIDE', 'A', { shortcut: true })

test('sixteen thousand documents of equal titles are laid out in less than five seconds', () => {
  const { files } = layOutQuickly(many(16_000, (nth) => entry(tokenAt(nth), 'A')))
  expect(new Set(files.map(({ path }) => path)).size).toBe(16_000)
})

test('eighty thousand shortcuts to one document are laid out in less than five seconds', () => {
  const { files, skipped } = layOutQuickly(many(80_000, () => ({ ...shortcut })))
  expect([files.length, skipped.length]).toEqual([1, 79_999])
})

test('two thousand nested folders, each with a shortcut to one document, are laid out in less than five seconds', () => {
  const entries = nested(
    2000,
    (nth) => `Chapter number ${nth} of a very long book`,
    () => [{ ...shortcut }],
  )
  const { files, skipped } = layOutQuickly(entries)
  expect([files.length, skipped.length]).toEqual([1, 1999])
  expect(files[0]?.path.split('/')).toHaveLength(2)
})

test('sixteen thousand recorded documents below 380 folders are laid out in less than five seconds', () => {
  const content = many(16_000, (nth) => entry(tokenAt(nth), `A${nth}`))
  const records = content.map(({ token, title }) => fileRecord(`${'x/'.repeat(380)}${title}.docx`, token))
  const entries = nested(
    380,
    () => 'x',
    (nth) => (nth === 379 ? content : []),
  )
  const paths = layOutQuickly(entries, { records }).files.map(({ path }) => path)
  expect(new Set(paths)).toEqual(new Set(records.map(({ path }) => path)))
})

test('sixty thousand recorded paths of one document are laid out in less than five seconds', () => {
  const records = many(60_000, (nth) => fileRecord(`A${nth}.docx`, 'd1', { title: 'A' }))
  expect(layOutQuickly([entry('d1', 'A')], { records }).files).toHaveLength(1)
})

test('sixty thousand recorded files of documents that were not found are laid out in less than five seconds', () => {
  const records = many(60_000, (nth) => fileRecord(`f${nth % 200}/A${nth}.docx`, tokenAt(nth)))
  const folders = many(200, (nth) => folderRecord(`f${nth}`, `fldcnHIDDEN${nth}`))
  const { files } = layOutQuickly([folder('fldcnNEW', 'f0', entry('d1', 'A0'))], { records, folders })
  expect(files.map(({ path }) => path)).toEqual(['f0-dcnNEW/A0.docx'])
})

test('twelve thousand folders of equal titles are laid out in less than five seconds, recorded or not', () => {
  const entries = many(12_000, (nth) => folder(tokenAt(nth), 'A', entry(`d${nth}`, 'A')))
  const first = layOutQuickly(entries)
  expect(new Set(first.folders.map(({ path }) => path)).size).toBe(12_000)
  const pathsOf = ({ folders }: Layout): string => folders.map(({ path }) => path).join('\n')
  expect(pathsOf(layOutQuickly(entries, { folders: first.folders }))).toBe(pathsOf(first))
})

test('paths that are too long for any disk need little time and memory', () => {
  const { files } = layOutQuickly(
    nested(
      2000,
      () => 'Chapter',
      (nth) => [entry(tokenAt(nth), `A${nth}`)],
    ),
  )
  expect(files.filter(({ failure }) => failure).length).toBeGreaterThan(1500)
  for (const { path } of files) expect(path.length).toBeLessThan(2000)
  expect(files.map(({ path }) => path.replace(/^.*\//, '')).sort()).toEqual(many(2000, (nth) => `A${nth}.docx`).sort())
})
