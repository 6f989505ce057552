import { listIn } from '../../lists.js'
import {
  assetsDirectory,
  documentKey,
  reservedPathOf,
  savesAssets,
  type FileRecord,
  type PlannedFile,
} from '../model.js'
import { safeSegment } from '../names.js'
import { splitPath } from '../paths.js'

/**
 * Finds the assets (pictures and attachments) among recorded files, and the owner of each: the file of the same document
 * whose assets directory holds it.
 */
export class Assets {
  /** The recorded files that are not assets. */
  readonly nonAssets: readonly FileRecord[]
  private readonly owners = new Map<FileRecord, FileRecord>()
  private readonly byOwner = new Map<FileRecord, FileRecord[]>()
  /** Assets without an owner: a run was killed after it wrote the asset and before it wrote the file. */
  readonly orphans: readonly FileRecord[]

  constructor(records: readonly FileRecord[]) {
    this.nonAssets = records.filter(({ asset }) => asset === undefined)
    const ownerByDirectory = mapOwners(this.nonAssets)
    // The paths of files that are at the path reserved for them.
    const pathsInUse = new Set(records.flatMap(({ path, reservedPath = path }) => (path === reservedPath ? path : [])))
    const orphans: FileRecord[] = []
    for (const record of records) {
      if (record.asset === undefined) continue
      // After a failed move, an export may have saved the asset again, at its reserved path. Only the new file is then the
      // asset of the owner.
      const isReplaced = record.reservedPath !== undefined && pathsInUse.has(record.reservedPath)
      const { directory } = splitPath(reservedPathOf(record))
      const owner = isReplaced ? undefined : ownerByDirectory.get(ownerKey(record, directory))
      if (owner) {
        this.owners.set(record, owner)
        listIn(this.byOwner, owner).push(record)
      } else orphans.push(record)
    }
    this.orphans = orphans
  }

  /** The record of the file that an asset belongs to; undefined for an orphan. */
  ownerOf(asset: FileRecord): FileRecord | undefined {
    return this.owners.get(asset)
  }

  /** The assets of a file. */
  of(owner: FileRecord): readonly FileRecord[] {
    return this.byOwner.get(owner) ?? []
  }

  /** The path that an asset has beside its file. @param path the path of the file */
  static pathBeside(asset: FileRecord, path: string): string {
    return `${assetsDirectory(path)}/${splitPath(reservedPathOf(asset)).name}`
  }

  /** True for an asset that is in the assets directory of one of `files`, which must be a file of the same document. */
  static isBesideAny(asset: FileRecord, files: readonly PlannedFile[]): boolean {
    const { directory } = splitPath(asset.path)
    return files.some(({ output, path }) => {
      return documentKey(output) === documentKey(asset) && assetsDirectory(path) === directory
    })
  }

  /** True for an asset that one of `files` saves: Markdown saves all assets, another format at most the attachments. */
  static isSavedByAny(asset: FileRecord, files: readonly PlannedFile[]): boolean {
    const saving = files.filter(
      ({ output }) => output.kind === 'markdown' || (savesAssets(output) && !isPicture(asset)),
    )
    return Assets.isBesideAny(asset, saving)
  }

  /** Finds, among the assets of files that will be removed, those that a planned file takes over, because it saves them. */
  findTakenOver(removed: readonly FileRecord[], planned: readonly PlannedFile[]): readonly FileRecord[] {
    return removed.flatMap((record) => this.of(record)).filter((asset) => Assets.isSavedByAny(asset, planned))
  }
}

/** True for a picture or board. It is named by its token, and no attachment is (see attachmentNames). */
function isPicture({ path, asset = '' }: FileRecord): boolean {
  return splitPath(path).name.replace(/\.[^.]*$/, '') === safeSegment(asset)
}

/**
 * Lists every path that a plan reads from the snapshot: recorded files, the paths reserved for them, planned files and the
 * target paths of their assets. Pure.
 */
export function listPathsToInspect(
  planned: readonly PlannedFile[],
  records: readonly FileRecord[],
): ReadonlySet<string> {
  const paths = new Set([...records, ...planned].map(({ path }) => path))
  for (const record of records) paths.add(reservedPathOf(record))
  const assets = new Map<string, FileRecord[]>()
  for (const record of records) if (record.asset !== undefined) listIn(assets, documentKey(record)).push(record)
  if (assets.size === 0) return paths
  for (const { output, path } of planned) {
    for (const asset of assets.get(documentKey(output)) ?? []) paths.add(Assets.pathBeside(asset, path))
  }
  return paths
}

/**
 * Maps each assets directory (by `ownerKey`) to the file that owns it. Several formats of a document may have the same
 * assets directory: the owner is the Markdown or, without Markdown, the format with which the attachments were saved.
 */
function mapOwners(files: readonly FileRecord[]): ReadonlyMap<string, FileRecord> {
  const rank = ({ fileExtension, variant }: FileRecord): number =>
    fileExtension === 'md' ? 2 : variant === 'attachments' ? 1 : 0
  // Of the files with the same key, the map keeps the last one.
  const ownersLast = [...files].sort((a, b) => rank(a) - rank(b))
  return new Map(ownersLast.map((file) => [ownerKey(file, assetsDirectory(reservedPathOf(file))), file]))
}

/** Identifies an assets directory of the document of a record. */
const ownerKey = (record: FileRecord, directory: string): string => `${documentKey(record)} ${directory}`
