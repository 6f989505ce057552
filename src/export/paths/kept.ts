import { unitKey, type WantedFile } from '../wanted.js'
import type { Unit } from './dirs.js'
import { suffixLevelOf, titleStem } from './names.js'
import type { Records } from './records.js'
import { byCodePoints } from './text.js'
import { byVotes, type AllVotes, type Votes } from './votes.js'

/** What earlier runs tell. */
export interface Past {
  readonly records: Records
  readonly votes: AllVotes
}

/** The name of a unit's directory that the files below it have on record in the directory where the unit now stands. */
export function keptDirectory(unit: Unit, directory: string, { votes }: Past): Votes | undefined {
  const candidates = (votes.get(unit) ?? []).filter((one) => one.directory === directory)
  return candidates.sort((a, b) => byVotes(a, b) || a.level - b.level || byCodePoints(a.name, b.name))[0]
}

/** True for the same title, and for one that makes the same name: else its path would not be its own any more. */
const isSameTitle = (title: string, { unit }: WantedFile): boolean =>
  title === unit.title || titleStem(title, unit.type) === titleStem(unit.title, unit.type)

/** The stem of a file's recorded name in the directory where it now stands, if that still is one of its names. */
export function keptStem(
  unit: Unit,
  file: WantedFile,
  directory: string,
  { records }: Past,
): { readonly stem: string; readonly level: number } | undefined {
  const start = directory === '' ? '' : `${directory}/`
  const end = file.extension === '' ? '' : `.${file.extension}`
  const kept = (records.get(unitKey(file.unit)) ?? []).flatMap(({ path, title }) => {
    if (!path.startsWith(start) || !path.endsWith(end)) return []
    const stem = path.slice(start.length, path.length - end.length)
    const level = suffixLevelOf(stem, unit)
    if (level === undefined || !(unit.explicit || isSameTitle(title, file))) return []
    return [{ stem, level }]
  })
  return kept.sort((a, b) => a.level - b.level)[0]
}
