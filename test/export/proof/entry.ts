// The export action as src/export/index.ts starts it, but on a fast clock, and able to die at a step on the disk.
import { writeFileSync } from 'node:fs'
import { readExportInputs } from '../../../src/export/inputs.js'
import { run } from '../../../src/export/run.js'
import { readPlainFile } from '../../../src/files/plain-file.js'
import { runAction } from '../../../src/runner/action.js'
import { armCrash, type Crash } from './crash.js'
import { fastClock } from './fast-clock.js'

const { PROOF_SPEED = '1', PROOF_CRASH, PROOF_USAGE } = process.env
if (PROOF_CRASH !== undefined) armCrash(JSON.parse(PROOF_CRASH) as Crash)
if (PROOF_USAGE !== undefined) {
  process.on('exit', () => writeFileSync(PROOF_USAGE, String(process.resourceUsage().maxRSS)))
}

await runAction(
  process,
  (read, { mask, workspace }) =>
    readExportInputs(read, mask, { workspace, readFile: (file) => readPlainFile(workspace, file) }),
  (inputs, tools) => run(inputs, { ...tools, clock: fastClock(Number(PROOF_SPEED)) }),
)
