import { describe, expect, test } from '@jest/globals'
import { listWith } from '../../../src/export/listing/listing.js'
import { parseExclude } from '../../../src/export/sources/exclude.js'
import type { WikiNode } from '../../../src/feishu/wiki/wiki-tree.js'
import {
  faultsOf,
  folderSource,
  item,
  linesOf,
  node,
  page,
  refusal,
  replyOf,
  scripted,
  spaceSource,
  treeOf,
} from './support.js'

describe('pages', () => {
  test('an empty page does not end a list, and an item on two pages is listed once', async () => {
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
    ['that of the page itself', { 'root@c1': page([item('b')], 'c1') }, /leads back/],
  ])('a cursor that is %s is a fault of the level; the items before it stay', async (_, pages, sentence) => {
    const { lines, listing } = await treeOf({ folders: { root: page([item('a')], 'c1'), ...pages } })
    expect(lines).toEqual(['a docx a', 'b docx b'])
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/drive/folder/root', undefined, true]])
    expect(listing.faults[0]?.failure).toMatchObject({ class: 'permanent', logId: 'log-1' })
    expect(listing.faults[0]?.failure.what).toMatch(sentence)
    expect(listing.faults[0]?.failure.advice).toMatch(/^Run it again/)
  })

  test.each([
    [49, 'are skipped', ['n docx obj-n'], []],
    [50, 'are a fault', [], [/the last 50 pages brought nothing new/]],
  ])('%i empty pages in a row of a knowledge base %s', async (emptyPages, _, lines, sentences) => {
    const { calls } = scripted({})
    let pages = 0
    const callsWithEmptyPages = {
      ...calls,
      wikiNodesPage: () => {
        pages++
        return Promise.resolve(replyOf(pages <= emptyPages ? page<WikiNode>([], `c${pages}`) : page([node('n')])))
      },
    }
    const listing = await listWith([spaceSource('7')], callsWithEmptyPages)
    expect(linesOf(listing.sources[0]?.entries ?? [])).toEqual(lines)
    expect(listing.faults.map(({ failure }) => failure.what)).toEqual(
      sentences.map((sentence) => expect.stringMatching(sentence)),
    )
  })

  test('an entry that cannot be read is one fault, even if it is on two pages; its title names it, or else its token', async () => {
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

  test('a wiki page that cannot be read is a fault with the link that excludes it', async () => {
    const odd = { token: 'n', title: 'Odd', reason: 'obj_type is not a word' }
    const { calls } = scripted({ wiki: { 7: { ...page([node('m')]), oddItems: [odd] } } })
    const { faults } = await listWith([spaceSource('7')], calls)
    expect(faults).toMatchObject([{ what: 'Odd', url: 'https://acme.feishu.cn/wiki/n' }])
    const exclude = parseExclude(faults[0]?.url ?? '')
    expect((await listWith([spaceSource('7')], calls, { exclude })).faults).toEqual([])
  })

  test('entries that cannot be read and look the same are one fault each: two in a folder, and one in a folder inside', async () => {
    const odd = { token: undefined, title: '', reason: 'it is not an object' }
    const { listing } = await treeOf({
      folders: {
        root: { ...page([item('inner', 'folder')]), oddItems: [odd, odd] },
        inner: { ...page([]), oddItems: [odd] },
      },
    })
    const what = '(an entry without a title)'
    expect(listing.faults.map((fault) => fault.what)).toEqual([what, what, `inner/${what}`])
  })

  test('a list that never ends is a fault of the level', async () => {
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

  test('after a stale cursor, the level is listed again from the start', async () => {
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

  test('a cursor that is stale again after the restart, and a first page that is refused, are faults', async () => {
    const staleTwice = await treeOf({ wiki: { 7: page([node('a')], 'c1'), '7@c1': refusal(131002) } }, spaceSource('7'))
    expect([staleTwice.lines, faultsOf(staleTwice.listing), staleTwice.log.length]).toEqual([
      ['a docx obj-a'],
      [['https://acme.feishu.cn/wiki/space/7', 131002, true]],
      4,
    ])
    const refusedAtOnce = await treeOf({ wiki: { 7: refusal(131002) } }, spaceSource('7'))
    expect(refusedAtOnce.log).toEqual(['wiki 7'])
    expect(refusedAtOnce.listing.faults).toHaveLength(1)
  })
})
