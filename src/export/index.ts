import { readPlainFile } from '../files/plain-file.js'
import { runAction } from '../runner/action.js'
import { readExportInputs } from './inputs.js'
import { run } from './run.js'

await runAction(
  process,
  (read, { mask, workspace }) =>
    readExportInputs(read, mask, { workspace, readFile: (file) => readPlainFile(workspace, file) }),
  run,
)
