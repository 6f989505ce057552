import { runAction } from '../runner/action.js'
import { readCreateInputs } from './inputs.js'
import { run } from './run.js'

// Awaited at the top level: should anything ever leave the promise hanging, Node ends with 13 instead of a green 0.
await runAction(process, (read, { mask }) => readCreateInputs(read, mask), run)
