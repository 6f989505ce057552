import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { FENCE_LANGUAGES } from '../../src/markdown/blocks/languages.js'
import { hostileDocument } from './hostile-documents.js'
import { hostileText } from './hostile-text.js'
import { render, WireDocument } from './wire.js'

const FRONT_MATTER = {
  title: '周报: "一"',
  url: 'https://a.b',
  token: 'doxcnA',
  type: 'docx',
  edited: '2026-11-26T01:00:00Z',
}

describe('the whole text', () => {
  it('begins with the title on one line and ends with one line feed', () => {
    expect(render((d) => d.text('a'), { title: ' 周报\n*一* ' }).text).toBe('# 周报 \\*一\\*\n\na\n')
    expect(render((d) => d.text(''), { title: '' }).text).toBe('#\n')
    expect(render((d) => d.add(22, 'divider', {}), { title: '' }).text).toBe('#\n\n---\n')
  })

  it('begins with front matter if that is requested', () => {
    expect(render((d) => d.text('a'), { frontMatter: FRONT_MATTER }).text).toBe(
      '---\ntitle: "周报: \\"一\\""\nurl: "https://a.b"\ntoken: "doxcnA"\ntype: "docx"\nedited: "2026-11-26T01:00:00Z"\n---\n\n# Title\n\na\n',
    )
  })

  it('has front matter that a YAML parser reads as strings, for any title and address', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (title, url) => {
        const { text } = render((d) => d.text('a'), { frontMatter: { ...FRONT_MATTER, title, url } })
        const matter = /^---\n([\s\S]*?)\n---\n\n# Title\n/.exec(text)?.[1] ?? ''
        expect(Object.keys(parse(matter) as object)).toEqual(['title', 'url', 'token', 'type', 'edited'])
        expect(Object.values(parse(matter) as object).every((value) => typeof value === 'string')).toBe(true)
      }),
    )
  })

  it('is the same each time the same document is rendered', () => {
    fc.assert(
      fc.property(hostileDocument, (planned) => {
        const build = (document: WireDocument): string[] => planned.map((add) => add(document, []))
        expect(render(build)).toEqual(render(build))
      }),
      { numRuns: 50 },
    )
  })
})

describe('languages of code', () => {
  it('are those of the documentation, 2 to 75', () => {
    // 1 is plain text, which needs no name of a language.
    expect([...FENCE_LANGUAGES.keys()]).toEqual(Array.from({ length: 74 }, (_, index) => index + 2))
    const known = {
      9: 'cpp',
      8: 'csharp',
      22: 'go',
      30: 'javascript',
      41: 'objectivec',
      49: 'python',
      60: 'shell',
      63: 'typescript',
      75: 'toml',
    }
    for (const [number, name] of Object.entries(known)) expect(FENCE_LANGUAGES.get(Number(number))).toBe(name)
  })
})
