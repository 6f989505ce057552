import { describe, expect, test } from '@jest/globals'
import { listWith } from '../../../src/export/listing/listing.js'
import type { WikiNode } from '../../../src/feishu/wiki/wiki-tree.js'
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
  shortcutTo,
  spaceSource,
} from './support.js'

const treeOf = async (script: Parameters<typeof scripted>[0], source = folderSource('root')) => {
  const { calls, log } = scripted(script)
  const listing = await listWith([source], calls)
  return { listing, log, lines: linesOf(listing.sources[0]?.entries ?? []) }
}

describe('pages', () => {
  test('empty pages with more behind them, repeats on several pages', async () => {
    const { lines, listing } = await treeOf({
      folders: {
        root: page([item('a')], 'c1'),
        'root@c1': page([], 'c2'),
        'root@c2': page([item('a'), item('b')], 'c3'),
        'root@c3': page([]),
      },
    })
    expect(lines).toEqual(['a docx a', 'b docx b'])
    expect(listing.faults).toEqual([])
  })

  test.each([
    ['missing', { 'root@c1': { ...page([item('b')]), hasMore: true } }, /does not say where/],
    ['repeated', { 'root@c1': page([item('b')], 'c2'), 'root@c2': page([], 'c1') }, /leads back/],
    ['its own', { 'root@c1': page([item('b')], 'c1') }, /leads back/],
  ])('a cursor that is %s is an error of the branch, what was there stays', async (_, pages, sentence) => {
    const { lines, listing } = await treeOf({ folders: { root: page([item('a')], 'c1'), ...pages } })
    expect(lines).toEqual(['a docx a', 'b docx b'])
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/drive/folder/root', undefined, true]])
    expect(listing.faults[0]?.failure).toMatchObject({ class: 'permanent', logId: 'log-1' })
    expect(listing.faults[0]?.failure.what).toMatch(sentence)
    expect(listing.faults[0]?.failure.advice).toMatch(/^Run it again/)
  })

  test.each([
    [49, ['n docx obj-n'], []],
    [50, [], [/the last 50 pages brought nothing new/]],
  ])('%i empty pages in a row of a knowledge base', async (empty, lines, sentences) => {
    const { calls } = scripted({})
    let pages = 0
    const gaps = {
      ...calls,
      wikiNodesPage: () =>
        Promise.resolve(replyOf(pages++ < empty ? page<WikiNode>([], `c${pages}`) : page([node('n')]))),
    }
    const listing = await listWith([spaceSource('7')], gaps)
    expect(linesOf(listing.sources[0]?.entries ?? [])).toEqual(lines)
    expect(listing.faults.map(({ failure }) => failure.what)).toEqual(
      sentences.map((sentence) => expect.stringMatching(sentence)),
    )
  })

  test('an entry that cannot be read is a fault of its own, once, under its title', async () => {
    const odd = { token: undefined, title: 'Odd', reason: 'type is not a word' }
    const { lines, listing } = await treeOf({
      folders: {
        root: { ...page([item('a')], 'c1'), oddItems: [odd, { token: 't', title: '', reason: 'no type' }] },
        'root@c1': { ...page([item('b')]), oddItems: [odd] },
      },
    })
    expect(lines).toEqual(['a docx a', 'b docx b'])
    expect(faultsOf(listing)).toEqual([
      ['Odd', undefined, true],
      ['t', undefined, true],
    ])
    expect(listing.faults[0]?.failure).toMatchObject({ class: 'permanent', logId: 'log-1' })
    expect(listing.faults[0]?.failure.what).toMatch(/an entry that this action cannot read \(type is not a word\)/)
  })

  test('pages that never end are an error of the branch', async () => {
    const { calls } = scripted({})
    let pages = 0
    const endless = {
      ...calls,
      folderPage: () => {
        const items = Array.from({ length: 200 }, (_, nth) => item(`t${pages}-${nth}`))
        return Promise.resolve(replyOf(page(items, `c${pages++}`)))
      },
    }
    const { faults } = await listWith([folderSource('root')], endless)
    expect(faults).toMatchObject([{ mayHideDocuments: true, failure: { class: 'permanent', logId: 'log-1' } }])
    expect(faults[0]?.failure.what).toMatch(/more than 20000 entries/)
    expect(pages).toBe(101)
  })

  test('a stale cursor in the middle starts the level again, once', async () => {
    const { lines, listing, log } = await treeOf(
      {
        wiki: {
          7: [page([node('gone')], 'c1'), page([node('a')], 'c2')],
          '7@c1': refusal(131002),
          '7@c2': page([node('b')]),
        },
      },
      spaceSource('7'),
    )
    expect(lines).toEqual(['a docx obj-a', 'b docx obj-b'])
    expect(listing.faults).toEqual([])
    expect(log).toEqual(['wiki 7', 'wiki 7@c1', 'wiki 7', 'wiki 7@c2'])
  })

  test('a cursor that is stale again, and refused parameters from the start, are errors', async () => {
    const again = await treeOf({ wiki: { 7: page([node('a')], 'c1'), '7@c1': refusal(131002) } }, spaceSource('7'))
    expect([again.lines, faultsOf(again.listing), again.log.length]).toEqual([
      ['a docx obj-a'],
      [['https://acme.feishu.cn/wiki/space/7', 131002, true]],
      4,
    ])
    const atOnce = await treeOf({ wiki: { 7: refusal(131002) } }, spaceSource('7'))
    expect(atOnce.log).toEqual(['wiki 7'])
  })
})

describe('branches', () => {
  test('one that cannot be listed is one fault with its path; the rest goes on', async () => {
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

  test('nodes of every type have children, and a page with children is an entry itself', async () => {
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

  test('a page whose tree is wanted and that cannot be looked up is a branch', async () => {
    const { listing } = await treeOf({ nodes: { n: refusal(131006) } }, nodeSource('n', true))
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/wiki/n', 131006, true]])
  })

  test('a deep tree and a wide one', async () => {
    const depth = 5000
    const wiki = Object.fromEntries(
      Array.from({ length: depth }, (_, i) => [
        i === 0 ? '7' : `n${i}`,
        page([node(`n${i + 1}`, { hasChild: i + 1 < depth })]),
      ]),
    )
    const deep = scripted({ wiki })
    let [entry] = (await listWith([spaceSource('7')], deep.calls)).sources[0]?.entries ?? []
    let count = 0
    for (; entry; entry = entry.children[0]) count++
    expect(count).toBe(depth)

    const names = Array.from({ length: depth }, (_, i) => `f${i}`)
    const folders = {
      root: page(names.map((name) => item(name, 'folder'))),
      ...Object.fromEntries(names.map((n) => [n, page([])])),
    }
    const wide = await listWith([folderSource('root')], scripted({ folders }).calls)
    expect(wide.sources[0]?.entries).toHaveLength(depth)
  })

  test('the same folder on two lines is listed once and is in both', async () => {
    const { calls, log } = scripted({ folders: { root: page([item('f', 'folder')]), f: page([item('a')]) } })
    const { sources } = await listWith([folderSource('root'), folderSource('f')], calls)
    expect(sources.map(({ entries }) => linesOf(entries))).toEqual([['f folder f', '  a docx a'], ['a docx a']])
    expect(log).toEqual(['folder root', 'folder f'])
  })

  test('progress reports how much was found', async () => {
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

describe('shortcuts', () => {
  test('of documents: token, type and time of the target, each queried once, its own title', async () => {
    const { listing, log } = await treeOf({
      folders: {
        root: page([shortcutTo('t', 'sheet', 's1'), shortcutTo('t', 'sheet', 's2'), shortcutTo('b', 'board', 's3')]),
      },
    })
    expect(log).toEqual(['folder root', 'metas t'])
    const target = { token: 't', type: 'sheet', editTime: '9', shortcut: true }
    expect(listing.sources[0]?.entries).toMatchObject([
      { title: 's1', ...target },
      { title: 's2', ...target },
      { title: 's3', token: 'b', type: 'board', shortcut: true, editTime: undefined },
    ])
  })

  test('of a document in the same tree: the same time as there, no query', async () => {
    const { listing, log } = await treeOf({
      folders: { root: page([shortcutTo('a', 'docx', 's'), item('a', 'docx', { modifiedTime: '77' })]) },
    })
    expect(log).toEqual(['folder root'])
    expect(listing.sources[0]?.entries.map(({ editTime, shortcut }) => [editTime, shortcut])).toEqual([
      ['77', true],
      ['77', false],
    ])
  })

  test.each([
    [970003, true, /may not read this document/, /添加文档应用/],
    [970005, false, /no such document/, /deleted or moved/],
  ])('whose target the service refuses with %i are faults', async (code, mayHideDocuments, what, advice) => {
    const { calls } = scripted({
      folders: { root: page([item('f', 'folder')]), f: page([shortcutTo('t', 'docx', 's'), item('a')]) },
      metas: () =>
        Promise.resolve({ ok: true, value: { metas: [], refused: [{ requestedToken: 't', code }] }, logId: 'log-2' }),
    })
    const listing = await listWith([folderSource('root')], calls)
    expect(linesOf(listing.sources[0]?.entries ?? [])).toEqual(['f folder f', '  a docx a'])
    expect(faultsOf(listing)).toEqual([['f/s', code, mayHideDocuments]])
    expect(listing.faults[0]?.failure.what).toMatch(what)
    expect(listing.faults[0]?.failure.advice).toMatch(advice)
  })

  test('that lead nowhere are faults', async () => {
    const { listing, lines } = await treeOf({ folders: { root: page([item('s', 'shortcut')]) } })
    expect([lines, faultsOf(listing)]).toEqual([[], [['s', undefined, true]]])
  })

  test('of folders: content from elsewhere is below one of them, content of the tree only at its place', async () => {
    const folders = (order: 1 | -1) => ({
      root: page(
        [
          item('in', 'folder'),
          shortcutTo('in', 'folder', 's0'),
          shortcutTo('outer', 'folder', 's2'),
          shortcutTo('outer', 'folder', 's3'),
          shortcutTo('inner', 'folder', 's1'),
          shortcutTo('root', 'folder', 's4'),
        ].sort((a, b) => order * (a.token < b.token ? -1 : 1)),
      ),
      in: page([item('a')]),
      outer: page([item('inner', 'folder'), item('root', 'folder'), shortcutTo('outer', 'folder', 's5')]),
      inner: page([item('b')]),
    })
    const expected = [
      'in folder in',
      '  a docx a',
      's0 folder in shortcut',
      's1 folder inner shortcut',
      's2 folder outer shortcut',
      '  inner folder inner',
      '    b docx b',
      '  s5 folder outer shortcut',
      's3 folder outer shortcut',
      's4 folder root shortcut',
    ]
    const forth = await treeOf({ folders: folders(1) })
    expect(forth.lines).toEqual(expected)
    expect(forth.log.sort()).toEqual(['folder in', 'folder inner', 'folder outer', 'folder root'])
    const back = await treeOf({ folders: folders(-1) })
    expect(back.lines.sort()).toEqual([...expected].sort())
    expect(faultsOf(back.listing)).toEqual([])
  })

  test('of wiki pages: the children of the target stay with it, the own ones are listed', async () => {
    const child = node('c')
    const { lines } = await treeOf(
      {
        wiki: {
          7: page([node('s', { shortcut: true, hasChild: true, objToken: 'obj-n' }), node('n', { hasChild: true })]),
          s: page([child, node('own')]),
          n: page([child]),
        },
      },
      spaceSource('7'),
    )
    expect(lines).toEqual(['s docx obj-n shortcut', '  own docx obj-own', 'n docx obj-n', '  c docx obj-c'])
  })
})
