// The figures of the READMEs: what stands between `<!-- figures: NAME -->` and `<!-- /figures -->` is the table of that
// name in bench/results/. Run by itself (`npm run readme`), it copies them; test/readme-figures.test.ts compares them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const SHOWN = /(<!-- figures: ([\w-]+)\/([\w-]+) -->\n)([\s\S]*?)(<!-- \/figures -->)/g

export const READMES = ['README.md', 'README.zh-CN.md']

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

/** The table `NAME` of bench/results/FILE.md, between its own marks. */
export function measured(file, name) {
  const text = readFileSync(path.join(root, 'bench/results', `${file}.md`), 'utf8')
  const [, table] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(text) ?? []
  if (table === undefined) throw new Error(`bench/results/${file}.md has no table "${name}"`)
  return table.trim()
}

/** What a README shows: the file and the name of each table, and the table. */
export function shownIn(markdown) {
  return [...markdown.matchAll(SHOWN)].map(([, , file, name, table]) => ({ file, name, table }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { format, resolveConfig } = await import('prettier')
  for (const readme of READMES) {
    const target = path.join(root, readme)
    const before = readFileSync(target, 'utf8')
    const filled = before.replace(SHOWN, (_, start, file, name, _table, end) => {
      return `${start}\n${measured(file, name)}\n\n${end}`
    })
    writeFileSync(target, await format(filled, { ...(await resolveConfig(target)), parser: 'markdown' }))
    console.log(`${readme}: figures copied`)
  }
}
