// The pages for users, and in them the tables of inputs and outputs between the marks `<!-- inputs: PATH/action.yml -->`
// and `<!-- /inputs -->` (outputs likewise): each README has those of the action.yml beside it. Run by itself
// (`npm run readme`), it fills the English ones from the action.yml files; test/readme.test.ts compares them all.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const MARKED = /(<!-- (inputs|outputs): (\S+) -->\n)([\s\S]*?)(<!-- \/\2 -->)/g
const HEADS = { inputs: ['Input', 'Default', 'Description'], outputs: ['Output', 'Description'] }

export const ACTION_FILES = ['action.yml', 'create/action.yml', 'download/action.yml', 'export/action.yml']

export const ENGLISH_READMES = ACTION_FILES.map((file) => file.replace('action.yml', 'README.md'))

export const inChinese = (page) => page.replace(/\.md$/, '.zh-CN.md')

export const ENGLISH_PAGES = [
  ...ENGLISH_READMES,
  'SECURITY.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && !file.endsWith('.zh-CN.md'))
    .map((file) => `docs/${file}`),
]

export function readAction(file) {
  return parse(readFileSync(path.join(root, file), 'utf8'))
}

export function expectedRows(kind, action) {
  return Object.entries(action[kind]).map(([name, { description, required, default: byDefault }]) => {
    if (kind === 'outputs') return [`\`${name}\``, description]
    const shown = byDefault === undefined ? (required ? 'required' : '') : `\`${byDefault}\``
    return [`\`${name}\``, shown, description]
  })
}

export function tablesOf(markdown) {
  return [...markdown.matchAll(MARKED)].map(([, , kind, file, table]) => {
    const [head = [], , ...rows] = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim().replaceAll('\\|', '|')),
      )
    return { kind, file, head, rows }
  })
}

function render(kind, rows) {
  const lines = [HEADS[kind], HEADS[kind].map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('')
}

export function filled(markdown) {
  return markdown.replace(MARKED, (_, start, kind, file, _table, end) => {
    return `${start}\n${render(kind, expectedRows(kind, readAction(file)))}\n${end}`
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { format, resolveConfig } = await import('prettier')
  for (const readme of ENGLISH_READMES) {
    const file = path.join(root, readme)
    const before = readFileSync(file, 'utf8')
    const after = await format(filled(before), { ...(await resolveConfig(file)), parser: 'markdown' })
    writeFileSync(file, after)
    console.log(`${readme}: ${after === before ? 'as the action.yml files say' : 'filled anew'}`)
  }
}
