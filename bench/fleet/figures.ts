import { simulate, simulateCoordinator, type Behaviour, type JobResult, type Setting } from './simulate.js'

/** The results of a fleet of parallel jobs, over one or more seeds. */
export interface Figures {
  /** The share of all requests that were throttled. */
  readonly throttledShare: number
  /** The time from the end of an export until its job noticed it: the median and the largest. */
  readonly medianDelaySeconds: number
  readonly worstDelaySeconds: number
  /** The median with an ideal coordinator. */
  readonly idealMedianDelaySeconds: number
  /** How much later than with an ideal coordinator the last job noticed the end of its export; with the worst seed. */
  readonly lastBehindSeconds: number
  /**
   * The time until the last job noticed the end of its export, divided by the same time with an ideal coordinator. Both
   * times begin at the first start. With the worst seed.
   */
  readonly lastRatio: number
  readonly requestsPerJob: number
}

/** Simulates a behaviour in each setting, and computes the figures of all of them together. */
export async function measure(settings: readonly Setting[], behaviour: Behaviour): Promise<Figures> {
  const runs: Run[] = []
  for (const setting of settings)
    runs.push({ results: await simulate(setting, behaviour), idealMs: simulateCoordinator(setting) })
  return computeFigures(runs)
}

/** One run of a fleet, and when an ideal coordinator would have noticed the end of each export. */
export interface Run {
  readonly results: readonly JobResult[]
  readonly idealMs: readonly number[]
}

/** Computes the figures of several runs together. */
export function computeFigures(runs: readonly Run[]): Figures {
  const results = runs.flatMap((run) => run.results)
  const idealMs = runs.flatMap((run) => run.idealMs)
  const delays = results.map(({ job, noticedMs }) => noticedMs - job.startMs - job.exportMs)
  const idealDelays = results.map(({ job }, index) => (idealMs[index] ?? Number.NaN) - job.startMs - job.exportMs)
  // For each run: the time from the first start until the last end was noticed.
  const lasts = runs.map((run) => {
    const firstStartMs = Math.min(...run.results.map(({ job }) => job.startMs))
    return {
      lastMs: Math.max(...run.results.map(({ noticedMs }) => noticedMs)) - firstStartMs,
      idealLastMs: Math.max(...run.idealMs) - firstStartMs,
    }
  })
  return {
    throttledShare: sum(results.map(({ throttled }) => throttled)) / sum(results.map(({ requests }) => requests)),
    medianDelaySeconds: median(delays) / 1000,
    worstDelaySeconds: Math.max(...delays) / 1000,
    idealMedianDelaySeconds: median(idealDelays) / 1000,
    lastBehindSeconds: Math.max(...lasts.map(({ lastMs, idealLastMs }) => lastMs - idealLastMs)) / 1000,
    lastRatio: Math.max(...lasts.map(({ lastMs, idealLastMs }) => lastMs / idealLastMs)),
    requestsPerJob: sum(results.map(({ requests }) => requests)) / results.length,
  }
}

/** The value in the middle, or the mean of the two values in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  // For an odd number of values, both operands are the value in the middle.
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
