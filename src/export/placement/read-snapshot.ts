import path from 'node:path'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { isEmptyFolder, inspectInside } from '../../files/inside.js'
import type { DiskEntry, Snapshot } from '../plan/snapshot.js'

// There are four threads for it. More at once takes memory and gains nothing.
const PATHS_AT_ONCE = 64

/**
 * Looks at the paths once.
 * @param directory absolute
 */
export async function readSnapshot(directory: string, paths: Iterable<string>): Promise<Snapshot> {
  const look = inspectInside(directory)
  const isEmpty = (at: string): Promise<boolean> => isEmptyFolder(path.join(directory, at))
  const entries = new Map<string, DiskEntry>()
  const wanted = [...new Set(paths)]
  for (let first = 0; first < wanted.length; first += PATHS_AT_ONCE) {
    const some = wanted.slice(first, first + PATHS_AT_ONCE)
    await Promise.all(some.map(async (at) => entries.set(at, await entryAt(at, look, isEmpty))))
  }
  return {
    at(path) {
      const entry = entries.get(path)
      if (!entry) throw new Error(`the snapshot does not have ${path}`)
      return entry
    },
  }
}

async function entryAt(
  at: string,
  look: ReturnType<typeof inspectInside>,
  isEmpty: (at: string) => Promise<boolean>,
): Promise<DiskEntry> {
  try {
    const fact = await look(at)
    if (!fact) return { kind: 'nothing' }
    if (fact.kind === 'file') return { kind: 'file', size: fact.size, id: fact.id }
    return { kind: (await isEmpty(at)) ? 'nothing' : 'other' }
  } catch (error) {
    // One path that cannot be looked at takes nothing from the others.
    if (error instanceof DiskFault) return { kind: 'unreadable', failure: diskFailure(error) }
    throw error
  }
}
