import type { Failure } from '../feishu/errors/failure.js'
import { DiskFault, diskFailure } from '../files/disk-fault.js'
import { listIn } from '../lists.js'
import { quoted } from '../text.js'
import type { ManifestClaim } from './manifest/manifest.js'
import type { ExportUnit, Listing, ManifestFile, Plan, PlannedFile, RefusedFile, StaleFile } from './model.js'
import { byCodePoints, documentKey, fold, layOut, unitKey, type Layout, type PlacedFile, type Wishes } from './paths.js'

/** What stands at a path of the disk. */
export interface DiskFact {
  readonly size: number
  /** `other` for what is no plain file inside the directory: a folder, a link, what a link outside leads to. */
  readonly kind: 'file' | 'other'
  /** The same for two names of one file: on many disks `A` and `a`. */
  readonly id?: string | undefined
}

/** What a plan is made from, besides the listing. */
export interface PlanOptions extends Wishes {
  readonly overwrite: boolean
  readonly force: boolean
  /** The manifest's path relative to `directory`, with `/`; undefined when it stands elsewhere. */
  readonly manifestPath: string | undefined
  readonly manifest: { readonly files: readonly ManifestFile[]; readonly writing: readonly ManifestClaim[] }
  /** Throws DiskFault where a path cannot be looked at. */
  readonly disk: (path: string) => DiskFact | undefined
}

/** Decides what a run is going to do: what goes where, what need not, cannot or will not be exported. Pure. */
export function makePlan(listing: Listing, options: PlanOptions): Plan {
  const { manifest } = options
  const records = [...manifest.files, ...manifest.writing.map(unfinished)]
  const layout = layOut(listing, { ...options, recorded: records })
  const isWhole = !listing.faults.some(({ branch }) => branch)
  const units = oneTime(layout.files)
  const replaces = replacedPaths(layout.files, records, isWhole)

  const judge = judgeOf(options, records, layout)
  const judged = layout.files.map((placed) => {
    const unit = units.get(placed.unit) ?? placed.unit
    return { unit, path: placed.path, verdict: judge({ ...placed, unit }) }
  })
  // What replaces an old file must come to be; the best is what does so in this run.
  const order: Verdict['kind'][] = ['export', 'unchanged']
  const owners = new Map<string, string>()
  for (const kind of order) {
    for (const { unit, path, verdict } of judged) {
      if (verdict.kind === kind && !owners.has(unitKey(unit))) owners.set(unitKey(unit), path)
    }
  }
  const toExport: PlannedFile[] = []
  const unchanged: PlannedFile[] = []
  const refused: RefusedFile[] = []
  for (const { unit, path, verdict } of judged) {
    const key = unitKey(unit)
    const ofOld = owners.get(key) === path ? (replaces.get(key) ?? []) : []
    const file = { unit, path, replaces: ofOld, stands: verdict.kind !== 'refused' && verdict.stands }
    if (verdict.kind === 'refused')
      refused.push({ file, failure: verdict.failure, isStranger: verdict.isStranger === true })
    else (verdict.kind === 'export' ? toExport : unchanged).push(file)
  }

  const stale = staleOf(records, layout, [...toExport, ...unchanged])
  const inTheWay = isWhole ? blockersOf(stale, toExport) : []
  const plan = { toExport, unchanged, refused, skipped: layout.skipped, stale, inTheWay }
  if (countFound(plan) !== layout.files.length + layout.skipped.length) throw new Error('the plan lost a file')
  return plan
}

/**
 * What no document that was found is recorded for any more; and where a document was found, but not wanted in this
 * format, what stands for it.
 */
function staleOf(records: readonly ManifestFile[], layout: Layout, wanted: readonly PlannedFile[]): StaleFile[] {
  const byDocument = new Map<string, PlannedFile[]>()
  for (const file of wanted) listIn(byDocument, documentKey(file.unit)).push(file)
  return records
    .filter((record) => !layout.found.has(unitKey(record)))
    .sort((a, b) => byCodePoints(a.path, b.path))
    .map((file) => {
      const key = documentKey(file)
      return { file, instead: layout.foundDocuments.has(key) ? (byDocument.get(key) ?? []) : undefined }
    })
}

/** The files of documents that are gone, where a folder of that name is needed. */
function blockersOf(stale: readonly StaleFile[], toExport: readonly PlannedFile[]): ManifestFile[] {
  const folders = new Set<string>()
  for (const { path } of toExport) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at))
  }
  return stale.flatMap(({ file, instead }) => (instead === undefined && folders.has(file.path) ? file : []))
}

/** How many files were found: the sum of what the numbers of a run must come to. */
export const countFound = ({ toExport, unchanged, refused, skipped }: Omit<Plan, 'stale' | 'inTheWay'>): number =>
  toExport.length + unchanged.length + refused.length + skipped.length

/**
 * Tells the planned paths that some disk takes for the same as a path, itself included: before a file of an earlier run
 * is removed, it must be seen that it is not one of them under another name (see removeInside).
 */
export function lookAlikes(plan: Plan): (path: string) => readonly string[] {
  const paths = new Map<string, string[]>()
  for (const { path } of [...plan.toExport, ...plan.unchanged, ...plan.refused.map(({ file }) => file)]) {
    const alike = paths.get(fold(path))
    if (alike) alike.push(path)
    else paths.set(fold(path), [path])
  }
  return (path) => paths.get(fold(path)) ?? []
}

/** A file that a killed run was about to write: its name is known, but not what is in it. */
const unfinished = (claim: ManifestClaim): ManifestFile => ({
  ...claim,
  editTime: undefined,
  fileSize: -1,
  sha256: '',
  exportedAt: '',
})

/** Copies of a document that were listed with different times have none, so that the next run exports them again. */
function oneTime(files: readonly PlacedFile[]): ReadonlyMap<ExportUnit, ExportUnit> {
  const times = new Map<string, Set<string | undefined>>()
  for (const { unit } of files) {
    const key = unitKey(unit)
    times.set(key, (times.get(key) ?? new Set()).add(unit.editTime))
  }
  return new Map(
    files.map(({ unit }) => [unit, times.get(unitKey(unit))?.size === 1 ? unit : { ...unit, editTime: undefined }]),
  )
}

/** By unit, the recorded paths that are no longer planned for anything. */
function replacedPaths(
  files: readonly PlacedFile[],
  records: readonly ManifestFile[],
  isWhole: boolean,
): ReadonlyMap<string, readonly string[]> {
  const planned = new Set(files.map(({ path }) => path))
  const recorded = new Set(records.map(({ path, ...record }) => `${unitKey(record)} ${path}`))
  const fresh = countBy(files.filter(({ unit, path }) => !recorded.has(`${unitKey(unit)} ${path}`)))
  const old = new Map<string, string[]>()
  for (const record of records) {
    if (planned.has(record.path)) continue
    listIn(old, unitKey(record)).push(record.path)
  }
  if (isWhole) return old
  // With gaps in the listing, a copy that was not found may be in one of them: only what moved for sure is replaced, or
  // is the same name but for its case.
  const names = new Set(files.map(({ unit, path }) => `${unitKey(unit)} ${fold(path)}`))
  return new Map(
    [...old].map(([key, paths]) => {
      const hasMoved = paths.length <= (fresh.get(key) ?? 0)
      return [key, hasMoved ? paths : paths.filter((path) => names.has(`${key} ${fold(path)}`))]
    }),
  )
}

function countBy(files: readonly PlacedFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { unit } of files) counts.set(unitKey(unit), (counts.get(unitKey(unit)) ?? 0) + 1)
  return counts
}

type Verdict =
  | { readonly kind: 'export' | 'unchanged'; readonly stands: boolean }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly isStranger?: true }

function judgeOf(
  { manifest, disk, force, overwrite }: PlanOptions,
  records: readonly ManifestFile[],
  layout: Layout,
): (file: PlacedFile) => Verdict {
  const byPath = new Map(manifest.files.map((record) => [record.path, record]))
  const owned = new Map<string, string[]>()
  for (const { path } of records) listIn(owned, fold(path)).push(path)
  const isOurs = (path: string, { id }: DiskFact): boolean =>
    owned.get(fold(path))?.some((own) => own === path || (id !== undefined && disk(own)?.id === id)) === true

  const planned = new Set<string>()
  for (const { unit, failure } of layout.files) if (!failure) planned.add(unitKey(unit))
  /** True for a folder of earlier runs whose files all go elsewhere, since a file now has its name. */
  const isLeaving = (path: string): boolean => {
    const below = records.filter((record) => record.path.startsWith(`${path}/`))
    return below.length > 0 && below.every((record) => planned.has(unitKey(record)))
  }

  const judge = ({ unit, path, failure }: PlacedFile): Verdict => {
    if (failure) return { kind: 'refused', failure }
    const fact = disk(path)
    if (!fact) return { kind: 'export', stands: false }
    if (fact.kind === 'other') {
      return isLeaving(path) ? { kind: 'export', stands: false } : { kind: 'refused', failure: inTheWay(path) }
    }
    const record = byPath.get(path)
    if (!force && record && isSame(record, unit) && fact.size === record.fileSize) {
      return { kind: 'unchanged', stands: true }
    }
    if (!overwrite && !isOurs(path, fact)) return { kind: 'refused', failure: notOurs(path), isStranger: true }
    return { kind: 'export', stands: true }
  }
  return (file) => {
    try {
      return judge(file)
    } catch (error) {
      // One path that cannot be looked at takes nothing from the others.
      if (error instanceof DiskFault) return { kind: 'refused', failure: diskFailure(error) }
      throw error
    }
  }
}

const isSame = (record: ManifestFile, unit: ExportUnit): boolean =>
  unitKey(record) === unitKey(unit) &&
  record.fileExtension === unit.fileExtension &&
  record.editTime !== undefined &&
  record.editTime === unit.editTime

const inTheWay = (path: string): Failure => ({
  class: 'permanent',
  what: `Could not export it to ${quoted(path, 1000)}: a folder or a link has this name, or a link leads out of \`directory\``,
  advice: 'Move it away.',
})

const notOurs = (path: string): Failure => ({
  class: 'permanent',
  what: `Could not export it to ${quoted(path, 1000)}: the file exists already, and no earlier run wrote it`,
  advice: 'Set `overwrite: true` to replace it, or move it away.',
})
