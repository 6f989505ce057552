// The figures of the READMEs. What stands between `<!-- figures: FILE/NAME -->` and `<!-- /figures -->` is the table NAME
// of bench/results/FILE.md; the numbers between `<!-- fleet -->` and `<!-- /fleet -->` are, in the same order, those that
// bench/results/fleet.md says of the size of a matrix. Run by itself (`npm run readme`), it copies them;
// test/readme-figures.test.ts compares them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const SHOWN = /(<!-- figures: ([\w-]+)\/([\w-]+) -->\n)([\s\S]*?)(<!-- \/figures -->)/g
const FLEET = /(?<=<!-- fleet -->)[\s\S]*?(?=<!-- \/fleet -->)/g
const NUMBER = /(\d+(?:\.\d+)?)( ?)(s\b|秒|%)/g

export const READMES = ['README.md', 'README.zh-CN.md']

// The words of the tables that a README shows: every head, and what stands in the cells.
const CHINESE = {
  Documents: '文档数',
  'Exports of': '单篇导出耗时',
  Limit: '限频方式',
  Coordinator: '理想调度',
  'This action': '本 action',
  Share: '与理想之比',
  Refused: '被拒',
  'Looks a document': '每篇查询次数',
  Serial: '串行',
  '8 loops': '8 个循环',
  fixed: '固定窗口',
  sliding: '滑动窗口',
  bucket: '令牌桶',
}

/** The lines of a table, cell by cell. */
export function cellsOf(markdown) {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

function resultsOf(file) {
  return readFileSync(path.join(root, 'bench/results', `${file}.md`), 'utf8')
}

/** The table `NAME` of bench/results/FILE.md, between its own marks, in the language of a README. */
export function measured(file, name, readme) {
  const [, table] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(resultsOf(file)) ?? []
  if (table === undefined) throw new Error(`bench/results/${file}.md has no table "${name}"`)
  if (!readme.endsWith('.zh-CN.md')) return table.trim()
  const untold = (cellsOf(table)[0] ?? []).filter((head) => !(head in CHINESE))
  if (untold.length > 0) throw new Error(`scripts/readme-figures.js has no Chinese for: ${untold.join(', ')}`)
  return table.trim().replace(/(?<=\| )[^|]+(?= \|)/g, (cell) => CHINESE[cell.trim()] ?? cell)
}

/** What a README shows: the file and the name of each table, and the table. */
export function shownIn(markdown) {
  return [...markdown.matchAll(SHOWN)].map(([, , file, name, table]) => ({ file, name, table }))
}

/** Seconds and shares, in order: `2.7 s`, `35 %`. */
function numbersIn(text) {
  return [...text.matchAll(NUMBER)].map(([, number, , unit]) => `${number} ${unit === '秒' ? 's' : unit}`)
}

/** What bench/results/fleet.md says of the size of a matrix. */
export function measuredFleet() {
  const [, text] = /\n## What size of matrix is sensible\n([\s\S]*?)\n## /.exec(resultsOf('fleet')) ?? []
  if (text === undefined) throw new Error('bench/results/fleet.md says nothing of the size of a matrix')
  return numbersIn(text)
}

/** What a README says of it; undefined when it says nothing. */
export function shownFleet(markdown) {
  const [text] = markdown.match(FLEET) ?? []
  return text === undefined ? undefined : numbersIn(text)
}

function withFleet(markdown) {
  const numbers = measuredFleet()
  return markdown.replace(FLEET, (text) => {
    if (numbersIn(text).length !== numbers.length)
      throw new Error(`Between the marks "fleet", say ${numbers.join(', ')}`)
    let nth = 0
    return text.replace(NUMBER, (_, _old, gap, unit) => `${numbers[nth++].split(' ')[0]}${gap}${unit}`)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { format, resolveConfig } = await import('prettier')
  for (const readme of READMES) {
    const target = path.join(root, readme)
    const before = readFileSync(target, 'utf8')
    const filled = withFleet(before).replace(SHOWN, (_, start, file, name, _table, end) => {
      return `${start}\n${measured(file, name, readme)}\n\n${end}`
    })
    writeFileSync(target, await format(filled, { ...(await resolveConfig(target)), parser: 'markdown' }))
    console.log(`${readme}: figures copied`)
  }
}
