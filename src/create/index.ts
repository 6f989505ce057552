import { runAction } from '../runner/action.js'
import { readCreateInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, { mask }) => readCreateInputs(read, mask), run)
