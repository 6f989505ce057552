import { quoted } from '../../text.js'
import { byPath } from '../paths.js'
import type { Move } from '../plan/plan-moves.js'
import type { Plan } from '../plan/plan.js'
import { failedLine, type FailedItem, type ReportFacts } from './report.js'

const MAX_SKIPPED = 50
const MAX_CHANGES = 500
const MAX_PATH = 200

/** What the lines of a plan need besides the plan. */
export interface PlanFacts {
  /** How many files and skipped entries were found, plus how many documents and parts of a tree could not be listed. */
  readonly found: number
  readonly failed: readonly FailedItem[]
  /** What a dry run would move and delete; undefined in a real run. */
  readonly changes: Pick<ReportFacts, 'moved' | 'deletedPaths'> | undefined
}

/**
 * The log lines of a plan: numbers, failures, the changes of a dry run, and what is skipped. Long lists are cut, but not
 * that of the failures. Pure.
 */
export function planLines(plan: Plan, { found, failed, changes }: PlanFacts): string[] {
  const { toExport, unchanged, skipped, moves } = plan
  const moved = withoutAssets(moves).length
  return [
    `Found ${found}: ${toExport.length} to export, ${unchanged.length} unchanged, ${failed.length} failed,` +
      ` ${skipped.length} skipped${moved > 0 ? `, ${moved} to move` : ''}`,
    ...failed.map(failedLine),
    ...(changes ? changeLines(toExport, changes) : []),
    ...linesOf('Skipped', skipped, MAX_SKIPPED, ({ path, reason }) => `${quoted(path, MAX_PATH)}: ${reason}`),
  ]
}

/** The lines of what a dry run would change. */
const changeLines = (
  toExport: Plan['toExport'],
  { moved, deletedPaths }: NonNullable<PlanFacts['changes']>,
): string[] => [
  ...linesOf('To export', [...toExport].sort(byPath), MAX_CHANGES, ({ path }) => quoted(path, MAX_PATH)),
  ...linesOf('To move', moved, MAX_CHANGES, ({ from, to }) => `${quoted(from, MAX_PATH)} → ${quoted(to, MAX_PATH)}`),
  ...linesOf('To delete', deletedPaths, MAX_CHANGES, (path) => quoted(path, MAX_PATH)),
]

/** Makes a line for each of the first `max` items, and one for the number of the others. */
function linesOf<T>(label: string, items: readonly T[], max: number, show: (item: T) => string): string[] {
  const lines = items.slice(0, max).map((item) => `${label}: ${show(item)}`)
  return items.length > max ? [...lines, `${label}: ${items.length - max} more`] : lines
}

/** The moves that are reported: without pictures and attachments, which move with their document. */
export const withoutAssets = (moves: readonly Pick<Move, 'record' | 'to'>[]): ReportFacts['moved'] =>
  moves.flatMap(({ record, to }) => (record.asset === undefined ? { from: record.path, to } : []))
