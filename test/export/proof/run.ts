// Runs campaigns of the export action (README.md): generated worlds, exported night after night, and judged.
import { parseArgs } from 'node:util'
import { runCampaign, type CampaignResult } from './campaign.js'
import { ChildRunner } from './run-child.js'
import { InProcessRunner } from './run-in-process.js'

const { values } = parseArgs({
  options: {
    'in-process': { type: 'boolean', default: false },
    documents: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '52' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    /** How many times as fast as the machine's clock that of child processes is. */
    speed: { type: 'string', default: '20' },
    /** Logs every run of in-process campaigns too. */
    verbose: { type: 'boolean', default: false },
  },
})
const isInProcess = values['in-process']
const [documents, kills, first, seeds, speed] = [
  values.documents,
  values.kills,
  values.seed,
  values.seeds,
  values.speed,
].map(Number) as [number, number, number, number, number]

const startedAtMs = performance.now()
const log = (line: string): void =>
  console.log(`${((performance.now() - startedAtMs) / 1000).toFixed(0).padStart(5)} s  ${line}`)

function repeatCommand(seed: number): string {
  return `npm run proof:export -- ${isInProcess ? '--in-process --verbose ' : ''}--documents ${documents} --kills ${kills} --seed ${seed}`
}

const failedSeeds: number[] = []
// How often each rule was broken.
const broken = new Map<string, number>()
const total = { runs: 0, kills: 0, tasks: 0, files: 0 }
for (let seed = first; seed < first + seeds; seed++) {
  const result: CampaignResult = await runCampaign({
    ...{ documents, kills, seed, mayStall: !isInProcess },
    createRunner: (place) => (isInProcess ? new InProcessRunner(place) : new ChildRunner(place, speed)),
    log: isInProcess && !values.verbose ? undefined : log,
  })
  total.runs += result.runs
  total.kills += result.kills
  total.tasks += result.tasks
  total.files += result.files
  if (result.findings.length === 0) continue
  failedSeeds.push(seed)
  for (const { rule, what } of result.findings) {
    broken.set(rule, (broken.get(rule) ?? 0) + 1)
    log(`seed ${seed}: ${rule}: ${what}`)
  }
  log(`To repeat it: ${repeatCommand(seed)}`)
}
log(
  `${seeds} worlds of ${documents} documents: ${total.runs} runs, ${total.kills} of them killed, ${total.tasks} export tasks, ${total.files} files in the end`,
)
if (failedSeeds.length > 0)
  log(`${failedSeeds.length} worlds break rules: ${[...broken].map(([rule, count]) => `${rule} ${count}`).join(', ')}`)
process.exit(failedSeeds.length === 0 ? 0 : 1)
