import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { ENGLISH_PAGES, toChinesePage } from '../../scripts/readme-tables.js'
import { codeBlocksOf, headingsOf, linksOf, PAGES, stepsIn, textOf, withoutCodeBlocks } from './pages.js'

/** Describes the structure of a page, section by section; a translation must have the same structure. */
function shapeOf(file: string): unknown[] {
  const markdown = textOf(file)
  const sections = withoutCodeBlocks(markdown).split(/^(?=#{1,6} )/m)
  return sections.map((section) => {
    const count = (pattern: RegExp): number => section.match(pattern)?.length ?? 0
    return {
      level: /^#*/.exec(section)?.[0].length,
      items: count(/^ *(?:[-*]|\d+\.) /gm),
      rows: count(/^\|/gm),
      // A paragraph follows an empty line. It is no heading, table, list item or HTML comment.
      paragraphs: count(/(?<=\n\n) *(?!#|\||[-*] |\d+\. |<!--)\S/g),
      links: count(/\]\(/g),
    }
  })
}

describe.each(ENGLISH_PAGES)('%s', (file) => {
  const both = [file, toChinesePage(file)]

  it('has the same headings in both languages, level by level', () => {
    const [english, chinese] = both.map((page) => headingsOf(textOf(page)).map((heading) => /^#+/.exec(heading)?.[0]))
    expect(chinese).toEqual(english)
  })

  it('has equally many paragraphs, list items, rows and links in both languages, section by section', () => {
    expect(shapeOf(toChinesePage(file))).toEqual(shapeOf(file))
  })

  it('has snippets with the same keys and the same actions in both languages', () => {
    const [english, chinese] = both.map((page) =>
      codeBlocksOf(textOf(page), 'yaml').map((code) => [
        ...[...code.matchAll(/uses: (\S+)/g)].map(([, used]) => used),
        ...[...code.matchAll(/^ *(?:- )?([\w-]+):/gm)].map(([, key]) => key),
      ]),
    )
    expect(chinese).toEqual(english)
  })

  it('has the same programs in both languages, except for comments', () => {
    const withoutComments = (code: string): string => code.replace(/ *(?<!\S)(?:#|\/\/) .*$/gm, '')
    const [english, chinese] = both.map((page) => [
      ...codeBlocksOf(textOf(page), 'yaml').flatMap((code) => stepsIn(parse(code)).map(({ run = '' }) => run)),
      ...['sh', 'bash', 'js', 'groovy', 'json'].flatMap((language) => codeBlocksOf(textOf(page), language)),
    ])
    expect(chinese?.map(withoutComments)).toEqual(english?.map(withoutComments))
  })

  it('has the same links in both languages, each to pages in its own', () => {
    const [chinese, english] = [linksOf(toChinesePage(file)), linksOf(file)].map((links) =>
      links.map(({ target }) => target).filter((target) => PAGES.includes(target)),
    )
    // The first link is the switch to the other language.
    expect(chinese?.slice(1)).toEqual(english?.slice(1).map(toChinesePage))
    expect([english?.[0], chinese?.[0]]).toEqual([toChinesePage(file), file])
  })
})
