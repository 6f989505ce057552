import { describe, expect, it } from '@jest/globals'
import { parseExclude } from '../../../src/export/sources/exclude.js'

/** A document without children, for `linesFor`. @param ids the tokens that a link to it may have */
const page = (path: string, ...ids: string[]) => ({ path, isDirectory: false, ids })
const folder = (path: string) => ({ path, isDirectory: true, ids: [] })

describe('exclude', () => {
  it('names the line that excludes a thing: a pattern or a link', () => {
    const rules = parseExclude('drafts/\n*.old\n- https://acme.feishu.cn/docx/DocToken1?from=x\n!keep.old')
    expect(rules.linesFor(folder('drafts'))).toEqual(['drafts/'])
    expect(rules.linesFor(page('drafts'))).toEqual([])
    expect(rules.linesFor(page('a/b.old'))).toEqual(['*.old'])
    expect(rules.linesFor(page('keep.old'))).toEqual([])
    expect(rules.linesFor(page('any', 'Other', 'DocToken1'))).toEqual([
      '- https://acme.feishu.cn/docx/DocToken1?from=x',
    ])
  })

  it('names every line that excludes a thing: links first, then patterns, the one that decides before the others', () => {
    const rules = parseExclude('Drafts\n!Drafts\nDrafts/\nhttps://acme.feishu.cn/docx/DocToken1\nother')
    const link = 'https://acme.feishu.cn/docx/DocToken1'
    expect(rules.linesFor({ ...folder('Drafts'), ids: ['DocToken1'] })).toEqual([link, 'Drafts/', 'Drafts'])
    expect(rules.linesFor(page('Drafts'))).toEqual([])
  })

  it('takes a link with other text and a comment after it', () => {
    const rules = parseExclude('https://acme.feishu.cn/wiki/AbC 复制链接 # was as=md')
    expect(rules.linesFor(page('any', 'AbC'))).toHaveLength(1)
  })

  it('takes a pattern whose letters are decomposed, as macOS gives them', () => {
    const rules = parseExclude('Re\u0301union/')
    expect(rules.linesFor(folder('R\u00e9union'))).toEqual(rules.lines)
    expect(rules.lines).toHaveLength(1)
  })

  it('takes an indented line as any other: a pattern, a comment or an exception', () => {
    const rules = parseExclude('*.old\n  drafts/\n  # note\n\t!keep.old\n  \n')
    expect(rules.lines).toEqual(['*.old', 'drafts/'])
    expect(rules.linesFor(folder('drafts'))).toEqual(['drafts/'])
    expect(rules.linesFor(page('# note'))).toEqual([])
    expect(rules.linesFor(page('keep.old'))).toEqual([])
  })

  it('takes a full-width ！ at the start as !, but not one with a \\ or / before it', () => {
    expect(parseExclude('*.old\n ！keep.old').linesFor(page('keep.old'))).toEqual([])
    for (const line of ['\\！plan', '/！plan']) expect(parseExclude(line).linesFor(page('！plan'))).toEqual([line])
    expect(parseExclude('/a！b').linesFor(page('a！b'))).toEqual(['/a！b'])
  })

  it.each([
    ['drafts', true],
    ['drafts\n!drafts/', false],
    ['drafts/\n!drafts', false],
    ['*\n!*/', false],
    ['*\n!/drafts', false],
    ['!drafts/\ndrafts', true],
  ])('leaves out a page with pages below it as git does: %j', (text, isExcluded) => {
    expect(parseExclude(text).linesFor(folder('drafts')).length > 0).toBe(isExcluded)
  })

  it.each<readonly [string, RegExp]>([
    ['https://acme.feishu.cn/docx/\nx\nhttps://acme.feishu.cn/wiki/home', /line 1 has .* Input `exclude`, line 3 has /],
    ['x\nhttps://acme.feishu.cn/wiki/home', /line 2 has .*, the page of all knowledge bases\. Give the link of/],
    ['https://acme.feishu.cn/base/form/shrX', /line 1 has .*, which is a form of a base, not the base/],
    ['https://acme.feishu.cn/wiki/AbC depth=1', /line 1 has .*, with "depth=1" after the link\. Give the link alone/],
    ['https://acme.feishu.cn/wiki/AbC，depth：1', /line 1 has .*, with "depth：1" after the link/],
  ])('refuses a link that leads to no single thing, or with an option: %j', (text, message) => {
    expect(() => parseExclude(text)).toThrow(message)
  })

  it.each(['A=B 方案', '（a=b）', '密码：a=b', '＃ 见 x=y', '# as=md'])(
    'ignores a text after a link that is no option: %s',
    (after) => {
      const rules = parseExclude(`https://acme.feishu.cn/docx/AbC ${after}`)
      expect(rules.linesFor({ path: undefined, isDirectory: false, ids: ['AbC'] })).toHaveLength(1)
    },
  )
})
