import { appendFileSync } from 'node:fs'
import * as core from '@actions/core'
import { summaryText } from './safe-text.js'

/** The content of a job summary, without markup. All text may come from outside. */
export interface Summary {
  readonly title: string
  readonly paragraphs?: readonly string[]
  /** A list of names and values. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  readonly links?: readonly string[]
  /** A list under the paragraphs. */
  readonly items?: readonly Cell[]
  /** Whether the content below the title is folded. */
  readonly folded?: boolean
}

/** A cell of a table, or an item of a list: text, or text that is a link. */
export type Cell = string | { readonly text: string; readonly href: string }

/**
 * Renders a summary as Markdown; pure. Only https addresses become links.
 * @param hide replaces secrets in a text
 */
export function renderSummary(summary: Summary, hide: (text: string) => string = (text) => text): string {
  const { title, paragraphs = [], facts = [], table, links = [], items = [], folded = false } = summary
  const renderText = (text: string): string => summaryText(hide(text))
  const renderCell = (cell: Cell): string =>
    typeof cell === 'string' ? renderText(cell) : renderLink(hide(cell.href), hide(cell.text))
  const heading = folded ? `<details><summary>${renderText(title)}</summary>` : `### ${renderText(title)}`
  // GitHub reads Markdown inside HTML only after an empty line.
  const lines = [heading, '', ...paragraphs.flatMap((text) => [renderText(text), ''])]
  lines.push(...items.map((item) => `- ${renderCell(item)}`))
  if (items.length > 0) lines.push('')
  lines.push(...facts.map(([name, value]) => `- **${renderText(name)}**: ${renderText(value)}`))
  if (facts.length > 0) lines.push('')
  if (table) {
    const row = (cells: readonly Cell[]): string => `| ${cells.map(renderCell).join(' | ')} |`
    lines.push(row(table.head), `|${' --- |'.repeat(table.head.length)}`, ...table.rows.map(row), '')
  }
  lines.push(...links.map((link) => `- ${renderCell({ text: link, href: link })}`), '')
  if (folded) lines.push('</details>', '')
  return lines.join('\n')
}

/**
 * Renders a link, or only its text if the address is not safe. A safe address is https, has at most 1000 characters, and
 * none that could end the link or the table cell.
 */
function renderLink(href: string, text: string): string {
  const address = href.replace(/&/g, '&amp;')
  const isSafe = /^https:\/\/[^\s"'<>`\\|()[\]]+$/.test(href) && address.length <= 1000
  return isSafe ? `<a href="${address}">${summaryText(text)}</a>` : summaryText(text)
}

/**
 * Appends to the job summary. Does nothing if the runner has none, and does not fail if it cannot be written.
 * @param hide replaces secrets in a text
 * @param file the path in GITHUB_STEP_SUMMARY; undefined if the runner has no job summary
 */
export function writeSummary(
  summary: Summary | readonly Summary[],
  hide: (text: string) => string,
  file: string | undefined,
): void {
  try {
    const parts = [summary].flat().map((one) => `${renderSummary(one, hide)}\n`)
    // Synchronous, unlike core.summary: a process that must end cannot wait for a thread.
    if (file) appendFileSync(file, parts.join('\n'))
  } catch (error) {
    core.debug(`no job summary: ${(error as Error).name}`)
  }
}
