import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { ACTION_FILES, ENGLISH_READMES, expectedRows, filled, readAction, tablesOf } from '../scripts/readme-tables.js'
import { ERROR_TABLE } from '../src/feishu/error-table.js'
import { FAILED_STATUSES } from '../src/feishu/job-status.js'
import { ROOT } from './process/run-action.js'

const inChinese = (readme: string): string => readme.replace('README.md', 'README.zh-CN.md')
// A README of a folder may be missing; those of the repository may not.
const PAIRS = ENGLISH_READMES.filter((file) => file === 'README.md' || exists(file))
const FILES = PAIRS.flatMap((file) => [file, inChinese(file)])

function exists(file: string): boolean {
  return existsSync(path.join(ROOT, file))
}

function textOf(file: string): string {
  if (!exists(file)) throw new Error(`${file} does not exist yet.`)
  return readFileSync(path.join(ROOT, file), 'utf8')
}

/** Blocks of code by language, as a reader copies them. */
function blocksOf(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(/^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm)
  return [...fences].flatMap(([, indent = '', found, code = '']) =>
    found === language ? [code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  )
}

const withoutBlocks = (markdown: string): string => markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '')

const headingsOf = (markdown: string): string[] => withoutBlocks(markdown).match(/^#{1,6} .*$/gm) ?? []

/** The sections of level two, with their headings. */
const sectionsOf = (markdown: string): string[] =>
  withoutBlocks(markdown)
    .split(/^(?=## )/m)
    .slice(1)

describe.each(FILES)('%s', (file) => {
  it('has every table of inputs and outputs that a README of its place needs', () => {
    const folder = path.dirname(file)
    const expected = folder === '.' ? ACTION_FILES : [`${folder}/action.yml`]
    const marks = tablesOf(textOf(file)).map((table) => `${table.kind}: ${table.file}`)
    expect([...marks].sort()).toEqual(expected.flatMap((action) => [`inputs: ${action}`, `outputs: ${action}`]).sort())
  })

  it('has the names, in order, and the defaults of the action.yml files', () => {
    for (const table of tablesOf(textOf(file))) {
      const rows = expectedRows(table.kind, readAction(table.file))
      const isRequired = (cell: string | undefined): boolean => /^(required|必填|必需)$/.test(cell ?? '')
      const shown = (cells: readonly string[]): unknown[] =>
        table.kind === 'outputs' ? [cells[0]] : [cells[0], isRequired(cells[1]) ? 'required' : cells[1]]
      expect({ in: table.file, rows: table.rows.map(shown) }).toEqual({ in: table.file, rows: rows.map(shown) })
      for (const cells of table.rows) expect(cells.at(-1)).toMatch(/\S/)
      expect(table.head).toHaveLength(table.kind === 'inputs' ? 3 : 2)
    }
  })

  it('has links to headings that are there', () => {
    const markdown = textOf(file)
    const slugs = headingsOf(markdown).map(slugOf)
    const targets = [...withoutBlocks(markdown).matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) =>
      decodeURIComponent(target),
    )
    expect(targets.filter((target) => !slugs.includes(target))).toEqual([])
  })

  it('has links to files that are there', () => {
    const links = [...withoutBlocks(textOf(file)).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(
      ([, link = '']) => link,
    )
    expect(links.filter((link) => !exists(path.join(path.dirname(file), link)))).toEqual([])
  })
})

/** GitHub's anchor of a heading. */
function slugOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}

describe.each(PAIRS)('%s', (file) => {
  const both = [file, inChinese(file)]

  it('has the descriptions of the action.yml files: otherwise run `npm run readme`', () => {
    const markdown = textOf(file)
    expect(tablesOf(markdown)).toEqual(tablesOf(filled(markdown)))
  })

  it('has the same headings in both languages, level by level', () => {
    const [english, chinese] = both.map((readme) =>
      headingsOf(textOf(readme)).map((heading) => /^#+/.exec(heading)?.[0]),
    )
    expect(chinese).toEqual(english)
  })

  it('has the same snippets in both languages, as far as these are not words: the same steps', () => {
    const [english, chinese] = both.map((readme) =>
      blocksOf(textOf(readme), 'yaml').map((code) => [...code.matchAll(/uses: (\S+)/g)].map(([, used]) => used)),
    )
    expect(chinese).toEqual(english)
  })
})

describe('troubleshooting', () => {
  const english = sectionsOf(exists('README.md') ? textOf('README.md') : '')
  const place = english.findIndex((section) => section.startsWith('## Troubleshooting'))
  const cellsOf = (section: string): string[] =>
    section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').slice(1, 3).join('|'))

  it.each(['README.md', inChinese('README.md')])('of %s has every code of the error table', (file) => {
    const cells = cellsOf(sectionsOf(textOf(file))[place] ?? '')
    const codes = [9499, ...ERROR_TABLE.flatMap((row) => row.codes)]
    expect(codes.filter((code) => !cells.some((cell) => new RegExp(`\\b${code}\\b`).test(cell)))).toEqual([])
  })

  it.each(['README.md', inChinese('README.md')])(
    'of %s has every status, its number and its label in one line',
    (file) => {
      const cells = cellsOf(sectionsOf(textOf(file))[place] ?? '')
      const labels = Object.entries(FAILED_STATUSES).map(([code, { label }]) => [code, label] as const)
      const all = [['0', 'success'], ['1', 'new'], ['2', 'processing'], ...labels] as const
      const isThere = ([code, label]: readonly [string, string]): boolean =>
        cells.some((cell) => new RegExp(`\\b${code}\\b`).test(cell) && cell.includes(`\`${label}\``))
      expect(all.filter((status) => !isThere(status))).toEqual([])
      expect(cells.join('\n')).toContain('status_N')
    },
  )
})

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** Every step below, wherever it stands: a whole workflow, a job, a list of steps or one step. */
function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('uses' in value || 'run' in value) return [value as Step]
  return Object.values(value).flatMap(stepsIn)
}

/** The manifest of one of our actions, however the owner is called; undefined for others'. */
function manifestOf(uses: string | undefined): string | undefined {
  const match = /^[^/@\s]+\/feishu-export-action(?:\/(\w+))?@\S+$/.exec(uses ?? '')
  if (!match) return undefined
  return match[1] === undefined ? 'action.yml' : `${match[1]}/action.yml`
}

describe.each(FILES)('the snippets of %s', (file) => {
  const snippets = exists(file) ? blocksOf(textOf(file), 'yaml') : []
  const ours = snippets.filter((code) => code.includes('feishu-export-action'))

  it('are YAML, and some use these actions', () => {
    for (const code of snippets) expect(() => parse(code) as unknown).not.toThrow()
    expect(ours.length).toBeGreaterThan(0)
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
