import { parseArgs } from 'node:util'
import { playSeed } from './play-seed.js'
import type { Kind, Report } from './types.js'

const USAGE = `Faults at random against the built actions.
  --wait N --create N --download N --raw N --inputs N
                                             how many runs of each kind (1000, 300, 300, 200, 300)
  --seed N                                   where the seeds begin (a new place each time)
  --only KIND:SEED                           one run alone, with its story; may be repeated
  --parallel N                               how many at once (6)
  DIST=folder                                another build than dist/`

const { values } = parseArgs({
  options: {
    wait: { type: 'string', default: '1000' },
    create: { type: 'string', default: '300' },
    download: { type: 'string', default: '300' },
    raw: { type: 'string', default: '200' },
    inputs: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6) * 1000) },
    only: { type: 'string', multiple: true, default: [] },
    parallel: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
})

const KINDS = ['wait', 'create', 'download', 'raw', 'inputs'] as const

function tell({ kind, seed, violations, story }: Report): void {
  console.log(
    `\n${kind}:${seed}\n${violations.map(({ kind: sort, text }) => `  ${sort}: ${text}`).join('\n')}\n${story}`,
  )
}

async function many(): Promise<Report[]> {
  const firstSeed = Number(values.seed)
  const jobs = KINDS.flatMap((kind) =>
    Array.from({ length: Number(values[kind]) }, (_, i) => ({ kind, seed: firstSeed + i })),
  )
  console.log(`${jobs.length} runs from seed ${firstSeed}`)
  const startedAtMs = performance.now()
  const reports: Report[] = []
  const queue = [...jobs]
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      reports.push(await playSeed(job.kind, job.seed))
      if (reports.length % 100 === 0) {
        const seconds = Math.round((performance.now() - startedAtMs) / 1000)
        console.log(`${reports.length} runs, ${reports.filter(isFaulty).length} to look at, ${seconds} s`)
      }
    }
  }
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker))
  const checked: Report[] = []
  for (const report of reports) checked.push(isLate(report) ? await again(report) : report)
  return checked
}

/** The machine may have been busy with the other runs, and with other work: what is late is late every time. */
async function again({ kind, seed }: Report): Promise<Report> {
  for (let left = 3; ; left--) {
    const report = await playSeed(kind, seed)
    if (!isLate(report) || left === 1) return report
  }
}

const isLate = (report: Report): boolean => isFaulty(report) && report.violations.every(({ kind }) => kind === 'late')

const isFaulty = ({ violations }: Report): boolean => violations.length > 0

async function main(): Promise<void> {
  if (values.help) {
    console.log(USAGE)
    return
  }
  if (values.only.length > 0) {
    for (const name of values.only) {
      const [kind, seed] = name.split(':')
      const report = await playSeed(kind as Kind, Number(seed))
      tell(report)
      if (isFaulty(report)) process.exitCode = 1
    }
    return
  }
  const reports = await many()
  const faulty = reports.filter(isFaulty)
  for (const report of faulty) tell(report)
  for (const kind of KINDS) {
    const own = reports.filter((report) => report.kind === kind)
    const requests = own.reduce((sum, report) => sum + report.requests, 0)
    const greens = own.filter(({ green }) => green).length
    console.log(
      `${kind}: ${own.length} runs, ${greens} green, ${requests} requests, ${own.filter(isFaulty).length} violations`,
    )
  }
  for (const { kind, seed } of faulty) console.log(`repeat: npm run faults -- --only ${kind}:${seed}`)
  if (faulty.length > 0) process.exitCode = 1
}

await main()
// A body without end that was being sent to a connection that is gone would keep the process.
process.stdout.write('', () => process.exit())
