import { runAction } from '../runner/action.js'
import { readDownloadInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, tools) => run(readDownloadInputs(read, tools.mask, tools.workspace), tools))
