import { appendFileSync } from 'node:fs'
import * as core from '@actions/core'
import { summaryText as escaped } from './safe-text.js'

/** The content of a job summary, without markup. All text may come from outside. */
export interface Summary {
  readonly title: string
  readonly paragraphs?: readonly string[]
  /** Names and values, or the rows of a table with a head. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  readonly links?: readonly string[]
  /** A list of cells under the paragraphs. */
  readonly items?: readonly Cell[]
  /** Whether the content below the title is folded. */
  readonly folded?: boolean
}

/** A cell of a table: text, or text that is a link. */
export type Cell = string | { readonly text: string; readonly href: string }

/**
 * Renders a summary as Markdown; pure. Only https addresses become links.
 * @param hide replaces secrets in a text
 */
export function renderSummary(summary: Summary, hide: (text: string) => string = (text) => text): string {
  const { title, paragraphs = [], facts = [], table, links = [], items = [], folded = false } = summary
  const summaryText = (text: string): string => escaped(hide(text))
  const renderCell = (cell: Cell): string =>
    typeof cell === 'string' ? summaryText(cell) : renderLink(hide(cell.href), hide(cell.text))
  // GitHub reads Markdown inside HTML only after an empty line.
  const heading = folded ? `<details><summary>${summaryText(title)}</summary>` : `### ${summaryText(title)}`
  const lines = [heading, '', ...paragraphs.flatMap((text) => [summaryText(text), ''])]
  lines.push(...items.map((item) => `- ${renderCell(item)}`))
  if (items.length > 0) lines.push('')
  lines.push(...facts.map(([name, value]) => `- **${summaryText(name)}**: ${summaryText(value)}`))
  if (facts.length > 0) lines.push('')
  if (table) {
    const row = (cells: readonly Cell[]): string => `| ${cells.map(renderCell).join(' | ')} |`
    lines.push(row(table.head), `|${' --- |'.repeat(table.head.length)}`, ...table.rows.map(row), '')
  }
  lines.push(...links.map((link) => `- ${renderCell({ text: link, href: link })}`), '')
  if (folded) lines.push('</details>', '')
  return lines.join('\n')
}

function renderLink(href: string, text: string): string {
  const address = href.replace(/&/g, '&amp;')
  const isPlain = /^https:\/\/[^\s"'<>`\\|()[\]]+$/.test(href) && address.length <= 1000
  return isPlain ? `<a href="${address}">${escaped(text)}</a>` : escaped(text)
}

/**
 * Appends to the job summary. Does not fail if the runner has none, or if it cannot be written.
 * @param hide replaces secrets in a text
 * @param file the path in GITHUB_STEP_SUMMARY
 */
export function writeSummary(
  summary: Summary | readonly Summary[],
  hide: (text: string) => string,
  file: string | undefined,
): void {
  try {
    const parts = [summary].flat().map((one) => `${renderSummary(one, hide)}\n`)
    // Synchronous, unlike core.summary, because a process that must end cannot wait for a thread.
    if (file) appendFileSync(file, parts.join('\n'))
  } catch (error) {
    core.debug(`no job summary: ${(error as Error).name}`)
  }
}
