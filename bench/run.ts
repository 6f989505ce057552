// `npm run bench`: measures detection, start-up, memory and download on this machine. Writes bench/results/figures.md
// and its plots.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../test/process/run-action.js'
import { measureDetection } from './detection.js'
import { machineLine, readVersion } from './lib/machine.js'
import { drawPlot } from './lib/plot.js'
import { measureDownload, measureOneAnswer } from './processes.js'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const results = path.join(ROOT, 'bench/results')
mkdirSync(results, { recursive: true })

const detection = await measureDetection()
for (const [name, plot] of Object.entries(detection.plots)) {
  writeFileSync(path.join(results, `${name}.svg`), drawPlot(plot))
}
const oneAnswer = await measureOneAnswer(values.quick ? 5 : 20)
const download = await measureDownload(values.quick ? 1e8 : 1e9, values.quick ? 2 : 7)
const otherPrograms = [readVersion('curl'), readVersion('jq')].filter((version) => version !== undefined)

writeFileSync(
  path.join(results, 'figures.md'),
  `# Figures

Made by \`npm run bench\` on: ${machineLine()}.
Also installed: ${otherPrograms.join('; ') || 'neither curl nor jq'}.

## Detection

How late the end of an export is noticed, and after how many requests: the median delay (and the worst of 100), then the
median number of requests (and the largest). The action's own loop and schedule on a virtual clock, with round trips of
150 ms, compared with fixed loops and with the official CLI: ten attempts, five seconds apart.

<!-- detection -->

${detection.table}

<!-- /detection -->

![How late the end is noticed](detection-delay.svg)
![How many requests it takes](detection-requests.svg)

## Whole processes

<!-- one-answer -->

${oneAnswer}

<!-- /one-answer -->

The programs run in turn, so that a slow phase of the machine affects all; the ratio is the median of the pairs.

<!-- download -->

${download.table}

<!-- /download -->

A bare Node.js program with the same result (\`bench/programs/download-once.js\`) takes ${download.bareAgainstCurl} times as long as
curl, which neither hashes nor syncs; this action takes ${download.againstBare} times as long as the bare program. So on this machine, the
goal against curl is a matter of Node.js, not of the action.
`,
)
console.log(`Written: ${path.relative(process.cwd(), results)}`)
