// The pages for users, and the tables of inputs and outputs in them. A table of inputs is between the marks
// `<!-- inputs: PATH/action.yml -->` and `<!-- /inputs -->`; those of outputs say `outputs`. Each table is in the
// README beside its action.yml, or in docs/wait.md for the root action. `npm run readme` fills the English tables from
// the action.yml files. The test test/docs/tables.test.ts compares all tables with these files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** The part of an action.yml that the tables and the tests need. */
export interface ActionFile {
  readonly name: string
  readonly description: string
  readonly author: string
  readonly branding: { readonly icon: string; readonly color: string }
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

type TableKind = 'inputs' | 'outputs'

/** A marked table of a page: its cells without surrounding blanks and without escapes. */
interface MarkedTable {
  readonly kind: TableKind
  /** The action.yml that the mark names. */
  readonly file: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const MARKED_TABLE = /(<!-- (inputs|outputs): (\S+) -->\n)([\s\S]*?)(<!-- \/\2 -->)/g
const HEADS = { inputs: ['Input', 'Default', 'Description'], outputs: ['Output', 'Description'] }

/** The action.yml files of this repository. */
export const ACTION_FILES = ['action.yml', 'create/action.yml', 'download/action.yml', 'export/action.yml']

/** The page with the tables of each action.yml, in the same order. */
export const REFERENCE_PAGES = ACTION_FILES.map((file) =>
  file === 'action.yml' ? 'docs/wait.md' : file.replace('action.yml', 'README.md'),
)

/** All pages for users, in English; each has a Chinese page beside it. */
export const ENGLISH_PAGES = [
  ...REFERENCE_PAGES,
  'README.md',
  'SECURITY.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && !file.endsWith('.zh-CN.md'))
    .map((file) => `docs/${file}`)
    .filter((file) => !REFERENCE_PAGES.includes(file)),
]

/** Returns the path of the Chinese page that belongs to an English one. */
export function toChinesePage(page: string): string {
  return page.replace(/\.md$/, '.zh-CN.md')
}

/** Reads an action.yml; `file` is relative to the root of the repository. */
export function readAction(file: string): ActionFile {
  return parse(readFileSync(path.join(root, file), 'utf8')) as ActionFile
}

/** Returns the rows that the English table of inputs or outputs must have, cell by cell, without the head. */
export function buildRows(kind: TableKind, action: ActionFile): string[][] {
  if (kind === 'outputs') {
    return Object.entries(action.outputs).map(([name, { description }]) => [`\`${name}\``, description])
  }
  return Object.entries(action.inputs).map(([name, { description, required, default: value }]) => {
    // An input without a default has `required` or nothing in the column Default.
    const withoutDefault = required === true ? 'required' : ''
    return [`\`${name}\``, value === undefined ? withoutDefault : `\`${value}\``, description]
  })
}

/** Reads the marked tables of a page, in order. */
export function parseTables(markdown: string): MarkedTable[] {
  return [...markdown.matchAll(MARKED_TABLE)].map(([, , kind, file = '', table = '']) => {
    const [head = [], , ...rows] = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim().replaceAll('\\|', '|')),
      )
    return { kind: kind as TableKind, file, head, rows }
  })
}

/** Renders a table in Markdown, with escapes. */
function renderTable(kind: TableKind, rows: readonly (readonly string[])[]): string {
  const lines = [HEADS[kind], HEADS[kind].map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('')
}

/** Returns an English page with its marked tables filled from the action.yml files. */
export function fillTables(markdown: string): string {
  return markdown.replace(
    MARKED_TABLE,
    (_: string, start: string, kind: TableKind, file: string, _table: string, end: string) =>
      `${start}\n${renderTable(kind, buildRows(kind, readAction(file)))}\n${end}`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { format, resolveConfig } = await import('prettier')
  for (const page of REFERENCE_PAGES) {
    const file = path.join(root, page)
    const before = readFileSync(file, 'utf8')
    const after = await format(fillTables(before), { ...(await resolveConfig(file)), parser: 'markdown' })
    writeFileSync(file, after)
    console.log(`${page}: ${after === before ? 'unchanged' : 'updated'}`)
  }
}
