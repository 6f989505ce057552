// How the tests read the pages of the documentation.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ENGLISH_PAGES, toChinesePage } from '../../scripts/readme-tables.js'
import { ROOT } from '../process/run-action.js'

/** All pages for users, in both languages. */
export const PAGES = ENGLISH_PAGES.flatMap((page) => [page, toChinesePage(page)])

export const exists = (file: string): boolean => existsSync(path.join(ROOT, file))
export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

/**
 * The code blocks of a page as a reader copies them: without the indent of the block.
 * @param language the word after the opening fence, such as `yaml`; only these blocks are returned
 */
export function codeBlocksOf(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(/^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm)
  return [...fences].flatMap(([, indent = '', found, code = '']) =>
    found === language ? [code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  )
}

export const withoutCodeBlocks = (markdown: string): string => markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '')

export const headingsOf = (markdown: string): string[] => withoutCodeBlocks(markdown).match(/^#{1,6} .*$/gm) ?? []

/** GitHub's anchor of a line with a heading. Of equal headings on a page, this is the anchor of the first one. */
export function slugOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}

/**
 * The links of a page to files of this repository.
 * - `link`: the address as the page has it
 * - `target`: the file, relative to the root; the page itself for `#anchor`
 * - `anchor`: the anchor of a heading in that file, decoded; '' for a link without one
 */
export function linksOf(file: string): { readonly link: string; readonly target: string; readonly anchor: string }[] {
  return [...withoutCodeBlocks(textOf(file)).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([, to = '', anchor = '']) => ({
      link: anchor === '' ? to : `${to}#${anchor}`,
      target: to === '' ? file : path.posix.join(path.dirname(file), to),
      anchor: decodeURIComponent(anchor),
    }),
  )
}

/**
 * The rows of the table between the marks `<!-- name -->` and `<!-- /name -->` of a page, cell by cell. The first row
 * is the head.
 */
export function markedRows(file: string, name: string): string[][] {
  const [, table = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(textOf(file)) ?? []
  const lines = table.split('\n').filter((line) => line.startsWith('|') && !/^\|[ |:-]+$/.test(line))
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/** The texts in backticks. */
export const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** A step of a workflow. */
export interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** Finds every step in a workflow, a job, a list of steps or one step. */
export function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn)
  if (typeof value !== 'object' || value === null) return []
  const { uses, run } = value as { uses?: unknown; run?: unknown }
  if (typeof uses === 'string' || typeof run === 'string') return [value]
  return Object.values(value).flatMap(stepsIn)
}
