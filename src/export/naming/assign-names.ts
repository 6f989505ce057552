import { bytesOf, fold, joined } from '../paths.js'
import { isTemporaryOrParked } from './dirs.js'
import type { EndingText } from './endings.js'
import { nameAt, type NameParts } from '../names.js'
import { MAX_PATH_BYTES } from './path-budget.js'

/** A request of one slot for names with a common stem: `A.docx`, `A.pdf` and the directory `A`. */
export interface NameRequest {
  /** The possible stems: the stem of the title, then stems with a suffix. */
  readonly parts: NameParts
  readonly pass: Pass
  /** The maximum length of the stem, in bytes. */
  readonly maxBytes: number
  /** One for each name; all names get the same stem. */
  readonly endings: readonly Ending[]
}

/** The ending of a name, with what earlier runs recorded. */
export interface Ending extends EndingText {
  /** The stem that an earlier run gave to this name, and the level of that stem (see `nameAt`). */
  readonly recorded: { readonly stem: string; readonly level: number } | undefined
}

/**
 * The passes in which requests get names, in this order. `explicit` is for names that the user gave. `beside` is for
 * directories beside files without extension: in the pass of the files, both would compete for the same name. Recorded
 * names come before all passes.
 */
export type Pass = 'explicit' | 'original' | 'shortcut' | 'beside'
const PASSES: readonly Pass[] = ['explicit', 'original', 'shortcut', 'beside']

/** Names in a directory that are taken, folded (see `fold`). */
export interface TakenNames {
  /** Names that neither a file nor a directory may have. */
  readonly files: ReadonlySet<string>
  /** Names that no file may have, but a directory may share. */
  readonly directories: ReadonlySet<string>
  /**
   * The documents (`documentKey`) whose assets are in a directory, by its name. It may not become the assets directory of
   * another document: the names of that document's attachments are not known yet.
   */
  readonly assetsDirectories: ReadonlyMap<string, ReadonlySet<string>>
}

/** The name of each ending; an ending is missing if no name fits. */
export type AssignedNames = ReadonlyMap<Ending, string>

/**
 * Assigns the names of one directory. Pure, and independent of the order of the requests.
 * 1. Recorded names stay, if they are free, recorded once, and short enough.
 * 2. In each pass, level by level, every request of the pass asks for its missing names, with its stem at that level. It
 *    gets them if all of them are free and no other request asks for one of them. Otherwise it continues with the next
 *    level. A name that a request asked for is not given to another one at a later level or in a later pass.
 * 3. A request with a recorded name also asks for its names at all levels below that of the recorded name, only to keep
 *    others from getting them. So the names of a run do not depend on which documents failed in the run before.
 * @param directory the path of the directory
 */
export function assignNames(requests: readonly NameRequest[], directory: string, taken: TakenNames): AssignedNames {
  const names = new DirectoryNames(directory, taken)
  assignRecorded(requests, names)
  for (const pass of PASSES) {
    const ofPass = requests.filter((request) => request.pass === pass)
    assignByLevel(
      ofPass.map((request) => new Competitor(request, names.assigned)),
      names,
    )
  }
  return names.assigned
}

/** The names of one directory while they are assigned. */
class DirectoryNames {
  readonly assigned = new Map<Ending, string>()
  /** The names that are taken, assigned or excluded, folded. */
  private readonly used: Set<string>

  constructor(
    private readonly directory: string,
    private readonly taken: TakenNames,
  ) {
    this.used = new Set(taken.files)
  }

  /**
   * True when an ending can get a name. The name is not taken (but a directory may share one of `taken.directories`),
   * assigned or excluded, nor that of a temporary or parked file. It is not that of an assets directory with assets of
   * other documents. The path is not too long.
   */
  isFree(name: string, ending: Ending): boolean {
    const key = fold(name)
    const isTaken = this.used.has(key) || (!ending.isDirectory && this.taken.directories.has(key))
    if (isTaken || this.isSharedWithOthers(key, ending)) return false
    return !isTemporaryOrParked(name) && bytesOf(joined(this.directory, name)) <= MAX_PATH_BYTES
  }

  assign(name: string, ending: Ending): void {
    this.assigned.set(ending, name)
    this.used.add(fold(name))
  }

  /** Excludes names, folded, from the next levels and passes. */
  exclude(names: Iterable<string>): void {
    for (const name of names) this.used.add(name)
  }

  /** True for an assets directory that holds assets of other documents. @param key its name, folded */
  private isSharedWithOthers(key: string, { assetsOf }: Ending): boolean {
    if (assetsOf === undefined) return false
    const documents = this.taken.assetsDirectories.get(key) ?? []
    return [...documents].some((document) => document !== assetsOf)
  }
}

/**
 * Assigns the recorded names that are free and recorded only once. A recorded stem may be too long now: for another ending
 * (`.assets` is longer than `.pdf`), or for the paths below its directory. Then it is not used again.
 */
function assignRecorded(requests: readonly NameRequest[], names: DirectoryNames): void {
  const recorded = requests.flatMap(({ endings, maxBytes }) =>
    endings.flatMap((ending) => {
      const stem = ending.recorded?.stem
      return stem !== undefined && bytesOf(stem) <= maxBytes ? [{ ending, name: stem + ending.text }] : []
    }),
  )
  const counts = countBy(recorded.map(({ name }) => fold(name)))
  for (const { ending, name } of recorded) {
    if (counts.get(fold(name)) === 1 && names.isFree(name, ending)) names.assign(name, ending)
  }
}

/** Assigns the names of one pass, level by level: steps 2 and 3 of `assignNames`. */
function assignByLevel(competitors: readonly Competitor[], names: DirectoryNames): void {
  for (let level = 0; competitors.some((competitor) => competitor.requestsAtOrAbove(level)); level++) {
    const counts = countBy(competitors.flatMap((competitor) => competitor.requestedNames(level)))
    for (const competitor of competitors.filter((one) => one.canGetNamesAt(level))) {
      const candidates = competitor.open.map((ending) => [competitor.nameOf(ending, level), ending] as const)
      // All names of a request have the same stem, so it gets all of them or none.
      const areAllFree = candidates.every(
        ([name, ending]) => name !== undefined && counts.get(fold(name)) === 1 && names.isFree(name, ending),
      )
      if (!areAllFree) continue
      // No name is undefined here; the condition is for the type.
      for (const [name, ending] of candidates) if (name !== undefined) names.assign(name, ending)
      competitor.close()
    }
    // Also the names that no request got.
    names.exclude(counts.keys())
  }
}

/** A request that takes part in a pass. */
class Competitor {
  /** The endings that have no name yet; all of them get their names at the same level. */
  open: readonly Ending[]
  /** The levels of its recorded names, by ending. */
  private readonly recorded: ReadonlyMap<Ending, number>
  /**
   * The first level at which the open endings can get names. It is the highest level of the recorded names, so that the
   * stem is the same.
   */
  private readonly startLevel: number

  constructor(
    private readonly request: NameRequest,
    names: AssignedNames,
  ) {
    this.open = request.endings.filter((ending) => !names.has(ending))
    this.recorded = new Map(
      request.endings.flatMap((ending) =>
        names.has(ending) && ending.recorded ? [[ending, ending.recorded.level]] : [],
      ),
    )
    this.startLevel = Math.max(0, ...this.recorded.values())
  }

  /** Whether it requests names at this level or at a higher level. */
  requestsAtOrAbove(level: number): boolean {
    return level < this.startLevel || this.canGetNamesAt(level)
  }

  /** Whether its open endings can get names at this level. */
  canGetNamesAt(level: number): boolean {
    return this.open.length > 0 && level >= this.startLevel && level <= this.request.parts.suffixes.length
  }

  /**
   * The names that it requests at a level, folded. Below `startLevel`, it gets none of them: it requests them only to keep
   * others from getting them (step 3 of `assignNames`).
   */
  requestedNames(level: number): string[] {
    const endings = this.request.endings.filter(
      (ending) => this.open.includes(ending) || level < (this.recorded.get(ending) ?? 0),
    )
    return endings.flatMap((ending) => {
      const name = this.nameOf(ending, level)
      return name === undefined ? [] : fold(name)
    })
  }

  /** The name of an ending at a level; undefined if it has none there (see `nameAt`). */
  nameOf({ text }: Ending, level: number): string | undefined {
    const { parts, maxBytes } = this.request
    const stem = nameAt(parts, level, maxBytes)
    return stem === undefined ? undefined : stem + text
  }

  /** Ends the competition: all its names are assigned. */
  close(): void {
    this.open = []
  }
}

/** Counts how often each key occurs. */
function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
