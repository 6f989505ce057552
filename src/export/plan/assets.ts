import { listIn } from '../../lists.js'
import { assetsDirectory, documentKey, reservedPathOf, type FileRecord, type PlannedFile } from '../model.js'
import { splitPath } from '../paths.js'

/** Finds the pictures and attachments among recorded files, and which file each belongs to. */
export class Assets {
  /** The recorded files that are no assets. */
  readonly files: readonly FileRecord[]
  private readonly owners = new Map<FileRecord, FileRecord>()
  private readonly byOwner = new Map<FileRecord, FileRecord[]>()
  /** Assets whose file is not recorded: a run was killed after it wrote the asset and before it wrote the file. */
  readonly orphans: readonly FileRecord[]

  constructor(records: readonly FileRecord[]) {
    this.files = records.filter(({ asset }) => asset === undefined)
    const byDirectory = new Map<string, FileRecord>()
    // Of a document in several formats, Markdown owns the assets.
    for (const file of [...this.files].sort(
      (a, b) => Number(a.fileExtension === 'md') - Number(b.fileExtension === 'md'),
    )) {
      byDirectory.set(ownerKey(file, assetsDirectory(reservedPathOf(file))), file)
    }
    const orphans: FileRecord[] = []
    const inPlace = new Set(records.flatMap(({ path, reservedPath = path }) => (path === reservedPath ? path : [])))
    for (const record of records) {
      if (record.asset === undefined) continue
      // It was saved there once more meanwhile.
      const isReplaced = record.reservedPath !== undefined && inPlace.has(record.reservedPath)
      const owner = isReplaced
        ? undefined
        : byDirectory.get(ownerKey(record, splitPath(reservedPathOf(record)).directory))
      if (owner) {
        this.owners.set(record, owner)
        listIn(this.byOwner, owner).push(record)
      } else orphans.push(record)
    }
    this.orphans = orphans
  }

  /** The record of the file that an asset belongs to. */
  ownerOf(asset: FileRecord): FileRecord | undefined {
    return this.owners.get(asset)
  }

  /** The assets of a file. */
  of(owner: FileRecord): readonly FileRecord[] {
    return this.byOwner.get(owner) ?? []
  }

  /** Where an asset is when its file is at a path. */
  static pathBeside(asset: FileRecord, path: string): string {
    return `${assetsDirectory(path)}/${splitPath(reservedPathOf(asset)).name}`
  }

  /** True for an orphan in the assets directory of a planned file of its document: that file takes it over. */
  static isBesideAny(orphan: FileRecord, files: readonly PlannedFile[]): boolean {
    const { directory } = splitPath(orphan.path)
    return files.some(({ output, path }) => {
      return documentKey(output) === documentKey(orphan) && assetsDirectory(path) === directory
    })
  }
}

/**
 * Lists every path that a plan reads from the snapshot: recorded files, planned files and the target paths of their
 * assets. Pure.
 */
export function listPathsToInspect(
  planned: readonly PlannedFile[],
  records: readonly FileRecord[],
): ReadonlySet<string> {
  const paths = new Set([...records, ...planned].map(({ path }) => path))
  const assets = new Map<string, FileRecord[]>()
  for (const record of records) if (record.asset !== undefined) listIn(assets, documentKey(record)).push(record)
  if (assets.size === 0) return paths
  for (const { output, path } of planned) {
    for (const asset of assets.get(documentKey(output)) ?? []) paths.add(Assets.pathBeside(asset, path))
  }
  return paths
}

const ownerKey = (record: FileRecord, directory: string): string => `${documentKey(record)} ${directory}`
