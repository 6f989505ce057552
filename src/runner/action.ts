import * as core from '@actions/core'
import { systemClock, type Clock } from '../polling/clock.js'
import { oneLine } from '../text.js'
import { InputError, type InputReader } from './inputs.js'
import { actionsLog, type Log } from './log.js'
import { logLine } from './safe-text.js'
import { writeSummary, type Summary } from './summary.js'

/** Step outputs by name; an undefined one is not set. */
export type Outputs = Readonly<Record<string, string | number | boolean | undefined>>

/** How an action ended, and what the workflow is told of it. */
export interface Outcome {
  readonly outputs: Outputs
  /** One sentence or more, on one line: what went wrong and the cure. Its presence turns the step red. */
  readonly error?: string
  readonly summary?: Summary
}

/** What the runner's side hands to an action. */
export interface ActionTools {
  readonly log: Log
  readonly clock: Clock
  /** Aborted when the workflow is cancelled. */
  readonly cancel: AbortSignal
  readonly mask: (secret: string) => void
  readonly random: () => number
  /** The workspace, where relative paths begin. */
  readonly workspace: string
}

// Pipes need a moment to drain; a connection that waits for a dead proxy would hold the process for minutes.
const DRAIN_MS = 300

/**
 * Runs an action to its end: gives it inputs and tools, writes outputs, annotation and summary, sets the exit code.
 * A red step has one error annotation and the output `error-message`; a cancelled one keeps its outputs.
 */
export async function runAction(
  host: NodeJS.Process,
  main: (read: InputReader, tools: ActionTools) => Promise<Outcome>,
): Promise<void> {
  const cancel = new AbortController()
  // The runner sends SIGINT, and SIGTERM 7.5 s later: neither may end the process before its outputs are written.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.on(signal, () => cancel.abort('cancelled'))
  host.stdout.on('error', () => undefined)
  const stray = new Promise<Outcome>((resolve) => {
    host.on('uncaughtException', (error) => resolve(unexpected(error)))
  })
  const tools: ActionTools = {
    log: actionsLog,
    clock: systemClock,
    cancel: cancel.signal,
    mask: (secret) => core.setSecret(secret),
    random: Math.random,
    workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
  }
  const outcome = await Promise.race([attempt(() => main(core.getInput, tools)), stray])
  try {
    await tell(outcome, host)
  } catch (error) {
    host.exitCode = 1
    core.error(logLine(`Cannot hand the outputs to the runner: ${(error as Error).message}`))
  }
  setTimeout(() => host.exit(), DRAIN_MS).unref()
}

async function attempt(main: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await main()
  } catch (error) {
    return error instanceof InputError ? { outputs: {}, error: error.message } : unexpected(error)
  }
}

function unexpected(error: unknown): Outcome {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return {
    outputs: {},
    error: `This action made a mistake (${name}: ${oneLine(message)}). Please report it in the issues of its repository.`,
  }
}

async function tell({ outputs, error, summary }: Outcome, host: NodeJS.Process): Promise<void> {
  if (error !== undefined) host.exitCode = 1
  for (const [name, value] of Object.entries(outputs)) if (value !== undefined) core.setOutput(name, value)
  if (error !== undefined) {
    core.setOutput('error-message', oneLine(error, 4000))
    core.error(logLine(error))
  }
  if (summary) await writeSummary(summary)
}
