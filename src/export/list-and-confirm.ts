import { describe } from '../feishu/errors/failure.js'
import { countOf, quoted } from '../text.js'
import type { RunContext } from './context.js'
import { listingCalls, type ListingApi } from './listing/calls.js'
import { queryMissing, confirmMissing, findMissing, type Confirmed, type Missing } from './listing/confirm-missing.js'
import { listSources } from './listing/listing.js'
import { listTables } from './listing/tables.js'
import { isComplete, type Listing } from './listing/types.js'
import { findDocuments } from './naming/layout.js'
import { hasTableOutputs } from './naming/select-outputs.js'
import { Ticker } from './report/progress.js'

/** The result of the listing, and what it says about the records of documents that were not found. */
export interface Found {
  readonly listing: Listing
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
  /** The recorded files whose document is deleted or no longer in the sources. */
  readonly confirmedMissing: Confirmed['confirmedMissing']
}

/**
 * Lists the sources. With `delete-stale`, queries the service about recorded documents that were not found. If some of
 * them still exist, lists a second time, because a document may have been moved during the first listing: only a
 * document that neither listing found has left the sources.
 */
export async function listAndConfirm(context: RunContext, api: ListingApi, recorded: Missing): Promise<Found> {
  const { inputs, tools, stop, session } = context
  const first = await list(context, api, recorded)
  const missing = findMissing(recorded, findDocuments(first.listing))
  if (stop.cause() || !inputs.deleteStale || missing.files.length === 0) return { ...first, confirmedMissing: [] }
  if (!isComplete(first.listing)) return withoutConfirmation(context, first)

  const states = await queryMissing(missing, listingCalls(api, session.connection, session.credential))
  if (![...states.values()].some(({ kind }) => kind === 'exists')) {
    return { ...first, confirmedMissing: reportUnconfirmed(context, confirmMissing(missing, states)) }
  }
  tools.log.info('Some documents exist but were not found: listing once more before anything is removed')
  const second = await list(context, api, recorded)
  if (stop.cause() || !isComplete(second.listing)) return withoutConfirmation(context, first)
  const missingTwice = findMissing(missing, findDocuments(second.listing))
  return { ...second, confirmedMissing: reportUnconfirmed(context, confirmMissing(missingTwice, states)) }
}

function withoutConfirmation({ report, stop }: RunContext, found: Omit<Found, 'confirmedMissing'>): Found {
  if (!stop.cause()) report.note('`delete-stale` was off for this run: not everything could be listed.')
  return { ...found, confirmedMissing: [] }
}

/** Notes the files that stay because the state of their document is unknown. @returns the confirmed ones */
function reportUnconfirmed(
  { report }: RunContext,
  { confirmedMissing, unconfirmed }: Confirmed,
): Confirmed['confirmedMissing'] {
  const [first] = unconfirmed
  if (first) {
    const names = unconfirmed.slice(0, 3).map(({ file }) => quoted(file.path, 200))
    const others = unconfirmed.length > names.length ? ' and others' : ''
    report.note(
      `\`delete-stale\` kept ${countOf(unconfirmed.length, 'file')} (${names.join(', ')}${others}): the document was not listed,` +
        ` but it is not certain that it is gone. ${describe(first.failure)}`,
    )
  }
  return confirmedMissing
}

/** Lists the sources, and the sheets and tables in them; logs the progress. */
async function list(
  { inputs, tools, session }: RunContext,
  api: ListingApi,
  recorded: Missing,
): Promise<Omit<Found, 'confirmedMissing'>> {
  const { clock, log } = tools
  const listedAtMs = clock.wallMs()
  let count = 0
  const ticker = new Ticker(clock, log, () => `Listing: ${count} found so far`)
  const onProgress = (found: number): void => {
    count = found
  }
  try {
    const { connection, credential } = session
    const found = await listSources(inputs.sources, api, {
      connection,
      credential,
      exclude: inputs.exclude,
      onProgress,
    })
    const calls = listingCalls(api, connection, credential)
    const listing = await listTables(found, calls, {
      hasTableOutputs: (entry, source) => hasTableOutputs(entry, source, inputs),
      folders: recorded.folders,
      listedAtMs,
    })
    return { listing, listedAtMs }
  } finally {
    ticker.stop()
  }
}
