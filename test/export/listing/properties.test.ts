import path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { listWith } from '../../../src/export/listing/listing.js'
import type { Entry } from '../../../src/export/listing/types.js'
import type { ExcludeRules } from '../../../src/export/sources/exclude.js'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import { Base, Drive, pagings, seeds } from './generated.js'
import { folderSource, spaceSource } from './support.js'

const METADATA_REFUSED = 970003
const FOLDER_REFUSED = 1061004

/** The paths of the entries and of everything below them. In these tests, every title is a token. */
const pathsOf = (entries: readonly Entry[], above = ''): string[] =>
  entries.flatMap(({ title, children }) => {
    const entryPath = path.posix.join(above, title)
    return [entryPath, ...pathsOf(children, entryPath)]
  })

/** A page that holds every list of these tests. */
const ONE_PAGE = { size: 100, repeat: false }

/** The paths of the items that can be reached from a folder without a shortcut or a denied folder on the way. */
function pathsThroughFolders(drive: Drive, folder = 'root', above = ''): string[] {
  if (drive.denied.has(folder)) return []
  return (drive.levels.get(folder) ?? []).flatMap(({ type, token }) => {
    const itemPath = path.posix.join(above, token)
    return [itemPath, ...(type === 'folder' ? pathsThroughFolders(drive, token, itemPath) : [])]
  })
}

test('a folder: each item is found once and at its path, each refusal is reported, no request is repeated', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, fc.boolean(), async (list, paging, rootInOuter) => {
      const drive = new Drive(list, rootInOuter)
      const { sources, faults } = await listWith([folderSource('root')], drive.calls(paging, false))
      const unreadable = faults.filter(({ failure }) => failure.code === METADATA_REFUSED).map(({ what }) => what)
      const found = [...pathsOf(sources[0]?.entries ?? []), ...unreadable]
      const foundTokens = found.map((at) => path.posix.basename(at))

      expect(drive.requests.repeated).toEqual([])
      expect(foundTokens).toHaveLength(new Set(foundTokens).size)
      expect(pathsThroughFolders(drive).filter((at) => !found.includes(at))).toEqual([])

      const reachable = drive.reachable()
      const listed = [...reachable].filter((folder) => !drive.denied.has(folder))
      const leaves = listed.flatMap((folder) => drive.levels.get(folder) ?? []).filter(({ type }) => type !== 'folder')
      const leafTokens = new Set(leaves.map(({ token }) => token))
      expect(foundTokens.filter((token) => leafTokens.has(token))).toHaveLength(leaves.length)
      expect(foundTokens.filter((token) => !leafTokens.has(token) && !drive.levels.has(token))).toEqual([])

      const refusedFolders = faults.filter(({ failure }) => failure.code === FOLDER_REFUSED)
      expect(refusedFolders).toHaveLength([...reachable].filter((folder) => drive.denied.has(folder)).length)
      expect(faults.every(({ mayHideDocuments }) => mayHideDocuments)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('a folder with excluded items: exactly the documents that can be reached without passing an excluded item are found', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.boolean(), fc.func(fc.nat(3)), async (list, rootInOuter, random) => {
      const drive = new Drive(list, rootInOuter)
      const isExcluded = (name: string): boolean => name !== 'root' && random(name) === 0
      const exclude: ExcludeRules = {
        lines: [],
        linesFor: (entry) => (isExcluded(path.posix.basename(entry.path ?? '')) ? ['a rule'] : []),
      }
      const { sources, faults } = await listWith([folderSource('root')], drive.calls([ONE_PAGE], false), { exclude })

      const isListed = ({ name }: FolderItem): boolean => !isExcluded(name)
      const listed = [...drive.reachable(isListed)].filter((folder) => !drive.denied.has(folder))
      const items = listed.flatMap((folder) => drive.levels.get(folder) ?? []).filter(isListed)
      const expected = items.filter(({ type, target }) => (target?.type ?? type) !== 'folder').map(({ name }) => name)
      const unreadable = faults.filter(({ failure }) => failure.code === METADATA_REFUSED)
      const found = [
        ...documentTitles(sources[0]?.entries ?? []),
        ...unreadable.map(({ what }) => path.posix.basename(what)),
      ]
      expect(found.sort()).toEqual(expected.sort())
    }),
    { numRuns: 300 },
  )
})

/** The titles of the documents among the entries and below them, without the excluded ones. */
const documentTitles = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ title, type, excludedBy, children }) => [
    ...(type === 'folder' || excludedBy !== undefined ? [] : [title]),
    ...documentTitles(children),
  ])

test('a folder: neither the order of its items nor the division into pages changes the tree', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, fc.boolean(), async (list, paging, rootInOuter) => {
      const listPaths = async (backwards: boolean, pages: typeof paging): Promise<string[]> => {
        const { sources, faults } = await listWith(
          [folderSource('root')],
          new Drive(list, rootInOuter).calls(pages, backwards),
        )
        return [...pathsOf(sources[0]?.entries ?? []), ...faults.map(({ what }) => `fault ${what}`)].sort()
      }
      expect(await listPaths(true, paging)).toEqual(await listPaths(false, [ONE_PAGE]))
    }),
    { numRuns: 200 },
  )
})

test('a knowledge base: the nodes and the refusals are those that a separate implementation expects', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, async (list, paging) => {
      const base = new Base(list)
      const { sources, faults } = await listWith([spaceSource('7')], base.calls(paging))
      const expected = base.expectedPaths()
      expect(pathsOf(sources[0]?.entries ?? []).sort()).toEqual(expected.all.sort())
      expect(faults.map(({ what, mayHideDocuments }) => [what, mayHideDocuments]).sort()).toEqual(
        expected.closed.map((at) => [at, true]).sort(),
      )
      expect(base.requests.repeated).toEqual([])
    }),
    { numRuns: 300 },
  )
})
