import { describe, factOf, type Failure } from '../feishu/errors/failure.js'
import { stallLimitFor } from '../files/download-file.js'
import { listIn } from '../lists.js'
import { quoted } from '../text.js'
import { Engine } from './engine/engine.js'
import { STOPPED, type PacedApi } from './engine/paced-api.js'
import type { Patience } from './engine/patience.js'
import type { Ground } from './ground.js'
import type { Ledger } from './manifest/ledger.js'
import type { Plan, PlannedFile } from './model.js'
import { unitKey } from './paths.js'
import { Placer, type PlacerOptions } from './placing/placer.js'
import { Ticker } from './report/progress.js'
import { progressLine } from './report/report.js'
import { exportSteps, worksOf, type UnitWork } from './steps.js'

/** How many looks could be made now for each document; unlimited before there is any. */
export interface LooksPerDocument {
  now: () => number
}

/** What the exports of a run work with. */
export interface ExportTools {
  readonly api: PacedApi
  readonly patience: Patience
  readonly looks: LooksPerDocument
  readonly ledger: Ledger
  readonly lookAlikes: PlacerOptions['lookAlikes']
}

/** Exports everything that is to be, many documents at once, and tells what became of each. */
export async function exportAll(ground: Ground, plan: Plan, exportTools: ExportTools): Promise<void> {
  const { tools, stop, tellings } = ground
  const works = worksOf(plan.toExport)
  if (works.length === 0 || stop.cause()) return
  let outlasting: Failure | undefined
  const engine = engineOf(ground, plan, exportTools, (failure) => (outlasting ??= failure))
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
  if (outlasting) stop.stop({ kind: 'app-wide', failure: outlasting })
}

function engineOf(
  ground: Ground,
  plan: Plan,
  { api, patience, looks, ledger, lookAlikes }: ExportTools,
  onOutlasting: (failure: Failure) => void,
): Engine<UnitWork> {
  const { inputs, tools, stop, session, tellings } = ground
  const { clock, log } = tools
  const placer = new Placer({
    directory: inputs.directory,
    overwrite: inputs.overwrite,
    ledger,
    clock,
    homesOf: homesIn(plan),
    lookAlikes,
    onRemains: (fault) => {
      log.info(fault.message)
      tellings.notRemoved([fault])
    },
  })
  const engine = new Engine<UnitWork>({
    api,
    patience,
    clock,
    stop: stop.signal,
    steps: exportSteps({
      session,
      placer,
      stallLimitMs: stallLimitFor(inputs.timeoutMs),
    }),
    onEnd: (work, failure) => {
      tellings.ended(work, failure)
      const placed = work.files.filter(({ path }) => work.placed.has(path))
      if (placed.length > 0) log.debug(`Exported ${placed.map(({ path }) => quoted(path, 200)).join(', ')}`)
      if (!failure || failure === STOPPED) return
      for (const { path } of work.files) {
        if (work.placed.has(path)) continue
        log.info(`Failed: ${quoted(path, 200)}: ${describe(work.failures.get(path) ?? failure)}`)
      }
      const isForAll = failure.scope !== undefined
      // Uploaded files have a scope of their own; but the disk is everybody's.
      // A limit that lasts longer than the run: nothing new begins, but what is under way may come to its end.
      const isOutlasting = failure.class === 'rate-limit' && failure.scope === 'app' && !work.unit.uploaded
      if (isOutlasting && !inputs.failFast) onOutlasting(failure)
      else if (isForAll && (!work.unit.uploaded || failure.origin === 'disk')) stop.stop({ kind: 'app-wide', failure })
      else if (inputs.failFast) stop.stop({ kind: 'fail-fast' })
    },
    onNewTask: (work, failure) => log.debug(`New task for ${quoted(work.unit.title, 100)}, since ${factOf(failure)}`),
  })
  looks.now = () => engine.looksPerDocument()
  return engine
}

/** Where the files of each unit are to be. */
function homesIn(plan: Plan): (key: string) => readonly PlannedFile[] {
  const homes = new Map<string, PlannedFile[]>()
  for (const file of [...plan.toExport, ...plan.unchanged, ...plan.refused.map(({ file }) => file)]) {
    listIn(homes, unitKey(file.unit)).push(file)
  }
  return (key) => homes.get(key) ?? []
}
