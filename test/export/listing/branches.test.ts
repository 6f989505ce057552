import { describe, expect, test } from '@jest/globals'
import { listWith } from '../../../src/export/listing/listing.js'
import { parseExclude } from '../../../src/export/sources/exclude.js'
import {
  faultsOf,
  folderSource,
  item,
  linesOf,
  node,
  nodeSource,
  page,
  refusal,
  replyOf,
  scripted,
  spaceSource,
  treeOf,
} from './support.js'

describe('branches', () => {
  test('a folder that cannot be listed is one fault with its path; the others are listed', async () => {
    const { lines, listing } = await treeOf({
      folders: {
        root: page([item('f', 'folder'), item('z')]),
        f: page([item('g', 'folder', { name: '草稿' }), item('y')]),
        g: refusal(1061004),
      },
    })
    expect(lines).toEqual(['f folder f', '  草稿 folder g', '  y docx y', 'z docx z'])
    expect(faultsOf(listing)).toEqual([['f/草稿', 1061004, true]])
  })

  test('a node of any type may have children, and a node with children is an entry too', async () => {
    const { lines, listing } = await treeOf(
      {
        nodes: { n: node('n', { hasChild: true, objType: 'mindnote' }) },
        wiki: { n: page([node('m', { hasChild: true, objType: 'sheet' })]), m: page([node('l')]) },
      },
      nodeSource('n', true),
    )
    expect(lines).toEqual(['n mindnote obj-n', '  m sheet obj-m', '    l docx obj-l'])
    expect(listing.sources[0]?.entries[0]).toMatchObject({ url: 'https://acme.feishu.cn/wiki/n', editTime: '5' })
  })

  test('a page with `children=true` that cannot be queried is a fault that may hide documents', async () => {
    const { listing } = await treeOf({ nodes: { n: refusal(131006) } }, nodeSource('n', true))
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/wiki/n', 131006, true]])
  })

  test('a knowledge base that cannot be listed is a fault with the link that excludes it', async () => {
    const calls = {
      ...scripted({ wiki: { 7: refusal(131006) } }).calls,
      wikiSpacesPage: () => Promise.resolve(replyOf(page([{ spaceId: '7', name: 'Handbook' }]))),
    }
    const source = { ...spaceSource(''), target: { kind: 'wiki-spaces' as const } }
    const { faults } = await listWith([source], calls)
    expect(faults).toMatchObject([{ what: 'Handbook', url: 'https://acme.feishu.cn/wiki/space/7' }])
    const exclude = parseExclude(faults[0]?.url ?? '')
    expect((await listWith([source], calls, { exclude })).faults).toEqual([])
  })

  test('a tree with 5000 levels and a folder with 5000 folders are listed completely', async () => {
    const count = 5000
    const wiki = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        i === 0 ? '7' : `n${i}`,
        page([node(`n${i + 1}`, { hasChild: i + 1 < count })]),
      ]),
    )
    const deep = scripted({ wiki })
    let [entry] = (await listWith([spaceSource('7')], deep.calls)).sources[0]?.entries ?? []
    let levels = 0
    for (; entry; entry = entry.children[0]) levels++
    expect(levels).toBe(count)

    const tokens = Array.from({ length: count }, (_, i) => `f${i}`)
    const folders = {
      root: page(tokens.map((token) => item(token, 'folder'))),
      ...Object.fromEntries(tokens.map((token) => [token, page([])])),
    }
    const wide = await listWith([folderSource('root')], scripted({ folders }).calls)
    expect(wide.sources[0]?.entries).toHaveLength(count)
  })

  test('a folder that two source lines lead to is requested once, and its entries are in both sources', async () => {
    const { calls, log } = scripted({ folders: { root: page([item('f', 'folder')]), f: page([item('a')]) } })
    const { sources } = await listWith([folderSource('root'), folderSource('f')], calls)
    expect(sources.map(({ entries }) => linesOf(entries))).toEqual([['f folder f', '  a docx a'], ['a docx a']])
    expect(log).toEqual(['folder root', 'folder f'])
  })

  test('progress reports how many entries were found so far', async () => {
    const seen: number[] = []
    const { calls } = scripted({ folders: { root: page([item('a'), item('b')], 'c'), 'root@c': page([item('d')]) } })
    await listWith([folderSource('root')], calls, {
      onProgress: (found) => {
        seen.push(found)
      },
    })
    expect(seen).toEqual([2, 3])
  })
})
