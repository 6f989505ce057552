import type { ManifestFile } from '../model.js'
import { levelOf, stemOf, uploadedName } from './names.js'
import { joined } from './text.js'
import type { Unit } from './tree.js'
import { unitKey, type WantedFile } from './wanted.js'

/** Where an earlier run put something. */
export type RecordedPath = Pick<ManifestFile, 'path' | 'token' | 'type' | 'fileExtension' | 'subId' | 'title'>

/** Recorded paths by what they are of. */
export type Records = ReadonlyMap<string, readonly RecordedPath[]>

/** Puts recorded paths in order. */
export function indexRecords(recorded: readonly RecordedPath[]): Records {
  const index = new Map<string, RecordedPath[]>()
  for (const record of recorded) {
    const key = unitKey(record)
    index.set(key, [...(index.get(key) ?? []), record])
  }
  return index
}

/** How many recorded files below a unit stand in a directory that is, or was, the unit's. */
export interface Votes {
  readonly name: string
  readonly level: number
  originals: number
  shortcuts: number
}

/**
 * Lets each recorded file tell under which names the directories above it are known: the manifest has no line for a
 * folder. The votes of a unit are by the whole path of its directory.
 */
export function castVotes(unit: Unit, file: WantedFile, records: Records): void {
  for (const { path } of records.get(unitKey(file.unit)) ?? []) {
    const segments = path.split('/')
    for (let above = unit.home.owner; above; above = above.home.owner) {
      const { depth } = above.home
      const name = segments[depth]
      if (name === undefined || depth >= segments.length - 1) continue
      const level = levelOf(name, above)
      if (level === undefined) continue
      const at = segments.slice(0, depth + 1).join('/')
      const votes = above.votes.get(at) ?? { name, level, originals: 0, shortcuts: 0 }
      if (unit.shortcut) votes.shortcuts++
      else votes.originals++
      above.votes.set(at, votes)
    }
  }
}

/** Orders votes: the better founded claim first. Shortcuts tell little, for their files may stand anywhere. */
export const byVotes = (a: Votes, b: Votes): number => b.originals - a.originals || b.shortcuts - a.shortcuts

/** The name of a unit's directory that the files below it have on record in the directory where the unit now stands. */
export function keptDirectory(unit: Unit, directory: string): Votes | undefined {
  const candidates = [...unit.votes].filter(([at, { name }]) => at === joined(directory, name))
  return candidates.map(([, votes]) => votes).sort((a, b) => byVotes(a, b) || a.level - b.level)[0]
}

/** True for the same title, and for one that makes the same name: else its path would not be its own any more. */
function isSameTitle(title: string, { unit }: WantedFile): boolean {
  const stem = (text: string): string => (unit.uploaded ? uploadedName(text).stem : stemOf(text, unit.type))
  return title === unit.title || stem(title) === stem(unit.title)
}

/** The stem of a file's recorded name in the directory where it now stands, if that still is one of its names. */
export function keptStem(
  unit: Unit,
  file: WantedFile,
  directory: string,
  records: Records,
): { readonly stem: string; readonly level: number } | undefined {
  const start = directory === '' ? '' : `${directory}/`
  const end = file.extension === '' ? '' : `.${file.extension}`
  const kept = (records.get(unitKey(file.unit)) ?? []).flatMap(({ path, title }) => {
    if (!path.startsWith(start) || !path.endsWith(end)) return []
    const stem = path.slice(start.length, path.length - end.length)
    const level = levelOf(stem, unit)
    if (level === undefined || !(unit.explicit || isSameTitle(title, file))) return []
    return [{ stem, level }]
  })
  return kept.sort((a, b) => a.level - b.level)[0]
}
