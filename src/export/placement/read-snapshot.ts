import path from 'node:path'
import { DiskFault, diskFailure, diskFault } from '../../files/disk-fault.js'
import { isEmptyFolder, inspectInside } from '../../files/inside.js'
import type { DiskEntry, Snapshot } from '../plan/snapshot.js'

// Enough to keep the threads of Node.js for disk operations busy (four by default). More would only need memory.
const PATHS_AT_ONCE = 64

/**
 * Inspects paths on the disk for the plan, each once. A path that cannot be inspected is `unreadable` in the snapshot.
 * @param directory absolute
 * @param paths relative to it, with `/`; the snapshot has no others
 */
export async function readSnapshot(directory: string, paths: Iterable<string>): Promise<Snapshot> {
  const inspect = inspectInside(directory)
  const isEmpty = (at: string): Promise<boolean> => {
    const absolute = path.join(directory, at)
    return isEmptyFolder(absolute).catch((error: unknown) => {
      throw diskFault('inspect', absolute, error)
    })
  }
  const entries = new Map<string, DiskEntry>()
  const allPaths = [...new Set(paths)]
  for (let first = 0; first < allPaths.length; first += PATHS_AT_ONCE) {
    const batch = allPaths.slice(first, first + PATHS_AT_ONCE)
    await Promise.all(batch.map(async (at) => entries.set(at, await entryAt(at, inspect, isEmpty))))
  }
  return {
    at(relativePath) {
      const entry = entries.get(relativePath)
      if (!entry) throw new Error(`the snapshot does not have ${relativePath}`)
      return entry
    },
  }
}

/** Inspects a path on the disk. A folder without any file in it counts as nothing: it is no obstacle to a file. */
async function entryAt(
  at: string,
  inspect: ReturnType<typeof inspectInside>,
  isEmpty: (at: string) => Promise<boolean>,
): Promise<DiskEntry> {
  try {
    const found = await inspect(at)
    if (!found) return { kind: 'nothing' }
    if (found.kind === 'file') return { kind: 'file', size: found.size, id: found.id }
    return { kind: (await isEmpty(at)) ? 'nothing' : 'other' }
  } catch (error) {
    // A path that cannot be inspected does not affect the others.
    if (error instanceof DiskFault) return { kind: 'unreadable', failure: diskFailure(error) }
    throw error
  }
}
