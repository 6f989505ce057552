import { describe, type Failure } from '../../feishu/errors/failure.js'
import { quoted } from '../../text.js'
import type { SkippedEntry } from '../naming/layout.js'

/** A file or a branch that failed, as a person knows it. */
export interface FailedItem {
  readonly what: string
  readonly url: string | undefined
  readonly failure: Failure
}

/** A file that was written. */
export interface WrittenItem {
  readonly path: string
  readonly title: string
  readonly url: string | undefined
}

/** What a run did, or would do in a dry run: the numbers count files. */
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

const MAX_NAMED_IN_ERROR = 3

/** `12 exported, 300 unchanged, 1 failed, 4 skipped, 0 deleted`. */
export function countsLine({ exported, unchanged, failed, skipped, deleted, dryRun }: Tally): string {
  const [did, gone] = dryRun ? ['to export', 'to delete'] : ['exported', 'deleted']
  return `${exported} ${did}, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped, ${deleted} ${gone}`
}

/**
 * The one line of the error annotation; undefined when nothing failed.
 * @param stopped why the run ended before everything was tried
 * @param hints what may be the cause of several failures
 */
export function errorMessage(
  { failures, ...tally }: ReportFacts,
  stopped: string | undefined,
  hints: readonly string[] = [],
): string | undefined {
  if (failures.length === 0 && stopped === undefined) return undefined
  const found = tally.exported + tally.unchanged + tally.failed + tally.skipped
  const groups = groupByCause(failures)
  const named = groups.slice(0, MAX_NAMED_IN_ERROR)
  const more = failures.length - named.reduce((sum, { items }) => sum + items.length, 0)
  return [
    stopped,
    tally.failed > 0 ? `${tally.failed} of ${found} failed.` : undefined,
    ...hints,
    ...named.map(({ items, message }, nth) => {
      const number = groups.length > 1 ? `(${nth + 1}) ` : ''
      const first = items.slice(0, MAX_NAMED_IN_ERROR).map(({ what }) => quoted(what, 120))
      const rest = items.length - first.length
      const names = `${number}${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
      // What ended the whole run is in the message already.
      return stopped?.includes(message) ? `${names}.` : `${names}: ${message}`
    }),
    more > 0 ? `And ${more} more: see the job summary.` : undefined,
    excludeHint(failures),
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}

/** Groups failures by cause, the largest group first, and each by path: the same whenever the failures came. */
export function groupByCause(
  failures: readonly FailedItem[],
): { readonly message: string; readonly failure: Failure; readonly items: FailedItem[] }[] {
  const groups = new Map<string, { message: string; failure: Failure; items: FailedItem[] }>()
  for (const item of [...failures].sort(byName)) {
    // The log id differs each time, and so does the address that contains it.
    const cause = describe({ ...item.failure, logId: undefined, links: [] })
    const group = groups.get(cause)
    if (group) group.items.push(item)
    else groups.set(cause, { message: describe(item.failure), failure: item.failure, items: [item] })
  }
  return [...groups.values()].sort((a, b) => b.items.length - a.items.length)
}

const byName = (a: FailedItem, b: FailedItem): number => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0)

/**
 * The link that leaves a document out of the next runs; undefined where that is no cure. What is not about the document
 * alone, or passes, is solved otherwise.
 */
const excludeLink = ({ url, failure }: FailedItem): string | undefined => {
  // An answer without a code is not the service's: a proxy or gateway says nothing about the document.
  const isOfService = failure.httpStatus === undefined || failure.code !== undefined
  const isItsOwn =
    failure.class === 'permanent' && failure.scope === undefined && failure.origin === undefined && isOfService
  return isItsOwn ? url : undefined
}

/** The line of the log for something that failed. */
export function failedLine(item: FailedItem): string {
  const link = excludeLink(item)
  const cure = link === undefined ? '' : ` To leave it out, add to \`exclude\`: ${link}`
  return `Failed: ${quoted(item.what, 200)}: ${describe(item.failure)}${cure}`
}

/** How to leave out what fails, for the error annotation. */
function excludeHint(failures: readonly FailedItem[]): string | undefined {
  const links = [...failures]
    .sort(byName)
    .map(excludeLink)
    .filter((link) => link !== undefined)
  if (links.length === 0) return undefined
  const [first] = links
  return links.length === 1
    ? `To leave it out, add this line to \`exclude\`: ${first ?? ''}`
    : `To leave one out, add its link to \`exclude\`: ${links.slice(0, MAX_NAMED_IN_ERROR).join(' ')}`
}
