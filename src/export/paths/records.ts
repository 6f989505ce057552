import type { ManifestFile } from '../model.js'
import { unitKey } from '../wanted.js'
import { listIn } from '../../lists.js'

/** Where an earlier run put something. */
export type RecordedPath = Pick<ManifestFile, 'path' | 'token' | 'type' | 'fileExtension' | 'subId' | 'title'>

/** Recorded paths by what they are of. */
export type Records = ReadonlyMap<string, readonly RecordedPath[]>

/** Puts recorded paths in order. */
export function indexRecords(recorded: readonly RecordedPath[]): Records {
  const index = new Map<string, RecordedPath[]>()
  for (const record of recorded) listIn(index, unitKey(record)).push(record)
  return index
}
