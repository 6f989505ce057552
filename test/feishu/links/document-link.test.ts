import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseLink, platformFault } from '../../../src/feishu/links/document-link.js'

const parse = (link: string) => parseLink(link, 'document-or-tree')

const TOKEN = 'doxcnAbCdEfGhIjKlMnOpQrStUv'

describe('parseLink reads', () => {
  test.each([
    ['docx', 'docx'],
    ['docs', 'doc'],
    ['doc', 'doc'],
    ['sheets', 'sheet'],
    ['sheet', 'sheet'],
    ['base', 'bitable'],
    ['slides', 'slides'],
  ])('/%s/ as %s', (word, type) => {
    expect(parse(`https://acme.feishu.cn/${word}/${TOKEN}`)).toEqual({
      kind: 'document',
      token: TOKEN,
      type,
      subId: undefined,
      host: 'acme.feishu.cn',
    })
  })

  test.each([
    `https://acme.feishu.cn/docx/${TOKEN}?from=from_copylink`,
    `https://acme.feishu.cn/docx/${TOKEN}#share-GPZ5d`,
    `https://acme.feishu.cn/docx/${TOKEN}/?a=b&sheet=#x`,
    `  <https://acme.feishu.cn/docx/${TOKEN}>\n`,
    `"https://acme.feishu.cn/docx/${TOKEN}".`,
    `（https://acme.feishu.cn/docx/${TOKEN}）。`,
    `acme.feishu.cn/docx/${TOKEN}`,
    `HTTPS://ACME.feishu.cn//docx/${TOKEN}`,
    `http://acme.feishu.cn/docx/${TOKEN}`,
    `https://acme.feishu.cn/space/docx/${TOKEN}`,
    `https://acme.feishu.cn/%64ocx/${TOKEN}`,
    `https://acme.feishu.cn/docx/${TOKEN}%20`,
    `https%3A%2F%2Facme.feishu.cn%2Fdocx%2F${TOKEN}`,
  ])('%j', (link) => {
    expect(parse(link)).toMatchObject({
      kind: 'document',
      token: TOKEN,
      type: 'docx',
      host: 'acme.feishu.cn',
    })
  })

  test.each([
    'acme.larksuite.com',
    'acme.sg.larksuite.com',
    'docs.intern.example:8443',
    '10.1.2.3',
    'localhost:8080',
    '[::1]',
  ])('the host %s', (host) => {
    expect(parse(`https://${host}/sheets/${TOKEN}`)).toMatchObject({
      kind: 'document',
      type: 'sheet',
      host,
    })
  })

  test('the sub-id of a sheet and of a table', () => {
    expect(parse(`https://a.feishu.cn/sheets/${TOKEN}?sheet=0b12Cd`)).toMatchObject({ subId: '0b12Cd' })
    expect(parse(`https://a.feishu.cn/base/${TOKEN}?table=tblAbC&view=vewX`)).toMatchObject({
      subId: 'tblAbC',
    })
    expect(parse(`https://a.feishu.cn/sheets/${TOKEN}#sheet=0b12Cd`)).toMatchObject({ subId: '0b12Cd' })
    expect(parse(`https://a.feishu.cn/wiki/${TOKEN}?sheet=0b12Cd`)).toMatchObject({
      kind: 'wiki-node',
      subId: '0b12Cd',
    })
    expect(parse(`https://a.feishu.cn/sheets/${TOKEN}?sheet=a/b`)).toMatchObject({ subId: undefined })
    for (const id of ['ldxAbC', 'blkAbC', 'wkfAbC', 'wbpAbC', 'Tbl1', 'xtblAbC', '']) {
      expect(parse(`https://a.feishu.cn/base/${TOKEN}?table=${id}`)).toMatchObject({ subId: undefined })
      expect(parse(`https://a.feishu.cn/wiki/${TOKEN}#table=${id}`)).toMatchObject({ subId: undefined })
    }
  })

  test('wiki pages, knowledge bases and folders', () => {
    expect(parse(`https://a.feishu.cn/wiki/${TOKEN}?fromScene=x`)).toMatchObject({
      kind: 'wiki-node',
      token: TOKEN,
    })
    for (const word of ['space', 'settings']) {
      expect(parse(`https://a.feishu.cn/wiki/${word}/7143131813848813572?ccm=1`)).toMatchObject({
        kind: 'wiki-space',
        spaceId: '7143131813848813572',
      })
    }
    expect(parse('https://a.feishu.cn/drive/folder/fldcnAbC')).toMatchObject({
      kind: 'folder',
      token: 'fldcnAbC',
    })
  })

  test('links to files that cannot be exported, as another kind', () => {
    expect(parse('https://a.feishu.cn/file/boxcnAbC')).toMatchObject({ kind: 'other', type: 'file' })
    expect(parse('https://a.feishu.cn/mindnotes/bmncnAbC')).toMatchObject({
      kind: 'other',
      type: 'mindnote',
    })
  })
})

describe('parseLink refuses', () => {
  test.each([
    ['', /no link/],
    ['docx', /no link/],
    [TOKEN, /no link/],
    ['https://', /no link/],
    ['https:///docx/abc', /no link|names no document/],
    ['https://a.feishu.cn', /no link/],
    ['https://a.feishu.cn/', /no link/],
    ['javascript://a.feishu.cn/docx/abc', /no web link/],
    ['https://a.feishu.cn/docx/abc https://a.feishu.cn/docx/abd', /several links/],
    ['https://a.feishu.cn/drive/home/', /names no document/],
    ['https://a.feishu.cn/docx/', /token of the document is missing/],
    ['https://a.feishu.cn/docx/%20', /token of the document is missing/],
    [`https://a.feishu.cn/docx/${'x'.repeat(65)}`, /longer than the 64/],
    ['https://a.feishu.cn/docx/a.b', /other characters/],
    ['https://a.feishu.cn/docx/a%2Fb', /other characters/],
    ['https://a.feishu.cn/docx/..%2f..%2fauth', /other characters/],
    ['https://a.feishu.cn/docx/%E0%A4%A', /damaged/],
    ['https://a.feishu.cn/wiki/settings', /number of the knowledge base/],
    ['https://a.feishu.cn/wiki/space/abc', /number of the knowledge base/],
  ])('%j', (link, fault) => {
    expect(parse(link)).toMatchObject({ kind: 'fault', fault: expect.stringMatching(fault) })
  })

  test('other text without throwing, and never returns a token with other characters or more than 64', () => {
    const piece = fc.constantFrom(
      'https://',
      'a.feishu.cn',
      '/',
      'docx',
      'wiki',
      'space',
      '?sheet=',
      '#',
      '%',
      '%2F',
      TOKEN,
      '..',
      ' ',
      '@',
      ':',
      '合',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 10 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const link = parse(text)
          if ('token' in link) expect(link.token).toMatch(/^[\w-]{1,64}$/)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('platformFault', () => {
  test.each([
    ['acme.larksuite.com', 'https://open.feishu.cn', 'https://open.larksuite.com'],
    ['acme.feishu.cn', 'https://open.larksuite.com', 'https://open.feishu.cn'],
    ['ACME.LARKSUITE.COM:443', 'https://open.feishu.cn', 'https://open.larksuite.com'],
  ])('finds that %s does not belong to %s, and names %s', (host, baseUrl, cure) => {
    expect(platformFault(host, baseUrl)?.cure).toContain(`base-url: ${cure}`)
  })

  test.each([
    ['acme.feishu.cn', 'https://open.feishu.cn'],
    ['acme.larksuite.com', 'https://open.larksuite.com'],
    ['docs.intern.example', 'https://open.feishu.cn'],
    ['notfeishu.cn', 'https://open.larksuite.com'],
    ['acme.feishu.cn', 'https://feishu.intern.example'],
    ['acme.feishu.cn', 'http://127.0.0.1:8080'],
  ])('accepts %s for %s', (host, baseUrl) => {
    expect(platformFault(host, baseUrl)).toBeUndefined()
  })
})
