import type { ManifestFile, PlannedFile } from '../model.js'
import { unitKey } from '../paths.js'

/** A file of an earlier run that goes where its document now belongs. */
export interface Move {
  readonly from: ManifestFile
  readonly to: string
}

/** What is known while a run goes on. */
export interface Places {
  /** What stands at a path now, by the manifest. */
  readonly recordAt: (path: string) => ManifestFile | undefined
  /** Where the files of a unit (see `unitKey`) are to be, if any are. */
  readonly homesOf: (key: string) => readonly PlannedFile[]
}

/**
 * Finds what must move before a file may take a path: the file there may be the only one of another document, whose own
 * export is still to come, or has failed. Titles that were swapped, in pairs or in circles, are such a case. Pure.
 * @param target the path
 * @param own of which unit the file is
 * @returns the moves, in the order in which each finds its place free; what stands at the first one's is the new file's
 * own old one, or nobody's
 */
export function movesBefore(target: string, own: string, { recordAt, homesOf }: Places): readonly Move[] {
  const moves: Move[] = []
  let path = target
  for (;;) {
    const from = recordAt(path)
    const key = from && unitKey(from)
    if (from === undefined || key === undefined || key === own) return moves
    const homes = homesOf(key)
    const isHome = ({ path: home }: PlannedFile): boolean => {
      const there = recordAt(home)
      return there !== undefined && unitKey(there) === key
    }
    const [home] = homes
    const isMoving = moves.some(({ to }) => to === home?.path)
    if (home === undefined || isMoving || homes.some(isHome)) return moves
    moves.unshift({ from, to: home.path })
    path = home.path
  }
}
