import { describe, type Failure } from '../feishu/failure.js'
import type { Outcome } from '../runner/action.js'
import { formatDuration } from '../text.js'
import type { Listing, Plan, PlannedFile } from './model.js'
import { countFound } from './plan.js'
import { countsLine, errorOf, summaryOf, type FailedItem, type RunReport } from './report.js'
import type { UnitWork } from './steps.js'

const NOT_REACHED: Failure = {
  class: 'permanent',
  what: 'It was not reached before the run ended',
  advice: 'The next run goes on with it.',
}

/** Collects what becomes of every file, and tells it at the end. Nothing that was found is ever left out. */
export class Tellings {
  private plan: Plan | undefined
  private listing: Listing | undefined
  private readonly failed: FailedItem[] = []
  private readonly written: PlannedFile[] = []
  private readonly told = new Set<PlannedFile>()
  private readonly notes: string[] = []
  private deletedPaths: readonly string[] = []
  private tidiedFiles = 0
  private trouble: () => Failure | undefined = () => undefined
  private worksDone = 0
  private worksFailed = 0

  constructor(
    private readonly manifestFile: string,
    private readonly dryRun: boolean,
  ) {}

  /** The listing ended with a fault that every call would meet. */
  notListed(listing: Listing): void {
    this.listing = listing
    this.failed.push(...faultsOf(listing))
  }

  planned(plan: Plan, listing: Listing): void {
    this.plan = plan
    this.listing = listing
    this.failed.push(
      ...faultsOf(listing),
      ...plan.refused.map(({ file, failure }) => ({ what: file.path, url: file.unit.url, failure })),
    )
  }

  /** @param trouble tells what the run was stuck in when it stopped */
  watch(trouble: () => Failure | undefined): void {
    this.trouble = trouble
  }

  /** How many files were found, and branches and documents that could not be listed. */
  found(): number {
    return (this.plan ? countFound(this.plan) : 0) + (this.listing?.faults.length ?? 0)
  }

  failures(): readonly FailedItem[] {
    return this.failed
  }

  /** A unit is done, or has failed. Of its files, some may be in place all the same. */
  ended(work: UnitWork, failure: Failure | undefined): void {
    if (failure) this.worksFailed++
    else this.worksDone++
    for (const file of work.files) {
      this.told.add(file)
      if (work.placed.has(file.path)) this.written.push(file)
      else if (failure) this.failed.push({ what: file.path, url: file.unit.url, failure })
    }
  }

  progress(): { readonly done: number; readonly failed: number } {
    return { done: this.worksDone, failed: this.worksFailed }
  }

  note(sentence: string): void {
    this.notes.push(sentence)
  }

  deleted(paths: readonly string[]): void {
    this.deletedPaths = paths
  }

  wouldDelete(paths: readonly string[]): void {
    this.deletedPaths = paths
  }

  /** Copies of unchanged files were removed where they no longer belong. */
  tidied(count: number): void {
    this.tidiedFiles += count
  }

  /** Everything for the end of the step. */
  end(facts: { readonly elapsedMs: number; readonly requests: number; readonly stopped: string | undefined }): {
    readonly outcome: Outcome
    readonly line: string
  } {
    const { plan, dryRun } = this
    const trouble = facts.stopped === undefined ? undefined : this.trouble()
    const stopped = trouble ? `${facts.stopped} The last request failed: ${describe(trouble)}` : facts.stopped
    const written = dryRun ? (plan?.toExport ?? []) : this.written
    const unreached = dryRun ? [] : (plan?.toExport ?? []).filter((file) => !this.told.has(file))
    const failures = [
      ...this.failed,
      ...unreached.map((file) => ({ what: file.path, url: file.unit.url, failure: NOT_REACHED })),
    ]
    const report: RunReport = {
      dryRun,
      elapsedMs: facts.elapsedMs,
      requests: facts.requests,
      exported: written.length,
      unchanged: plan?.unchanged.length ?? 0,
      failed: failures.length,
      skipped: plan?.skipped.length ?? 0,
      deleted: this.deletedPaths.length,
      failures,
      written: written.map((file) => ({ path: file.path, title: file.unit.title, url: file.unit.url })),
      skippedItems: plan?.skipped ?? [],
      deletedPaths: this.deletedPaths,
      notes: stopped === undefined ? this.notes : [stopped, ...this.notes],
    }
    const { exported, unchanged, failed, skipped, deleted } = report
    const found = this.found()
    const isWhole = plan === undefined || exported + unchanged + failed + skipped === found
    const sum = isWhole ? undefined : `This action lost count: ${found} were found. Please report it.`
    const error = [errorOf(report, stopped), sum].filter((part) => part !== undefined).join(' ')
    const counts = countsLine(report, dryRun)
    return {
      line: `Finished: ${counts}, after ${formatDuration(facts.elapsedMs)} and ${facts.requests} requests`,
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
}

function faultsOf({ faults }: Listing): FailedItem[] {
  return faults.map(({ what, failure }) => ({ what, url: undefined, failure }))
}
