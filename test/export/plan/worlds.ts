import type { Failure } from '../../../src/feishu/errors/failure.js'
import type { Listing } from '../../../src/export/listing/types.js'
import type { FileRecord } from '../../../src/export/model.js'
import { layOut, type Layout } from '../../../src/export/naming/layout.js'
import { fold } from '../../../src/export/paths.js'
import { listPathsToInspect } from '../../../src/export/plan/assets.js'
import { makePlan, type Plan, type PlanOptions } from '../../../src/export/plan/plan.js'
import type { Move } from '../../../src/export/plan/plan-moves.js'
import type { DiskEntry, Snapshot } from '../../../src/export/plan/snapshot.js'
import { FORMATS } from '../naming/trees.js'

export const UNREADABLE: Failure = { class: 'permanent', what: 'Cannot inspect it', origin: 'disk' }

/** A disk in memory. It has files with a size, and the folders above them. */
export class Disk {
  private readonly files = new Map<string, { readonly path: string; readonly size: number }>()
  private readonly locked = new Set<string>()

  constructor(
    files: Readonly<Record<string, number>> = {},
    private readonly options: { readonly ignoresCase: boolean } = { ignoresCase: false },
  ) {
    for (const [path, size] of Object.entries(files)) this.put(path, size)
  }

  put(path: string, size: number): void {
    this.files.set(this.keyOf(path), { path, size })
  }

  remove(path: string): void {
    this.files.delete(this.keyOf(path))
  }

  /** Makes a path unreadable. */
  lock(path: string): void {
    this.locked.add(this.keyOf(path))
  }

  /** What is at a path. A folder above a file has the kind `other`. */
  at(path: string): DiskEntry {
    const key = this.keyOf(path)
    if (this.locked.has(key)) return { kind: 'unreadable', failure: UNREADABLE }
    const file = this.files.get(key)
    if (file) return { kind: 'file', size: file.size, id: key }
    const isFolder = [...this.files.keys()].some((one) => one.startsWith(`${key}/`))
    return isFolder ? { kind: 'other' } : { kind: 'nothing' }
  }

  private keyOf(path: string): string {
    return this.options.ignoresCase ? fold(path) : path
  }
}

/** The input of a plan, except for the listing. Everything has a default (see `planRun`). */
export interface World extends Partial<Omit<PlanOptions, 'snapshot'>> {
  readonly formats?: ReadonlyMap<string, readonly string[]>
  readonly includeFiles?: boolean
  readonly includeAttachments?: boolean
  /** By default, every recorded file is on the disk. */
  readonly disk?: Pick<Disk, 'at'>
}

/** A disk with the recorded files. @param others the sizes of further files, by path */
export const diskWith = (records: readonly FileRecord[], others: Readonly<Record<string, number>> = {}): Disk =>
  new Disk({ ...Object.fromEntries(records.map(({ path, fileSize }) => [path, fileSize])), ...others })

/** Makes the layout and the plan for a listing, as a run does. The paths of confirmed missing files are free for others. */
export function planRun(found: Listing, world: World = {}): { readonly layout: Layout; readonly plan: Plan } {
  const { folders = [], formats = FORMATS, includeFiles = false, includeAttachments = false, disk, ...rest } = world
  const options = {
    records: [],
    confirmedMissing: [],
    overwrite: false,
    force: false,
    deleteStale: false,
    isComplete: !found.faults.some(({ mayHideDocuments }) => mayHideDocuments),
    ...rest,
  }
  const { records, confirmedMissing } = options
  const released = new Set(confirmedMissing)
  const manifestPath = '.feishu-export.json'
  const layout = layOut(found, {
    formats,
    includeFiles,
    includeAttachments,
    frontMatter: false,
    records,
    folders,
    released,
    manifestPath,
  })
  const snapshot = strictSnapshot(disk ?? diskWith(records), listPathsToInspect(layout.files, records))
  return { layout, plan: makePlan(layout, { ...options, folders, snapshot }) }
}

/** Makes the plan for a listing (see `planRun`). */
export const planFor = (found: Listing, world: World = {}): Plan => planRun(found, world).plan

/** Makes a snapshot that, like the real one, answers only for the paths that were inspected. */
function strictSnapshot(disk: Pick<Disk, 'at'>, known: ReadonlySet<string>): Snapshot {
  return {
    at(path) {
      if (!known.has(path)) throw new Error(`the snapshot does not have ${path}`)
      return disk.at(path)
    },
  }
}

export const showMove = ({ record, to }: Move): string => `${record.path} > ${to}`

/**
 * The parts of a plan in short, for comparisons: the paths; for moves `OLD > NEW`, for stale files also the reason.
 * Folders, outdated records, assets and links are left out.
 */
export const brief = (plan: Plan) => ({
  moves: plan.moves.map(showMove),
  toPark: plan.toPark.map(({ path }) => path),
  toExport: plan.toExport.map(({ path }) => path),
  unchanged: plan.unchanged.map(({ path }) => path),
  refused: plan.refused.map(({ path }) => path),
  skipped: plan.skipped.map(({ path }) => path),
  stale: plan.stale.map(({ record, reason }) => `${record.path} ${reason}`),
  toDrop: plan.toDrop.map(({ path }) => path),
})

/** The number of files that were found, which is the sum of the numbers that a run reports. */
export const countFound = ({ toExport, unchanged, refused, skipped }: Plan): number =>
  toExport.length + unchanged.length + refused.length + skipped.length
