import { expect, test } from '@jest/globals'
import type { FileRecord } from '../../../src/export/model.js'
import { entry, listing, tree } from '../naming/trees.js'
import { fileRecord } from '../records.js'
import { planFor, type World } from './worlds.js'

const COUNT = 4_000
const tokens = Array.from({ length: COUNT }, (_, nth) => `doxcn${String(nth).padStart(9, '0')}x`)
const found = listing(tree(tokens.map((token) => entry(token, `Page ${token}`))))
const MARKDOWN = new Map([['docx', ['md']]])

const MAX_CPU_MS = 2_000

/** The records of a Markdown file with two pictures and an attachment. */
const recordsOf = (token: string): FileRecord[] => [
  fileRecord(`Page ${token}.md`, token, { title: `Page ${token}`, fileExtension: 'md' }),
  // A picture is named by its token, an attachment by its own name. `asset` is the token of either.
  ...[
    [`a${token}.png`, `a${token}`],
    [`b${token}.png`, `b${token}`],
    ['manual.pdf', `c${token}`],
  ].map(([name = '', asset = '']) => fileRecord(`Page ${token}.assets/${name}`, token, { asset })),
]

/**
 * Plans, and expects less than `MAX_CPU_MS` of CPU time. The plans of these tests are so large that a quadratic algorithm is
 * likely to take longer.
 */
function planQuickly(records: readonly FileRecord[], world: World = {}): ReturnType<typeof planFor> {
  const sizes = new Map(records.map(({ path, fileSize }) => [path, fileSize]))
  // Not a `Disk`: at a path without a file, it searches all its files, which would be quadratic.
  const disk: World['disk'] = {
    at(path) {
      const size = sizes.get(path)
      return size === undefined ? { kind: 'nothing' } : { kind: 'file', size, id: path }
    },
  }
  const start = process.cpuUsage()
  const plan = planFor(found, { records, disk, deleteStale: true, ...world })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(MAX_CPU_MS)
  return plan
}

test('four thousand documents with three assets each are planned quickly', () => {
  const { stale, assets } = planQuickly(tokens.flatMap(recordsOf), { formats: MARKDOWN })
  expect([stale.length, assets.size]).toEqual([0, COUNT])
})

test('so are as many when their format is no longer selected: each document loses its Markdown and its assets', () => {
  expect(planQuickly(tokens.flatMap(recordsOf)).stale).toHaveLength(4 * COUNT)
})

test('so are as many files that a killed run left parked and whose document is not found', () => {
  const parked = tokens.map((token, nth) => {
    const path = `.feishu-export-${String(nth).padStart(24, '0')}.old`
    return fileRecord(path, `gone${token}`, { reservedPath: `x/${token}.docx` })
  })
  expect(planQuickly(parked).moves).toHaveLength(COUNT)
})
