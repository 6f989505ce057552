import { runAction } from '../runner/action.js'
import { readDownloadInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, { mask, workspace }) => readDownloadInputs(read, mask, workspace), run)
