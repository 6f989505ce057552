import { readPlainFile } from '../files/plain-file.js'
import { runAction } from '../runner/action.js'
import { readExportInputs } from './inputs.js'
import { run } from './run.js'
import { readSources } from './sources/read-sources.js'

await runAction(
  process,
  (read, { mask, workspace }) => readExportInputs(read, mask, workspace),
  async (inputs, tools) => {
    const { workspace } = tools
    // Read here and not with the other inputs, since the disk may not answer: the time limit of the action applies only
    // after those inputs are read.
    const sources = await readSources(inputs, { workspace, readFile: (file) => readPlainFile(workspace, file) })
    return run({ ...inputs, sources }, tools)
  },
)
