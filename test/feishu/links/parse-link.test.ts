import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseLink } from '../../../src/feishu/links/document-link.js'

const TOKEN = 'doxcnAbCdEfGhIjKlMnOpQrStUv'

describe('parseLink', () => {
  test.each([
    'https://a.feishu.cn/wiki',
    'https://a.feishu.cn/wiki/home?x=1',
    'a.feishu.cn/wiki/space/',
    'https://wiki.intern.example/wiki/space#',
  ])('reads %s as all knowledge bases', (link) => {
    expect(parseLink(link, 'document-or-tree')).toEqual({ kind: 'wiki-home', host: expect.any(String) })
  })

  test.each(['https://www.feishu.cn/wiki', 'https://feishu.cn/wiki/home', 'https://www.larksuite.com/wiki/space'])(
    'refuses %s, which belongs to no organization',
    (link) => {
      expect(parseLink(link, 'document-or-tree')).toMatchObject({ fault: expect.stringMatching(/not of your organ/) })
    },
  )

  test.each([
    'wiki/space/数字',
    'wiki/令牌',
    'wiki/space/手册',
    'wiki/space/‹数字>',
    'wiki/space/<NUMBER>',
    'wiki/「令牌」',
    'wiki/"TOKEN"',
    'wiki/：数字',
    'wiki/{token}',
    'wiki/$' + '{token}',
    'wiki/%E4%BB%A4%E7%89%8C',
    'wiki%2F令牌',
    'wiki手册',
    'wiki/home手册',
    'wiki/home/AbC',
    'drive/wiki',
    'wiki/space/7143131813848813572/手册',
    'drive/folder/文件夹',
    'drive/folder/fldcnAbC/子文件夹',
    `base/${TOKEN}?table=数据表`,
    `base/${TOKEN}?table=<TABLE>`,
    `sheets/${TOKEN}?sheet=表`,
    `sheets/${TOKEN}#sheet=表`,
    'wiki/space/ 7034502641455497244',
    'wiki/space/\u30007034502641455497244',
    'wiki/ WikcnAbCdEfGhIjKlMnOp1',
    'wiki/space/#7034502641455497244',
    'wiki/space/#编号',
    'wiki/home#7034502641455497244',
    'wiki/space/..',
    'wiki/WikcnAbCdEfGhIjKlMnOp1/..',
    'wiki/space/|数字|',
    'wiki/space/、数字',
    'wiki/space/》数字',
  ])('refuses /%s: a placeholder does not make a link to something larger', (path) => {
    const link = `https://a.feishu.cn/${path}`
    for (const text of [
      link,
      `【标题】${link} 复制链接`,
      link.slice(8),
      `https://applink.feishu.cn/client/docs/open?url=${link}`,
      `https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent(link)}`,
    ]) {
      expect([text, parseLink(text, 'document-or-tree')]).toMatchObject([text, { kind: 'fault' }])
    }
  })

  test('says where a placeholder begins', () => {
    const fault = expect.stringMatching(/^which ends before "令牌"/)
    expect(parseLink('https%3A%2F%2Fa.feishu.cn%2Fwiki%2F令牌', 'document')).toMatchObject({ fault })
    expect(parseLink('https://a.feishu.cn/wiki/space/数字', 'document')).toMatchObject({
      fault: 'which ends before "数字": no link has such characters',
      cure: expect.stringMatching(/^Write a token or number there, or a blank/),
    })
  })

  test.each([
    ['wiki/home 复制链接', 'wiki-home'],
    ['wiki/，请看', 'wiki-home'],
    ['wiki/space/）。', 'wiki-home'],
    ['wiki/home?from=x复制链接', 'wiki-home'],
    ['wiki/space/7143131813848813572复制链接', 'wiki-space'],
    ['drive/folder/fldcnAbC「文件夹」', 'folder'],
    [`docx/${TOKEN}/，请看`, 'document'],
    [`docx/${TOKEN}?from=的说明`, 'document'],
    ['wiki/home 2026-11-28', 'wiki-home'],
    [`sheets/${TOKEN}?sheet=0b12Cd表`, 'document'],
  ])('reads /%s, a complete link with text after it', (rest, kind) => {
    expect(parseLink(`https://a.feishu.cn/${rest}`, 'document-or-tree')).toMatchObject({ kind })
  })

  const target = `https://acme.feishu.cn/sheets/${TOKEN}?sheet=0b12Cd`
  test.each([
    `https://applink.feishu.cn/client/docs/open?URL=${encodeURIComponent(target)}`,
    `https://applink.feishu.cn/client/docs/open?a=b&url=${encodeURIComponent(target)}#x`,
    `https://applink.larksuite.com/client/docs/open?Url=${target}`,
    `https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent(encodeURIComponent(target))}`,
    `【表格】https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent(`<${target}>`)}，`,
    `https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent(`${target}&from=https://applink.feishu.cn/`)}`,
  ])('reads the link inside %s', (link) => {
    expect(parseLink(link, 'document')).toEqual({
      kind: 'document',
      token: TOKEN,
      type: 'sheet',
      subId: '0b12Cd',
      host: 'acme.feishu.cn',
    })
  })

  test.each([
    ['https://applink.feishu.cn/client/docs/open', /opens the Feishu app/],
    ['https://applink.feishu.cn/client/docs/open?url=', /no link/],
    ['https://applink.feishu.cn/client/chat/open?openChatId=oc_x', /opens the Feishu app/],
    ['https://applink.feishu.cn/docx/AbC', /opens the Feishu app/],
    [
      `https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent('https://applink.feishu.cn/x?url=https://a.feishu.cn/docx/AbC')}`,
      /opens the Feishu app/,
    ],
    ['https://applink.feishu.cn/x?url=https://APPLINK.feishu.cn/x?url=a.feishu.cn/docx/AbC', /opens the Feishu app/],
    ['https://a.feishu.cn/share/base/form/shrcnAbC', /a form of a base.*Open the base itself/],
    ['https://a.feishu.cn/base/form/shrcnAbC', /a form of a base/],
    ['https://a.feishu.cn/share/base/view/shrcnAbC', /a shared view of a base/],
    ['https://a.feishu.cn/base/workspace/AbC', /a workspace of bases/],
    ['https://a.feishu.cn/base/automation/AbC?x=y', /an automation of a base/],
    ['https://open.feishu.cn/document/server-docs/docs/wiki-v2/space/list', /the developer documentation/],
    ['https://open.feishu.intern.example/document/docs/docx/AbC', /the developer documentation/],
    ['https://a.feishu.cn/minutes/obcnAbC', /minutes \(妙记\)/],
    [`https://a.feishu.cn/docx/${TOKEN.slice(0, 9)}...`, /cut off.*Copy the whole link/],
    [`https://a.feishu.cn/docx/${TOKEN.slice(0, 9)}…`, /cut off/],
    [`https://a.feishu.cn/sheets/${TOKEN}?sheet=0b...`, /cut off/],
  ])('refuses %s and says what is wrong with it', (link, words) => {
    for (const scope of ['document', 'document-or-tree'] as const) {
      const parsed = parseLink(link, scope)
      expect(parsed.kind === 'fault' ? `${parsed.fault}. ${parsed.cure}` : parsed).toMatch(words)
    }
  })

  test('refuses links that open the app inside each other, however many, without throwing', () => {
    const link = `${'applink.feishu.cn/x?url='.repeat(20_000)}a.feishu.cn/docx/AbC`
    expect(parseLink(link, 'document')).toMatchObject({ fault: expect.stringMatching(/opens the Feishu app/) })
  })

  test('names folders and knowledge bases in a cure only if the input accepts them', () => {
    const refuse = (scope: 'document' | 'document-or-tree') => parseLink('x', scope)
    expect(refuse('document')).toMatchObject({ cure: expect.not.stringContaining('folder') })
    expect(refuse('document-or-tree')).toMatchObject({
      cure: expect.stringMatching(/\/drive\/folder\/.*\/wiki\/space\//),
    })
  })

  test('reads a link with text around it, full-width, wrapped or encoded, like the link alone', () => {
    const word = fc.constantFrom(
      'docx',
      'docs',
      'sheets',
      'base',
      'slides',
      'wiki',
      'file',
      'mindnotes',
      'drive/folder',
    )
    const token = fc.stringMatching(/^[A-Za-z0-9]{27}$/)
    const rest = fc.constantFrom('', '?from=from_copylink', '?sheet=0b12Cd', '?table=tblAbC&view=vewX', '#part')
    const wrap = fc.constantFrom<(link: string) => string>(
      (link) => `【合同/v2.0】${link} 复制链接`,
      (link) => `- <${link}>`,
      (link) => `${link}，请看。`,
      (link) => `[t](${link})`,
      (link) => `\u200b${link}\ufeff`,
      // Full-width characters.
      (link) => link.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
      (link) => `https://applink.feishu.cn/client/docs/open?url=${encodeURIComponent(link)}`,
      (link) => encodeURIComponent(link),
    )
    fc.assert(
      fc.property(word, token, rest, wrap, (path, id, query, wrapped) => {
        const link = `https://acme.feishu.cn/${path}/${id}${query}`
        const alone = parseLink(link, 'document-or-tree')
        expect(alone.kind).not.toBe('fault')
        expect(parseLink(wrapped(link), 'document-or-tree')).toEqual(alone)
      }),
      { numRuns: 500 },
    )
  })
})
