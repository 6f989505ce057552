import { unitKey } from '../wanted.js'
import type { Dir, Unit } from './dirs.js'
import { suffixLevelOf } from './names.js'
import type { Records } from './records.js'
import { splitPath } from './text.js'

/** How many recorded files below a unit stand in a directory that is, or was, the unit's. */
export interface Votes {
  /** Where the directory stood. */
  readonly directory: string
  readonly name: string
  readonly level: number
  readonly originals: number
  readonly shortcuts: number
}

/** By unit that has a directory. */
export type AllVotes = ReadonlyMap<Unit, readonly Votes[]>

/** Orders votes: the better founded claim first. Shortcuts tell little, for their files may stand anywhere. */
export const byVotes = (a: Votes, b: Votes): number => b.originals - a.originals || b.shortcuts - a.shortcuts

/**
 * Lets each recorded file tell under which names the directories above it are known: the manifest has no line for a
 * folder.
 * @param dirs each after the one that it stands in
 */
export function castVotes(dirs: readonly Dir[], records: Records): AllVotes {
  const votes = new Map<Unit, readonly Votes[]>()
  const counts: Counts = new Map()
  // From the innermost outwards: each directory hands on its sums, so that no file is counted at every level above it.
  for (const dir of [...dirs].reverse()) {
    for (const unit of dir.units.values()) countRecords(unit, records, counts)
    const sums = counts.get(dir) ?? new Map<string, Count>()
    counts.delete(dir)
    const { owner } = dir
    if (!owner) continue
    const own = [...sums].flatMap(([path, count]) => votesFor(owner, path, count))
    if (own.length > 0) votes.set(owner, own)
    for (const [path, count] of sums) add(counts, owner.home, splitPath(path).directory, count)
  }
  return votes
}

interface Count {
  originals: number
  shortcuts: number
}

/** By directory to be: the recorded files in it, by the path on record for it. */
type Counts = Map<Dir, Map<string, Count>>

function countRecords(unit: Unit, records: Records, counts: Counts): void {
  const one = unit.shortcut ? { originals: 0, shortcuts: 1 } : { originals: 1, shortcuts: 0 }
  for (const file of unit.files.values()) {
    for (const { path } of records.get(unitKey(file.unit)) ?? []) {
      const above = path.split('/').slice(0, -1)
      // A path with fewer directories tells nothing of those further in.
      let dir: Dir | undefined = unit.home
      while (dir && dir.depth > above.length) dir = dir.owner?.home
      if (dir?.owner) add(counts, dir, above.slice(0, dir.depth).join('/'), one)
    }
  }
}

function add(counts: Counts, dir: Dir, path: string, { originals, shortcuts }: Count): void {
  const sums = counts.get(dir) ?? new Map<string, Count>()
  const sum = sums.get(path) ?? { originals: 0, shortcuts: 0 }
  sum.originals += originals
  sum.shortcuts += shortcuts
  counts.set(dir, sums.set(path, sum))
}

function votesFor(unit: Unit, path: string, count: Count): Votes[] {
  const { directory, name } = splitPath(path)
  const level = suffixLevelOf(name, unit)
  return level === undefined ? [] : [{ directory, name, level, ...count }]
}
