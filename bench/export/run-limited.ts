// The built export action at the service's limits, on the real clock, next to the coordinator of the simulation. Writes
// bench/results/export-limited.md. It takes ten minutes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmulator } from '../../test/emulator/index.js'
import { runAction } from '../../test/process/run-action.js'
import { machineLine } from '../lib/machine.js'
import { markdownTable } from '../lib/table.js'
import { coordinatorMs } from './coordinator.js'
import { serviceFor, type LengthRange } from './services.js'

const DOCUMENTS = 200
/** The lengths of the exports in seconds, and the seed that draws them. */
const RUNS: readonly (readonly [range: LengthRange, seed: number])[] = [
  [[3, 60], 1],
  [[3, 60], 2],
  [[3, 15], 1],
  [[3, 15], 2],
]

const rows: string[][] = []
for (const [range, seed] of RUNS) {
  const service = serviceFor(DOCUMENTS, 'fixed', range, seed)
  const { limit } = service
  const emulator = await startEmulator({ limits: { create: limit, query: limit, download: limit } })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))
  try {
    const folder = emulator.addFolder({ name: 'F' }).token
    service.durationsMs.forEach((durationMs, nth) =>
      emulator.addDocument({ type: 'docx', title: `Document ${nth}`, folder, durationMs }),
    )
    const step = await runAction(
      'export',
      {
        'access-token': emulator.accessToken,
        'base-url': emulator.url,
        sources: `https://acme.feishu.cn/drive/folder/${folder}`,
      },
      { workspace, killAfterMs: 600_000 },
    )
    if (step.outputs['exported'] !== String(DOCUMENTS)) throw new Error(step.errors.join('\n'))
    // Over loopback, round trips and transfers take almost no time.
    const bestMs = coordinatorMs({ ...service, roundTripMs: 0, transferMs: 0 })
    rows.push([
      `${range.join('–')} s`,
      (bestMs / 1000).toFixed(1),
      `**${(step.durationMs / 1000).toFixed(1)}**`,
      '≥ 90 %',
      `**${((100 * bestMs) / step.durationMs).toFixed(0)} %**`,
      String(emulator.requestsTo('query').length),
    ])
    console.log(rows.at(-1)?.join(' | '))
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

const text = `# The export action at the limits

The built action on the real clock, its whole process, against the emulator: ${DOCUMENTS} documents whose exports take log-uniformly
distributed times, under fixed windows of 100 requests a minute for each of create, query and download. The coordinator
knows when each export ends and takes the documents in the same order ([the pace, simulated](export-pace.md)).

Command: \`npm run bench:export-limited\`. ${machineLine()}.

${markdownTable(['Exports of', 'Coordinator, s', 'This action, s', 'Goal', 'Share', 'Status queries'], rows)}

200 documents are twice a minute's queries: a useless one costs the next minute, and without knowing how long exports take
the goal cannot be had for short and for long ones alike ([why](export-pace.md#what-cannot-be-had)).
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/export-limited.md', text)
