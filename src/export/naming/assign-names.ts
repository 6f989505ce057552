import { bytesOf, fold, joined } from '../paths.js'
import { isOwnName } from './dirs.js'
import { nameAt, type Named } from '../names.js'
import { MAX_PATH } from './path-budget.js'

/** A request of one slot for names with a common stem: `A.docx`, `A.pdf` and the directory `A`. */
export interface NameRequest {
  /** The possible stems: the stem of the title, then stems with a suffix. */
  readonly named: Named
  readonly pass: Pass
  /** The maximum length of the stem, in bytes. */
  readonly maxBytes: number
  /** The names, all with the same stem. */
  readonly ends: readonly NameEnd[]
}

/** One of the names of a request, by what follows the stem. */
export interface NameEnd {
  /** A dot and an extension; empty for a directory or a file without extension. */
  readonly end: string
  readonly isDirectory: boolean
  /** The stem that an earlier run gave it, and the level of that stem (see `nameAt`). */
  readonly recorded: { readonly stem: string; readonly level: number } | undefined
}

/**
 * The order in which requests get names: first names that the user gave, then originals, then shortcuts, then directories
 * beside files without extension, which would otherwise compete with these files. Recorded names come before all passes.
 */
export type Pass = 'explicit' | 'original' | 'shortcut' | 'beside'
const PASSES: readonly Pass[] = ['explicit', 'original', 'shortcut', 'beside']

/** Names in a directory that are taken, folded (see `fold`). */
export interface TakenNames {
  /** Names that neither a file nor a directory may have. */
  readonly files: ReadonlySet<string>
  /** Names that no file may have, but a directory may share. */
  readonly directories: ReadonlySet<string>
}

/** The name of each end; an end is missing if no name fits. */
export type AssignedNames = ReadonlyMap<NameEnd, string>

/**
 * Assigns the names of one directory. Pure, and independent of the order of the requests.
 * 1. Recorded names stay.
 * 2. Pass by pass, level by level: every open request competes for the names of its stem at that level. It gets them if it
 *    is the only one to request each of them. Otherwise it goes on with the next level, and nobody gets the contested names.
 * 3. A request with a recorded name still competes at all lower levels. So the names of a run do not depend on which
 *    documents failed in the run before.
 * @param directory the path of the directory
 */
export function assignNames(requests: readonly NameRequest[], directory: string, taken: TakenNames): AssignedNames {
  const names = new Map<NameEnd, string>()
  const used = new Set(taken.files)
  const isFree = (name: string, { isDirectory }: NameEnd): boolean =>
    !used.has(fold(name)) &&
    (isDirectory || !taken.directories.has(fold(name))) &&
    !isOwnName(name) &&
    bytesOf(joined(directory, name)) <= MAX_PATH
  const take = (name: string, end: NameEnd): void => {
    names.set(end, name)
    used.add(fold(name))
  }

  const recordedName = (end: NameEnd): string | undefined => end.recorded && end.recorded.stem + end.end
  const recorded = requests.flatMap(({ ends }) => ends.filter((end) => end.recorded !== undefined))
  const recordedCounts = countBy(recorded.map((end) => fold(recordedName(end) ?? '')))
  for (const end of recorded) {
    const name = recordedName(end) ?? ''
    if (recordedCounts.get(fold(name)) === 1 && isFree(name, end)) take(name, end)
  }

  for (const pass of PASSES) {
    const competitors = requests
      .filter((request) => request.pass === pass)
      .map((request) => new Competitor(request, names))
    for (let level = 0; competitors.some((competitor) => competitor.competesFrom(level)); level++) {
      const requestedCounts = countBy(competitors.flatMap((competitor) => competitor.requestedNames(level)))
      for (const competitor of competitors.filter((one) => one.competesAt(level))) {
        const options = competitor.open.map((end) => [competitor.nameOf(end, level), end] as const)
        const areAllFree = options.every(
          ([name, end]) => name !== undefined && requestedCounts.get(fold(name)) === 1 && isFree(name, end),
        )
        if (!areAllFree) continue
        for (const [name, end] of options) if (name !== undefined) take(name, end)
        competitor.close()
      }
      for (const name of requestedCounts.keys()) used.add(name)
    }
  }
  return names
}

/** A request that takes part in a pass. */
class Competitor {
  /** The ends that have no name yet: they get their names together. */
  open: readonly NameEnd[]
  /** The levels of its recorded names, by end. */
  private readonly recorded: ReadonlyMap<NameEnd, number>
  /** New names first compete for the stem of the recorded ones. */
  private readonly startLevel: number

  constructor(
    private readonly request: NameRequest,
    names: AssignedNames,
  ) {
    this.open = request.ends.filter((end) => !names.has(end))
    this.recorded = new Map(
      request.ends.flatMap((end) => (names.has(end) && end.recorded ? [[end, end.recorded.level]] : [])),
    )
    this.startLevel = Math.max(0, ...this.recorded.values())
  }

  /** Whether it competes at this level or at a later one. */
  competesFrom(level: number): boolean {
    return level < this.startLevel || this.competesAt(level)
  }

  competesAt(level: number): boolean {
    return this.open.length > 0 && level >= this.startLevel && level <= this.request.named.suffixes.length
  }

  /** The names that it requests at a level, folded; also those below the level of its recorded names. */
  requestedNames(level: number): string[] {
    const ends = this.request.ends.filter((end) => this.open.includes(end) || level < (this.recorded.get(end) ?? 0))
    return ends.flatMap((end) => {
      const name = this.nameOf(end, level)
      return name === undefined ? [] : fold(name)
    })
  }

  nameOf({ end }: NameEnd, level: number): string | undefined {
    const { named, maxBytes } = this.request
    const stem = nameAt(named, level, maxBytes)
    return stem === undefined ? undefined : stem + end
  }

  /** Ends the competition: all its names are assigned. */
  close(): void {
    this.open = []
  }
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
