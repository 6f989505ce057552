import path from 'node:path'
import { connect } from '../feishu/client/connect.js'
import { describe } from '../feishu/errors/failure.js'
import { tryingAgain } from '../feishu/errors/telling.js'
import { DiskFault } from '../files/disk-fault.js'
import { startDeadline } from '../polling/deadline.js'
import type { ActionTools, Outcome } from '../runner/action.js'
import { seldom } from '../runner/seldom.js'
import { countOf, quoted } from '../text.js'
import { diskFacts } from './disk.js'
import { TRANSFERS_AT_ONCE } from './engine/engine.js'
import { PacedApi } from './engine/paced-api.js'
import { Patience } from './engine/patience.js'
import { exportAll, type LooksPerDocument } from './export-all.js'
import type { Ground } from './ground.js'
import type { ExportInputs } from './inputs.js'
import { listSources } from './listing.js'
import type { ListingApi } from './listing/calls.js'
import { adoptUnfinished } from './manifest/adopt.js'
import { readManifest, writeManifest } from './manifest/file.js'
import { Ledger } from './manifest/ledger.js'
import { ManifestError, type Manifest } from './manifest/manifest.js'
import type { Listing, Plan } from './model.js'
import { removeFiles, removeReplaced, removeTemporaries, type Cleaned, type Cleaning } from './placing/cleaning.js'
import { lookAlikes, makePlan } from './plan.js'
import { Ticker } from './report/progress.js'
import { Tellings } from './report/tellings.js'
import { removeStale, staleToRemove, wouldRemove } from './stale.js'
import { RunStop } from './stop.js'

/**
 * Lists the sources, exports what changed, and keeps the manifest true of the disk.
 * @returns the numbers in every case, and what to tell if the step is to be red
 */
export async function run(inputs: ExportInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const deadline = startDeadline(clock, inputs.timeoutMs, 0, tools.cancel)
  const stop = new RunStop(deadline)
  const session = connect({ ...inputs, clock, mask: tools.mask, debug: (line) => log.debug(line), action: 'export' })
  const tellings = new Tellings(path.join(inputs.directory, ...inputs.manifest.split('/')), inputs.dryRun)
  const startedAtMs = clock.nowMs()
  let disk: DiskFault | ManifestError | undefined
  try {
    await work({ inputs, tools, stop, session, tellings }, () => deadline.remainingMs())
  } catch (error) {
    if (!(error instanceof DiskFault || error instanceof ManifestError)) throw error
    disk = error
  } finally {
    deadline.release()
    session.dispose()
  }
  const unlisted = stop.cause() && !tellings.isPlanned() ? 'The sources were not listed to their end.' : undefined
  const why = [stop.sentence(), unlisted, disk?.message].filter((sentence) => sentence !== undefined)
  const { outcome, line } = tellings.end({
    elapsedMs: clock.nowMs() - startedAtMs,
    requests: session.requests(),
    stopped: why.length > 0 ? why.join(' ') : undefined,
  })
  if (line !== undefined) log.info(line)
  return outcome
}

async function work(ground: Ground, remainingMs: () => number): Promise<void> {
  const { inputs, tools, stop, tellings } = ground
  const { log } = tools
  const manifest = await readManifest(inputs.directory, inputs.manifest)
  await adoptUnfinished(manifest, inputs.directory)
  const patience = new Patience()
  const looks: LooksPerDocument = { now: () => Infinity }
  const api = apiOf(ground, patience, looks, remainingMs)
  tellings.watch(() => api.openTrouble())

  const listing = await list(ground, api)
  if (stop.cause()) {
    tellings.notListed(listing)
    return
  }
  const plan = planOf(listing, manifest, inputs)
  tellings.planned(plan, listing)
  tellPlan(plan, listing, ground)
  const strangers = plan.refused.filter(({ isStranger }) => isStranger).length
  if (strangers > 1 && manifest.isEmpty()) tellings.hint(noManifest(inputs.manifest))
  const stale = inputs.deleteStale ? await staleToRemove(plan, listing, ground, endingAll(api, stop)) : []
  if (inputs.dryRun) {
    tellings.deleted(wouldRemove(stale, plan, inputs.directory))
    return
  }
  if (inputs.failFast && tellings.failures().length > 0) stop.stop({ kind: 'fail-fast' })

  const save = (pieces: readonly string[]): Promise<void> => writeManifest(inputs.directory, inputs.manifest, pieces)
  const ledger = new Ledger(manifest, save, tools.clock)
  const alike = lookAlikes(plan)
  const cleaning: Cleaning = {
    directory: inputs.directory,
    ledger,
    lookAlikes: (at) => alike(at).filter((other) => other !== at && ledger.recordOf(other) !== undefined),
    stop: stop.signal,
  }
  const tidied = ({ removed, faults }: Cleaned): void => {
    tellings.tidied(removed.length)
    tellings.notRemoved(faults)
  }
  await removeTemporaries(inputs.directory, plan, manifest, inputs.manifest)
  try {
    ledger.retitle(plan.unchanged)
    // Else only the beginning of a large mirror would ever be forced: the next run is to go on where this one ends.
    if (inputs.force) ledger.outdate(plan.toExport)
    tidied(await removeFiles(plan.inTheWay, cleaning))
    await exportAll(ground, plan, { api, patience, looks, ledger, lookAlikes: cleaning.lookAlikes })
    tidied(await removeReplaced(plan.unchanged, cleaning))
    await removeStale(stale, ground, cleaning)
    stop.allDone()
  } finally {
    await ledger.close(diskFacts(inputs.directory))
  }
  log.debug(`The manifest has ${countOf(manifest.files.length, 'file')}`)
}

function apiOf(
  { inputs, tools, stop }: Ground,
  patience: Patience,
  looks: LooksPerDocument,
  remainingMs: () => number,
): PacedApi {
  const { clock, random, log } = tools
  const tell = seldom(clock, log)
  return new PacedApi({
    clock,
    random,
    rivals: inputs.parallelJobs,
    stop: stop.signal,
    remainingMs,
    concurrency: {
      query: () => patience.concurrency(looks.now()),
      download: () => TRANSFERS_AT_ONCE,
      fileDownload: () => TRANSFERS_AT_ONCE,
    },
    onRetry(failure, pauseMs) {
      tell(tryingAgain(failure, pauseMs))
    },
  })
}

async function list({ inputs, tools, stop, session }: Ground, api: PacedApi): Promise<Listing> {
  const { clock, log } = tools
  const pages = inputs.sources.filter(({ target }) => target.kind === 'wiki-node' && !target.children).length
  if (pages > 0) log.info(`${countOf(pages, 'wiki page')} without \`children=true\`: what is below is not exported`)
  let found = 0
  const ticker = new Ticker(clock, log, () => `Listing: ${found} found so far`)
  const onProgress = (count: number): void => {
    found = count
  }
  try {
    const { connection, credential } = session
    return await listSources(inputs.sources, endingAll(api, stop), { connection, credential, onProgress })
  } finally {
    ticker.stop()
  }
}

/** A failure that every other call would meet ends the run. */
function endingAll(api: ListingApi, stop: RunStop): ListingApi {
  return {
    async call(operation, attempt) {
      const reply = await api.call(operation, attempt)
      if (!reply.ok && reply.failure.scope === 'app') stop.stop({ kind: 'app-wide', failure: reply.failure })
      return reply
    },
  }
}

function planOf(listing: Listing, manifest: Manifest, inputs: ExportInputs): Plan {
  return makePlan(listing, { ...inputs, manifestPath: inputs.manifest, manifest, disk: diskFacts(inputs.directory) })
}

const MOST_SKIPPED_LINES = 50

function tellPlan({ toExport, unchanged, refused, skipped }: Plan, { faults }: Listing, ground: Ground): void {
  const { log } = ground.tools
  const { tellings } = ground
  const failed = refused.length + faults.length
  const counts = `${toExport.length} to export, ${unchanged.length} unchanged, ${failed} failed, ${skipped.length} skipped`
  log.info(`Found ${tellings.found()}: ${counts}`)
  for (const { what, failure } of tellings.failures()) log.info(`Failed: ${quoted(what, 200)}: ${describe(failure)}`)
  for (const { path: at, reason } of skipped.slice(0, MOST_SKIPPED_LINES)) {
    log.info(`Skipped: ${quoted(at, 200)}: ${reason}`)
  }
  const more = skipped.length - MOST_SKIPPED_LINES
  if (more > 0) log.info(`Skipped: ${more} more`)
}

const noManifest = (manifest: string): string =>
  `There is no manifest ${quoted(manifest, 200)}, but files of these names are there. If earlier runs wrote them, restore` +
  ' the manifest from git or the cache (does a .gitignore leave it out?), or set `overwrite: true` until one run has succeeded.'
