import { runAction } from '../runner/action.js'
import { readWaitInputs } from './inputs.js'
import { run } from './run.js'

// Awaited at the top level: if the promise were never settled, Node would exit with 13 instead of 0.
await runAction(process, (read, { mask }) => readWaitInputs(read, mask), run)
