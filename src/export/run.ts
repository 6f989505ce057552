import path from 'node:path'
import { connect } from '../feishu/connect.js'
import { describe, factOf, type Failure } from '../feishu/failure.js'
import { tryingAgain } from '../feishu/telling.js'
import { DiskFault } from '../files/disk-fault.js'
import { stallLimitFor } from '../files/download-file.js'
import { startDeadline } from '../polling/deadline.js'
import type { ActionTools, Outcome } from '../runner/action.js'
import { quoted } from '../text.js'
import { removeReplaced, removeStale, removeTemporaries } from './cleaning.js'
import { diskFacts } from './disk.js'
import { Engine, TRANSFERS_AT_ONCE } from './engine.js'
import type { ExportInputs } from './inputs.js'
import { Ledger } from './ledger.js'
import { listSources } from './listing.js'
import { readManifest, writeManifest } from './manifest-file.js'
import { ManifestError, type Manifest } from './manifest.js'
import type { Listing, Plan } from './model.js'
import { PacedApi } from './paced-api.js'
import { Patience } from './patience.js'
import { lookAlikes, makePlan } from './plan.js'
import { Ticker } from './progress.js'
import { progressLine } from './report.js'
import { exportSteps, type UnitWork } from './steps.js'
import { RunStop } from './stop.js'
import { Tellings } from './tellings.js'
import { worksOf } from './works.js'

/**
 * Lists the sources, exports what changed, and keeps the manifest true of the disk.
 * @returns the numbers in every case, and what to tell if the step is to be red
 */
export async function run(inputs: ExportInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const deadline = startDeadline(clock, inputs.timeoutMs, 0, tools.cancel)
  const stop = new RunStop(deadline)
  const session = connect({ ...inputs, clock, mask: tools.mask, debug: (line) => log.debug(line), action: 'export' })
  const manifestFile = path.join(inputs.directory, ...inputs.manifest.split('/'))
  const tellings = new Tellings(manifestFile, inputs.dryRun)
  const startedAtMs = clock.nowMs()
  let disk: DiskFault | ManifestError | undefined
  try {
    await work({ inputs, tools, stop, session, manifestFile, tellings, startedAtMs })
  } catch (error) {
    if (!(error instanceof DiskFault || error instanceof ManifestError)) throw error
    disk = error
  } finally {
    deadline.release()
    session.dispose()
  }
  const { outcome, line } = tellings.end({
    elapsedMs: clock.nowMs() - startedAtMs,
    requests: session.requests(),
    stopped: stop.sentence() ?? disk?.message,
  })
  log.info(line)
  return outcome
}

interface Ground {
  readonly inputs: ExportInputs
  readonly tools: ActionTools
  readonly stop: RunStop
  readonly session: ReturnType<typeof connect>
  readonly manifestFile: string
  readonly tellings: Tellings
  readonly startedAtMs: number
}

async function work(ground: Ground): Promise<void> {
  const { inputs, tools, stop, session, manifestFile, tellings } = ground
  const { log, clock, random } = tools
  const manifest = await readManifest(manifestFile)
  const patience = new Patience()
  const looksPerDocument = { now: () => Infinity }
  const api = new PacedApi({
    clock,
    random,
    rivals: inputs.parallelJobs,
    stop: stop.signal,
    concurrency: {
      query: () => patience.concurrency(looksPerDocument.now()),
      download: () => TRANSFERS_AT_ONCE,
      fileDownload: () => TRANSFERS_AT_ONCE,
    },
    onRetry: troubleLog(tools),
  })
  tellings.watch(() => api.openTrouble())

  const listing = await list(ground, api)
  if (stop.cause()) return
  const plan = planOf(listing, manifest, inputs)
  tellings.planned(plan, listing)
  const counts = `${plan.toExport.length} to export, ${plan.unchanged.length} unchanged, ${plan.refused.length + listing.faults.length} failed, ${plan.skipped.length} skipped`
  log.info(`Found ${tellings.found()}: ${counts}`)
  for (const { what, failure } of tellings.failures()) log.info(`Failed: ${quoted(what, 200)}: ${describe(failure)}`)
  const isComplete = listing.faults.every(({ branch }) => !branch)
  if (inputs.dryRun) {
    tellings.wouldDelete(inputs.deleteStale && isComplete ? plan.stale.map((file) => file.path) : [])
    return
  }
  if (inputs.failFast && tellings.failures().length > 0) stop.stop({ kind: 'fail-fast' })

  const ledger = new Ledger(manifest, (pieces) => writeManifest(manifestFile, pieces), clock)
  const alike = lookAlikes(plan)
  const there = diskFacts(inputs.directory)
  const replaceable = new Set(plan.toExport.filter((file) => there(file.path)).map((file) => file.path))
  const engine = new Engine<UnitWork>({
    api,
    patience,
    clock,
    stop: stop.signal,
    steps: exportSteps({
      session,
      ledger,
      clock,
      directory: inputs.directory,
      mayReplace: (file) => inputs.overwrite || replaceable.has(file) || ledger.owns(file),
      lookAlikes: alike,
      stallLimitMs: stallLimitFor(inputs.timeoutMs),
    }),
    onEnd(unitWork, failure) {
      tellings.ended(unitWork, failure)
      if (!failure) {
        log.debug(`Exported ${unitWork.files.map((file) => quoted(file.path, 200)).join(', ')}`)
        return
      }
      log.info(`Failed: ${quoted(unitWork.files[0]?.path ?? '', 200)}: ${describe(failure)}`)
      if ((failure.appWide || failure.apiWide) && !unitWork.unit.uploaded) stop.stop({ kind: 'app-wide', failure })
      else if (inputs.failFast) stop.stop({ kind: 'fail-fast' })
    },
    onNewTask: (unitWork, failure) =>
      log.debug(`New task for ${quoted(unitWork.unit.title, 100)}, since ${factOf(failure)}`),
  })
  looksPerDocument.now = () => engine.looksPerDocument()
  await removeTemporaries(inputs.directory, plan, manifest, inputs.manifest)
  try {
    ledger.retitle(plan.unchanged)
    if (!stop.cause()) await ledger.announce(plan.toExport)
    await exportAll(ground, engine, plan)
    const cleaning = { directory: inputs.directory, ledger, lookAlikes: alike }
    tellings.tidied(await removeReplaced(plan.unchanged, cleaning))
    if (inputs.deleteStale && plan.stale.length > 0) {
      if (!isComplete) tellings.note('`delete-stale` was off for this run: not everything could be listed.')
      else if (stop.cause()) tellings.note('`delete-stale` was off for this run: it did not come to its end.')
      else tellings.deleted(await removeStale(plan.stale, cleaning))
    }
  } finally {
    ledger.withdraw((file) => there(file) !== undefined)
    await ledger.flush()
  }
}

// Troubles that come and go must not fill the log.
const TROUBLE_EVERY_MS = 30_000

/** Tells now and then what is tried again; all of it under debug. */
function troubleLog({ clock, log }: ActionTools): (failure: Failure, pauseMs: number) => void {
  let toldAtMs = -Infinity
  return (failure, pauseMs) => {
    const line = tryingAgain(failure, pauseMs)
    if (clock.nowMs() - toldAtMs < TROUBLE_EVERY_MS) {
      log.debug(line)
      return
    }
    toldAtMs = clock.nowMs()
    log.info(line)
  }
}

async function list({ inputs, tools, stop, session, tellings }: Ground, api: PacedApi): Promise<Listing> {
  const { clock, log } = tools
  let found = 0
  const ticker = new Ticker(clock, log, () => `Listing: ${found} found so far`)
  try {
    const { connection, credential } = session
    const onProgress = (count: number): void => {
      found = count
    }
    const listing = await listSources(inputs.sources, api, { connection, credential, onProgress })
    const appWide = listing.faults.find(({ failure }) => failure.appWide)
    if (appWide && !stop.cause()) {
      tellings.notListed(listing)
      stop.stop({ kind: 'app-wide', failure: appWide.failure })
    }
    return listing
  } finally {
    ticker.stop()
  }
}

function planOf(listing: Listing, manifest: Manifest, inputs: ExportInputs): Plan {
  return makePlan(listing, {
    formats: inputs.formats,
    includeFiles: inputs.includeFiles,
    overwrite: inputs.overwrite,
    force: inputs.force,
    manifestPath: inputs.manifest,
    manifest,
    disk: diskFacts(inputs.directory),
  })
}

async function exportAll(ground: Ground, engine: Engine<UnitWork>, plan: Plan): Promise<void> {
  const { tools, stop, tellings } = ground
  const works = worksOf(plan.toExport)
  if (works.length === 0 || stop.cause()) return
  const startedAtMs = tools.clock.nowMs()
  const ticker = new Ticker(tools.clock, tools.log, () =>
    progressLine({
      ...tellings.progress(),
      total: works.length,
      inFlight: engine.inFlight(),
      elapsedMs: tools.clock.nowMs() - startedAtMs,
    }),
  )
  try {
    await engine.run(works)
  } finally {
    ticker.stop()
  }
}
