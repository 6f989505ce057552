// The pace of the export action: its own engine on a virtual clock. Writes bench/results/export-pace.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { FIRST_EXPECTED_AGE_MS } from '../../src/export/engine/query-schedule.js'
import { machineLine } from '../lib/machine.js'
import { markdownTable } from '../lib/table.js'
import type { PaceResult } from './pace.js'
import { runLoops } from './simple-loops.js'
import { LIMIT_KINDS, measureShare, serviceFor, type LengthRange, type SharedPace } from './services.js'

const SEEDS = [1, 2, 3, 4, 5]
const RANGES: readonly LengthRange[] = [
  [3, 60],
  [3, 15],
]
/** Numbers of documents. */
const SIZES = [50, 130, 200, 250, 300, 1000]
/** The sizes in the table of documents a minute. */
const LARGE = [300, 1000]

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const percent = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)} %`
const perMinute = (results: readonly PaceResult[]): string =>
  mean(results.map((result) => result.documentsPerMinute)).toFixed(0)

const shares: string[][] = []
const paces: string[][] = []
const all: SharedPace[] = []
for (const range of RANGES) {
  for (const kind of LIMIT_KINDS) {
    const row: string[] = []
    for (const documents of SIZES) {
      const services = SEEDS.map((seed) => serviceFor(documents, kind, range, seed))
      const runs = await Promise.all(services.map((service, nth) => measureShare(service, SEEDS[nth] ?? 0)))
      all.push(...runs)
      const own = runs.map(({ share }) => share)
      row.push(`${percent(mean(own))} (${percent(Math.min(...own))})`)
      if (!LARGE.includes(documents)) continue
      // Simple loops run with one seed only.
      const one = services.slice(0, 1)
      paces.push([
        String(documents),
        `${range.join('–')} s`,
        kind,
        mean(runs.map(({ coordinatorMinutes }) => documents / coordinatorMinutes)).toFixed(0),
        `**${perMinute(runs)}**`,
        mean(runs.map(({ queries }) => queries / documents)).toFixed(2),
        perMinute(await Promise.all(one.map((service) => runLoops(service, 1)))),
        perMinute(await Promise.all(one.map((service) => runLoops(service, 8)))),
      ])
    }
    shares.push([`${range.join('–')} s`, kind, ...row])
    console.log(shares.at(-1)?.join(' | '))
  }
}

// "Bets": the age at which the first query is sent is a guess at how long exports take.
const EXPECTED_AGES_MS = [10_000, 15_000, FIRST_EXPECTED_AGE_MS, 30_000, 55_000, 60_000]
const bets: string[][] = []
for (const ageMs of EXPECTED_AGES_MS) {
  const row: string[] = []
  for (const range of RANGES) {
    for (const documents of [200, 300]) {
      const runs = await Promise.all(
        SEEDS.map((seed) => measureShare(serviceFor(documents, 'fixed', range, seed), seed, ageMs)),
      )
      row.push(percent(mean(runs.map(({ share }) => share))))
    }
  }
  const isOwn = ageMs === FIRST_EXPECTED_AGE_MS
  bets.push([isOwn ? `**${ageMs / 1000} s** (this action)` : `${ageMs / 1000} s`, ...row])
}

const allShares = all.map(({ share }) => share)
const refused = mean(all.map((run) => run.refused / run.requests))
const maxRefused = Math.max(...all.map((run) => run.refused / run.requests))
const text = `# The pace of the export action

Simulated under a limit of 100 requests a minute for each API (create, query, download): the action's own engine on a
virtual clock, next to a perfect coordinator, which knows when each export ends, takes the documents in the same order
and makes no useless request. Lengths of exports are log-uniform. ${SEEDS.length} seeds.

Command: \`npm run bench:export\`. ${machineLine()}.

| | Goal | Measured |
| --- | --: | --: |
| share of the coordinator's pace, mean | ≥ 92 % | **${percent(mean(allShares), 1)}** |
| the lowest share | ≥ 82 % | **${percent(Math.min(...allShares), 1)}** |
| refused requests, mean (most) | ≤ 0.5 % | **${percent(refused, 2)}** (${percent(maxRefused, 2)}) |

The share by the number of documents, the mean and in brackets the worst:

${markdownTable(['Exports of', 'Limit', ...SIZES.map(String)], shares)}

Documents a minute, next to one serial exporter and to eight simple loops that query every second and obey
the header of the limit:

<!-- pace -->

${markdownTable(['Documents', 'Exports of', 'Limit', 'Coordinator', 'This action', 'Queries a document', 'Serial', '8 loops'], paces)}

<!-- /pace -->

## What cannot be had

With 100, 200, 300, … documents a coordinator uses up every query. One useless query then needs another minute's: the last
one is sent three minutes after the first one of the run (300 documents), whatever the schedule. Whoever does not know how
long exports take must bet on the age of the first query. The share under fixed windows, by this age:

${markdownTable(['Age of the first query', ...RANGES.flatMap((range) => [200, 300].map((count) => `${count} × ${range.join('–')} s`))], bets)}

The action bets on 16 s: if exports take up to 15 s, no query is useless; if they take up to a minute, the last query comes
some 16 s after the coordinator's. No bet is good for both. A run could remember from the night before that exports take up
to 60 s. That gains little, and costs much when a few exports take longer than remembered (the row of 55 s) or when all
have become short (the row of 60 s). So nothing is remembered. Where queries would be left over at the end of the run,
nothing is at stake, and the action begins after 1.5 s.
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/export-pace.md', text)
