import { listIn } from '../../lists.js'
import {
  assetsDirectory,
  documentKey,
  outputKey,
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
  private readonly byOwner = new Map<FileRecord, FileRecord[]>()
  /** The file that owns the attachments in each assets directory (by `directoryKey`). */
  private readonly attachmentOwners: ReadonlyMap<string, FileRecord>
  /** Assets without an owner: a run was killed after it wrote the asset and before it wrote the file. */
  readonly orphans: readonly FileRecord[]

  /** @param planned a planned format owns the attachments, even if Markdown that is no longer planned is beside it */
  constructor(records: readonly FileRecord[], planned: readonly PlannedFile[]) {
    this.nonAssets = records.filter(({ asset }) => asset === undefined)
    const savers = new Set(planned.flatMap(({ output }) => (savesAssets(output) ? outputKey(output) : [])))
    const isPlanned = (file: FileRecord): boolean => savers.has(outputKey(file))
    const pictureOwners = mapOwners(this.nonAssets)
    this.attachmentOwners = new Map([...pictureOwners, ...mapOwners(this.nonAssets.filter(isPlanned))])
    const ownerIn = (directory: string, asset: FileRecord): FileRecord | undefined =>
      (isPicture(asset) ? pictureOwners : this.attachmentOwners).get(directoryKey(asset, directory))
    // The paths of files that are at the path reserved for them.
    const pathsInUse = new Set(records.flatMap(({ path, reservedPath = path }) => (path === reservedPath ? path : [])))
    const chooseOwner = (asset: FileRecord): FileRecord | undefined => {
      // After a failed move, an export may have saved the asset again, at its reserved path. Only the new file is then the
      // asset of the owner.
      const isReplaced = asset.reservedPath !== undefined && pathsInUse.has(asset.reservedPath)
      const owner = isReplaced ? undefined : ownerIn(splitPath(reservedPathOf(asset)).directory, asset)
      if (owner && isPlanned(owner)) return owner
      // A killed run may have moved the asset for a file that is no longer planned. Then a planned file beside it uses it.
      const fileHere = ownerIn(splitPath(asset.path).directory, asset)
      if (!fileHere || !isPlanned(fileHere)) return owner
      // Only Markdown uses pictures.
      return isPicture(asset) && fileHere.fileExtension !== 'md' ? owner : fileHere
    }
    const orphans: FileRecord[] = []
    for (const asset of records.filter((record) => record.asset !== undefined)) {
      const owner = chooseOwner(asset)
      if (owner) listIn(this.byOwner, owner).push(asset)
      else orphans.push(asset)
    }
    this.orphans = orphans
  }

  /** The assets of a file. */
  of(owner: FileRecord): readonly FileRecord[] {
    return this.byOwner.get(owner) ?? []
  }

  /**
   * The attachments that a file shares with another format of its document, which owns them (see `mapOwners`). Empty if the
   * file was exported without attachments. The file is exported again if one of them is damaged or no longer beside it.
   */
  sharedBy(file: FileRecord): readonly FileRecord[] {
    const owner = this.attachmentOwners.get(directoryKey(file, assetsDirectory(reservedPathOf(file))))
    if (!owner || owner === file || !hasSavedAssets(file)) return []
    return this.of(owner).filter((asset) => !isPicture(asset))
  }

  /** The path that an asset has beside its file. @param path the path of the file */
  static pathBeside(asset: FileRecord, path: string): string {
    return `${assetsDirectory(path)}/${splitPath(reservedPathOf(asset)).name}`
  }
}

/** The assets directories of planned files, each with its document (see `directoryKey`). */
export const assetsDirectoriesOf = (files: readonly PlannedFile[]): ReadonlySet<string> =>
  new Set(files.map(({ output, path }) => directoryKey(output, assetsDirectory(path))))

/** True for an asset that is in one of the assets directories of its document. */
export const isInAny = (asset: FileRecord, directories: ReadonlySet<string>): boolean =>
  directories.has(directoryKey(asset, splitPath(asset.path).directory))

/**
 * Makes a function that checks whether a planned file saves a recorded asset. The asset must be in the file's assets
 * directory. Markdown saves pictures and attachments, another format at most the attachments.
 */
export function savedBy(planned: readonly PlannedFile[]): (asset: FileRecord) => boolean {
  const withAttachments = assetsDirectoriesOf(planned.filter(({ output }) => savesAssets(output)))
  const withPictures = assetsDirectoriesOf(planned.filter(({ output }) => output.kind === 'markdown'))
  return (asset) => isInAny(asset, isPicture(asset) ? withPictures : withAttachments)
}

/**
 * Finds the recorded assets beside each planned file after the moves: its own, orphans, and those of `takenOver`. An
 * export of the file uses them again, and removes those that it no longer needs. If several formats of a document have the
 * same assets directory, only one gets the assets (see `mapOwners`). Another format may need fewer, and would remove the
 * rest.
 * @param recordByPath by planned path, the recorded file that is there after the moves
 * @param takenOver assets that a planned file saves, although the file that owns them is stale
 * @returns the assets, with their new paths, by the path of their planned file
 */
export function findAssets(
  files: readonly PlannedFile[],
  recordByPath: ReadonlyMap<string, FileRecord>,
  assets: Assets,
  takenOver: readonly FileRecord[],
): ReadonlyMap<string, readonly FileRecord[]> {
  const byDirectory = new Map<string, FileRecord[]>()
  for (const { output, path } of files) {
    const record = recordByPath.get(path)
    const own = record ? assets.of(record).map((asset) => ({ ...asset, path: Assets.pathBeside(asset, path) })) : []
    if (own.length > 0) listIn(byDirectory, directoryKey(output, assetsDirectory(path))).push(...own)
  }
  for (const asset of [...assets.orphans, ...takenOver]) {
    listIn(byDirectory, directoryKey(asset, splitPath(asset.path).directory)).push(asset)
  }
  const found = new Map<string, readonly FileRecord[]>()
  if (byDirectory.size === 0) return found
  for (const [key, { path }] of mapOwners(files.map(({ output, path }) => ({ ...output, path })))) {
    const beside = byDirectory.get(key)
    if (beside) found.set(path, beside)
  }
  return found
}

/** True for a recorded file whose export saved the pictures or attachments of its document. */
export const hasSavedAssets = ({ fileExtension, variant }: FileRecord): boolean =>
  fileExtension === 'md' || variant === 'attachments'

/** True for an asset that is a picture or board: only these are named by their token (see `nameAttachments`). */
function isPicture(record: FileRecord): boolean {
  const { asset = '' } = record
  // A parked file has its name only in the reserved path.
  return splitPath(reservedPathOf(record)).name.replace(/\.[^.]*$/, '') === safeSegment(asset)
}

/**
 * Lists every path that a plan reads from the snapshot. These are the paths of recorded files, the paths reserved for them,
 * the planned paths, and all paths to which assets may move. Pure.
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

/** A recorded or planned file. */
type FormatAtPath = Pick<FileRecord, 'token' | 'type' | 'fileExtension' | 'variant' | 'path' | 'reservedPath'>

/**
 * Maps each assets directory (by `directoryKey`) to the file that owns it. Several formats of a document may have the same
 * assets directory. Then the owner is the Markdown or, without Markdown, a format with which the attachments are saved.
 * Of files with the same rank (see `rankAsOwner`), the last one is the owner.
 */
function mapOwners<T extends FormatAtPath>(files: readonly T[]): ReadonlyMap<string, T> {
  // Of the files with the same key, the map keeps the last one.
  const ownersLast = [...files].sort((a, b) => rankAsOwner(a) - rankAsOwner(b))
  return new Map(ownersLast.map((file) => [directoryKey(file, assetsDirectory(reservedPathOf(file))), file]))
}

/** The rank of a format among those with the same assets directory; the highest owns it (see `mapOwners`). */
const rankAsOwner = ({ fileExtension, variant }: FormatAtPath): number =>
  fileExtension === 'md' ? 2 : variant === 'attachments' ? 1 : 0

/** Identifies an assets directory of a document. */
const directoryKey = (document: Pick<FileRecord, 'token' | 'type'>, directory: string): string =>
  `${documentKey(document)} ${directory}`
