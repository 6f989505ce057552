// Compares a small fleet of real processes (the built wait action against the emulator and its limiter) with the
// simulation of the same setting. Limits are scaled so that they take effect within seconds. Writes
// bench/results/fleet-real.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { startEmulator } from '../../test/emulator/index.js'
import type { Limit } from '../../test/emulator/limiter.js'
import { runAction } from '../../test/process/run-action.js'
import { computeFigures, measure, median, type Figures } from './figures.js'
import { simulateCoordinator, thisAction, type JobResult, type Setting } from './simulate.js'

const JOBS = 10
const REAL_RUNS = 2
const SIMULATED_RUNS = 300
// Processes start one after another. If all started at the same time, they would slow each other down.
const START_INTERVAL_MS = 250
// The minimum and the maximum for a request to the emulator over loopback.
const ROUND_TRIP_MS = [1, 10] as const

/** A fleet of {@link JOBS} jobs, and its limit. */
interface Scene {
  readonly name: string
  readonly exportMs: number
  /** The input of each job: 1 for jobs that do not know how many there are. */
  readonly parallelJobs: number
  readonly limit: Limit
}

const SCENES: readonly Scene[] = [
  {
    name: '10 jobs that know it, 10 s, 100 in a fixed minute',
    exportMs: 10_000,
    parallelJobs: JOBS,
    limit: { kind: 'fixed', requests: 100, windowMs: 60_000 },
  },
  {
    name: '10 jobs that know it, 20 s, a sliding 12 in 10 s',
    exportMs: 20_000,
    parallelJobs: JOBS,
    limit: { kind: 'sliding', requests: 12, windowMs: 10_000 },
  },
  {
    name: '10 jobs that do not know it, 10 s, a sliding 30 in 10 s',
    exportMs: 10_000,
    parallelJobs: 1,
    limit: { kind: 'sliding', requests: 30, windowMs: 10_000 },
  },
  {
    name: '10 jobs that do not know it, 10 s, a bucket of 20 that fills in 10 s',
    exportMs: 10_000,
    parallelJobs: 1,
    limit: { kind: 'bucket', requests: 20, windowMs: 10_000 },
  },
]

/**
 * Runs the processes of a scene.
 * @returns their results, by the emulator's clock; and the setting with the same jobs, for `simulateCoordinator`
 */
async function runReal({ exportMs, parallelJobs, limit }: Scene): Promise<{ results: JobResult[]; setting: Setting }> {
  const emulator = await startEmulator({ limits: { query: limit } })
  try {
    const steps = Array.from({ length: JOBS }, async (_, index) => {
      await wait(index * START_INTERVAL_MS)
      const task = emulator.addTask({ durationMs: exportMs, startAt: 'now' })
      const step = await runAction('wait', {
        ticket: task.ticket,
        token: task.document.token,
        'access-token': emulator.accessToken,
        'base-url': emulator.url,
        'parallel-jobs': parallelJobs,
        'timeout-seconds': 300,
      })
      if (step.exitCode !== 0) throw new Error(step.errors.join('\n'))
      return task
    })
    const tasks = await Promise.all(steps)
    const results = tasks.map((task): JobResult => {
      const requests = emulator.requestsTo('query').filter(({ ticket }) => ticket === task.ticket)
      return {
        job: { startMs: task.createdAtMs, exportMs },
        noticedMs: requests.at(-1)?.answeredAtMs ?? NaN,
        requests: requests.length,
        throttled: requests.filter(({ answeredCode }) => answeredCode !== 0).length,
      }
    })
    const jobs = results.map(({ job }) => job)
    // The seed does not matter: the coordinator uses no random numbers.
    return { results, setting: buildSetting(limit, jobs, 0) }
  } finally {
    await emulator.stop()
  }
}

/** Makes the setting of a simulation, with the round trips of loopback. */
function buildSetting(limit: Limit, jobs: Setting['jobs'], seed: number): Setting {
  return { limit, jobs, seed, roundTripMs: ROUND_TRIP_MS }
}

/** Simulates a scene with {@link SIMULATED_RUNS} seeds. @returns the figures for each seed */
async function runSimulated({ exportMs, parallelJobs, limit }: Scene): Promise<Figures[]> {
  const jobs = Array.from({ length: JOBS }, (_, index) => ({ startMs: index * START_INTERVAL_MS, exportMs }))
  const results: Figures[] = []
  for (let seed = 1; seed <= SIMULATED_RUNS; seed++) {
    results.push(await measure([buildSetting(limit, jobs, seed)], thisAction(parallelJobs)))
  }
  return results
}

type Column = readonly [name: string, value: (figures: Figures) => number, text: (value: number) => string]
const COLUMNS: readonly Column[] = [
  ['Requests a job', (figures) => figures.requestsPerJob, (value) => value.toFixed(1)],
  ['Throttled', (figures) => 100 * figures.throttledShare, (value) => `${value.toFixed(0)} %`],
  ['Median delay', (figures) => figures.medianDelaySeconds, (value) => `${value.toFixed(1)} s`],
  ['Worst delay', (figures) => figures.worstDelaySeconds, (value) => `${value.toFixed(1)} s`],
]

/** Renders the median of many runs and the range of 95 % of them. */
function renderMedianAndRange(runs: readonly Figures[], [, value, text]: Column): string {
  const values = runs.map(value).sort((a, b) => a - b)
  const at = (share: number): string => text(values[Math.round(share * (values.length - 1))] ?? NaN)
  return `${text(median(values))} (${at(0.025)} to ${at(0.975)})`
}

const rows: string[][] = []
for (const scene of SCENES) {
  const real: Figures[] = []
  for (let run = 0; run < REAL_RUNS; run++) {
    const { results, setting } = await runReal(scene)
    real.push(computeFigures([{ results, idealMs: simulateCoordinator(setting) }]))
  }
  const simulated = await runSimulated(scene)
  rows.push([scene.name, 'processes', ...COLUMNS.map(([, value, text]) => real.map(value).map(text).join(' and '))])
  rows.push(['', 'simulated', ...COLUMNS.map((column) => renderMedianAndRange(simulated, column))])
}

const heads = ['Fleet', '', ...COLUMNS.map(([name]) => name)]
const table = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const processors = cpus()
const text = `# A fleet of real processes compared with the simulation

${JOBS} processes of the built action wait at the same time, each for an export of its own, against the emulator and its
limiter; they start ${START_INTERVAL_MS} ms apart. Limits are scaled so that they take effect within seconds. The simulation of
[fleet.md](fleet.md) runs the same settings ${SIMULATED_RUNS} times: the median, and the range of 95 % of the runs. Each setting
runs ${REAL_RUNS} times with real processes.

Command: \`npm run bench:fleet-real\`. Node ${process.version}, ${processors[0]?.model.trim() ?? 'unknown processor'} (${processors.length} processors), ${new Date().toISOString().slice(0, 10)}.

${table}
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/fleet-real.md', text)
console.log(text)
