import { runAction } from '../runner/action.js'
import { readWaitInputs } from './inputs.js'
import { run } from './run.js'

await runAction(process, (read, tools) => run(readWaitInputs(read, tools.mask), tools))
