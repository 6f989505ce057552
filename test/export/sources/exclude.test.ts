import { describe, expect, it } from '@jest/globals'
import { parseExclude } from '../../../src/export/sources/exclude.js'

/** A document without children, for `lineFor`. @param ids the tokens that a link to it may have */
const page = (path: string, ...ids: string[]) => ({ path, isDirectory: false, ids })

describe('exclude', () => {
  it('names the line that excludes a thing: a pattern or a link', () => {
    const rules = parseExclude('drafts/\n*.old\n- https://acme.feishu.cn/docx/DocToken1?from=x\n!keep.old')
    expect(rules.lineFor({ path: 'drafts', isDirectory: true, ids: [] })).toBe('drafts/')
    expect(rules.lineFor(page('drafts'))).toBeUndefined()
    expect(rules.lineFor(page('a/b.old'))).toBe('*.old')
    expect(rules.lineFor(page('keep.old'))).toBeUndefined()
    expect(rules.lineFor(page('any', 'Other', 'DocToken1'))).toBe('- https://acme.feishu.cn/docx/DocToken1?from=x')
  })

  it('takes a pattern whose letters are decomposed, as macOS gives them', () => {
    const rules = parseExclude('Re\u0301union/')
    expect(rules.lineFor({ path: 'R\u00e9union', isDirectory: true, ids: [] })).toBe(rules.lines[0])
    expect(rules.lines).toHaveLength(1)
  })

  it.each([
    ['drafts', true],
    ['drafts\n!drafts/', false],
    ['drafts/\n!drafts', false],
    ['*\n!*/', false],
    ['*\n!/drafts', false],
    ['!drafts/\ndrafts', true],
  ])('leaves out a page with pages below it as git does: %j', (text, isExcluded) => {
    const line = parseExclude(text).lineFor({ path: 'drafts', isDirectory: true, ids: [] })
    expect(line !== undefined).toBe(isExcluded)
  })

  it.each<readonly [string, RegExp]>([
    ['x\nhttps://acme.feishu.cn/wiki/home', /line 2 has .*, the page of all knowledge bases\. Give the link of/],
    ['https://acme.feishu.cn/base/form/shrX', /line 1 has .*, which is a form of a base, not the base/],
  ])('refuses a link that leads to no single thing: %j', (text, message) => {
    expect(() => parseExclude(text)).toThrow(message)
  })
})
