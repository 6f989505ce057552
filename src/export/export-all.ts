import { factOf, type Failure } from '../feishu/errors/failure.js'
import { stallLimitFor } from '../files/download-file.js'
import { quoted } from '../text.js'
import type { RunContext } from './context.js'
import { Engine } from './engine/engine.js'
import type { PacedApi } from './engine/paced-api.js'
import type { Journal } from './manifest/journal.js'
import { exportSteps } from './outputs/export-steps.js'
import { groupByOutput, type OutputTools, type OutputWork } from './outputs/work.js'
import { prune } from './placement/prune.js'
import { publish } from './placement/publish.js'
import type { Plan } from './plan/plan.js'
import { failedLine } from './report/report.js'
import { ProgressLines, Ticker } from './report/progress.js'
import { STOPPED } from './stop.js'

/** What the exports of a run need. */
export interface ExportTools {
  readonly api: PacedApi
  readonly journal: Journal
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
}

/** Makes the outputs of a plan, many at the same time, and reports the result of each. */
export async function exportAll(context: RunContext, plan: Plan, exportTools: ExportTools): Promise<void> {
  const { inputs, tools, stop } = context
  const works = groupByOutput(plan.toExport)
  if (works.length === 0 || stop.cause()) return
  // A rate limit that lasts longer than the run: no new export starts, but those in progress continue.
  let lastingLimit: Failure | undefined
  let done = 0
  let failed = 0
  const discarding: Promise<void>[] = []
  const engine = createEngine(context, plan, exportTools, (work, failure) => {
    discarding.push(...work.transfers.map((transfer) => transfer.discard()))
    if (!failure) done++
    if (!failure || failure === STOPPED) return
    failed++
    if (lastingLimit) return
    const isAppWide = affectsAllDocuments(work, failure)
    if (isAppWide && failure.class === 'rate-limit' && !inputs.failFast) lastingLimit = failure
    else if (isAppWide) stop.stop({ kind: 'app-wide', failure })
    else if (inputs.failFast) stop.stop({ kind: 'fail-fast' })
  })
  const startedAtMs = tools.clock.nowMs()
  const lines = new ProgressLines()
  const ticker = new Ticker(tools.clock, tools.log, () =>
    lines.line({
      done,
      failed,
      total: works.length,
      inFlight: engine.inFlight(),
      elapsedMs: tools.clock.nowMs() - startedAtMs,
    }),
  )
  try {
    await engine.run(works)
    await Promise.all(discarding)
  } finally {
    ticker.stop()
  }
  if (lastingLimit) stop.stop({ kind: 'app-wide', failure: lastingLimit })
}

/** Makes the engine with the tools for outputs; reports each end. @param onEnd called after each report */
function createEngine(
  context: RunContext,
  plan: Plan,
  { api, journal, listedAtMs }: ExportTools,
  onEnd: (work: OutputWork, failure: Failure | undefined) => void,
): Engine<OutputWork> {
  const { inputs, tools, stop, session, report } = context
  const { clock, log } = tools
  const { directory, overwrite, timeoutMs } = inputs
  const outputTools: OutputTools = {
    session,
    clock,
    api,
    signal: stop.signal,
    directory,
    stallLimitMs: stallLimitFor(timeoutMs),
    async publish(file, staged, facts) {
      const reply = await publish(file, staged, { directory, journal, clock, overwrite, listedAtMs }, facts)
      if (staged.hasLeftEmptyFile) report.leftEmptyFile()
      return reply
    },
    async remove(records) {
      const stale = records.map((record) => ({ record, reason: 'gone' as const, instead: [] }))
      await prune(stale, { clock, directory, journal }, stop.signal)
    },
    recordAt: (at) => journal.recordAt(at),
    assets: plan.assets,
    links: plan.links,
    onPlaceholders: (placeholders) => report.placeholders(placeholders),
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
    onNewTask: (work, failure) => log.debug(`New task for ${quoted(work.output.title, 100)}, since ${factOf(failure)}`),
  })
}

/** Logs the files that were published, and those that failed. */
function logEnd(
  { output, files, published, failures }: OutputWork,
  failure: Failure | undefined,
  { tools }: RunContext,
): void {
  const names = files.filter(({ path }) => published.has(path)).map(({ path }) => quoted(path, 200))
  if (names.length > 0) tools.log.debug(`Exported ${names.join(', ')}`)
  if (!failure || failure === STOPPED) return
  for (const { path } of files) {
    if (published.has(path)) continue
    tools.log.info(failedLine({ what: path, url: output.url, failure: failures.get(path) ?? failure }))
  }
}

/**
 * True when every other document would fail in the same way. Uploaded files and Markdown use other APIs than export
 * tasks, so a failure of the API that they use does not count.
 */
function affectsAllDocuments({ output }: OutputWork, { scope }: Failure): boolean {
  return scope === 'app' || (scope === 'endpoint' && output.kind === 'task')
}
