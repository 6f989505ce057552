import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { lookInside } from '../../files/inside.js'
import type { DiskEntry, Snapshot } from '../plan/snapshot.js'

/**
 * Looks at the paths once.
 * @param directory absolute
 */
export function readSnapshot(directory: string, paths: Iterable<string>): Snapshot {
  const look = lookInside(directory)
  const entries = new Map<string, DiskEntry>()
  for (const path of paths) if (!entries.has(path)) entries.set(path, entryAt(path, look))
  return {
    at(path) {
      const entry = entries.get(path)
      if (!entry) throw new Error(`the snapshot does not have ${path}`)
      return entry
    },
  }
}

function entryAt(path: string, look: ReturnType<typeof lookInside>): DiskEntry {
  try {
    const fact = look(path)
    if (!fact) return { kind: 'nothing' }
    return fact.kind === 'other' ? { kind: 'other' } : { kind: 'file', size: fact.size, id: fact.id }
  } catch (error) {
    // One path that cannot be looked at takes nothing from the others.
    if (error instanceof DiskFault) return { kind: 'unreadable', failure: diskFailure(error) }
    throw error
  }
}
