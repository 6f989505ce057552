import { readConnectionInputs, type ConnectionInputs } from '../inputs/connection.js'
import { DOCUMENT_TOKEN, readTicket, readToken } from '../inputs/tokens.js'
import type { ExportTask } from '../feishu/tasks/export-tasks.js'
import { countInput, durationMsInput, type InputReader } from '../runner/inputs.js'

/** The inputs of the wait action, checked. */
export interface WaitInputs extends ConnectionInputs {
  readonly task: ExportTask
  /** Undefined for the adaptive schedule. */
  readonly pollIntervalMs: number | undefined
  /** How many jobs poll the same app at the same time, this one included. */
  readonly parallelJobs: number
}

const DEFAULT_TIMEOUT_SECONDS = 600

/**
 * Reads and checks all inputs before any request.
 * @param mask called with every secret
 * @throws InputError
 */
export function readWaitInputs(read: InputReader, mask: (secret: string) => void): WaitInputs {
  const connection = readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS)
  const ticket = readTicket(read, mask)
  const token = readToken(read, DOCUMENT_TOKEN, mask)
  return {
    ...connection,
    task: { ticket, token },
    pollIntervalMs: durationMsInput(read, 'poll-interval-seconds'),
    parallelJobs: countInput(read, 'parallel-jobs'),
  }
}
