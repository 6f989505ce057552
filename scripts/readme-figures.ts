// Copies figures into pages. The table between `<!-- figures: FILE/NAME -->` and `<!-- /figures -->` is the table NAME of
// bench/results/FILE.md. The numbers between `<!-- fleet -->` and `<!-- /fleet -->` are those of the section about the size
// of a matrix in bench/results/fleet.md, in the same order. The table between `<!-- answers -->` and `<!-- /answers -->` in
// the README is made from scripts/readme-answers.ts. Run by itself (`npm run readme`), this script copies them;
// test/readme-figures.test.ts compares them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseCells, renderAnswers } from './readme-answers.js'

export { parseCells } from './readme-answers.js'

/** A table of a page that is copied from bench/results/. */
interface CopiedTable {
  readonly file: string
  readonly name: string
  readonly table: string
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const readResults = (file: string): string => readFileSync(path.join(root, 'bench/results', `${file}.md`), 'utf8')
const COPIED_TABLE = /(<!-- figures: ([\w-]+)\/([\w-]+) -->\n)([\s\S]*?)(<!-- \/figures -->)/g
const FLEET = /(?<=<!-- fleet -->)[\s\S]*?(?=<!-- \/fleet -->)/g
const ANSWERS = /(?<=<!-- answers -->\n)[\s\S]*?(?=<!-- \/answers -->)/
const NUMBER = /(\d+(?:\.\d+)?)( ?)(s\b|秒|%)/g

export const READMES = ['README.md', 'README.zh-CN.md']
/** The pages with the tables and the plot. */
export const PERFORMANCE_PAGES = ['docs/performance.md', 'docs/performance.zh-CN.md']

// The column heads and the words in the cells of the copied tables.
const CHINESE: Readonly<Record<string, string>> = {
  Documents: '文档数',
  'Exports of': '单篇导出耗时',
  Limit: '限频方式',
  Coordinator: '理想调度',
  'This action': '本 action',
  'Queries a document': '每篇查询次数',
  Serial: '串行',
  '8 loops': '8 个循环',
  fixed: '固定窗口',
  sliding: '滑动窗口',
  bucket: '令牌桶',
}

/**
 * Returns the table between the marks NAME of bench/results/FILE.md, in the language of a page.
 * @param page the path of that page
 * @throws Error if there is no such table, or a column head has no Chinese
 */
export function readMeasuredTable(file: string, name: string, page: string): string {
  const [, table] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(readResults(file)) ?? []
  if (table === undefined) throw new Error(`bench/results/${file}.md has no table "${name}"`)
  if (!isChinese(page)) return table.trim()
  const untranslated = (parseCells(table)[0] ?? []).filter((head) => !(head in CHINESE))
  if (untranslated.length > 0) {
    throw new Error(`scripts/readme-figures.ts has no Chinese for: ${untranslated.join(', ')}`)
  }
  return table.trim().replace(/(?<=\| )[^|]+(?= \|)/g, (cell) => CHINESE[cell.trim()] ?? cell)
}

const isChinese = (page: string): boolean => page.endsWith('.zh-CN.md')

/** Returns the table of questions and measured answers that a README must have. */
export const buildAnswers = (readme: string): string => renderAnswers(readResults, isChinese(readme) ? 'zh' : 'en')

/** Finds the table of questions and answers of a README; undefined when it has no such marks. */
export const findAnswers = (markdown: string): string | undefined => markdown.match(ANSWERS)?.[0]

/** Finds the marked tables of a page that are copied from bench/results/. */
export function findCopiedTables(markdown: string): CopiedTable[] {
  return [...markdown.matchAll(COPIED_TABLE)].map(([, , file = '', name = '', table = '']) => ({ file, name, table }))
}

/** The seconds and percentages in a text, in order and in one form for both languages: `2.7 s`, `35 %`. */
function parseNumbers(text: string): string[] {
  return [...text.matchAll(NUMBER)].map(([, number = '', , unit = '']) => `${number} ${unit === '秒' ? 's' : unit}`)
}

/** Returns the seconds and percentages that bench/results/fleet.md gives for the size of a matrix, in order. */
export function readFleetNumbers(): string[] {
  const [, text] = /\n## What size of matrix is sensible\n([\s\S]*?)\n## /.exec(readResults('fleet')) ?? []
  if (text === undefined) throw new Error('bench/results/fleet.md has no section about the size of a matrix')
  return parseNumbers(text)
}

/** Returns the seconds and percentages between the marks `fleet` of a page; undefined when it has no such marks. */
export function parseShownFleetNumbers(markdown: string): string[] | undefined {
  const [text] = markdown.match(FLEET) ?? []
  return text === undefined ? undefined : parseNumbers(text)
}

/**
 * Returns a page whose seconds and percentages between the marks `fleet` are replaced by the measured ones, in order. A page
 * without the marks stays as it is.
 * @throws Error if there are more or fewer numbers than measured ones
 */
function fillFleetNumbers(markdown: string): string {
  if (!/<!-- fleet -->/.test(markdown)) return markdown
  const numbers = readFleetNumbers()
  return markdown.replace(FLEET, (text) => {
    if (parseNumbers(text).length !== numbers.length) {
      throw new Error(`The text between the marks "fleet" must have these numbers: ${numbers.join(', ')}`)
    }
    const remaining = [...numbers]
    return text.replace(NUMBER, (_, _old: string, gap: string, unit: string) => {
      // Only the number is replaced: the page has the unit in its own language.
      const [number = ''] = (remaining.shift() ?? '').split(' ')
      return `${number}${gap}${unit}`
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { format, resolveConfig } = await import('prettier')
  for (const page of [...READMES, ...PERFORMANCE_PAGES]) {
    const target = path.join(root, page)
    const text = fillFleetNumbers(readFileSync(target, 'utf8'))
      .replace(ANSWERS, () => `\n${buildAnswers(page)}\n\n`)
      .replace(
        COPIED_TABLE,
        (_: string, start: string, file: string, name: string, _table: string, end: string) =>
          `${start}\n${readMeasuredTable(file, name, page)}\n\n${end}`,
      )
    writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'markdown' }))
    console.log(`${page}: figures copied`)
  }
}
