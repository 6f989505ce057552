import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findLink, normalizePastedText, toHalfWidth, withoutInvisible } from '../../../src/feishu/links/pasted-text.js'

const LINK = 'https://acme.feishu.cn/docx/doxcnAbCdEfGhIjKlMnOpQrStUv?from=from_copylink'
const SHORT = 'https://acme.feishu.cn/wiki/AbC'

describe('findLink finds the one link', () => {
  test.each<readonly [text: string, before: string, after: string]>([
    [LINK, '', ''],
    [`  ${LINK}\n`, '  ', '\n'],
    [`【供货合同 v1.2/终稿】${LINK} 复制链接`, '【供货合同 v1.2/终稿】', ' 复制链接'],
    [`${LINK}复制链接`, '', '复制链接'],
    [`1. <${LINK}>，as=pdf`, '1. <', '>，as=pdf'],
    [`见：${LINK}。 as=pdf to="a b"`, '见：', '。 as=pdf to="a b"'],
    [`(${LINK})`, '(', ')'],
    [`“${LINK}”`, '“', '”'],
    [`| ${LINK} | x |`, '| ', ' | x |'],
    [`**${LINK}**!`, '**', '**!'],
    [`[合同](${LINK})`, '[合同](', ')'],
    [`[${LINK}](${LINK}) as=pdf`, '[', ') as=pdf'],
    [`见${LINK}？`, '见', '？'],
    [`见${LINK}～`, '见', '～'],
    [`＊${LINK}＊`, '＊', '＊'],
    [`见${LINK}．`, '见', '．'],
    [`\u200b${LINK.slice(0, 12)}\u200b${LINK.slice(12)}\ufeff as=pdf`, '', ' as=pdf'],
    [`${LINK.replace('://', '：／／')} as=pdf`, '', ' as=pdf'],
  ])('%j', (text, before, after) => {
    expect(findLink(text)).toEqual({ kind: 'found', link: LINK, before, after })
  })

  test.each([
    ['full-width', 'ｈｔｔｐｓ：／／ａｃｍｅ．ｆｅｉｓｈｕ．ｃｎ／ｗｉｋｉ／ＡｂＣ', SHORT],
    ['with a full-width query', `${SHORT}？sheet＝x1＆a＝b`, `${SHORT}?sheet=x1&a=b`],
    ['with joiners in it', `${SHORT.slice(0, 20)}\u200d${SHORT.slice(20)}`, SHORT],
    ['cut off', `${SHORT}...`, `${SHORT}...`],
    ['cut off, full-width', `${SHORT}．．．`, `${SHORT}...`],
    ['cut off by an ellipsis', `${SHORT}……`, `${SHORT}……`],
    ['without a scheme', `见 ${SHORT.slice(8)}，`, SHORT.slice(8)],
    ['percent-encoded', 'https%3A%2F%2Facme.feishu.cn%2Fwiki%2FAbC', 'https%3A%2F%2Facme.feishu.cn%2Fwiki%2FAbC'],
    ['in capitals', 'HTTPS://ACME.FEISHU.CN/wiki/AbC', 'HTTPS://ACME.FEISHU.CN/wiki/AbC'],
    ['on IPv6', 'https://[::1]:80/wiki/AbC', 'https://[::1]:80/wiki/AbC'],
  ])('%s', (_, text, link) => {
    expect(findLink(text)).toMatchObject({ kind: 'found', link })
  })
})

test.each([
  ['none', ''],
  ['none', '合同'],
  ['none', 'javascript://acme.feishu.cn/wiki/AbC'],
  ['none', 'me@acme.feishu.cn'],
  ['several', `${LINK} ${SHORT}`],
  ['several', 'a.feishu.cn/wiki/AbC b.feishu.cn/wiki/AbC'],
])('findLink finds %s in %j', (kind, text) => {
  expect(findLink(text)).toEqual({ kind })
})

test.each([')', ').', '.)'])('findLink removes any number of %j after a link', (end) => {
  const punctuation = end.repeat(50_000)
  expect(findLink(`${SHORT}${punctuation}`)).toMatchObject({ kind: 'found', link: SHORT, after: punctuation })
})

test('findLink reads a link with very much punctuation in it in less than two seconds', () => {
  const link = `${SHORT}?a=${')'.repeat(100_000)}b`
  const start = process.cpuUsage()
  expect(findLink(link)).toMatchObject({ kind: 'found', link })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(2000)
})

describe('normalizePastedText', () => {
  test.each([
    ['as＝pdf to＝“合同 2026（终稿）”', 'as=pdf to="合同 2026（终稿）"'],
    ['to=“a b" as=pdf', 'to="a b" as=pdf'],
    ['to=＂a b＂', 'to="a b"'],
    ['to=‘it is’', "to='it is'"],
    ['to=“Bob’s notes”', 'to="Bob’s notes"'],
    ['to="a ＝ “b”"', 'to="a ＝ “b”"'],
    ['to="x a＝b" as＝pdf', 'to="x a＝b" as=pdf'],
    ['to="a=“b” c"', 'to="a=“b” c"'],
    ['to＝"a b"', 'to="a b"'],
    ['to=Bob’s', 'to=Bob’s'],
    ['\u200bas=pdf\ufeff', 'as=pdf'],
    ['to="👨‍👩‍👧"', 'to="👨‍👩‍👧"'],
  ])('%j', (text, expected) => {
    expect(normalizePastedText(text)).toBe(expected)
  })

  test('does not change ASCII text, nor text that is normalized already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(normalizePastedText(text)).toBe(text)
      }),
    )
    const piece = fc.constantFrom('to', 'as', '=', '＝', '“', '”', '"', '‘', '’', ' ', '合同', 'pdf', '\u200b')
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          const once = normalizePastedText(text)
          expect(normalizePastedText(once)).toBe(once)
        },
      ),
    )
  })
})

test('a link is found between any texts without links, if blanks separate them', () => {
  const around = fc
    .array(
      fc.constantFrom(
        '合同',
        '【',
        '】',
        '- ',
        '1. ',
        'v1.2',
        '/',
        '，',
        '。',
        ' ',
        '<',
        '>',
        '"',
        '“',
        '”',
        '#',
        'as=pdf',
      ),
    )
    .map((pieces) => pieces.join(''))
  const link = fc
    .tuple(
      fc.stringMatching(/^[A-Za-z0-9_-]{20,30}$/),
      fc.constantFrom('', '?from=from_copylink', '#part-1', '?sheet=aB1'),
    )
    .map(([token, rest]) => `https://acme.feishu.cn/docx/${token}${rest}`)
  fc.assert(
    fc.property(around, link, around, (before, text, after) => {
      expect(findLink(`${before} ${text} ${after}`)).toEqual({
        kind: 'found',
        link: text,
        before: `${before} `,
        after: ` ${after}`,
      })
    }),
  )
})

test('before, link and after together are the whole text, without its invisible characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
      const text = `${before} ${SHORT} ${after}`
      const found = findLink(text)
      if (found.kind !== 'found') return
      expect(toHalfWidth(`${found.before}${found.link}${found.after}`)).toBe(toHalfWidth(withoutInvisible(text)))
    }),
  )
})
