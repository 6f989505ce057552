import path from 'node:path'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { isEmptyFolder, inspectInside } from '../../files/inside.js'
import type { DiskEntry, Snapshot } from '../plan/snapshot.js'

/**
 * Looks at the paths once.
 * @param directory absolute
 */
export function readSnapshot(directory: string, paths: Iterable<string>): Snapshot {
  const look = inspectInside(directory)
  const isEmpty = (at: string): boolean => isEmptyFolder(path.join(directory, at))
  const entries = new Map<string, DiskEntry>()
  for (const at of paths) if (!entries.has(at)) entries.set(at, entryAt(at, look, isEmpty))
  return {
    at(path) {
      const entry = entries.get(path)
      if (!entry) throw new Error(`the snapshot does not have ${path}`)
      return entry
    },
  }
}

function entryAt(at: string, look: ReturnType<typeof inspectInside>, isEmpty: (at: string) => boolean): DiskEntry {
  try {
    const fact = look(at)
    if (!fact) return { kind: 'nothing' }
    if (fact.kind === 'file') return { kind: 'file', size: fact.size, id: fact.id }
    return { kind: isEmpty(at) ? 'nothing' : 'other' }
  } catch (error) {
    // One path that cannot be looked at takes nothing from the others.
    if (error instanceof DiskFault) return { kind: 'unreadable', failure: diskFailure(error) }
    throw error
  }
}
