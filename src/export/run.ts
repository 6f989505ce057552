import path from 'node:path'
import { connect } from '../feishu/client/connect.js'
import { describeRetry } from '../feishu/errors/poll-end.js'
import { DiskFault } from '../files/disk-fault.js'
import { inspectInside } from '../files/inside.js'
import { startDeadline } from '../polling/deadline.js'
import type { ActionTools, Outcome } from '../runner/action.js'
import { throttleLog } from '../runner/log-throttle.js'
import type { RunContext } from './context.js'
import { TRANSFERS_AT_ONCE } from './engine/engine.js'
import { PacedApi } from './engine/paced-api.js'
import { exportAll } from './export-all.js'
import type { ExportInputs } from './inputs.js'
import { listAndConfirm } from './list-and-confirm.js'
import type { ListingApi } from './listing/calls.js'
import { readManifest, writeManifest } from './manifest/file.js'
import { ManifestError } from './manifest/format.js'
import { Journal } from './manifest/journal.js'
import { recover } from './manifest/recover.js'
import { OUTDATED, outputKey } from './model.js'
import { layOut } from './naming/layout.js'
import { splitPath } from './paths.js'
import { applyMoves } from './placement/apply-moves.js'
import { prune, removeTemporaries } from './placement/prune.js'
import { readSnapshot } from './placement/read-snapshot.js'
import { listPathsToInspect } from './plan/assets.js'
import { withFailedMoves, withParked } from './plan/after-moves.js'
import { makePlan, type Plan } from './plan/plan.js'
import { RunReport } from './report/run-report.js'
import { RunStop } from './stop.js'

/**
 * Lists the sources, moves recorded files to the paths that their documents have now, and exports what changed. With
 * `delete-stale`, removes what is stale. A dry run only lists and plans.
 * @returns the outputs and the summary, also after a fault of the disk or the manifest; with the error message if the step
 * fails
 */
export async function run(inputs: ExportInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const deadline = startDeadline(clock, inputs.timeoutMs, tools.cancel)
  const stop = new RunStop(deadline)
  const session = connect({
    ...inputs,
    clock,
    mask: tools.mask,
    debug: (line) => log.debug(line),
    action: 'export',
    environment: tools.environment,
  })
  const report = new RunReport(log, {
    dryRun: inputs.dryRun,
    manifestFile: path.join(inputs.directory, ...inputs.manifest.split('/')),
    deleteStale: inputs.deleteStale,
    excludeLines: inputs.exclude.lines,
  })
  tools.keepOutputs(() => report.outputs())
  const startedAtMs = clock.nowMs()
  let fault: DiskFault | ManifestError | undefined
  try {
    await exportSources({ inputs, tools, stop, session, report }, () => deadline.remainingMs())
  } catch (error) {
    if (!(error instanceof DiskFault || error instanceof ManifestError)) throw error
    fault = error
  } finally {
    log.endGroup()
    deadline.release()
    session.dispose()
  }
  return report.end({
    elapsedMs: clock.nowMs() - startedAtMs,
    requests: session.requests(),
    stopped: stop.describe(),
    fault: fault?.message,
  })
}

/**
 * Turns the sources into files. A run that is stopped during the listing ends after step 2, a dry run after step 4. A run
 * that is stopped later exports and removes nothing more, but saves its records. The steps:
 * 1. Read the records of earlier runs; `recover` corrects those that a killed run left unfinished.
 * 2. List the sources. With `delete-stale`, find out why recorded documents were not found: `confirmedMissing` holds the
 *    records whose document is deleted or no longer in the sources.
 * 3. Lay out: give every file its path. A document usually keeps its recorded path until it is renamed or moved. The
 *    path of a recorded file that was not found stays reserved, unless its record is in `confirmedMissing`.
 * 4. Plan: compare layout, records and disk. The plan decides what happens to each file and each record (see `Plan`).
 * 5. Move files. A stale file whose path another file needs gets a temporary name first (`toPark`). Then `exportAll`
 *    makes and publishes the files to export.
 * 6. Remove stale files.
 */
async function exportSources(context: RunContext, remainingMs: () => number): Promise<void> {
  const { inputs, tools, stop, report } = context
  const { directory, overwrite, force, deleteStale } = inputs
  const api = createApi(context, remainingMs)
  report.watch(() => api.failureBeingRetried())

  const manifest = await readManifest(directory, inputs.manifest)
  const records = await recover(manifest, directory, inspectInside(directory))
  const { folders } = manifest

  tools.log.group('Listing')
  const found = await listAndConfirm(context, stopAtAppWideFailure(api, stop), { files: records, folders })
  const { listing, listedAtMs, confirmedMissing, isComplete } = found
  report.listed(listing)
  if (stop.cause()) return
  const released = new Set(confirmedMissing)
  const layout = layOut(listing, { ...inputs, records, folders, released, manifestPath: inputs.manifest })
  const snapshot = await readSnapshot(directory, listPathsToInspect(layout.files, records))
  let plan = makePlan(layout, {
    records,
    folders,
    confirmedMissing,
    snapshot,
    overwrite,
    force,
    deleteStale,
    isComplete,
  })
  tools.log.group('Plan')
  report.planned(plan, { hasRecords: records.length > 0, manifest: inputs.manifest })
  if (inputs.dryRun) return
  if (inputs.failFast && listing.faults.length + plan.refused.length > 0) stop.stop({ kind: 'fail-fast' })

  tools.log.group('Moving and exporting')
  const save = (pieces: readonly string[]): Promise<void> =>
    writeManifest(tools.clock, directory, inputs.manifest, pieces)
  const journal = new Journal({ files: records, folders }, save, tools.clock)
  // Temporary files are only in `directory` itself (the empty text) and in the folder of the manifest.
  await removeTemporaries(tools.clock, directory, ['', splitPath(inputs.manifest).directory])
  try {
    applyRecordChanges(journal, plan)
    if (!stop.cause()) {
      const moved = await applyMoves(plan.moves, plan.toPark, { directory, journal, clock: tools.clock, overwrite })
      plan = withParked(withFailedMoves(plan, moved.failed), moved.parked)
      report.moved(moved, plan)
      // Files that the plan refused before the moves have already stopped such a run.
      if (inputs.failFast && plan.refused.length > 0) stop.stop({ kind: 'fail-fast' })
      // After the moves: if the run is killed before them, the recorded paths are still below the old folders.
      journal.setFolders(plan.folders)
      updateTitles(journal, plan)
    }
    if (force) outdateRecords(journal, plan)
    await exportAll(context, plan, { api, journal, listedAtMs })
    if (stop.cause()) report.notPruned(plan.stale)
    else report.pruned(await prune(plan.stale, { clock: tools.clock, directory, journal }, stop.signal))
    stop.ignoreFurtherCauses()
  } finally {
    await journal.flush()
  }
}

/** Makes the API that paces and retries the requests of the run, and logs the retries. */
function createApi({ inputs, tools, stop }: RunContext, remainingMs: () => number): PacedApi {
  const { clock, random, log } = tools
  const logThrottled = throttleLog(clock, log)
  return new PacedApi({
    clock,
    random,
    parallelJobs: inputs.parallelJobs,
    stop: stop.signal,
    remainingMs,
    concurrency: {
      download: TRANSFERS_AT_ONCE,
      fileDownload: TRANSFERS_AT_ONCE,
    },
    onRetry(failure, pauseMs) {
      logThrottled(describeRetry(failure, pauseMs))
    },
  })
}

/**
 * Wraps the API for the listing: a failure with scope `app`, which every other call would meet too, stops the run. The
 * failures of exports stop it in `exportAll`.
 */
function stopAtAppWideFailure(api: ListingApi, stop: RunStop): ListingApi {
  return {
    async call(operation, attempt) {
      const reply = await api.call(operation, attempt)
      if (!reply.ok && reply.failure.scope === 'app') stop.stop({ kind: 'app-wide', failure: reply.failure })
      return reply
    },
  }
}

/**
 * Drops the records of `toDrop`, and writes those that the plan made outdated. Without the record of a missing
 * picture, only the outdated record of its document shows that the picture is missing.
 */
function applyRecordChanges(journal: Journal, { toDrop, outdated }: Plan): void {
  for (const { path: at } of toDrop) journal.commit(at, undefined)
  for (const record of outdated) journal.commit(record.path, record)
}

/**
 * Records the current titles, also of unchanged files: by the recorded title, the next run sees whether a document was
 * renamed. The text of a Markdown file has the title. If that title has changed, the record becomes outdated, so
 * that the next run exports the file if this run does not. Refused files are left out: the file at their path may be of
 * another document.
 */
function updateTitles(journal: Journal, { unchanged, toExport }: Plan): void {
  for (const { path: at, output } of [...unchanged, ...toExport]) {
    const { title, kind } = output
    const hasOldText = kind === 'markdown' && journal.recordAt(at)?.title !== title
    journal.update(at, { title, ...(hasOldText && OUTDATED) })
  }
}

/**
 * Makes the records of all planned files outdated. So the next run exports the files that a forced run does not reach, and
 * those that fail. A file that was not moved is still at its old path, or parked.
 */
function outdateRecords(journal: Journal, { toExport, refused }: Plan): void {
  const planned = new Set([...toExport, ...refused].map(({ output }) => outputKey(output)))
  journal.updateWhere((record) => planned.has(outputKey(record)), OUTDATED)
}
