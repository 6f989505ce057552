import { InputError, type InputReader } from '../../src/runner/inputs.js'
import type { Inputs } from './run-action.js'

/**
 * Reads inputs in this process, as an action does.
 * @returns the error message about the first wrong input; `accepted` if there is no wrong input
 */
export function refusalOf(readInputs: (read: InputReader, mask: () => void) => unknown, inputs: Inputs): string {
  try {
    readInputs(
      (name) => String(inputs[name] ?? ''),
      () => undefined,
    )
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  return 'accepted'
}
