import type { Failure } from '../../feishu/errors/failure.js'
import { diskFailure } from '../../files/disk-fault.js'
import type { Placeholder } from '../../markdown/context.js'
import type { Outcome, Outputs } from '../../runner/action.js'
import type { Log } from '../../runner/log.js'
import { countOf, formatDuration } from '../../text.js'
import { STOPPED } from '../stop.js'
import type { Listing } from '../listing/types.js'
import { reservedPathOf, type PlannedFile } from '../model.js'
import { byPath } from '../paths.js'
import type { OutputWork } from '../outputs/work.js'
import type { Moved } from '../placement/apply-moves.js'
import type { Pruned } from '../placement/prune.js'
import type { Plan } from '../plan/plan.js'
import type { StaleFile } from '../plan/stale.js'
import { FailedItems, itemOf } from './failed-items.js'
import { countsLine, errorMessage } from './report.js'
import type { FailedItem, ReportFacts, RunEnd, Tally } from './report.js'
import { planLines, withoutAssets } from './plan-lines.js'
import {
  adviseLostManifest,
  describeEarlyEnd,
  describePageAlone,
  describeUnusedExcludes,
  PlaceholderCounts,
} from './sentences.js'
import { summarize } from './summary.js'

// Transient, since the next run tries these files again.
const NOT_REACHED: Failure = { class: 'transient', what: 'It was not reached before the run ended' }
const NOT_FINISHED: Failure = { class: 'transient', what: 'It was not finished when the run ended' }

/**
 * Collects the result of every file, and reports it in the log, the outputs, the error message and the summary. It
 * counts everything that was found. It decides nothing that a run does.
 */
export class RunReport {
  private listing: Listing | undefined
  /** True after a listing that was not stopped. */
  private isListed = false
  private plan: Plan | undefined
  private readonly failed = new FailedItems()
  /** Stale files and unused assets that could not be removed: the step fails, but `failed` does not count them. */
  private readonly notRemoved: FailedItem[] = []
  /** With the paths where the files are now. */
  private readonly exported: PlannedFile[] = []
  /** The planned paths whose result is known: exported or failed. */
  private readonly pathsWithResult = new Set<string>()
  /** Sentences for the summary. */
  private readonly notes: string[] = []
  /** Sentences for the summary and the error message. */
  private readonly hints: string[] = []
  private readonly placeholders = new PlaceholderCounts()
  private moves: ReportFacts['moved'] = []
  private hasMovedFiles = false
  private hasChangedDisk = false
  private removed: readonly StaleFile[] = []
  private failureBeingRetried: () => Failure | undefined = () => undefined

  constructor(
    private readonly log: Log,
    private readonly options: {
      readonly dryRun: boolean
      readonly manifestFile: string
      readonly deleteStale: boolean
      readonly excludeLines: readonly string[]
    },
  ) {}

  /** @param failureBeingRetried returns the failure of a request that is being retried, if there is one */
  watch(failureBeingRetried: () => Failure | undefined): void {
    this.failureBeingRetried = failureBeingRetried
  }

  /**
   * Records the listing; its faults count as failed. Two likely mistakes are put in the log and the summary. These are
   * pages exported without the pages below them, and lines of `exclude` that excluded nothing.
   */
  listed(listing: Listing): void {
    // What was not listed because the run was stopped did not fail. The report names the cause of the stop.
    const faults = listing.faults.filter(({ failure }) => failure !== STOPPED)
    this.listing = { ...listing, faults }
    this.isListed = faults.length === listing.faults.length
    for (const page of listing.pagesWithChildren ?? []) {
      const sentence = describePageAlone(page)
      this.log.warning(sentence)
      this.notes.push(sentence)
    }
    // With the faults of a stop: an unused line may exclude what was not listed.
    const unused = describeUnusedExcludes(this.options.excludeLines, listing)
    if (unused !== undefined) {
      this.log.info(unused)
      this.notes.push(unused)
    }
    this.failed.addFaults(faults)
  }

  /**
   * Records the plan, and logs it.
   * @param hasRecords false for a manifest that is missing or lists no files
   * @param manifest its path, as messages name it
   */
  planned(plan: Plan, { hasRecords, manifest }: { readonly hasRecords: boolean; readonly manifest: string }): void {
    // Without the moves that a killed run has already made: they change nothing on the disk, so they are not reported.
    this.plan = { ...plan, moves: plan.moves.filter(({ record, to }) => record.path !== to) }
    if (this.listing) this.failed.planned(this.listing, plan, this.options.deleteStale)
    for (const file of plan.refused) this.failed.addFile(file, file.failure)
    // Without records, a file at a planned path may be there by chance. Several are probably from earlier runs.
    if (!hasRecords && plan.refused.filter(({ isForeign }) => isForeign).length > 1)
      this.hints.push(adviseLostManifest(manifest))
    const changes = this.options.dryRun ? { moved: this.plannedMoves(), deletedPaths: this.deletedPaths() } : undefined
    const lines = planLines(this.plan, { found: this.countFound(), failed: this.failed.all(), changes })
    for (const line of lines) this.log.info(line)
  }

  /**
   * Records the moves, and logs their number. Records and logs the files that cannot be written because a move failed.
   * @param plan the plan as corrected after the moves; the files that were refused before the moves are already recorded
   */
  moved({ moved, isChanged }: Moved, plan: Plan): void {
    this.hasMovedFiles = isChanged
    this.moves = withoutAssets(moved)
    const known = new Set(this.plan?.refused)
    this.plan = plan
    for (const file of plan.refused.filter((one) => !known.has(one))) {
      this.failed.addFile(file, file.failure)
      this.log.info(this.failedLine(file, file.failure))
    }
    if (this.moves.length > 0) this.log.info(`Moved ${countOf(this.moves.length, 'file')}`)
  }

  /**
   * Records the end of a work: done, failed, or not finished when the run stopped. Even a failed work may have published
   * some of its files: these count as exported.
   * @param failure undefined for a work that is done
   */
  ended({ files, published, failures }: OutputWork, failure: Failure | undefined): void {
    for (const file of files) {
      this.pathsWithResult.add(file.path)
      const fileFailure = failures.get(file.path) ?? (failure === STOPPED ? NOT_FINISHED : failure)
      const publishedPath = published.get(file.path)
      if (publishedPath !== undefined) this.exported.push({ ...file, path: publishedPath })
      else if (fileFailure) this.failed.addFile(file, fileFailure)
    }
  }

  /** The log line for a file whose failure is recorded. */
  failedLine(file: PlannedFile, failure: Failure): string {
    return this.failed.lineFor(file, failure)
  }

  /** Records that a file was written, which also happens without an exported file: an attachment of a failed document. */
  changedDisk(): void {
    this.hasChangedDisk = true
  }

  /** Records which stale files were removed, and which could not be. */
  pruned({ removed, notRemoved }: Pruned): void {
    this.removed = removed
    this.notRemovedFiles(notRemoved)
  }

  /**
   * Logs and reports stale files and unused assets that could not be removed. The step fails, but `failed` does not count
   * them.
   */
  notRemovedFiles(notRemoved: Pruned['notRemoved']): void {
    for (const { path, fault } of notRemoved) {
      this.log.info(fault.message)
      this.notRemoved.push({ what: path, url: undefined, failure: diskFailure(fault) })
    }
  }

  /** Notes that the run stopped before stale files were removed, if `delete-stale` would have removed any. */
  notPruned(stale: readonly StaleFile[]): void {
    // Surplus copies are removed without `delete-stale`, too.
    if (stale.some(({ reason }) => reason !== 'copy'))
      this.note('`delete-stale` was off for this run: it ended before everything was done.')
  }

  /** Counts the blocks of a document that its Markdown shows only as a note. */
  countPlaceholders(placeholders: readonly Placeholder[]): void {
    this.placeholders.add(placeholders)
  }

  /** Adds a sentence to the summary. */
  note(sentence: string): void {
    this.notes.push(sentence)
  }

  /** Ends the report: logs the numbers, and makes the outcome of the step: outputs, error message and summary. */
  end({ elapsedMs, requests, stopped, fault }: RunEnd): Outcome {
    const reached = this.plan ? 'plan' : this.isListed ? 'listing' : 'partial-listing'
    const whyEnded = describeEarlyEnd({ stopped, fault, reached, retried: this.failureBeingRetried() })
    const facts = this.facts(elapsedMs, requests, whyEnded)
    const counts = `${countsLine(facts)}, after ${formatDuration(elapsedMs)}`
    // Without a listing, there are no numbers to log.
    if (this.listing) this.log.info(`Finished: ${counts} and ${countOf(requests, 'request')}`)
    const errorParts = [errorMessage(facts, whyEnded, this.hints), this.describeWrongCount(facts)].filter(
      (part) => part !== undefined,
    )
    return {
      outputs: this.outputsOf(facts),
      ...(errorParts.length > 0 && { error: errorParts.join(' ') }),
      summary: summarize(facts),
    }
  }

  /** The outputs of the step so far: files that were not reached count as failed. */
  outputs(): Outputs {
    // Elapsed time and number of requests are not among the outputs.
    return this.outputsOf(this.facts(0, 0, undefined))
  }

  /** Makes the outputs of the step. `changed` also counts what `deleted` leaves out, such as pictures. */
  private outputsOf({ exported, unchanged, failed, skipped, deleted }: Tally): Outputs {
    const changed = exported > 0 || this.deletedFiles().length > 0 || this.hasMoves() || this.hasChangedDisk
    return { exported, unchanged, failed, skipped, deleted, changed, manifest: this.options.manifestFile }
  }

  /**
   * Collects all facts about the run so far; of a dry run, what it would do. Files that were not reached count as failed.
   * @param whyEnded why the run ended early; undefined if it did not
   */
  private facts(elapsedMs: number, requests: number, whyEnded: string | undefined): ReportFacts {
    const { plan } = this
    const { dryRun } = this.options
    const exported = dryRun ? (plan?.toExport ?? []) : this.exported
    const unreached = dryRun ? [] : (plan?.toExport ?? []).filter(({ path }) => !this.pathsWithResult.has(path))
    const failedItems = [...this.failed.all(), ...unreached.map((file) => itemOf(file, NOT_REACHED))]
    const deletedPaths = this.deletedPaths()
    return {
      dryRun,
      elapsedMs,
      requests,
      exported: exported.length,
      unchanged: plan?.unchanged.length ?? 0,
      failed: failedItems.length,
      skipped: plan?.skipped.length ?? 0,
      deleted: deletedPaths.length,
      // A stale file that could not be removed is reported, but is none of the files that `failed` counts.
      failures: [...failedItems, ...this.notRemoved],
      written: [...exported].sort(byPath).map(({ path, output }) => ({ path, title: output.title, url: output.url })),
      skippedItems: plan?.skipped ?? [],
      moved: dryRun ? this.plannedMoves() : this.moves,
      deletedPaths,
      notes: [whyEnded, ...this.hints, ...this.notes, this.placeholders.describe()].filter(
        (note) => note !== undefined,
      ),
    }
  }

  /** The stale files that were removed, or would be in a dry run. */
  private deletedFiles(): readonly StaleFile[] {
    return this.options.dryRun ? (this.plan?.stale ?? []) : this.removed
  }

  /** The paths that count as deleted: without surplus copies, and without pictures and attachments. */
  private deletedPaths(): readonly string[] {
    const counted = this.deletedFiles().filter(({ record, reason }) => reason !== 'copy' && record.asset === undefined)
    // A stale file may be parked at a temporary path.
    return counted.map(({ record }) => reservedPathOf(record))
  }

  /** The planned moves, without pictures and attachments. */
  private plannedMoves(): ReportFacts['moved'] {
    return withoutAssets(this.plan?.moves ?? [])
  }

  /** Whether files were moved, or would be in a dry run. */
  private hasMoves(): boolean {
    return this.options.dryRun ? (this.plan?.moves ?? []).length > 0 : this.hasMovedFiles
  }

  /** A sentence that reports a bug of this action, if the numbers do not add up; otherwise undefined. */
  private describeWrongCount({ exported, unchanged, failed, skipped }: ReportFacts): string | undefined {
    const found = this.countFound()
    const addsUp = this.plan === undefined || exported + unchanged + failed + skipped === found
    return addsUp ? undefined : `This action lost count: ${found} were found. Please report it.`
  }

  /** How many files and skipped entries were found, plus how many documents and parts of a tree could not be listed. */
  private countFound(): number {
    const { plan, listing } = this
    const lists = plan ? [plan.toExport, plan.unchanged, plan.refused, plan.skipped] : []
    return lists.reduce((sum, { length }) => sum + length, listing?.faults.length ?? 0)
  }
}
