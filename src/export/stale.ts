import { describe } from '../feishu/errors/failure.js'
import { countOf, quoted } from '../text.js'
import { diskFacts } from './disk.js'
import { goneAmong } from './gone.js'
import type { Ground } from './ground.js'
import { listingCalls, type ListingApi } from './listing/calls.js'
import type { Listing, Plan, StaleFile } from './model.js'
import { documentKey, unitKey } from './paths.js'
import { removeFiles, type Cleaning } from './placing/cleaning.js'

/** What `delete-stale` removes: nothing after a listing with gaps, and nothing of which it is not sure. */
export async function staleToRemove(
  { stale }: Plan,
  { faults }: Listing,
  { session, tellings }: Ground,
  api: ListingApi,
): Promise<readonly StaleFile[]> {
  if (stale.length === 0) return []
  if (faults.some(({ branch }) => branch)) {
    tellings.note('`delete-stale` was off for this run: not everything could be listed.')
    return []
  }
  const calls = listingCalls(api, session.connection, session.credential)
  const { gone, doubtful } = await goneAmong(stale, calls)
  const [first] = doubtful
  if (first) {
    const names = doubtful.slice(0, 3).map(({ file }) => quoted(file.file.path, 200))
    const rest = doubtful.length - names.length
    tellings.note(
      `\`delete-stale\` kept ${countOf(doubtful.length, 'file')} (${names.join(', ')}${rest > 0 ? ' and others' : ''}):` +
        ` the document was not listed, but it is not certain that it is gone. ${describe(first.failure)}`,
    )
  }
  return gone
}

/** The paths that a run would remove, for a dry run. */
export function wouldRemove(
  stale: readonly StaleFile[],
  { toExport, inTheWay }: Plan,
  directory: string,
): readonly string[] {
  const there = diskFacts(directory)
  // Those in the way of a folder go first, and do not count; others are written over.
  const other = new Set([...toExport, ...inTheWay].map(({ path }) => path))
  // What nothing stands for stays.
  const going = stale.filter(({ instead }) => instead === undefined || instead.length > 0)
  const paths = going.map(({ file }) => file.path)
  return paths.filter((path) => !other.has(path) && there(path)?.kind === 'file')
}

const NOBODY = { type: '', token: '' }

/** Removes what is to go, at the end of a run that came to it, as far as nothing wanted stands there by then. */
export async function removeStale(stale: readonly StaleFile[], ground: Ground, cleaning: Cleaning): Promise<void> {
  const { stop, tellings } = ground
  if (stale.length === 0) return
  if (stop.cause()) {
    tellings.note('`delete-stale` was off for this run: it did not come to its end.')
    return
  }
  const { ledger } = cleaning
  const there = diskFacts(cleaning.directory)
  // Another document's file may stand there by now.
  const isStill = ({ file }: StaleFile): boolean => unitKey(ledger.recordOf(file.path) ?? file) === unitKey(file)
  // What is only no longer wanted in this format stays until another one is there.
  const mayGo = ({ file, instead }: StaleFile): boolean =>
    instead === undefined ||
    instead.some(({ path: at }) => {
      return documentKey(ledger.recordOf(at) ?? NOBODY) === documentKey(file) && there(at)?.kind === 'file'
    })
  const files = stale.filter((one) => isStill(one) && mayGo(one)).map(({ file }) => file)
  const { removed, faults } = await removeFiles(files, cleaning)
  tellings.deleted(removed)
  tellings.notRemoved(faults)
}
