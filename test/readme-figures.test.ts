import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ROOT } from './process/run-action.js'

interface Figures {
  readonly READMES: readonly string[]
  readonly cellsOf: (markdown: string) => string[][]
  readonly measured: (file: string, name: string) => string
  readonly shownIn: (markdown: string) => { file: string; name: string; table: string }[]
}

const { READMES, cellsOf, measured, shownIn } = (await import(
  path.join(ROOT, 'scripts/readme-figures.js')
)) as unknown as Figures

describe.each(READMES)('the figures of %s', (readme) => {
  const text = readFileSync(path.join(ROOT, readme), 'utf8')

  it('are those that the benchmarks wrote', () => {
    const shown = shownIn(text)
    expect(shown.map(({ name }) => name)).toContain('detection')
    for (const { file, name, table } of shown) expect(cellsOf(table)).toEqual(cellsOf(measured(file, name)))
  })

  it('come with a plot that the benchmarks drew', () => {
    const plots = [...text.matchAll(/\]\((bench\/results\/[\w-]+\.svg)\)/g)].map(([, plot = '']) => plot)
    expect(plots).not.toEqual([])
    for (const plot of plots) expect(existsSync(path.join(ROOT, plot))).toBe(true)
  })
})
