// `npm run bench`: every figure of the README, measured on this machine. Writes tables and plots to bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../test/process/run-action.js'
import { measureDetection } from './detection.js'
import { machineLine, versionOf } from './lib/machine.js'
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
const download = await measureDownload(values.quick ? 1e8 : 1e9, values.quick ? 2 : 3)
const others = [versionOf('curl'), versionOf('jq')].filter((version) => version !== undefined)

writeFileSync(
  path.join(results, 'figures.md'),
  `# Figures

Made by \`npm run bench\` on: ${machineLine()}.
Also here: ${others.join('; ') || 'neither curl nor jq'}.

## Detection

When the end of an export is seen, and after how many requests: the median delay (and the worst of 100), then the median
number of requests (and the most). The action's own loop and schedule on a virtual clock, with round trips of 150 ms, next
to fixed loops and the official CLI's ten looks five seconds apart.

<!-- detection -->

${detection.table}

<!-- /detection -->

![How late the end is seen](detection-delay.svg)
![What it costs](detection-requests.svg)

## Whole processes

<!-- one-answer -->

${oneAnswer}

<!-- /one-answer -->

Started in turn, so that a slow moment of the machine meets all; the ratio is the median of the pairs.

<!-- download -->

${download}

<!-- /download -->
`,
)
console.log(`Written: ${path.relative(process.cwd(), results)}`)
