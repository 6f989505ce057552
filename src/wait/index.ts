import { runAction } from '../runner/action.js'
import { readWaitInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, { mask }) => readWaitInputs(read, mask), run)
