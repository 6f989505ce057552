import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { listWith } from '../../../src/export/listing/listing.js'
import type { Entry } from '../../../src/export/listing/types.js'
import type { ExcludeRules } from '../../../src/export/sources/exclude.js'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import { Base, Drive, pagings, seeds } from './generated.js'
import { folderSource, spaceSource } from './support.js'

const pathsOf = (entries: readonly Entry[], above = ''): string[] =>
  entries.flatMap(({ title, children }) => [`${above}/${title}`, ...pathsOf(children, `${above}/${title}`)])

const ONE_PAGE = { size: 100, repeat: false }

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The tree proper, without what only shortcuts lead to. */
function ownTree(drive: Drive, folder = 'root', above = ''): { path: string; item: FolderItem }[] {
  if (drive.denied.has(folder)) return []
  return (drive.levels.get(folder) ?? []).flatMap((item) => {
    const path = `${above}/${item.token}`
    return [{ path, item }, ...(item.type === 'folder' ? ownTree(drive, item.token, path) : [])]
  })
}

test('a folder: everything once and at its place, each refusal reported, nothing requested twice', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, fc.boolean(), async (list, paging, rootInOuter) => {
      const drive = new Drive(list, rootInOuter)
      const { sources, faults } = await listWith([folderSource('root')], drive.calls(paging, false))
      const paths = pathsOf(sources[0]?.entries ?? [])
      const things = [
        ...paths,
        ...faults.filter(({ failure }) => failure.code === 970003).map(({ what }) => `/${what}`),
      ]

      expect(drive.requested.twice).toEqual([])
      expect(things).toHaveLength(new Set(things.map(lastOf)).size)
      const own = ownTree(drive).map(({ path }) => path)
      expect(own.filter((path) => !things.includes(path))).toEqual([])

      const reachable = drive.reachable()
      const listed = [...reachable].filter((folder) => !drive.denied.has(folder))
      const leaves = listed.flatMap((folder) => drive.levels.get(folder) ?? []).filter(({ type }) => type !== 'folder')
      const isLeaf = new Set(leaves.map(({ token }) => token))
      expect(things.map(lastOf).filter((token) => isLeaf.has(token))).toHaveLength(leaves.length)
      const folders = new Set([...drive.levels.keys()])
      expect(things.map(lastOf).filter((token) => !isLeaf.has(token) && !folders.has(token))).toEqual([])

      const branches = faults.filter(({ failure }) => failure.code === 1061004)
      expect(branches).toHaveLength([...reachable].filter((folder) => drive.denied.has(folder)).length)
      expect(faults.every(({ mayHideDocuments }) => mayHideDocuments)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('a folder with excluded parts: what no way leads to without them is left out, and all else is found', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.boolean(), fc.func(fc.nat(3)), async (list, rootInOuter, random) => {
      const drive = new Drive(list, rootInOuter)
      const isExcluded = (name: string): boolean => name !== 'root' && random(name) === 0
      const exclude: ExcludeRules = {
        lines: [],
        lineFor: ({ path }) => (isExcluded(lastOf(path)) ? 'a rule' : undefined),
      }
      const { sources, faults } = await listWith([folderSource('root')], drive.calls([ONE_PAGE], false), { exclude })

      const isListed = ({ name }: FolderItem): boolean => !isExcluded(name)
      const listed = [...drive.reachable(isListed)].filter((folder) => !drive.denied.has(folder))
      const items = listed.flatMap((folder) => drive.levels.get(folder) ?? []).filter(isListed)
      const expected = items.filter(({ type, target }) => (target?.type ?? type) !== 'folder').map(({ name }) => name)
      const unreadable = faults.filter(({ failure }) => failure.code === 970003).map(({ what }) => lastOf(what))
      const found = [...documentTitles(sources[0]?.entries ?? []), ...unreadable]
      expect(found.sort()).toEqual(expected.sort())
    }),
    { numRuns: 300 },
  )
})

const documentTitles = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ title, type, excludedBy, children }) => [
    ...(type === 'folder' || excludedBy !== undefined ? [] : [title]),
    ...documentTitles(children),
  ])

test('a folder: the same tree whatever the order of listing and the pages', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, fc.boolean(), async (list, paging, rootInOuter) => {
      const run = async (backwards: boolean, pages: typeof paging): Promise<string[]> => {
        const { sources, faults } = await listWith(
          [folderSource('root')],
          new Drive(list, rootInOuter).calls(pages, backwards),
        )
        return [...pathsOf(sources[0]?.entries ?? []), ...faults.map(({ what }) => `fault ${what}`)].sort()
      }
      expect(await run(true, paging)).toEqual(await run(false, [ONE_PAGE]))
    }),
    { numRuns: 200 },
  )
})

test('a knowledge base: equal to an independent walk', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, pagings, async (list, paging) => {
      const base = new Base(list)
      const { sources, faults } = await listWith([spaceSource('7')], base.calls(paging))
      const expected = base.walk()
      expect(pathsOf(sources[0]?.entries ?? []).sort()).toEqual(expected.paths.sort())
      expect(faults.map(({ what, mayHideDocuments }) => [what, mayHideDocuments]).sort()).toEqual(
        expected.closed.map((path) => [path, true]).sort(),
      )
      expect(base.requested.twice).toEqual([])
    }),
    { numRuns: 300 },
  )
})
