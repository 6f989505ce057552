import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.js'
import { SCENARIO_KINDS, type Report, type ScenarioKind } from './types.js'

const USAGE = `Runs the built actions against random faults (see test/faults/README.md).
  --wait N --create N --download N --resume N --export N --raw N --inputs N
                                             how many runs of each kind (1000, 300, 300, 100, 300, 200, 300)
  --seed N                                   the first seed of each kind (a random one by default)
  --only KIND:SEED                           one run alone, with its transcript; several times for several runs
  --parallel N                               how many runs at the same time (6)
  DIST=folder                                uses another build than dist/`

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
  console.log(
    `\n${kind}:${seed}\n${violations.map(({ kind: sort, text }) => `  ${sort}: ${text}`).join('\n')}\n${transcript}`,
  )
}

async function runAll(): Promise<Report[]> {
  const firstSeed = Number(values.seed)
  const jobs = SCENARIO_KINDS.flatMap((kind) =>
    Array.from({ length: Number(values[kind]) }, (_, i) => ({ kind, seed: firstSeed + i })),
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
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker))
  const checked: Report[] = []
  for (const report of reports) checked.push(isOnlyLate(report) ? await rerunAlone(report) : report)
  return checked
}

/** Repeats a late run up to three times: the machine may have been busy, so it counts only if it is late each time. */
async function rerunAlone({ kind, seed }: Report): Promise<Report> {
  for (let left = 3; ; left--) {
    const report = await runSeed(kind, seed)
    if (!isOnlyLate(report) || left === 1) return report
  }
}

const isOnlyLate = (report: Report): boolean =>
  hasViolations(report) && report.violations.every(({ kind }) => kind === 'late')

const hasViolations = ({ violations }: Report): boolean => violations.length > 0

async function main(): Promise<void> {
  if (values.help) {
    console.log(USAGE)
    return
  }
  if (values.only.length > 0) {
    for (const name of values.only) {
      const [kind, seed] = name.split(':')
      const report = await runSeed(kind as ScenarioKind, Number(seed))
      printReport(report)
      if (hasViolations(report)) process.exitCode = 1
    }
    return
  }
  const reports = await runAll()
  const failed = reports.filter(hasViolations)
  for (const report of failed) printReport(report)
  for (const kind of SCENARIO_KINDS) {
    const own = reports.filter((report) => report.kind === kind)
    const requests = own.reduce((sum, report) => sum + report.requests, 0)
    const greens = own.filter(({ green }) => green).length
    console.log(
      `${kind}: ${own.length} runs, ${greens} green, ${requests} requests, ${own.filter(hasViolations).length} violations`,
    )
  }
  for (const { kind, seed } of failed) console.log(`repeat: npm run faults -- --only ${kind}:${seed}`)
  if (failed.length > 0) process.exitCode = 1
}

await main()
// An endless body that a server still sends to a closed connection would keep the process alive.
process.stdout.write('', () => process.exit())
