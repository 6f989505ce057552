import type { Listing, ManifestFile, Plan } from '../../src/export/model.js'
import { makePlan, type DiskFact, type PlanOptions } from '../../src/export/plan/plan.js'
import { FORMATS } from './paths-trees.js'

/** A docx on record. */
export const fileOf = (path: string, token: string, rest: Partial<ManifestFile> = {}): ManifestFile => ({
  path,
  token,
  type: 'docx',
  fileExtension: 'docx',
  title: path.replace(/^.*\//, '').replace(/\.[^.]*$/, ''),
  editTime: '1732000000',
  fileSize: 7,
  sha256: 'a'.repeat(64),
  exportedAt: '2026-11-23T02:00:00Z',
  ...rest,
})

/** What a plan depends on besides the listing. */
export interface World extends Partial<Omit<PlanOptions, 'manifest' | 'disk'>> {
  readonly files?: readonly ManifestFile[]
  readonly writing?: PlanOptions['manifest']['writing']
  /** Sizes by path; by default the disk is what the manifest says. */
  readonly disk?: Readonly<Record<string, number>>
  readonly facts?: (path: string) => DiskFact | undefined
}

/** Makes a plan for a listing in a world. */
export function plan(found: Listing, { files = [], writing = [], disk, facts, ...rest }: World = {}): Plan {
  const sizes = new Map(Object.entries(disk ?? {}))
  if (!disk) for (const { path, fileSize } of files) sizes.set(path, fileSize)
  const look = (path: string): DiskFact | undefined => {
    const size = sizes.get(path)
    return size === undefined ? undefined : { size, kind: 'file', id: path }
  }
  return makePlan(found, {
    formats: FORMATS,
    includeFiles: false,
    overwrite: false,
    force: false,
    manifestPath: '.feishu-export.json',
    manifest: { files, writing },
    disk: facts ?? look,
    ...rest,
  })
}

/** A plan as paths. */
export const brief = ({ toExport, unchanged, refused, skipped, stale }: Plan): Record<string, string[]> => ({
  export: toExport.map(({ path }) => path),
  unchanged: unchanged.map(({ path }) => path),
  refused: refused.map(({ file }) => file.path),
  skipped: skipped.map(({ path }) => path),
  stale: stale.map(({ file }) => file.path),
})
