import { describe, describeWithoutAdvice, type Failure } from '../../feishu/errors/failure.js'
import { quoted } from '../../text.js'
import type { SkippedEntry } from '../naming/skipped.js'
import { leaveOneOutSentence, leaveOutSentence, type ItemToLeaveOut, type LeaveOut } from './leave-out.js'

/** What the report needs at the end of a run. */
export interface RunEnd {
  readonly elapsedMs: number
  readonly requests: number
  /** Why the run stopped before everything was tried, in sentences; undefined if it did not. */
  readonly stopped: string | undefined
  /** The error of the disk or the manifest that ended the run. */
  readonly fault: string | undefined
}

/** A file that failed, or a document or part of a tree that could not be listed. */
export interface FailedItem extends ItemToLeaveOut {
  /** Its name for the user: a path or a link. */
  readonly what: string
  readonly leaveOut?: LeaveOut | undefined
}

/** A file that was written, or would be in a dry run. */
export interface WrittenItem {
  readonly path: string
  readonly title: string
  readonly url: string | undefined
}

/** The numbers of files that a run exported, deleted and so on, or would in a dry run. */
export interface Tally {
  readonly exported: number
  readonly unchanged: number
  readonly failed: number
  readonly skipped: number
  readonly deleted: number
  readonly dryRun: boolean
}

/** Everything that is reported at the end of a run. */
export interface ReportFacts extends Tally {
  readonly elapsedMs: number
  readonly requests: number
  readonly failures: readonly FailedItem[]
  readonly written: readonly WrittenItem[]
  readonly skippedItems: readonly SkippedEntry[]
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  readonly deletedPaths: readonly string[]
  /** Sentences: why the run ended early, what was not done and why. */
  readonly notes: readonly string[]
}

// How many causes, items of a cause, and links the error annotation names.
const MAX_NAMED_IN_ERROR = 3

/** Formats the numbers: `12 exported, 300 unchanged, 1 failed, 4 skipped, 0 deleted`. */
export function countsLine({ exported, unchanged, failed, skipped, deleted, dryRun }: Tally): string {
  const [exportVerb, deleteVerb] = dryRun ? ['to export', 'to delete'] : ['exported', 'deleted']
  return `${exported} ${exportVerb}, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped, ${deleted} ${deleteVerb}`
}

/**
 * The one line of the error annotation; undefined when nothing failed and the run did not end early.
 * @param whyEnded why the run ended before everything was tried; undefined if it did not
 * @param hints sentences about a possible common cause of several failures
 */
export function errorMessage(
  { failures, ...tally }: ReportFacts,
  whyEnded: string | undefined,
  hints: readonly string[] = [],
): string | undefined {
  if (failures.length === 0 && whyEnded === undefined) return undefined
  const found = tally.exported + tally.unchanged + tally.failed + tally.skipped
  // `whyEnded` may already have the message of a failure: then its group is left out. The messages of a group may differ,
  // for example in the log id, so each is compared.
  const isInWhyEnded = ({ failure }: FailedItem): boolean => whyEnded?.includes(describe(failure)) === true
  const groups = groupByCause(failures).filter(({ items }) => !items.some(isInWhyEnded))
  const named = groups.slice(0, MAX_NAMED_IN_ERROR)
  const more = groups.slice(MAX_NAMED_IN_ERROR).reduce((sum, { items }) => sum + items.length, 0)
  // If everything failed, and `whyEnded` has every cause, "5 of 5 failed" says nothing new.
  const isCountSuperfluous = whyEnded !== undefined && groups.length === 0 && tally.failed === found
  return [
    whyEnded,
    tally.failed > 0 && !isCountSuperfluous ? `${tally.failed} of ${found} failed.` : undefined,
    ...hints,
    ...named.map((group, nth) => `${groups.length > 1 ? `(${nth + 1}) ` : ''}${describeGroup(group)}`),
    more > 0 ? `And ${more} more: see the job summary.` : undefined,
    leaveOutHint(failures),
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}

/** `"a.docx", "b.docx", "c.docx" and 4 more: ` and the failure. */
function describeGroup({ items, message }: FailureGroup): string {
  const first = items.slice(0, MAX_NAMED_IN_ERROR).map(({ what }) => quoted(what, 120))
  const rest = items.length - first.length
  return `${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${message}`
}

/** The items that failed for the same reason. */
interface FailureGroup {
  /** Describes `failure`. */
  readonly message: string
  /** The failure of the first item. */
  readonly failure: Failure
  readonly items: FailedItem[]
}

/**
 * Groups failures by cause, the largest group first; the items of each group are sorted by name. The order of the
 * failures has no influence.
 */
export function groupByCause(failures: readonly FailedItem[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const item of [...failures].sort(byName)) {
    const { failure } = item
    // Leaves out what may differ although the cause is the same. That is the log id, the links (which contain it), and
    // the path in a failure of the disk.
    const sentence = `${describeWithoutAdvice({ ...failure, logId: undefined })}. ${failure.advice ?? ''}`
    const cause = failure.origin === 'disk' ? sentence.replaceAll(/"[^"]*"/g, '""') : sentence
    const group = groups.get(cause)
    if (group) group.items.push(item)
    else groups.set(cause, { message: describe(failure), failure, items: [item] })
  }
  return [...groups.values()].sort((a, b) => b.items.length - a.items.length)
}

const byName = (a: FailedItem, b: FailedItem): number => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0)

/** The log line for a failed item. */
export function failedLine({ what, failure, leaveOut }: FailedItem): string {
  const cure = leaveOut ? ` ${leaveOutSentence(leaveOut)}` : ''
  return `Failed: ${quoted(what, 200)}: ${describe(failure)}${cure}`
}

/** A sentence for the error annotation: how to leave out what failed. */
function leaveOutHint(failures: readonly FailedItem[]): string | undefined {
  const all = [...failures].sort(byName).flatMap(({ leaveOut }) => leaveOut ?? [])
  const sentences = new Set(all.map(leaveOutSentence))
  return sentences.size > 1 ? leaveOneOutSentence(all, MAX_NAMED_IN_ERROR) : [...sentences][0]
}
