import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import {
  ACTION_FILES,
  ENGLISH_PAGES,
  REFERENCE_PAGES,
  buildRows,
  fillTables,
  toChinesePage,
  readAction,
  parseTables,
} from '../scripts/readme-tables.js'
import { readExportInputs } from '../src/export/inputs.js'
import { EXPORTABLE_TYPES, extensionsFor } from '../src/export/formats.js'
import { OPERATIONS } from '../src/feishu/client/operations.js'
import { ERROR_TABLE } from '../src/feishu/errors/error-table.js'
import { FAILED_STATUSES } from '../src/feishu/tasks/job-status.js'
import { META_NOT_FOUND, META_WRONG_TYPE } from '../src/feishu/drive/metas.js'
import { ROOT } from './process/run-action.js'
import { itIf } from './skip.js'

const PAGES = ENGLISH_PAGES.flatMap((page) => [page, toChinesePage(page)])
// For contributors: in English only.
const OTHERS = ['CHANGELOG.md', 'CONTRIBUTING.md', 'test/emulator/README.md', 'test/faults/README.md']
const TROUBLESHOOTING = 'docs/troubleshooting.md'

const exists = (file: string): boolean => existsSync(path.join(ROOT, file))
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

/** Blocks of code by language, as a reader copies them. */
function blocksOf(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(/^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm)
  return [...fences].flatMap(([, indent = '', found, code = '']) =>
    found === language ? [code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  )
}

const withoutBlocks = (markdown: string): string => markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '')

const headingsOf = (markdown: string): string[] => withoutBlocks(markdown).match(/^#{1,6} .*$/gm) ?? []

/** GitHub's anchor of a heading. */
function slugOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** Links to places of this repository: the file, from the root, and the anchor in it. */
function linksOf(file: string): { readonly link: string; readonly target: string; readonly anchor: string }[] {
  return [...withoutBlocks(textOf(file)).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([, to = '', anchor = '']) => ({
      link: anchor === '' ? to : `${to}#${anchor}`,
      target: to === '' ? file : path.posix.join(path.dirname(file), to),
      anchor: decodeURIComponent(anchor),
    }),
  )
}

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

describe.each(PAGES)('%s', (file) => {
  it('has every table of inputs and outputs that a page of its place needs', () => {
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

/** Describes the structure of a page, section by section: a translation has the same. */
function shapeOf(file: string): unknown[] {
  const markdown = textOf(file)
  const sections = withoutBlocks(markdown).split(/^(?=#{1,6} )/m)
  return sections.map((section) => {
    const count = (pattern: RegExp): number => section.match(pattern)?.length ?? 0
    return {
      level: /^#*/.exec(section)?.[0].length,
      items: count(/^ *(?:[-*]|\d+\.) /gm),
      rows: count(/^\|/gm),
      paragraphs: count(/(?<=\n\n) *(?!#|\||[-*] |\d+\. |<!--)\S/g),
      links: count(/\]\(/g),
    }
  })
}

describe.each(ENGLISH_PAGES)('%s', (file) => {
  const both = [file, toChinesePage(file)]

  it('has the descriptions of the action.yml files: otherwise run `npm run readme`', () => {
    const markdown = textOf(file)
    expect(parseTables(markdown)).toEqual(parseTables(fillTables(markdown)))
  })

  it('has the same headings in both languages, level by level', () => {
    const [english, chinese] = both.map((page) => headingsOf(textOf(page)).map((heading) => /^#+/.exec(heading)?.[0]))
    expect(chinese).toEqual(english)
  })

  it('has as many paragraphs, points, rows and links in both languages, section by section', () => {
    expect(shapeOf(toChinesePage(file))).toEqual(shapeOf(file))
  })

  it('has the same snippets in both languages, but for words: the same keys and steps', () => {
    const [english, chinese] = both.map((page) =>
      blocksOf(textOf(page), 'yaml').map((code) => [
        ...[...code.matchAll(/uses: (\S+)/g)].map(([, used]) => used),
        ...[...code.matchAll(/^ *(?:- )?([\w-]+):/gm)].map(([, key]) => key),
      ]),
    )
    expect(chinese).toEqual(english)
  })

  it('has the same programs in both languages, but for comments', () => {
    const withoutComments = (code: string): string => code.replace(/ *(?<!\S)(?:#|\/\/) .*$/gm, '')
    const [english, chinese] = both.map((page) => [
      ...blocksOf(textOf(page), 'yaml').flatMap((code) => stepsIn(parse(code)).map(({ run = '' }) => run)),
      ...['sh', 'bash', 'js', 'groovy', 'json'].flatMap((language) => blocksOf(textOf(page), language)),
    ])
    expect(chinese?.map(withoutComments)).toEqual(english?.map(withoutComments))
  })

  it('leads a reader of Chinese to Chinese pages, where there are any', () => {
    const [chinese, english] = [linksOf(toChinesePage(file)), linksOf(file)].map((links) =>
      links.map(({ target }) => target).filter((target) => PAGES.includes(target)),
    )
    // The first link is the switch to the other language.
    expect(chinese?.slice(1)).toEqual(english?.slice(1).map(toChinesePage))
    expect([english?.[0], chinese?.[0]]).toEqual([toChinesePage(file), file])
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

describe.each([TROUBLESHOOTING, toChinesePage(TROUBLESHOOTING)])('%s', (file) => {
  // The tables, in order: statuses, codes, symptoms. Of each line, the first cells name what it is about.
  const sections = withoutBlocks(textOf(file)).split(/^(?=## )/m)
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

/** The rows of the table between two marks, cell by cell, the head included. */
function markedRows(file: string, mark: string): string[][] {
  const [, table = ''] = new RegExp(`<!-- ${mark} -->([\\s\\S]*?)<!-- /${mark} -->`).exec(textOf(file)) ?? []
  const lines = table.split('\n').filter((line) => line.startsWith('|') && !/^\|[ |:-]+$/.test(line))
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe.each(['export/README.md', toChinesePage('export/README.md')])('what becomes what in %s', (file) => {
  const [head = [], ...rows] = markedRows(file, 'formats')
  const heading = head.map((cell) => codesIn(cell)[0])
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

  it.each(['docs/setup.md', toChinesePage('docs/setup.md')])('in %s are those of the calls', (file) => {
    const shown = markedRows(file, 'scopes')
      .slice(1)
      .map((cells) => codesIn(cells.at(-1)).join(' '))
    expect([...new Set(shown)].sort()).toEqual([...new Set(wanted)].sort())
  })

  it.each(['README.md', toChinesePage('README.md')])('to import in %s are enough for every call', (file) => {
    const [json = '{}'] = blocksOf(textOf(file), 'json')
    const { scopes } = JSON.parse(json) as { scopes: { tenant: string[]; user: string[] } }
    const missing = wanted.filter((alternatives) => !alternatives.split(' ').some((one) => scopes.tenant.includes(one)))
    expect(missing).toEqual([])
    const known = new Set(wanted.flatMap((alternatives) => alternatives.split(' ')))
    expect(scopes.tenant.filter((scope) => !known.has(scope))).toEqual([])
  })
})

describe.each(['README.md', toChinesePage('README.md')])('%s is for those who come new', (file) => {
  const text = textOf(file)

  it('has at most 220 lines', () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(220)
  })

  it('has every input and output of the root action in a table', () => {
    const { inputs, outputs } = readAction('action.yml')
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    const named = new Set(rows.flatMap((row) => codesIn(row)))
    expect([...Object.keys(inputs), ...Object.keys(outputs)].filter((name) => !named.has(name))).toEqual([])
  })

  it('begins with a workflow of at most 15 lines, and has a mirror of at most 30', () => {
    const workflows = blocksOf(text, 'yaml').filter((code) => code.startsWith('name:'))
    const lines = workflows.map((code) => code.trimEnd().split('\n').length)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBeLessThanOrEqual(15)
    expect(lines[1]).toBeLessThanOrEqual(30)
  })

  it('names commands that are in package.json', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/`npm run ([\w:-]+)`/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  const pictures = { isMet: exists('docs/images'), reason: 'docs/images is not there yet' }
  itIf(pictures, 'shows pictures that are there', () => {
    const shown = [...text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, source = '']) => source)
    expect(shown).toHaveLength(3)
    expect(shown.filter((source) => !exists(source))).toEqual([])
  })
})

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** Finds every step in a workflow, a job, a list of steps or one step. */
function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('uses' in value || 'run' in value) return [value as Step]
  return Object.values(value).flatMap(stepsIn)
}

/** The manifest of one of our actions, however the owner is called; undefined for others'. */
function manifestOf(uses: string | undefined): string | undefined {
  const match = /^(?:https:\/\/github\.com\/)?[^/@\s]+\/feishu-export-action(?:\/(\w+))?@\S+$/.exec(uses ?? '')
  if (!match) return undefined
  return match[1] === undefined ? 'action.yml' : `${match[1]}/action.yml`
}

describe.each(PAGES)('the snippets of %s', (file) => {
  const snippets = blocksOf(textOf(file), 'yaml')
  const ours = snippets.filter((code) => /uses: \S*feishu-export-action/.test(code))
  const isGuide = [...REFERENCE_PAGES, 'README.md', 'docs/workflows.md'].some(
    (page) => page === file || toChinesePage(page) === file,
  )

  it('are YAML, and some use these actions', () => {
    for (const code of snippets) expect(() => parse(code) as unknown).not.toThrow()
    if (isGuide) expect(ours.length).toBeGreaterThan(0)
  })

  it('keep away from docs/, which GitHub Pages may publish', () => {
    for (const code of snippets) expect(code).not.toMatch(/\b(?:directory|path): docs\b|git add .*\bdocs\b/)
  })

  it('give inputs that the action has, and all that it needs', () => {
    for (const code of ours) {
      const steps = stepsIn(parse(code))
      expect({ code, steps: steps.length }).not.toEqual({ code, steps: 0 })
      for (const step of steps) {
        const manifest = manifestOf(step.uses)
        if (manifest === undefined) continue
        expect(ACTION_FILES).toContain(manifest)
        const { inputs } = readAction(manifest)
        const given = Object.keys(step.with ?? {})
        expect({ code, unknown: given.filter((name) => !(name in inputs)) }).toEqual({ code, unknown: [] })
        const needed = Object.keys(inputs).filter((name) => inputs[name]?.required === true)
        expect({ code, missing: needed.filter((name) => !given.includes(name)) }).toEqual({ code, missing: [] })
      }
    }
  })

  it('give as environment variables only inputs that export has', () => {
    const { inputs } = readAction('export/action.yml')
    const names = [...textOf(file).matchAll(/\bINPUT_([A-Z-]+)/g)].map(([, name = '']) => name.toLowerCase())
    expect(names.filter((name) => !(name in inputs))).toEqual([])
  })

  it('refer to outputs that the step has', () => {
    for (const code of ours) {
      const steps = stepsIn(parse(code))
      for (const [reference, id, name = ''] of code.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        const step = steps.find((candidate) => candidate.id === id)
        expect({ code, reference, step: step !== undefined }).toEqual({ code, reference, step: true })
        const manifest = manifestOf(step?.uses)
        if (manifest === undefined) continue
        expect({ code, reference, declared: name in readAction(manifest).outputs }).toEqual({
          code,
          reference,
          declared: true,
        })
      }
    }
  })

  it('pass outputs to scripts through env, never by interpolation', () => {
    for (const code of ours) {
      for (const step of stepsIn(parse(code))) expect(step.run ?? '').not.toMatch(/\$\{\{/)
    }
  })

  it('quote a ticket that is written out', () => {
    for (const code of ours)
      for (const step of stepsIn(parse(code))) expect(typeof step.with?.['ticket']).not.toBe('number')
  })
})
