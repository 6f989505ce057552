import { describe, expect, test } from '@jest/globals'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import { listWith } from '../../../src/export/listing/listing.js'
import { parseExclude } from '../../../src/export/sources/exclude.js'
import {
  faultsOf,
  folderSource,
  item,
  linesOf,
  meta,
  node,
  page,
  scripted,
  shortcutTo,
  spaceSource,
  treeOf,
} from './support.js'

describe('shortcuts', () => {
  test('of documents have their own title, and the token, type and time of the target, which is queried once', async () => {
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

  test('of a document in the same tree have its time from there, without a query', async () => {
    const { listing, log } = await treeOf({
      folders: { root: page([shortcutTo('a', 'docx', 's'), item('a', 'docx', { modifiedTime: '77' })]) },
    })
    expect(log).toEqual(['folder root'])
    expect(listing.sources[0]?.entries.map(({ editTime, shortcut }) => [editTime, shortcut])).toEqual([
      ['77', true],
      ['77', false],
    ])
  })

  test('of uploaded files get the extension of the file in folders, and keep their title in knowledge bases', async () => {
    const named = (name: string, token: string): FolderItem => ({ ...shortcutTo('f', 'file', token), name })
    const shortcut = node('n', { title: 'Price list v1.2', objToken: 'f', objType: 'file', shortcut: true })
    const { calls, log } = scripted({
      folders: { root: page([named('Price list', 's1'), named('Old.XLSX', 's2')]) },
      wiki: { '7': page([shortcut]) },
      metas: (refs) =>
        Promise.resolve({
          ok: true,
          value: { metas: refs.map((ref) => meta(ref, { title: 'prices.xlsx' })), refused: [] },
          logId: 'log-2',
        }),
    })
    const { sources } = await listWith([folderSource('root'), spaceSource('7')], calls)
    expect(log.filter((line) => line.startsWith('metas'))).toEqual(['metas f'])
    expect(sources.map(({ entries }) => entries.map(({ title }) => title))).toEqual([
      ['Price list.xlsx', 'Old.XLSX'],
      ['Price list v1.2'],
    ])
  })

  test('of uploaded files in knowledge bases are not queried, so that no failed query changes their names', async () => {
    const shortcut = node('n', { title: 'Price list', objToken: 'f', objType: 'file', shortcut: true })
    const { calls, log } = scripted({ wiki: { '7': page([shortcut]) } })
    const { sources, faults } = await listWith([spaceSource('7')], calls)
    expect(sources[0]?.entries).toMatchObject([{ title: 'Price list', token: 'f', editTime: '5' }])
    expect([faults, log.filter((line) => line.startsWith('metas'))]).toEqual([[], []])
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

  test('that are excluded need no query for their target', async () => {
    const { calls, log } = scripted({
      folders: { root: page([shortcutTo('t', 'docx', 'Drafts'), item('a')]) },
    })
    const listing = await listWith([folderSource('root')], calls, { exclude: parseExclude('Drafts') })
    expect(log).toEqual(['folder root'])
    expect(listing.sources[0]?.entries).toMatchObject([{ token: 't', excludedBy: ['Drafts'] }, { token: 'a' }])
  })

  test('without a target are faults', async () => {
    const { listing, lines } = await treeOf({ folders: { root: page([item('s', 'shortcut')]) } })
    expect([lines, faultsOf(listing)]).toEqual([[], [['s', undefined, true]]])
  })

  test('of folders: a folder of the tree is listed only at its own place, another folder below one of its shortcuts', async () => {
    /** The pages of all folders. @param order 1 for the items of the root sorted by their tokens, -1 for the reverse */
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
    const forwards = await treeOf({ folders: folders(1) })
    expect(forwards.lines).toEqual(expected)
    expect(forwards.log.sort()).toEqual(['folder in', 'folder inner', 'folder outer', 'folder root'])
    const backwards = await treeOf({ folders: folders(-1) })
    expect(backwards.lines.sort()).toEqual([...expected].sort())
    expect(faultsOf(backwards.listing)).toEqual([])
  })

  test('of nested folders: a folder keeps its place below the outer shortcut, whatever the tokens and excludes', async () => {
    const { calls } = scripted({
      folders: {
        root: page([
          shortcutTo('inner', 'folder', 's1'),
          shortcutTo('middle', 'folder', 's2'),
          shortcutTo('outer', 'folder', 's3'),
        ]),
        outer: page([item('middle', 'folder')]),
        middle: page([item('inner', 'folder')]),
        inner: page([item('a')]),
      },
    })
    const listing = await listWith([folderSource('root')], calls, { exclude: parseExclude('s3/middle') })
    expect(linesOf(listing.sources[0]?.entries ?? [])).toEqual([
      's1 folder inner shortcut',
      's2 folder middle shortcut',
      '  inner folder inner',
      '    a docx a',
      's3 folder outer shortcut',
      expect.stringMatching(/^ {2}middle folder middle/),
    ])
  })

  test('of wiki pages: a child of the target is listed only below the target, another child below the shortcut', async () => {
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
