import type { Failure } from '../../feishu/errors/failure.js'
import type { Listing } from '../listing/types.js'
import { outputKey, type PlannedFile } from '../model.js'
import type { Plan } from '../plan/plan.js'
import { LeaveOutAdvice } from './leave-out.js'
import { failedLine, type FailedItem } from './report.js'

/** Collects the items that failed, and advises how to leave each out. */
export class FailedItems {
  private readonly items: FailedItem[] = []
  /** The keys (`outputKey`) of the outputs in `items`. */
  private readonly outputs = new Set<string>()
  /** Undefined before the plan: it is not yet known what would be left out as well. */
  private advice: LeaveOutAdvice | undefined

  /** Adds the faults of a listing. */
  addFaults(faults: Listing['faults']): void {
    this.items.push(...faults.map(({ what, url, failure }) => ({ what, url, failure })))
  }

  addFile(file: PlannedFile, failure: Failure): void {
    this.items.push(itemOf(file, failure))
    this.outputs.add(outputKey(file.output))
  }

  /** From now on, each item has advice. @param deletesFiles whether the files of what is left out are deleted */
  planned(listing: Listing, { toExport, unchanged, refused }: Plan, deletesFiles: boolean): void {
    const outputs = [...toExport, ...unchanged, ...refused].map(({ output }) => output)
    this.advice = new LeaveOutAdvice(listing, outputs, deletesFiles)
  }

  /** All items, with advice by what has failed so far. */
  all(): FailedItem[] {
    return this.items.map((item) => this.withAdvice(item))
  }

  /** The log line for a file that was added with its failure. Else its advice would count it as not failed. */
  lineFor(file: PlannedFile, failure: Failure): string {
    return failedLine(this.withAdvice(itemOf(file, failure)))
  }

  private withAdvice(item: FailedItem): FailedItem {
    const leaveOut = this.advice?.find(item, (output) => this.outputs.has(outputKey(output)))
    return { ...item, leaveOut }
  }
}

/** Makes the item for a file that failed. */
export const itemOf = ({ path, output }: PlannedFile, failure: Failure): FailedItem => ({
  what: path,
  url: output.url,
  output,
  failure,
})
