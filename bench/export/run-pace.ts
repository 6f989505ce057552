// The pace of the export action: its own engine on a virtual clock. Writes bench/results/export-pace.md.
import { cpus } from 'node:os'
import { mkdirSync, writeFileSync } from 'node:fs'
import { coordinatorMs } from './coordinator.js'
import { runEngine, type PaceResult, type Service } from './pace.js'
import { runLoops } from './rivals.js'
import { createRandom } from '../../test/emulator/random.js'

const SEEDS = [1, 2, 3, 4, 5]
const KINDS = ['fixed', 'sliding', 'bucket'] as const
const RANGES = [
  [3, 60],
  [3, 15],
] as const

const serviceFor = (
  documents: number,
  kind: (typeof KINDS)[number],
  range: readonly [number, number],
  seed: number,
): Service => {
  const random = createRandom(documents * 7 + seed)
  const [shortest, longest] = range
  return {
    limit: { kind, requests: 100, windowMs: 60_000 },
    durationsMs: Array.from({ length: documents }, () => 1000 * (shortest + (longest - shortest) * random())),
    roundTripMs: 200,
    transferMs: 500,
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const rows: string[] = []
for (const documents of [300, 1000]) {
  for (const range of RANGES) {
    for (const kind of KINDS) {
      const services = SEEDS.map((seed) => serviceFor(documents, kind, range, seed))
      const engine = await Promise.all(services.map((service, index) => runEngine(service, SEEDS[index] ?? 0)))
      const shares = services.map((service, index) => coordinatorMs(service) / 60_000 / (engine[index]?.minutes ?? NaN))
      const one = services.slice(0, 1)
      const serial = await Promise.all(one.map((service) => runLoops(service, 1)))
      const pool = await Promise.all(one.map((service) => runLoops(service, 8)))
      const perMinute = (results: readonly PaceResult[]): string =>
        mean(results.map((result) => result.documentsPerMinute)).toFixed(0)
      const refused = mean(engine.map((result) => result.refused / result.requests))
      const looks = mean(engine.map((result) => result.queries / documents))
      const coordinator = mean(services.map((service) => documents / (coordinatorMs(service) / 60_000)))
      rows.push(
        `| ${documents} | ${range.join('–')} s | ${kind} | ${coordinator.toFixed(0)} | **${perMinute(engine)}** | ` +
          `${(100 * mean(shares)).toFixed(0)} % (${(100 * Math.min(...shares)).toFixed(0)} %) | ${(100 * refused).toFixed(1)} % | ` +
          `${looks.toFixed(2)} | ${perMinute(serial)} | ${perMinute(pool)} |`,
      )
      console.log(rows.at(-1))
    }
  }
}

const text = `# The pace of the export action

Documents a minute under a limit of 100 requests a minute for each API (create, query, download), on a virtual clock:
the action's own engine, a perfect coordinator (knows when each export ends, takes the documents in the same order),
one serial exporter, and eight simple loops that look every second and obey the header. ${SEEDS.length} seeds; the share of the
coordinator's pace is the mean, with the worst in brackets.

Command: \`npm run bench:export\`. Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}.

<!-- pace -->

| Documents | Exports of | Limit | Coordinator | This action | Share | Refused | Looks a document | Serial | 8 loops |
| --: | --: | --- | --: | --: | --: | --: | --: | --: | --: |
${rows.join('\n')}

<!-- /pace -->

Where the number of documents is a multiple of 100 and exports are short, one look in vain costs a whole window: its
document's look falls into the next minute under a fixed or sliding window. 300 documents of 3–15 s need 300 looks in the
first two minutes and a quarter; with a single one wasted, nothing can be faster than about three minutes.
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/export-pace.md', text)
