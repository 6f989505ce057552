import { describe, type Failure } from '../../feishu/errors/failure.js'
import type { DiskFault } from '../../files/disk-fault.js'
import { diskFailure } from '../../files/disk-fault.js'
import type { Outcome } from '../../runner/action.js'
import { countOf, formatDuration } from '../../text.js'
import { STOPPED } from '../engine/paced-api.js'
import type { Listing, Plan, PlannedFile } from '../model.js'
import { countFound } from '../plan.js'
import type { UnitWork } from '../steps.js'
import { countsLine, errorOf, summaryOf, type FailedItem, type RunReport } from './report.js'

const NEXT_RUN = 'The next run goes on with it.'
const NOT_REACHED: Failure = { class: 'permanent', what: 'It was not reached before the run ended', advice: NEXT_RUN }
const UNDER_WAY: Failure = {
  class: 'permanent',
  what: 'It was not finished when the run ended',
  advice: NEXT_RUN,
}

/** Collects what becomes of every file, and tells it at the end. Nothing that was found is ever left out. */
export class Tellings {
  private plan: Plan | undefined
  private listing: Listing | undefined
  private readonly failed: FailedItem[] = []
  private readonly remains: FailedItem[] = []
  private readonly written: PlannedFile[] = []
  private readonly told = new Set<PlannedFile>()
  private readonly notes: string[] = []
  private readonly hints: string[] = []
  private deletedPaths: readonly string[] = []
  private tidiedFiles = 0
  private trouble: () => Failure | undefined = () => undefined
  private worksDone = 0
  private worksFailed = 0

  constructor(
    private readonly manifestFile: string,
    private readonly dryRun: boolean,
  ) {}

  /** The run ended before the listing did: these are the faults so far. */
  notListed(listing: Listing): void {
    const faults = listing.faults.filter(({ failure }) => failure !== STOPPED)
    this.listing = { ...listing, faults }
    this.failed.push(...faultsOf(this.listing))
  }

  planned(plan: Plan, listing: Listing): void {
    this.plan = plan
    this.listing = listing
    this.failed.push(
      ...faultsOf(listing),
      ...plan.refused.map(({ file, failure }) => ({ what: file.path, url: file.unit.url, failure })),
    )
  }

  isPlanned(): boolean {
    return this.plan !== undefined
  }

  /** @param trouble tells what the run was stuck in when it stopped */
  watch(trouble: () => Failure | undefined): void {
    this.trouble = trouble
  }

  /** How many files were found, and documents and parts of a tree that could not be listed. */
  found(): number {
    return (this.plan ? countFound(this.plan) : 0) + (this.listing?.faults.length ?? 0)
  }

  failures(): readonly FailedItem[] {
    return this.failed
  }

  /** A unit is done, has failed, or was under way when the run stopped. Of its files, some may be in place all the same. */
  ended({ files, placed, failures }: UnitWork, failure: Failure | undefined): void {
    if (!failure) this.worksDone++
    else if (failure !== STOPPED) this.worksFailed++
    for (const file of files) {
      this.told.add(file)
      const own = failures.get(file.path) ?? (failure === STOPPED ? UNDER_WAY : failure)
      if (placed.has(file.path)) this.written.push(file)
      else if (own) this.failed.push({ what: file.path, url: file.unit.url, failure: own })
    }
  }

  progress(): { readonly done: number; readonly failed: number } {
    return { done: this.worksDone, failed: this.worksFailed }
  }

  /** A sentence for the summary. */
  note(sentence: string): void {
    this.notes.push(sentence)
  }

  /** A sentence for the error too: what stands behind several failures. */
  hint(sentence: string): void {
    this.hints.push(sentence)
  }

  /** Files of earlier runs that were removed for good, or would be in a dry run. */
  deleted(paths: readonly string[]): void {
    this.deletedPaths = paths
  }

  /** So many files of earlier runs were removed where they no longer belong. */
  tidied(count: number): void {
    this.tidiedFiles += count
  }

  /** A file of an earlier run should have been removed. */
  notRemoved(faults: readonly DiskFault[]): void {
    this.remains.push(...faults.map((fault) => ({ what: 'Old file', url: undefined, failure: diskFailure(fault) })))
  }

  /**
   * Everything for the end of the step.
   * @param facts `stopped`: sentences; why the run ended before everything was tried
   */
  end(facts: { readonly elapsedMs: number; readonly requests: number; readonly stopped: string | undefined }): {
    readonly outcome: Outcome
    /** For the log; undefined where nothing was begun. */
    readonly line: string | undefined
  } {
    const trouble = facts.stopped === undefined ? undefined : this.trouble()
    const stopped = trouble ? `${facts.stopped} The last request failed: ${describe(trouble)}` : facts.stopped
    const report = this.report(facts.elapsedMs, facts.requests, stopped)
    const { exported, unchanged, failed, skipped, deleted, dryRun } = report
    const found = this.found()
    const isWhole = this.plan === undefined || exported + unchanged + failed + skipped === found
    const sum = isWhole ? undefined : `This action lost count: ${found} were found. Please report it.`
    const error = [errorOf(report, stopped, this.hints), sum].filter((part) => part !== undefined).join(' ')
    const counts = `${countsLine(report, dryRun)}, after ${formatDuration(facts.elapsedMs)}`
    return {
      line: this.listing && `Finished: ${counts} and ${countOf(facts.requests, 'request')}`,
      outcome: {
        outputs: {
          exported,
          unchanged,
          failed,
          skipped,
          deleted,
          changed: exported + deleted + this.tidiedFiles > 0,
          manifest: this.manifestFile,
        },
        ...(error !== '' && { error }),
        summary: summaryOf(report),
      },
    }
  }

  private report(elapsedMs: number, requests: number, stopped: string | undefined): RunReport {
    const { plan, dryRun, deletedPaths } = this
    const written = dryRun ? (plan?.toExport ?? []) : this.written
    const unreached = dryRun ? [] : (plan?.toExport ?? []).filter((file) => !this.told.has(file))
    const failures = [
      ...this.failed,
      ...unreached.map((file) => ({ what: file.path, url: file.unit.url, failure: NOT_REACHED })),
    ]
    return {
      dryRun,
      elapsedMs,
      requests,
      exported: written.length,
      unchanged: plan?.unchanged.length ?? 0,
      failed: failures.length,
      skipped: plan?.skipped.length ?? 0,
      deleted: deletedPaths.length,
      failures: [...failures, ...this.remains],
      written: written.map((file) => ({ path: file.path, title: file.unit.title, url: file.unit.url })),
      skippedItems: plan?.skipped ?? [],
      deletedPaths,
      notes: [stopped, ...this.hints, ...this.notes].filter((note) => note !== undefined),
    }
  }
}

function faultsOf({ faults }: Listing): FailedItem[] {
  return faults.map(({ what, failure }) => ({ what, url: undefined, failure }))
}
