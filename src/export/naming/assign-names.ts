import { bytesOf, fold, joined } from '../paths.js'
import { isOwnName } from './dirs.js'
import { nameAt, type Named } from '../names.js'
import { MAX_PATH } from './path-budget.js'

/** Names of one slot that share a stem: `A.docx`, `A.pdf` and the directory `A`. */
export interface NameRequest {
  readonly named: Named
  readonly pass: Pass
  /** How many bytes the stem may have. */
  readonly maxBytes: number
  /** What follows the stem: `.docx`, or nothing for a directory or a file without extension. */
  readonly ends: readonly NameEnd[]
}

/** One of the names of a request. */
export interface NameEnd {
  /** A dot and an extension, or nothing. */
  readonly end: string
  readonly isDirectory: boolean
  /** The stem that earlier runs gave it, and which of its names that is. */
  readonly recorded: { readonly stem: string; readonly level: number } | undefined
}

/**
 * Who chooses first: names that the user gave, then originals, then shortcuts, then the directories beside files without
 * extension, which would ask for the names of these files. Recorded names come before all.
 */
export type Pass = 'explicit' | 'original' | 'shortcut' | 'beside'
const PASSES: readonly Pass[] = ['explicit', 'original', 'shortcut', 'beside']

/** Folded names in a directory that belong to somebody else. */
export interface TakenNames {
  readonly files: ReadonlySet<string>
  /** Names that no file may have, but a directory may. */
  readonly directories: ReadonlySet<string>
}

/** By end, the name; an end without one has no name that fits. */
export type AssignedNames = ReadonlyMap<NameEnd, string>

/**
 * Gives the requests of one directory their names; pure, and independent of the order of the requests. A recorded name stays.
 * Then pass by pass: a request gets the names of its stem if it alone asks for each of them; else it asks for those of its
 * next stem, and nobody gets the ones that it gave up. A request that has a recorded name counts among those that ask for
 * its names before that one, so that a run in which some documents failed does not change the names of the next run.
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
    const members = requests.filter((request) => request.pass === pass).map((request) => new Member(request, names))
    for (let level = 0; members.some((member) => member.isWaitingAt(level)); level++) {
      const requestedCounts = countBy(members.flatMap((member) => member.namesAskedFor(level)))
      for (const member of members.filter((member) => member.isAsking(level))) {
        const options = member.open.map((end) => [member.nameOf(end, level), end] as const)
        const isFits = options.every(
          ([name, end]) => name !== undefined && requestedCounts.get(fold(name)) === 1 && isFree(name, end),
        )
        if (!isFits) continue
        for (const [name, end] of options) if (name !== undefined) take(name, end)
        member.close()
      }
      for (const name of requestedCounts.keys()) used.add(name)
    }
  }
  return names
}

/** A request in its pass. */
class Member {
  /** The ends without a name so far; they go together. */
  open: readonly NameEnd[]
  /** The levels of its recorded names. */
  private readonly recorded: ReadonlyMap<NameEnd, number>
  /** What is new beside recorded names asks for their stem first. */
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

  /** Whether it may ask for a name of this level or of a later one. */
  isWaitingAt(level: number): boolean {
    return level < this.startLevel || this.isAsking(level)
  }

  isAsking(level: number): boolean {
    return this.open.length > 0 && level >= this.startLevel && level <= this.request.named.suffixes.length
  }

  /** Folded; also the names that it asked for before it had its recorded ones. */
  namesAskedFor(level: number): string[] {
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

  close(): void {
    this.open = []
  }
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
