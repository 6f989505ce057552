// The proof of the export action: a generated world, exported under random kills, compared with its own data.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundleEntry } from './bundle.js'
import { campaign } from './campaign.js'

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '0.03' },
    speed: { type: 'string', default: '60' },
    // A folder for all that is known where a fault is found.
    dump: { type: 'string' },
  },
})
const [documents, kills, seed, speed] = [values.documents, values.kills, values.seed, values.speed].map(Number) as [
  number,
  number,
  number,
  number,
]

const dist = mkdtempSync(path.join(tmpdir(), 'feishu-proof-dist-'))
const startedAtMs = performance.now()
try {
  await bundleEntry(dist)
  const seconds = (): string => ((performance.now() - startedAtMs) / 1000).toFixed(0).padStart(5)
  const say = (line: string): void => console.log(`${seconds()} s  ${line}`)
  const verdict = await campaign({
    documents,
    kills,
    seed,
    speed,
    dist,
    say,
    dump: values.dump,
    faultShare: Number(values.faults),
  })
  const { faults, runs, otherEnds, creates, needed, files, unchangedRequests, fewestRequests } = verdict
  say(`${runs} runs, ${verdict.kills} killed, ${otherEnds} cancelled or out of time, ${files} files in the end`)
  say(`${creates} export tasks for ${needed} states of documents: ${(creates / needed).toFixed(3)} each`)
  say(`unchanged: ${unchangedRequests} requests, ${fewestRequests} at least`)
  say(faults.length === 0 ? `GOOD (seed ${seed})` : `${faults.length} FAULTS (seed ${seed})`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  rmSync(dist, { recursive: true, force: true })
}
