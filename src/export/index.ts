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
    // The disk may not answer, so this needs the time limit of the action. The other inputs are read before it starts.
    const sources = await readSources(inputs, { workspace, readFile: (file) => readPlainFile(workspace, file) })
    return run({ ...inputs, sources }, tools)
  },
)
