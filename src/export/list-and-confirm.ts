import { describe } from '../feishu/errors/failure.js'
import { countOf, quoted } from '../text.js'
import type { RunContext } from './context.js'
import { listingCalls, type ListingApi } from './listing/calls.js'
import { queryMissing, confirmMissing, findMissing, type Confirmed } from './listing/confirm-missing.js'
import { listSources } from './listing/listing.js'
import { listTables } from './listing/tables.js'
import { isComplete, type Listing } from './listing/types.js'
import { findDocuments } from './naming/layout.js'
import { hasTableOutputs } from './naming/select-outputs.js'
import { documentKey, type ManifestRecords } from './model.js'
import { Ticker } from './report/progress.js'
import type { RunReport } from './report/run-report.js'

/** The result of one listing. */
interface Listed {
  readonly listing: Listing
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
}

/** The listing that the run works with, and what is known about the recorded documents that it did not find. */
export interface Found extends Listed {
  /** The recorded files whose document is deleted or no longer in the sources. */
  readonly confirmedMissing: Confirmed['confirmedMissing']
  /** False when this listing, or the one to confirm it, could not list everything: then no file is stale. */
  readonly isComplete: boolean
}

/**
 * Lists the sources. With `delete-stale`, queries the service about recorded documents that were not found, unless the
 * listing is incomplete. If some of them still exist, lists a second time: a document may have been moved during the first
 * listing. Only a document that neither listing found has left the sources.
 */
export async function listAndConfirm(context: RunContext, api: ListingApi, recorded: ManifestRecords): Promise<Found> {
  const { inputs, tools, stop, session } = context
  const first = await list(context, api, recorded)
  if (stop.cause() || !inputs.deleteStale) {
    return { ...first, confirmedMissing: [], isComplete: isComplete(first.listing) }
  }
  if (!isComplete(first.listing)) return withoutConfirmation(context, first)
  const missing = findMissing(recorded, findDocuments(first.listing))
  if (missing.files.length === 0) return { ...first, confirmedMissing: [], isComplete: true }

  const states = await queryMissing(missing, listingCalls(api, session.connection, session.credential))
  if (stop.cause()) return withoutConfirmation(context, first)
  // Only a document that exists can be in a second listing. The files of documents in an unknown state stay anyway.
  if (!missing.files.some((file) => states.get(documentKey(file))?.kind === 'exists')) {
    return withConfirmation(context, first, confirmMissing(missing, states))
  }
  tools.log.info('Some documents exist but were not found: listing once more before anything is removed')
  const second = await list(context, api, recorded)
  // The first listing is complete, so it is the better one.
  if (stop.cause() || !isComplete(second.listing)) return withoutConfirmation(context, first)
  const missingTwice = findMissing(missing, findDocuments(second.listing))
  return withConfirmation(context, second, confirmMissing(missingTwice, states))
}

/** Makes the result with the files whose document is confirmed missing, and notes the files that are not confirmed. */
function withConfirmation({ report }: RunContext, found: Listed, confirmed: Confirmed): Found {
  reportUnconfirmed(report, confirmed.unconfirmed)
  return { ...found, confirmedMissing: confirmed.confirmedMissing, isComplete: true }
}

/**
 * Makes the result where nothing is known about the documents that were not found. Notes that, unless the run was
 * stopped, which is reported anyway.
 */
function withoutConfirmation({ report, stop }: RunContext, found: Listed): Found {
  if (!stop.cause()) report.note('`delete-stale` was off for this run: not everything could be listed.')
  return { ...found, confirmedMissing: [], isComplete: false }
}

const MAX_NAMED_FILES = 3

/** Notes that the unconfirmed files stay, with the reason for the first of them; nothing if there are none. */
function reportUnconfirmed(report: RunReport, unconfirmed: Confirmed['unconfirmed']): void {
  const [first] = unconfirmed
  if (!first) return
  const names = unconfirmed.slice(0, MAX_NAMED_FILES).map(({ file }) => quoted(file.path, 200))
  const others = unconfirmed.length > names.length ? ' and others' : ''
  // Only one reason is given, however many files there are.
  const whose = unconfirmed.length === 1 ? '' : 'For the first of them: '
  report.note(
    `\`delete-stale\` kept ${countOf(unconfirmed.length, 'file')} (${names.join(', ')}${others}): the document was not listed,` +
      ` but it is not certain that it is gone. ${whose}${describe(first.failure)}`,
  )
}

/** Lists the sources, and the sheets and tables that are separate outputs; logs the progress. */
async function list(
  { inputs, tools, session }: RunContext,
  api: ListingApi,
  recorded: ManifestRecords,
): Promise<Listed> {
  const { clock, log } = tools
  const listedAtMs = clock.wallMs()
  let foundCount = 0
  const ticker = new Ticker(clock, log, () => `Listing: ${foundCount} found so far`)
  try {
    const { connection, credential } = session
    const withoutTables = await listSources(inputs.sources, api, {
      connection,
      credential,
      exclude: inputs.exclude,
      onProgress: (count) => {
        foundCount = count
      },
    })
    const calls = listingCalls(api, connection, credential)
    const listing = await listTables(withoutTables, calls, {
      hasTableOutputs: (entry, source) => hasTableOutputs(entry, source, inputs),
      // The recorded folders hold the sheets and tables of documents, by edit time. A forced run relies on no edit time, so
      // it queries the sheets and tables of every document.
      folders: inputs.force ? [] : recorded.folders,
      listedAtMs,
    })
    return { listing, listedAtMs }
  } finally {
    ticker.stop()
  }
}
