import { readFileSync } from 'node:fs'
import { runAction } from '../runner/action.js'
import { readExportInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, tools) => {
  const files = { workspace: tools.workspace, readFile: (file: string) => readFileSync(file) }
  return run(readExportInputs(read, tools.mask, files), tools)
})
