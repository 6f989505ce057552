import { listIn } from '../../lists.js'
import { documentKey, homeOf, outputKey, type FileRecord, type FolderRecord } from '../model.js'
import { directoriesAbove, fold, splitPath } from '../paths.js'
import type { NameEnd, TakenNames } from './assign-names.js'
import type { Dir, Slot } from './dirs.js'
import { suffixLevelOf, titleStem } from '../names.js'
import type { SelectedFile } from './select-outputs.js'

/** Where a directory is. */
export interface Placement {
  readonly path: string
  /** Where it was in earlier runs: a renamed folder keeps the names in it. */
  readonly recordedPath: string
  /** False where the path is too long: then nothing is written below it. */
  readonly isReal: boolean
}

/** Names in a directory that belong to what was not found. */
export class HeldPaths {
  private readonly files = new Map<string, Set<string>>()
  private readonly directories = new Map<string, Set<string>>()

  /** @param isTaken whether a recorded file is at a path: the home of another one that was parked is not held then */
  constructor(records: readonly FileRecord[], folders: readonly FolderRecord[], isTaken: (path: string) => boolean) {
    const used = new Set<string>()
    const homes = records.flatMap(({ home }) => (home === undefined || isTaken(home) ? [] : home))
    for (const path of [...records.map(({ path }) => path), ...homes]) {
      hold(this.files, path)
      for (const directory of directoriesAbove(path)) {
        if (used.has(directory)) break
        used.add(directory)
        hold(this.directories, directory)
      }
    }
    // A directory with files of a folder that was not found is that folder's.
    for (const { path } of folders) if (used.has(path)) hold(this.files, path)
  }

  /** The names in a directory that nothing else may have. */
  in(directory: string, { reserved, named }: Dir): TakenNames {
    const files = new Set([...reserved, ...named.keys(), ...(this.files.get(directory) ?? [])])
    return { files, directories: this.directories.get(directory) ?? new Set() }
  }
}

function hold(names: Map<string, Set<string>>, path: string): void {
  const { directory, name } = splitPath(path)
  names.set(directory, (names.get(directory) ?? new Set()).add(fold(name)))
}

/** What earlier runs called things. */
export class RecordedNames {
  private readonly folders = new Map<string, FolderRecord[]>()

  constructor(
    private readonly files: ReadonlyMap<string, readonly FileRecord[]>,
    folders: readonly FolderRecord[],
  ) {
    for (const folder of folders) listIn(this.folders, documentKey(folder)).push(folder)
  }

  /**
   * The recorded directory of a slot: of several, rather one that is where the slot is now, and of these one that has a
   * name of the slot (a page and a shortcut to it may both have a directory).
   */
  folderOf(slot: Slot, home: Placement): FolderRecord | undefined {
    const known = this.folders.get(documentKey(slot)) ?? []
    const here = known.filter(({ path }) => splitPath(path).directory === home.recordedPath)
    const named = here.find(({ path }) => suffixLevelOf(splitPath(path).name, slot) !== undefined)
    return named ?? here[0] ?? known[0]
  }

  /** The recorded name of a slot's directory, if it is one of its names and where the slot is now. */
  directoryName(slot: Slot, home: Placement): NameEnd['recorded'] {
    const folder = this.folderOf(slot, home)
    if (!folder) return undefined
    const { directory, name } = splitPath(folder.path)
    const level = directory === home.recordedPath ? suffixLevelOf(name, slot) : undefined
    return level === undefined ? undefined : { stem: name, level }
  }

  /** The recorded name of a file, likewise. */
  fileStem(slot: Slot, file: SelectedFile, home: Placement): NameEnd['recorded'] {
    const end = endOf(file)
    const known = (this.files.get(outputKey(file.output)) ?? []).flatMap((record) => {
      const { directory, name } = splitPath(homeOf(record))
      const isHere = directory === home.recordedPath || directory === home.path
      if (!isHere || !name.endsWith(end) || !(slot.explicit || isSameTitle(record.title, file))) return []
      const stem = name.slice(0, name.length - end.length)
      const level = suffixLevelOf(stem, slot)
      return level === undefined ? [] : [{ stem, level }]
    })
    return known.sort((a, b) => a.level - b.level)[0]
  }
}

/** True for the same title, and for one that makes the same name. */
const isSameTitle = (title: string, { output }: SelectedFile): boolean =>
  title === output.title || titleStem(title, output.type) === titleStem(output.title, output.type)

/** What follows the stem in the name of a file. */
export const endOf = ({ extension }: SelectedFile): string => (extension === '' ? '' : `.${extension}`)
