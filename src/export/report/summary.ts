import { describeWithoutAdvice, type Failure } from '../../feishu/errors/failure.js'
import type { Cell, Summary } from '../../runner/summary.js'
import { countOf, formatDuration, oneLine } from '../../text.js'
import { countsLine, groupByCause, type FailedItem, type ReportFacts } from './report.js'

// A job summary may have 1 MiB; with these limits it stays far below, whatever the titles are.
const MAX_FAILURES = 50
// Of each list: written, moved and deleted.
const MAX_CHANGES = 100
const MAX_SKIPPED = 50
// In characters.
const MAX_TEXT = 200
const MAX_TITLE = 400
const MAX_PARAGRAPH = 600

/**
 * The job summary: the numbers, the notes, the failures by cause, what was written, moved or deleted, and what was skipped.
 * A dry run shows what it would change. Long lists are cut. Pure.
 */
export function summarize(report: ReportFacts): Summary[] {
  const { dryRun, failures } = report
  const written = listPart(
    dryRun ? 'To export' : 'Exported',
    report.written,
    MAX_CHANGES,
    ({ path, url }) => link(path, url),
    dryRun ? '' : '; the manifest has them all',
  )
  const moved = listPart(dryRun ? 'To move' : 'Moved', report.moved, MAX_CHANGES, ({ from, to }) => arrow(from, to))
  const deleted = listPart(dryRun ? 'To delete' : 'Deleted', report.deletedPaths, MAX_CHANGES, (path) =>
    oneLine(path, MAX_TEXT),
  )
  const changes = [...written, ...moved, ...deleted].map((part) => ({ ...part, folded: !dryRun }))
  return [
    {
      title: dryRun ? 'Feishu export (dry run)' : 'Feishu export',
      paragraphs: [
        `${countsLine(report)}. It took ${formatDuration(report.elapsedMs)} and ${countOf(report.requests, 'request')}.`,
        ...report.notes,
      ],
    },
    ...(dryRun ? changes : []),
    ...describeFailures(failures, report.notes),
    ...(dryRun ? [] : changes),
    ...skippedTable(report),
  ]
}

/**
 * Describes the causes of the failures, each in a part of its own. All parts together show at most `MAX_FAILURES` items.
 * If that is not all, some causes may have no part, and a last part has the numbers. What a note already says is left out:
 * the note about an early end has the cause that ended the run.
 */
function describeFailures(failures: readonly FailedItem[], notes: readonly string[]): Summary[] {
  let shownCount = 0
  const parts = groupByCause(failures).flatMap(({ items, failure }): Summary[] => {
    const shown = items.slice(0, MAX_FAILURES - shownCount)
    shownCount += shown.length
    if (shown.length === 0) return []
    const more = items.length > shown.length ? [`And ${items.length - shown.length} more.`] : []
    const paragraphs = [failure.advice ?? '', detailsOf(failure, items.length)]
      .filter((text) => text !== '' && !notes.some((note) => note.includes(text)))
      .map((text) => oneLine(text, MAX_PARAGRAPH))
    return [
      {
        title: `Failed (${items.length}): ${oneLine(failure.what, MAX_TITLE)}`,
        paragraphs: [...paragraphs, ...more],
        items: shown.map(({ what, url }) => link(what, url)),
      },
    ]
  })
  if (shownCount === failures.length) return parts
  return [...parts, { title: `The first ${MAX_FAILURES} of ${failures.length} failures` }]
}

/** The facts of a failure that follow its `what`. Without the log id if several items failed, since each has its own. */
function detailsOf(failure: Failure, count: number): string {
  const fact = describeWithoutAdvice(count === 1 ? failure : { ...failure, logId: undefined })
  return fact.slice(failure.what.length).replace(/^[\s;]+/, '')
}

/** Makes the part with the skipped entries; no part if nothing was skipped. */
function skippedTable({ skippedItems }: ReportFacts): Summary[] {
  if (skippedItems.length === 0) return []
  const rows = skippedItems
    .slice(0, MAX_SKIPPED)
    .map(({ path, url, reason }) => [link(path, url), oneLine(reason, MAX_TEXT)])
  return [
    {
      title: `Skipped (${skippedItems.length})`,
      folded: true,
      paragraphs: cutNote(skippedItems.length, MAX_SKIPPED),
      table: { head: ['Document', 'Reason'], rows },
    },
  ]
}

/**
 * Makes the part with a list; no part if the list is empty.
 * @param whereAll says where all items are, if the list is cut: `; the manifest has them all`
 */
function listPart<T>(
  title: string,
  items: readonly T[],
  max: number,
  show: (item: T) => Cell,
  whereAll = '',
): Summary[] {
  if (items.length === 0) return []
  return [
    {
      title: `${title} (${items.length})`,
      paragraphs: cutNote(items.length, max, whereAll),
      items: items.slice(0, max).map(show),
    },
  ]
}

/**
 * The paragraph of a list that is cut; no paragraph if the list is complete.
 * @param whereAll a clause that says where all items are; empty if they are nowhere
 */
const cutNote = (count: number, max: number, whereAll = ''): string[] =>
  count > max ? [`The first ${max} of ${count}${whereAll}.`] : []

function link(text: string, url: string | undefined): Cell {
  const short = oneLine(text, MAX_TEXT)
  return url === undefined ? short : { text: short, href: url }
}

const arrow = (from: string, to: string): string => `${oneLine(from, MAX_TEXT)} → ${oneLine(to, MAX_TEXT)}`
