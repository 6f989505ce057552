// What the tables of the pages say is what the code has.
import { describe, expect, it } from '@jest/globals'
import {
  ACTION_FILES,
  buildRows,
  ENGLISH_PAGES,
  fillTables,
  parseTables,
  readAction,
  toChinesePage,
} from '../../scripts/readme-tables.js'
import { EXPORTABLE_TYPES, extensionsFor } from '../../src/export/formats.js'
import { readExportInputs } from '../../src/export/inputs.js'
import { OPERATIONS } from '../../src/feishu/client/operations.js'
import { META_NOT_FOUND, META_WRONG_TYPE } from '../../src/feishu/drive/metas.js'
import { ERROR_TABLE } from '../../src/feishu/errors/error-table.js'
import { FAILED_STATUSES } from '../../src/feishu/tasks/job-status.js'
import { codeBlocksOf, codesIn, markedRows, PAGES, textOf, withoutCodeBlocks } from './pages.js'

const TROUBLESHOOTING = 'docs/troubleshooting.md'

describe.each(PAGES)('%s', (file) => {
  it('has the tables of inputs and outputs of its action, if it is the page of an action', () => {
    const action = ACTION_FILES[ENGLISH_PAGES.findIndex((page) => page === file || toChinesePage(page) === file)]
    const marks = parseTables(textOf(file)).map((table) => `${table.kind}: ${table.file}`)
    expect(marks).toEqual(action === undefined ? [] : [`inputs: ${action}`, `outputs: ${action}`])
  })

  it('has the names, in order, and the defaults of the action.yml files', () => {
    for (const table of parseTables(textOf(file))) {
      const rows = buildRows(table.kind, readAction(table.file))
      const isRequired = (cell: string | undefined): boolean => /^(required|必填|必需)$/.test(cell ?? '')
      const shown = (cells: readonly string[]): unknown[] =>
        table.kind === 'outputs' ? [cells[0]] : [cells[0], isRequired(cells[1]) ? 'required' : cells[1]]
      expect({ in: table.file, rows: table.rows.map(shown) }).toEqual({ in: table.file, rows: rows.map(shown) })
      for (const cells of table.rows) expect(cells.at(-1)).toMatch(/\S/)
      expect(table.head).toHaveLength(table.kind === 'inputs' ? 3 : 2)
    }
  })
})

it.each(ENGLISH_PAGES)('%s has the descriptions of the action.yml files: otherwise run `npm run readme`', (file) => {
  const markdown = textOf(file)
  expect(parseTables(markdown)).toEqual(parseTables(fillTables(markdown)))
})

describe.each([TROUBLESHOOTING, toChinesePage(TROUBLESHOOTING)])('%s', (file) => {
  // Section 1 has the table of statuses, section 2 that of codes. The first two cells of a row name what it is about.
  const sections = withoutCodeBlocks(textOf(file)).split(/^(?=## )/m)
  // The first two cells of each row of a section, as one text.
  const cellsOf = (nth: number): string[] =>
    (sections[nth] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').slice(1, 3).join('|'))

  it('has every status, its number and its label in one line', () => {
    const cells = cellsOf(1)
    const labels = Object.entries(FAILED_STATUSES).map(([code, { label }]) => [code, label] as const)
    const all = [['0', 'success'], ['1', 'new'], ['2', 'processing'], ...labels] as const
    const isThere = ([code, label]: readonly [string, string]): boolean =>
      cells.some((cell) => new RegExp(`\\b${code}\\b`).test(cell) && cell.includes(`\`${label}\``))
    expect(all.filter((status) => !isThere(status))).toEqual([])
    expect(cells.join('\n')).toContain('status_N')
  })

  it('has every code of the error table', () => {
    const cells = cellsOf(2)
    const codes = [9499, META_WRONG_TYPE, META_NOT_FOUND, ...ERROR_TABLE.flatMap((row) => row.codes)]
    expect(codes.filter((code) => !cells.some((cell) => new RegExp(`\\b${code}\\b`).test(cell)))).toEqual([])
  })
})

it.each(['README.md', toChinesePage('README.md')])('the codes in the short table of %s are known', (file) => {
  const heading = /^## (?:When a step fails|步骤失败时)$/m
  const [, section = ''] = textOf(file).split(heading)
  const [table = ''] = section.split(/^## /m)
  const known = new Set([
    ...ERROR_TABLE.flatMap((row) => row.codes),
    ...Object.keys(FAILED_STATUSES).map(Number),
    970003,
  ])
  const named = table.match(/(?<=^\| [^|]*)\b\d{3,}\b/gm)?.map(Number) ?? []
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((code) => !known.has(code))).toEqual([])
})

describe.each(['export/README.md', toChinesePage('export/README.md')])('what becomes what in %s', (file) => {
  const [head = [], ...rows] = markedRows(file, 'formats')
  const heading = head.map((cell) => codesIn(cell)[0])
  // By type, the extensions whose column has a mark like this.
  const marksOf = (mark: RegExp): Record<string, string[]> =>
    Object.fromEntries(
      rows.map((cells) => [
        codesIn(cells[0])[0] ?? '',
        heading
          .filter((_, nth) => mark.test(cells[nth] ?? ''))
          .map(String)
          .sort(),
      ]),
    )

  it('is what the code makes of each type', () => {
    const expected = EXPORTABLE_TYPES.map((type) => [type, [...extensionsFor(type)].sort()])
    expect(marksOf(/^(yes|default|可以|默认)$/)).toEqual({ ...Object.fromEntries(expected), mindnote: [] })
  })

  it('marks the defaults of the code', () => {
    const { formats } = readExportInputs(
      (name) =>
        ({ 'access-token': 't-x', sources: 'https://example.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1' })[name] ?? '',
      () => undefined,
      '/workspace',
    )
    const expected = EXPORTABLE_TYPES.map((type) => [type, [...(formats.get(type) ?? [])]])
    expect(marksOf(/^(default|默认)$/)).toEqual({ ...Object.fromEntries(expected), mindnote: [] })
  })
})

describe('the scopes', () => {
  const wanted = Object.values(OPERATIONS).flatMap(({ scopes }) => (scopes.length > 0 ? [[...scopes].join(' ')] : []))

  it.each(['docs/setup.md', toChinesePage('docs/setup.md')])('in %s are those of the requests', (file) => {
    const shown = markedRows(file, 'scopes')
      .slice(1)
      .map((cells) => codesIn(cells.at(-1)).join(' '))
    expect([...new Set(shown)].sort()).toEqual([...new Set(wanted)].sort())
  })

  it.each(['README.md', toChinesePage('README.md')])('to import in %s are enough for every request', (file) => {
    const [json = '{}'] = codeBlocksOf(textOf(file), 'json')
    const { scopes } = JSON.parse(json) as { scopes: { tenant: string[]; user: string[] } }
    const missing = wanted.filter((alternatives) => !alternatives.split(' ').some((one) => scopes.tenant.includes(one)))
    expect(missing).toEqual([])
    const known = new Set(wanted.flatMap((alternatives) => alternatives.split(' ')))
    expect(scopes.tenant.filter((scope) => !known.has(scope))).toEqual([])
  })
})
