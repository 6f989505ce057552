import { endingOf } from './endings.js'
import { listIn } from '../../lists.js'
import { documentKey, reservedPathOf, outputKey, type FileRecord, type FolderRecord } from '../model.js'
import { directoriesAbove, fold, splitPath } from '../paths.js'
import type { Ending, TakenNames } from './assign-names.js'
import type { Dir, Slot } from './dirs.js'
import { suffixLevelOf, titleStem } from '../names.js'
import type { SelectedFile } from './select-outputs.js'

/** The path of a directory, now and in earlier runs. */
export interface Placement {
  readonly path: string
  /** Its path in earlier runs: the files of a renamed folder keep their names. */
  readonly recordedPath: string
  /** False where the path is too long, so that nothing can be written below it. */
  readonly isReal: boolean
}

/** The recorded paths of documents and folders that were not found: they stay reserved. */
export class ReservedPaths {
  // Names by directory, both folded.
  private readonly files = new Map<string, Set<string>>()
  private readonly directories = new Map<string, Set<string>>()
  // Here each name has its documents.
  private readonly assetsDirectories = new Map<string, Map<string, Set<string>>>()

  /**
   * @param isTaken whether a recorded file is at a path. If so, the path is not also reserved for a file that is
   * elsewhere (`FileRecord.reservedPath`)
   */
  constructor(records: readonly FileRecord[], folders: readonly FolderRecord[], isTaken: (path: string) => boolean) {
    const directoriesWithFiles = new Set<string>()
    const places = [
      ...records.map((record) => ({ record, path: record.path })),
      ...records.map((record) => ({ record, path: reservedPathOf(record) })).filter(({ path }) => !isTaken(path)),
    ]
    for (const { record, path } of places) {
      reserveName(this.files, path)
      if (record.asset !== undefined) this.reserveAssets(splitPath(path).directory, documentKey(record))
      for (const directory of directoriesAbove(path)) {
        // Then the directories above it are known as well.
        if (directoriesWithFiles.has(directory)) break
        directoriesWithFiles.add(directory)
        reserveName(this.directories, directory)
      }
    }
    // The directory of a folder that was not found may not be shared by another folder, if files of `records` are below
    // it.
    for (const { path } of folders) if (directoriesWithFiles.has(path)) reserveName(this.files, path)
  }

  /** The names in a directory that are taken: by the recorded paths, and by what is reserved or named in its `Dir`. */
  namesIn(directory: string, { reserved, named }: Dir): TakenNames {
    const key = fold(directory)
    const files = new Set([...reserved, ...named.keys(), ...(this.files.get(key) ?? [])])
    return {
      files,
      directories: this.directories.get(key) ?? new Set(),
      assetsDirectories: this.assetsDirectories.get(key) ?? new Map(),
    }
  }

  /** Reserves an assets directory for a document with an asset in it. @param document its `documentKey` */
  private reserveAssets(path: string, document: string): void {
    const { directory, name } = splitPath(fold(path))
    const documentsByName = this.assetsDirectories.get(directory) ?? new Map<string, Set<string>>()
    const documents = documentsByName.get(name) ?? new Set()
    this.assetsDirectories.set(directory, documentsByName.set(name, documents.add(document)))
  }
}

/** Adds the name at the end of a path to the names of its directory. */
function reserveName(names: Map<string, Set<string>>, path: string): void {
  const { directory, name } = splitPath(fold(path))
  names.set(directory, (names.get(directory) ?? new Set()).add(name))
}

/** The names that earlier runs gave to files and directories. */
export class RecordedNames {
  private readonly folders = new Map<string, FolderRecord[]>()

  constructor(
    private readonly files: ReadonlyMap<string, readonly FileRecord[]>,
    folders: readonly FolderRecord[],
  ) {
    for (const folder of folders) listIn(this.folders, documentKey(folder)).push(folder)
  }

  /**
   * Finds the recorded directory of a slot. Several directories may be recorded for its document: a shortcut has the token
   * of its target, and several source lines may lead to one document. The first choice is a directory inside the same
   * parent whose name the slot can have. The second is any directory inside the same parent, and the last is any other.
   * @param parent the directory that the slot is in
   * @returns undefined if no directory is recorded for the document
   */
  folderOf(slot: Slot, parent: Placement): FolderRecord | undefined {
    const known = this.folders.get(documentKey(slot)) ?? []
    const inParent = known.filter(({ path }) => splitPath(path).directory === parent.recordedPath)
    const withPossibleName = inParent.find(({ path }) => suffixLevelOf(splitPath(path).name, slot) !== undefined)
    return withPossibleName ?? inParent[0] ?? known[0]
  }

  /**
   * The recorded name of a slot's directory. Undefined if none is recorded, the parent has changed, or the slot cannot have
   * this name now.
   */
  directoryName(slot: Slot, parent: Placement): Ending['recorded'] {
    const folder = this.folderOf(slot, parent)
    if (!folder) return undefined
    const { directory, name } = splitPath(folder.path)
    const level = directory === parent.recordedPath ? suffixLevelOf(name, slot) : undefined
    return level === undefined ? undefined : { stem: name, level }
  }

  /**
   * The recorded stem of a slot's file. Only records inside the same parent count, with a stem that the slot can have now.
   * The recorded title must also give the same name as the title now. `Plan-x9f3ab` alone does not show whether the title
   * was `Plan` or a longer one that was cut. Where the user gave the name, titles do not count. Of several stems, the one
   * with the lowest level is returned.
   * @returns undefined if there is no such stem
   */
  fileStem(slot: Slot, file: SelectedFile, parent: Placement): Ending['recorded'] {
    const ending = endingOf(file)
    const candidates = (this.files.get(outputKey(file.output)) ?? []).flatMap((record) => {
      const { directory, name } = splitPath(reservedPathOf(record))
      // After a run that was killed between two moves, some files are at the new path of their directory already.
      const isHere = directory === parent.recordedPath || directory === parent.path
      if (!isHere || !name.endsWith(ending) || !(slot.explicit || isSameTitle(record.title, file))) return []
      const stem = name.slice(0, name.length - ending.length)
      const level = suffixLevelOf(stem, slot)
      return level === undefined ? [] : [{ stem, level }]
    })
    return candidates.sort((a, b) => a.level - b.level)[0]
  }
}

/** True for the same title, and for another title that gives the same name. */
const isSameTitle = (title: string, { output }: SelectedFile): boolean =>
  title === output.title || titleStem(title, output.type) === titleStem(output.title, output.type)
