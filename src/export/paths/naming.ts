import { hasBareFile, type Dir, type Unit } from './dirs.js'
import { keptDirectory, keptStem, type Past } from './kept.js'
import { nameAt } from './names.js'
import { LONGEST_PATH, type Room } from './room.js'
import { bytesOf, byCodePoints, fold, isTemporaryName, joined } from './text.js'
import { byVotes, type Votes } from './votes.js'

/** The names of a unit: undefined where none could be found. */
export interface Names {
  readonly files: ReadonlyMap<string, string | undefined>
  readonly dir: string | undefined
}

/** Folded names in a directory that nothing new may have, or no new file. */
export interface Held {
  readonly all: ReadonlySet<string>
  readonly files: ReadonlySet<string>
}

/** Who keeps a name that several want; of equals nobody does. */
enum Rank {
  /** Nobody wants the name. */
  None,
  /** The directory beside an uploaded file without extension, which would have its name. */
  Beside,
  Shortcut,
  Original,
  /** The user gave the name. */
  Explicit,
  /** A new name of what has another one on record. */
  Incumbent,
  /** On record. */
  Kept,
}

/** Names that go together, by one stem; `ends` is what follows it: a dot and an extension, or nothing. */
interface Claim {
  readonly unit: Unit
  readonly ends: ReadonlyMap<string, string>
  readonly rank: Rank
  /** For the names that it had to give up, or would have had to without its record. */
  readonly former: Rank
  readonly most: number
  level: number
  /** The stem on record, which stays. */
  kept: string | undefined
  readonly votes?: Votes | undefined
}

const DIRECTORY = ''

/**
 * Gives every unit of a directory its names, the same whatever the order. What has a name on record keeps it. Of the
 * others, all that want the same name go on to their next one, until no two are equal; nor does anybody take a name that
 * somebody had to give up, so that a run in which some failed does not change the names of the next.
 * @returns the names of all units that need any; those of a unit's files by the keys that they have there
 */
export function nameUnits(dir: Dir, directory: string, room: Room, past: Past, held: Held): ReadonlyMap<Unit, Names> {
  const taken = new Set([...dir.reserved, ...dir.named.keys()])
  const isTaken = (name: string): boolean => taken.has(fold(name)) || isTemporaryName(name)
  const claims = withoutRivals(
    [...dir.units.values()].flatMap((unit) => claimsOf(unit, directory, room, past, isTaken)),
  )
  const isHeld = (name: string, key: string): boolean =>
    held.all.has(fold(name)) || (key !== DIRECTORY && held.files.has(fold(name)))
  settle(claims, (name, key) => isTaken(name) || isHeld(name, key))

  const names = new Map<Unit, { files: Map<string, string | undefined>; dir: string | undefined }>()
  for (const claim of claims) {
    const known = names.get(claim.unit) ?? { files: new Map<string, string | undefined>(), dir: undefined }
    names.set(claim.unit, known)
    for (const [file, end] of claim.ends) {
      const stem = stemAt(claim, claim.level)
      const name = stem === undefined ? undefined : stem + end
      if (file === DIRECTORY) known.dir = name
      else known.files.set(file, name)
    }
  }
  return names
}

type Known = { readonly stem: string; readonly level: number; readonly votes?: Votes } | undefined

function claimsOf(unit: Unit, directory: string, room: Room, past: Past, isTaken: (name: string) => boolean): Claim[] {
  const most = room.stemOf(unit, directory)
  const claim = (parts: readonly (readonly [key: string, end: string, known: Known])[], former: Rank): Claim[] => {
    const rest = new Map<string, string>()
    const kept = parts.flatMap(([key, end, known]): Claim[] => {
      const isGood = known && !isTaken(known.stem + end) && bytesOf(joined(directory, known.stem + end)) <= LONGEST_PATH
      if (isGood)
        return [{ unit, ends: new Map([[key, end]]), rank: Rank.Kept, former, most, ...known, kept: known.stem }]
      rest.set(key, end)
      return []
    })
    if (rest.size === 0) return kept
    const isNew = kept.length === 0
    const level = isNew ? 0 : Math.min(...kept.map((claim) => claim.level))
    return [...kept, { unit, ends: rest, rank: isNew ? former : Rank.Incumbent, former, most, level, kept: undefined }]
  }

  const files = [...unit.files].map(([key, file]) => {
    return [key, file.extension === '' ? '' : `.${file.extension}`, keptStem(unit, file, directory, past)] as const
  })
  const former = unit.explicit ? Rank.Explicit : unit.shortcut ? Rank.Shortcut : Rank.Original
  if (!unit.dir) return claim(files, former)
  const votes = keptDirectory(unit, directory, past)
  const dir = [DIRECTORY, '', votes && { stem: votes.name, level: votes.level, votes }] as const
  return hasBareFile(unit) ? [...claim(files, former), ...claim([dir], Rank.Beside)] : claim([...files, dir], former)
}

/** Of those that have the same name on record, one keeps it. */
function withoutRivals(claims: readonly Claim[]): Claim[] {
  const kept = claims.filter((claim) => claim.kept !== undefined)
  kept.sort(
    (a, b) =>
      Number(a.votes !== undefined) - Number(b.votes !== undefined) ||
      (a.votes && b.votes ? byVotes(a.votes, b.votes) : 0) ||
      byCodePoints(a.unit.token, b.unit.token),
  )
  const taken = new Set<string>()
  const rivals = new Set<Claim>()
  for (const claim of kept) {
    for (const name of namesAt(claim, claim.level)) {
      if (taken.has(name)) rivals.add(claim)
      taken.add(name)
    }
  }
  return claims.map((claim) =>
    rivals.has(claim) ? { ...claim, rank: claim.former, kept: undefined, level: 0 } : claim,
  )
}

function stemAt(claim: Claim, level: number): string | undefined {
  return level === claim.level && claim.kept !== undefined ? claim.kept : nameAt(claim.unit, level, claim.most)
}

function namesAt(claim: Claim, level: number): string[] {
  const stem = stemAt(claim, level)
  return stem === undefined ? [] : Array.from(claim.ends.values(), (end) => fold(stem + end))
}

/** Moves claims on to their next names until no two are in each other's way. */
function settle(claims: readonly Claim[], isForbidden: (name: string, key: string) => boolean): void {
  for (let open = true; open;) {
    const holders = holdersOf(claims)
    const isInTheWay = (name: string, key: string, claim: Claim): boolean =>
      isForbidden(name, key) || (holders.get(fold(name))?.besides(claim) ?? Rank.None) >= claim.rank
    const mustGoOn = claims.filter((claim) => {
      if (claim.kept !== undefined || claim.level > claim.unit.suffixes.length) return false
      const stem = stemAt(claim, claim.level)
      return stem === undefined || [...claim.ends].some(([key, end]) => isInTheWay(stem + end, key, claim))
    })
    for (const claim of mustGoOn) claim.level++
    open = mustGoOn.length > 0
  }
}

/** By folded name, who has it and who had to give it up. */
function holdersOf(claims: readonly Claim[]): ReadonlyMap<string, Holders> {
  const holders = new Map<string, Holders>()
  for (const claim of claims) {
    for (let level = 0; level <= claim.level; level++) {
      const rank = level === claim.level ? claim.rank : claim.former
      for (const name of namesAt(claim, level)) {
        const known = holders.get(name)
        if (known) known.add(claim, rank)
        else holders.set(name, new Holders(claim, rank))
      }
    }
  }
  return holders
}

const higher = (a: Rank, b: Rank): Rank => (a > b ? a : b)

/** The holders of a name, as far as they count: thousands may want the same one. */
class Holders {
  private others: Rank = Rank.None

  constructor(
    private first: Claim,
    private rank: Rank,
  ) {}

  add(claim: Claim, rank: Rank): void {
    if (claim === this.first) this.rank = higher(this.rank, rank)
    else if (rank <= this.rank) this.others = higher(this.others, rank)
    else {
      this.others = this.rank
      this.rank = rank
      this.first = claim
    }
  }

  /** The highest rank of the others. */
  besides(claim: Claim): Rank {
    return claim === this.first ? this.others : this.rank
  }
}
