import { describe, expect, test } from '@jest/globals'
import { listWith } from '../../../src/export/listing/listing.js'
import { parseExclude } from '../../../src/export/sources/exclude.js'
import { fail } from '../../../src/feishu/errors/failure.js'
import {
  documentSource,
  faultsOf,
  folderSource,
  item,
  meta,
  node,
  nodeSource,
  page,
  refusal,
  scripted,
  shortcutTo,
  spaceSource,
} from './support.js'

/**
 * Lists sources with scripted answers. Returns the listing, the log of requests, and the first entry of each source. A
 * document or single page has only this entry; it is undefined if nothing was found.
 */
const entriesOf = async (sources: Parameters<typeof listWith>[0], script: Parameters<typeof scripted>[0]) => {
  const { calls, log } = scripted(script)
  const listing = await listWith(sources, calls)
  return { listing, log, entries: listing.sources.map(({ entries }) => entries[0]) }
}

/** Up to three wiki pages are queried one by one. With these three more, a test has pages that are queried together. */
const morePages = ['x', 'y', 'z'].map((token) => nodeSource(token))

describe('links of single documents', () => {
  test('up to three wiki pages are queried one by one, which shows whether they have children; without the scope for that, by metadata', async () => {
    const nodes = { n: node('n', { objToken: 'behind', objType: 'docx', title: 'T', hasChild: true }) }
    const { listing, log } = await entriesOf([nodeSource('n'), nodeSource('m')], {
      nodes: { ...nodes, m: refusal(99991672, { scope: 'endpoint' }) },
    })
    expect(log).toEqual(['node n', 'node m', 'metas m'])
    expect(listing.pagesWithChildren?.map(({ title }) => title)).toEqual(['T'])
    expect(listing.sources.every(({ entries }) => entries.length === 1)).toBe(true)
  })

  test('a wiki page whose children another line lists is not reported as a page alone', async () => {
    const { listing } = await entriesOf([nodeSource('n'), nodeSource('n', true)], {
      nodes: { n: node('n', { hasChild: true }) },
      wiki: { n: page([node('m')]) },
    })
    expect(listing.pagesWithChildren).toEqual([])
  })

  test('an excluded wiki page is not reported as a page alone', async () => {
    const { calls } = scripted({ nodes: { n: node('n', { title: 'Draft', hasChild: true }) } })
    const listing = await listWith([nodeSource('n')], calls, { exclude: parseExclude('Draft') })
    expect(listing.sources[0]?.entries[0]?.excludedBy).toEqual(['Draft'])
    expect(listing.pagesWithChildren).toEqual([])
  })

  test.each([
    ['document', documentSource('d'), 970003],
    ['wiki page', nodeSource('n'), 131006],
    ['wiki page with the pages below it', nodeSource('n', true), 131006],
  ])('a %s that cannot be read is a fault, unless `exclude` has its link', async (_, source, code) => {
    const { calls } = scripted({
      nodes: { n: refusal(code) },
      metas: () => Promise.resolve(fail(refusal(code))),
    })
    // The token is no title: a pattern that fits it excludes nothing.
    const patterns = parseExclude('d\nn')
    expect(faultsOf(await listWith([source], calls, { exclude: patterns }))).toEqual([[source.link, code, true]])
    const listing = await listWith([source], calls, { exclude: parseExclude(source.link) })
    expect(faultsOf(listing)).toEqual([])
    const excludedBy: unknown = expect.arrayContaining([source.link])
    expect(listing.sources[0]?.entries).toMatchObject([{ url: source.link, excludedBy, children: [] }])
  })

  test('no page is reported as a page alone if a tree was not listed completely: the page may be in the rest of it', async () => {
    const { listing } = await entriesOf([nodeSource('n'), spaceSource('7')], {
      nodes: { n: node('n', { hasChild: true }) },
      wiki: { 7: page([node('m')], 'c1'), '7@c1': refusal(131006) },
    })
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/wiki/space/7', 131006, true]])
    expect(listing.pagesWithChildren).toEqual([])
  })

  test('are queried together, 200 in a request, each token once', async () => {
    const many = Array.from({ length: 401 }, (_, i) => (i % 2 ? nodeSource(`n${i}`) : documentSource(`d${i}`)))
    const { log, listing } = await entriesOf([...many, documentSource('d0')], {})
    expect(log.map((line) => line.split(' ').length - 1)).toEqual([200, 200, 1])
    expect(listing.sources).toHaveLength(402)
    expect(listing.sources.every(({ entries }) => entries.length === 1)).toBe(true)
  })

  test('become entries with the title, time, type and link from the service; a wiki page becomes its document', async () => {
    const { entries } = await entriesOf([documentSource('d'), nodeSource('n'), ...morePages], {
      metas: (documents) =>
        Promise.resolve({
          ok: true,
          value: {
            metas: documents.map((ref) =>
              ref.type === 'wiki'
                ? meta({ token: 'behind', type: 'sheet' }, { requestedToken: ref.token })
                : meta(ref, { url: 'https://acme.feishu.cn/docx/d', title: '' }),
            ),
            refused: [],
          },
        }),
    })
    expect(entries.slice(0, 2)).toEqual([
      {
        token: 'd',
        type: 'docx',
        title: 'd',
        editTime: '9',
        url: 'https://acme.feishu.cn/docx/d',
        shortcut: false,
        children: [],
      },
      {
        token: 'behind',
        type: 'sheet',
        title: 'title of behind',
        editTime: '9',
        url: 'https://acme.feishu.cn/wiki/n',
        shortcut: false,
        children: [],
      },
    ])
  })

  test('a document that is also in a listed folder has the edit time from that folder', async () => {
    const { entries } = await entriesOf([folderSource('f'), documentSource('d')], {
      folders: { f: page([item('d', 'docx', { modifiedTime: '77' })]) },
    })
    expect(entries.map((entry) => entry?.editTime)).toEqual(['77', '77'])
  })

  test('a document that a shortcut leads to as well is queried once', async () => {
    const { log, listing } = await entriesOf([documentSource('d'), folderSource('f')], {
      folders: { f: page([shortcutTo('d', 'docx', 's')]) },
    })
    expect(log.sort()).toEqual(['folder f', 'metas d'])
    expect(listing.sources.flatMap(({ entries }) => entries.map(({ token }) => token))).toEqual(['d', 'd'])
  })

  test('one token under two types is queried in two requests', async () => {
    const { log } = await entriesOf([documentSource('d', 'docx'), documentSource('d', 'sheet')], {})
    expect(log).toEqual(['metas d', 'metas d'])
  })

  test('a document of a type without metadata is an entry, but is not queried', async () => {
    const { entries, log } = await entriesOf([documentSource('b', 'board')], {})
    expect([entries[0]?.title, entries[0]?.type, log]).toEqual(['b', 'board', []])
  })

  test.each([
    ['docx', 970002, true, /not that of a document of type docx/, /Copy the link again/],
    ['docx', 970003, true, /may not read this document/, /添加文档应用/],
    ['docx', 970005, false, /no such document/, /Check the link/],
    ['docx', 970001, true, /refused to describe/, /Feishu support/],
    ['docx', undefined, true, /said nothing/, /Run it again/],
    ['file', 970002, true, /not that of an uploaded file/, /Copy the link again/],
    ['file', 970003, true, /may not read this uploaded file/, /添加协作者/],
  ])('a %s refused with code %s is a fault', async (type, code, mayHideDocuments, what, advice) => {
    const { listing, entries } = await entriesOf([documentSource('d', type), documentSource('e')], {
      metas: () =>
        Promise.resolve({
          ok: true,
          value: {
            metas: [meta({ token: 'e', type: 'docx' })],
            refused: code === undefined ? [] : [{ requestedToken: 'd', code }],
          },
          logId: 'log-2',
        }),
    })
    expect(entries[1]?.token).toBe('e')
    expect(faultsOf(listing)).toEqual([[`https://acme.feishu.cn/${type}/d`, code, mayHideDocuments]])
    expect(listing.faults[0]?.failure).toMatchObject({ class: 'permanent', logId: 'log-2' })
    expect(listing.faults[0]?.failure.what).toMatch(what)
    expect(listing.faults[0]?.failure.advice).toMatch(advice)
  })

  test('if one document makes the service refuse the whole request, only that document is a fault', async () => {
    const sources = ['a', 'b', 'bad', 'd', 'e'].map((token) => documentSource(token))
    const { entries, listing } = await entriesOf(sources, {
      metas: (documents) =>
        Promise.resolve(
          documents.some(({ token }) => token === 'bad')
            ? fail(refusal(99992402))
            : { ok: true, value: { metas: documents.map((ref) => meta(ref)), refused: [] } },
        ),
    })
    expect(entries.map((entry) => entry?.token)).toEqual(['a', 'b', undefined, 'd', 'e'])
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/docx/bad', 99992402, true]])
  })

  test.each([
    ['is transient', { class: 'transient', code: undefined } as const],
    ['has no error code', { code: undefined } as const],
  ])('after a failure that %s, the request is not split', async (_, more) => {
    const { listing, log } = await entriesOf([documentSource('a'), documentSource('b')], {
      metas: () => Promise.resolve(fail(refusal(0, more))),
    })
    expect(listing.faults).toHaveLength(2)
    expect(log).toEqual(['metas a b'])
  })
})

describe('wiki links that metas does not resolve', () => {
  const behind = { n: node('n', { objToken: 'behind', objType: 'slides', title: 'T' }) }
  test.each([
    ['an answer without the page', { metas: [], refused: [] }],
    ['metadata of the page, not of its document', { metas: [meta({ token: 'n', type: 'wiki' })], refused: [] }],
    ['a refusal of the type', { metas: [], refused: [{ requestedToken: 'n', code: 970002 }] }],
    ['a refusal as not found', { metas: [], refused: [{ requestedToken: 'n', code: 970005 }] }],
  ])('are queried one by one after %s', async (_, value) => {
    const { entries, log } = await entriesOf([nodeSource('n'), ...morePages], {
      nodes: behind,
      metas: () => Promise.resolve({ ok: true, value }),
    })
    expect(log.slice(0, 2)).toEqual(['metas n x y z', 'node n'])
    expect(entries[0]).toMatchObject({ token: 'behind', type: 'slides', title: 'T', editTime: '5' })
  })

  test('are queried one by one after a refusal of the whole request too', async () => {
    const { entries } = await entriesOf([nodeSource('n'), ...morePages], {
      nodes: behind,
      metas: () => Promise.resolve(fail(refusal(99992402))),
    })
    expect(entries[0]?.token).toBe('behind')
  })

  test('a refusal for lack of permission is final, with the advice for knowledge bases', async () => {
    const { listing, log } = await entriesOf([nodeSource('n'), ...morePages], {
      metas: () =>
        Promise.resolve({ ok: true, value: { metas: [], refused: [{ requestedToken: 'n', code: 970003 }] } }),
    })
    expect(log).not.toContain('node n')
    expect(listing.faults[0]?.failure.advice).toMatch(/知识库设置/)
  })

  test('a deleted page hides no documents; a page without permission may hide some', async () => {
    const nodes = { gone: refusal(131005), closed: refusal(131006) }
    const { listing } = await entriesOf([nodeSource('gone'), nodeSource('closed')], {
      nodes,
      metas: () => Promise.resolve({ ok: true, value: { metas: [], refused: [] } }),
    })
    expect(faultsOf(listing).map((fault) => (fault as unknown[]).slice(1))).toEqual([
      [131005, false],
      [131006, true],
    ])
  })
})

describe('a missing scope', () => {
  test('for one API does not affect the others, and the documents are not queried one by one', async () => {
    const scopes = refusal(99991672, { scope: 'endpoint' })
    const { listing, log } = await entriesOf([folderSource('f'), documentSource('a'), documentSource('b')], {
      folders: { f: page([item('x')]) },
      metas: () => Promise.resolve(fail(scopes)),
    })
    expect(listing.faults.map(({ failure, mayHideDocuments }) => [failure, mayHideDocuments])).toEqual([
      [scopes, true],
      [scopes, true],
    ])
    expect(listing.sources[0]?.entries).toHaveLength(1)
    expect(log).toEqual(['folder f', 'metas a b'])
  })

  test('for metadata: wiki pages are queried one by one, with the scope that links of wiki pages need', async () => {
    const { entries, listing } = await entriesOf([nodeSource('n'), ...morePages, documentSource('a')], {
      nodes: Object.fromEntries(['n', 'x', 'y', 'z'].map((token) => [token, node(token)])),
      metas: () => Promise.resolve(fail(refusal(99991672, { scope: 'endpoint' }))),
    })
    expect(entries.map((entry) => entry?.token)).toEqual(['obj-n', 'obj-x', 'obj-y', 'obj-z', undefined])
    expect(faultsOf(listing)).toEqual([['https://acme.feishu.cn/docx/a', 99991672, true]])
  })
})
