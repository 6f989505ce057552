import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.js'
import { SCENARIO_KINDS, type Report } from './types.js'

const USAGE = `Runs the built actions against random faults (see test/faults/README.md).
  --wait N --create N --download N --resume N --export N --raw N --inputs N
                                             how many runs of each kind (1000, 300, 300, 100, 300, 200, 300)
  --seed N                                   the first seed of each kind (a random one by default)
  --only KIND:SEED                           one run alone, with its transcript; several times for several runs
  --parallel N                               how many runs at the same time (6)
  DIST=folder                                uses another build than dist/`

// How often a late run is repeated at most.
const MAX_RERUNS = 3

const { values } = parseArgs({
  options: {
    wait: { type: 'string', default: '1000' },
    create: { type: 'string', default: '300' },
    download: { type: 'string', default: '300' },
    resume: { type: 'string', default: '100' },
    export: { type: 'string', default: '300' },
    raw: { type: 'string', default: '200' },
    inputs: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6) * 1000) },
    only: { type: 'string', multiple: true, default: [] },
    parallel: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
})

function printReport({ kind, seed, violations, transcript }: Report): void {
  const rules = violations.map((violation) => `  ${violation.kind}: ${violation.text}`)
  console.log(`\n${kind}:${seed}\n${rules.join('\n')}\n${transcript}`)
}

/**
 * Reads the whole number of an option.
 * @throws Error for any other text, and for a number below `min`: the campaign could run nothing, and pass
 */
function parseNumber(name: string, text: string | undefined, min = 0): number {
  const number = /^\d+$/.test(text ?? '') ? Number(text) : NaN
  if (!(number >= min)) throw new Error(`${name} must be a whole number of at least ${min}, not ${text ?? 'missing'}`)
  return number
}

/** Runs all kinds with all their seeds, several runs at the same time. Then repeats each late run alone. */
async function runAll(): Promise<Report[]> {
  const firstSeed = parseNumber('--seed', values.seed)
  const parallelRuns = parseNumber('--parallel', values.parallel, 1)
  const jobs = SCENARIO_KINDS.flatMap((kind) =>
    Array.from({ length: parseNumber(`--${kind}`, values[kind]) }, (_, i) => ({ kind, seed: firstSeed + i })),
  )
  console.log(`${jobs.length} runs from seed ${firstSeed}`)
  const startedAtMs = performance.now()
  const reports: Report[] = []
  const queue = [...jobs]
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      reports.push(await runSeed(job.kind, job.seed))
      if (reports.length % 100 === 0) {
        const seconds = Math.round((performance.now() - startedAtMs) / 1000)
        console.log(`${reports.length} runs, ${reports.filter(hasViolations).length} with violations, ${seconds} s`)
      }
    }
  }
  await Promise.all(Array.from({ length: parallelRuns }, worker))
  const checked: Report[] = []
  for (const report of reports) checked.push(isOnlyLate(report) ? await rerunAlone(report) : report)
  return checked
}

/**
 * Repeats a late run, since the machine may have been busy.
 * @returns the first report that is not only late, or the last one if the run is late each time
 */
async function rerunAlone({ kind, seed }: Report): Promise<Report> {
  let report = await runSeed(kind, seed)
  for (let reruns = 1; reruns < MAX_RERUNS && isOnlyLate(report); reruns++) report = await runSeed(kind, seed)
  return report
}

/** Whether a run broke rules, but no other than those that a busy machine may break. */
const isOnlyLate = (report: Report): boolean =>
  hasViolations(report) && report.violations.every(({ kind }) => kind === 'late')

const hasViolations = ({ violations }: Report): boolean => violations.length > 0

/** Runs single seeds, one after the other, and prints the transcript of each. @param names of the form `kind:seed` */
async function runOnly(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const [kindName, seedText] = name.split(':')
    const kind = SCENARIO_KINDS.find((one) => one === kindName)
    if (!kind) throw new Error(`--only ${name}: the kind must be one of ${SCENARIO_KINDS.join(', ')}`)
    const report = await runSeed(kind, parseNumber(`--only ${name}: the seed`, seedText))
    printReport(report)
    if (hasViolations(report)) process.exitCode = 1
  }
}

/**
 * Runs the complete campaign. Prints the failed runs, a summary of each kind, and the commands that repeat failed runs.
 * A run has failed if it has violations; it is green if its first step succeeded.
 */
async function runCampaign(): Promise<void> {
  const reports = await runAll()
  const failed = reports.filter(hasViolations)
  for (const report of failed) printReport(report)
  for (const kind of SCENARIO_KINDS) {
    const own = reports.filter((report) => report.kind === kind)
    const requests = own.reduce((sum, report) => sum + report.requests, 0)
    const greens = own.filter(({ green }) => green).length
    const failures = own.filter(hasViolations).length
    console.log(`${kind}: ${own.length} runs, ${greens} green, ${requests} requests, ${failures} with violations`)
  }
  for (const { kind, seed } of failed) console.log(`repeat: npm run faults -- --only ${kind}:${seed}`)
  if (failed.length > 0) process.exitCode = 1
}

if (values.help) console.log(USAGE)
else if (values.only.length > 0) await runOnly(values.only)
else await runCampaign()
// Exits after the output is written: an endless body that a server still sends would keep the process alive.
process.stdout.write('', () => process.exit())
