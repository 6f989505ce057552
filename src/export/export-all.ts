import { describeWithoutAdvice, type Failure } from '../feishu/errors/failure.js'
import { DiskFault } from '../files/disk-fault.js'
import { stallLimitFor } from '../files/download-file.js'
import { quoted } from '../text.js'
import type { RunContext } from './context.js'
import { Engine } from './engine/engine.js'
import type { PacedApi } from './engine/paced-api.js'
import type { Journal } from './manifest/journal.js'
import { OUTDATED } from './model.js'
import { exportSteps } from './outputs/export-steps.js'
import { groupByOutput, type OutputTools, type OutputWork } from './outputs/work.js'
import { prune } from './placement/prune.js'
import { publish } from './placement/publish.js'
import { makeTurns } from './placement/turns.js'
import type { Plan } from './plan/plan.js'
import { ProgressLines, Ticker } from './report/progress.js'
import { STOPPED } from './stop.js'

/** What the exports of a run need. */
export interface ExportTools {
  readonly api: PacedApi
  readonly journal: Journal
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
}

/**
 * Makes the outputs of a plan, many at the same time, and reports the result of each. Stops the run after a failure that
 * affects all documents; with `fail-fast`, after any failure.
 */
export async function exportAll(context: RunContext, plan: Plan, exportTools: ExportTools): Promise<void> {
  const { inputs, tools, stop } = context
  const works = groupByOutput(plan.toExport)
  if (works.length === 0 || stop.cause()) return
  // The rate limit that closed an API of export tasks. No further task is created then, but the run goes on: tasks in
  // progress may still end, and outputs without a task are still made. Only afterwards, this failure stops the run.
  let lastingLimit: Failure | undefined
  const stopIfNeeded = (work: OutputWork, failure: Failure): void => {
    const affectsAll = affectsAllDocuments(work, failure, engine.canExport())
    if (affectsAll && failure.class === 'rate-limit' && !inputs.failFast) lastingLimit ??= failure
    else if (affectsAll) stop.stop({ kind: 'app-wide', failure })
    else if (inputs.failFast) stop.stop({ kind: 'fail-fast' })
  }
  let done = 0
  let failed = 0
  // The running removals of partial downloads.
  const discarding: Promise<void>[] = []
  const engine = createEngine(context, plan, exportTools, (work, failure) => {
    for (const [planned, published] of work.published) plan.links.replacePath(planned, published)
    discarding.push(...work.transfers.map((transfer) => transfer.discard()))
    if (!failure) done++
    else if (failure !== STOPPED) {
      failed++
      stopIfNeeded(work, failure)
    }
  })
  const startedAtMs = tools.clock.nowMs()
  const lines = new ProgressLines()
  const ticker = new Ticker(tools.clock, tools.log, () =>
    lines.line({
      done,
      failed,
      total: works.length,
      inFlight: engine.inFlight(),
      isWaitingForLimit: exportTools.api.isWaitingForLimit(),
      elapsedMs: tools.clock.nowMs() - startedAtMs,
    }),
  )
  try {
    // Boards first: only after the download of a picture is it known whether links to it end with `.png` or `.jpg`.
    const isBoard = ({ output }: OutputWork): boolean => output.kind === 'board'
    await engine.run(works.filter(isBoard))
    await engine.run(works.filter((work) => !isBoard(work)))
    await Promise.all(discarding)
  } finally {
    ticker.stop()
  }
  if (lastingLimit) stop.stop({ kind: 'app-wide', failure: lastingLimit })
}

/**
 * Makes the engine and what its steps need. The engine then reports and logs the end of each work.
 * @param onEnd called after the report, with undefined for a work that is done
 */
function createEngine(
  context: RunContext,
  plan: Plan,
  { api, journal, listedAtMs }: ExportTools,
  onEnd: (work: OutputWork, failure: Failure | undefined) => void,
): Engine<OutputWork> {
  const { inputs, tools, stop, session, report } = context
  const { clock, log } = tools
  const { directory, overwrite, timeoutMs } = inputs
  // Two formats of a document in the same folder may save the same attachment at the same time.
  const inTurn = makeTurns()
  const outputTools: OutputTools = {
    session,
    clock,
    api,
    signal: stop.signal,
    directory,
    stallLimitMs: stallLimitFor(timeoutMs),
    async publish(file, staged, facts) {
      const reply = await inTurn(file.path, () =>
        publish(file, staged, { directory, journal, clock, overwrite, listedAtMs }, facts),
      )
      // A failed file may leave the empty file that reserved its name.
      if (reply.ok || staged.hasLeftEmptyFile) report.changedDisk()
      return reply
    },
    async removeAssets(records, filePath) {
      // With the reason `gone`, `prune` removes a file even if the document has no other file.
      const stale = records.map((record) => ({ record, reason: 'gone' as const, instead: [] }))
      const { notRemoved } = await prune(stale, { clock, directory, journal }, stop.signal).catch((error: unknown) => {
        // Without the manifest, nothing is removed. The file at the path is complete all the same.
        if (error instanceof DiskFault) return { notRemoved: [{ path: inputs.manifest, fault: error }] }
        throw error
      })
      report.notRemovedFiles(notRemoved)
      // Some are left after a fault of the disk, or if the run was stopped. So the next run exports the file again, and
      // then removes its unused assets.
      const isLeft = records.some(({ path, asset }) => journal.recordAt(path)?.asset === asset)
      if (isLeft) journal.update(filePath, OUTDATED)
    },
    recordAt: (at) => journal.recordAt(at),
    assets: plan.assets,
    links: plan.links,
    onPlaceholders: (placeholders) => report.countPlaceholders(placeholders),
  }
  return new Engine<OutputWork>({
    api,
    clock,
    stop: stop.signal,
    steps: exportSteps(outputTools),
    onEnd: (work, failure) => {
      report.ended(work, failure)
      logEnd(work, failure, context)
      onEnd(work, failure)
    },
    onNewTask: (work, failure) =>
      log.debug(`New task for ${quoted(work.output.title, 100)}, since ${describeWithoutAdvice(failure)}`),
  })
}

/**
 * Logs the paths of a work that were published, and the failures of the other paths. If the run was stopped before the
 * work ended, the other paths are not logged.
 */
function logEnd(
  { files, published, failures }: OutputWork,
  failure: Failure | undefined,
  { tools, report }: RunContext,
): void {
  const exported = [...published.values()].map((path) => quoted(path, 200))
  if (exported.length > 0) tools.log.debug(`Exported ${exported.join(', ')}`)
  if (!failure || failure === STOPPED) return
  for (const file of files) {
    if (!published.has(file.path)) tools.log.info(report.failedLine(file, failures.get(file.path) ?? failure))
  }
}

/**
 * True when every other document would fail in the same way. A failure of one API (scope `endpoint`) counts only if
 * it ends the exports by task. Most documents do not need the other APIs, such as that of attachments.
 * @param canExport false once an API of export tasks is closed
 */
function affectsAllDocuments({ output }: OutputWork, { scope }: Failure, canExport: boolean): boolean {
  return scope === 'app' || (scope === 'endpoint' && output.kind === 'task' && !canExport)
}
