import { describe, expect, it } from '@jest/globals'
import { exists, headingsOf, linksOf, PAGES, slugOf, textOf } from './pages.js'

// Pages for contributors, which are in English only.
const OTHERS = ['CHANGELOG.md', 'CONTRIBUTING.md', 'test/emulator/README.md', 'test/faults/README.md']

describe.each([...PAGES, ...OTHERS])('the links of %s', (file) => {
  it('lead to files that are there', () => {
    expect(linksOf(file).filter(({ target }) => !exists(target))).toEqual([])
  })

  it('lead to headings that are there', () => {
    const broken = linksOf(file).filter(
      ({ target, anchor }) => anchor !== '' && !headingsOf(textOf(target)).map(slugOf).includes(anchor),
    )
    expect(broken).toEqual([])
  })
})

it('every page can be reached from the README', () => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file) || !PAGES.includes(file)) return
    seen.add(file)
    for (const { target } of linksOf(file)) visit(target)
  }
  visit('README.md')
  expect([...seen].sort()).toEqual([...PAGES].sort())
})
