import { expect, test } from '@jest/globals'
import type { FileRecord } from '../../../src/export/model.js'
import { entry, listing, tree } from '../naming/trees.js'
import { fileRecord } from '../records.js'
import { planFor, type World } from './worlds.js'

const COUNT = 4_000
const tokens = Array.from({ length: COUNT }, (_, nth) => `doxcn${String(nth).padStart(9, '0')}x`)
const found = listing(tree(tokens.map((token) => entry(token, `Page ${token}`))))
const MARKDOWN = new Map([['docx', ['md']]])

/** The records of a Markdown file with two pictures and an attachment. */
const recordsOf = (token: string): FileRecord[] => [
  fileRecord(`Page ${token}.md`, token, { title: `Page ${token}`, fileExtension: 'md' }),
  ...[`a${token}.png`, `b${token}.png`, 'manual.pdf'].map((name) =>
    fileRecord(`Page ${token}.assets/${name}`, token, { asset: name.replace(/\.png$/, '') }),
  ),
]

/** Plans, and expects less than two seconds of CPU time; a quadratic algorithm would take several times as much. */
function planQuickly(records: readonly FileRecord[], world: World = {}): ReturnType<typeof planFor> {
  const paths = new Set(records.map(({ path }) => path))
  // The disk of the other tests searches all its files.
  const disk: World['disk'] = {
    at: (path) => (paths.has(path) ? { kind: 'file', size: 7, id: path } : { kind: 'nothing' }),
  }
  const start = process.cpuUsage()
  const plan = planFor(found, { records, disk, deleteStale: true, ...world })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(2000)
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
