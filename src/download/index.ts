import { runAction } from '../runner/action.js'
import { readDownloadInputs } from './inputs.js'
import { run } from './run.js'

// Awaited at the top level: if the promise were never settled, Node would exit with 13 instead of 0.
await runAction(process, (read, { mask, workspace }) => readDownloadInputs(read, mask, workspace), run)
