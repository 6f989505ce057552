import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { renderAnswers } from '../scripts/readme-answers.js'
import {
  buildAnswers,
  findAnswers,
  findCopiedTables,
  parseCells,
  parseShownFleetNumbers,
  PERFORMANCE_PAGES,
  readFleetNumbers,
  readMeasuredTable,
  READMES,
} from '../scripts/readme-figures.js'
import { ROOT } from './process/run-action.js'

const PACE = { file: 'export-pace', name: 'pace' }

describe.each(READMES)('the figures of %s', (readme) => {
  const shown = parseCells(findAnswers(readFileSync(path.join(ROOT, readme), 'utf8')) ?? '')

  it('answer the questions with what the benchmarks wrote: otherwise run `npm run readme`', () => {
    expect(shown.length).toBeGreaterThan(3)
    expect(shown).toEqual(parseCells(buildAnswers(readme)))
  })

  it('have figures in every answer, and a command for each', () => {
    for (const [question, answer, command] of shown.slice(1)) {
      expect({ question, answer }).toEqual({ question, answer: expect.stringMatching(/\d/) })
      expect(command).toMatch(/^`npm run bench(:[\w-]+)?`$/)
    }
  })
})

it('a figure that the results do not have is an error, not a gap in the README', () => {
  expect(() => renderAnswers(() => '| Documents | Serial |\n| --- | --- |\n| 300 | 2 |\n', 'en')).toThrow(
    /export-pace\.md does not have a column "This action"/,
  )
  const withEmptyCell = '| Documents | This action |\n| --- | --- |\n| 300 | 97 |\n| 1000 |  |\n'
  expect(() => renderAnswers(() => withEmptyCell, 'en')).toThrow(
    /export-pace\.md does not have a value in each row of "This action"/,
  )
})

describe.each(PERFORMANCE_PAGES)('the figures of %s', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8')

  it('are those that the benchmarks wrote: otherwise run `npm run readme`', () => {
    const shown = findCopiedTables(text)
    expect(shown.map(({ file, name }) => ({ file, name }))).toEqual([PACE])
    for (const { file, name, table } of shown) {
      expect(parseCells(table).length).toBeGreaterThan(2)
      expect(parseCells(table)).toEqual(parseCells(readMeasuredTable(file, name, page)))
    }
  })

  it('come with a plot that the benchmarks drew', () => {
    const plots = [...text.matchAll(/!\[[^\]]+\]\(\.\.\/(bench\/results\/[\w-]+\.svg)\)/g)].map(([, plot = '']) => plot)
    expect(plots).toHaveLength(1)
    for (const plot of plots) expect(existsSync(path.join(ROOT, plot))).toBe(true)
  })

  it('say of the size of a matrix what the benchmark says: otherwise run `npm run readme`', () => {
    expect(readFleetNumbers().length).toBeGreaterThan(5)
    expect(parseShownFleetNumbers(text)).toEqual(readFleetNumbers())
  })
})

it('in Chinese, the table has the numbers of the English one and words of its own', () => {
  const [english, chinese] = PERFORMANCE_PAGES.map((page) => parseCells(readMeasuredTable(PACE.file, PACE.name, page)))
  const numbers = (cells: string[][] | undefined): unknown[] | undefined =>
    cells?.slice(1).map((row) => row.filter((cell) => /\d/.test(cell)))
  expect(numbers(chinese)).toEqual(numbers(english))
  const words = chinese?.flat().filter((cell) => /[a-z]{3}/i.test(cell))
  expect([...new Set(words)]).toEqual(['本 action'])
})
