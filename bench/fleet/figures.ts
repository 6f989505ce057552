import { coordinate, simulate, type Behaviour, type Setting, type Told } from './simulate.js'

/** What a fleet came to, over one or several seeds. Times in seconds. */
export interface Figures {
  /** Share of all requests that the limit refused. */
  readonly refusedShare: number
  /** From an export's end until its job was told: of the job in the middle, and of the worst. */
  readonly medianDelay: number
  readonly worstDelay: number
  /** The same for the job in the middle under a perfect coordinator. */
  readonly idealMedianDelay: number
  /** How much later than under the coordinator the last job of the fleet was told; of the worst seed. */
  readonly lastBehind: number
  /** The whole time from the first start to the last job told, against the coordinator's; of the worst seed. */
  readonly lastRatio: number
  readonly requestsPerJob: number
}

/** Runs a behaviour in several settings of one kind and puts the figures together. */
export async function measure(settings: readonly Setting[], behaviour: Behaviour): Promise<Figures> {
  const runs: Run[] = []
  for (const setting of settings) runs.push({ told: await simulate(setting, behaviour), idealMs: coordinate(setting) })
  return figuresOf(runs)
}

/** One run of a fleet, and when a coordinator would have told each of its jobs. */
export interface Run {
  readonly told: readonly Told[]
  readonly idealMs: readonly number[]
}

export function figuresOf(runs: readonly Run[]): Figures {
  const told = runs.flatMap((run) => run.told)
  const idealMs = runs.flatMap((run) => run.idealMs)
  const delays = told.map(({ job, toldMs }) => toldMs - job.startMs - job.exportMs)
  const idealDelays = told.map(({ job }, index) => (idealMs[index] ?? Number.NaN) - job.startMs - job.exportMs)
  const lasts = runs.map((run) => {
    const firstStartMs = Math.min(...run.told.map(({ job }) => job.startMs))
    return {
      lastMs: Math.max(...run.told.map(({ toldMs }) => toldMs)) - firstStartMs,
      idealLastMs: Math.max(...run.idealMs) - firstStartMs,
    }
  })
  return {
    refusedShare: sum(told.map(({ refused }) => refused)) / sum(told.map(({ requests }) => requests)),
    medianDelay: median(delays) / 1000,
    worstDelay: Math.max(...delays) / 1000,
    idealMedianDelay: median(idealDelays) / 1000,
    lastBehind: Math.max(...lasts.map(({ lastMs, idealLastMs }) => lastMs - idealLastMs)) / 1000,
    lastRatio: Math.max(...lasts.map(({ lastMs, idealLastMs }) => lastMs / idealLastMs)),
    requestsPerJob: sum(told.map(({ requests }) => requests)) / told.length,
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
