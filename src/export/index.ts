import { readPlainFile } from '../files/plain-file.js'
import { runAction } from '../runner/action.js'
import { readExportInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, tools) => {
  const files = { workspace: tools.workspace, readFile: (file: string) => readPlainFile(tools.workspace, file) }
  return run(readExportInputs(read, tools.mask, files), tools)
})
