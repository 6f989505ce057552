import * as core from '@actions/core'
import { systemClock, type Clock } from '../polling/clock.js'
import { oneLine } from '../text.js'
import { InputError, type InputReader } from './inputs.js'
import { actionsLog, type Log } from './log.js'
import { logLine } from './safe-text.js'
import { Secrets } from './secrets.js'
import { writeSummary, type Summary } from './summary.js'

/** Step outputs by name; an undefined one is not set. */
export type Outputs = Readonly<Record<string, string | number | boolean | undefined>>

/** How an action ended, and what the workflow is told of it. */
export interface Outcome {
  readonly outputs: Outputs
  /** One sentence or more, on one line: what went wrong and the cure. Its presence turns the step red. */
  readonly error?: string
  readonly summary?: Summary | readonly Summary[]
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
  readonly environment: Readonly<Record<string, string | undefined>>
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
  // Red until all is told: whatever ends the process before that is no success.
  host.exitCode = 1
  const cancel = new AbortController()
  // The runner sends SIGINT, and SIGTERM 7.5 s later: neither may end the process before its outputs are written.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.on(signal, () => cancel.abort('cancelled'))
  host.stdout.on('error', () => undefined)
  const stray = new Promise<Outcome>((resolve) => {
    host.on('uncaughtException', (error) => resolve(unexpected(error)))
  })
  const secrets = new Secrets()
  const tools = (): ActionTools => ({
    log: actionsLog(secrets.hide),
    clock: systemClock,
    cancel: cancel.signal,
    mask: secrets.mask,
    random: Math.random,
    workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
    environment: host.env,
  })
  const outcome = await Promise.race([attempt(() => main(core.getInput, tools())), stray])
  tell(outcome, host, secrets)
  setTimeout(() => leave(host), DRAIN_MS).unref()
}

/** Ends the process now, whatever it still waits for. */
function leave(host: NodeJS.Process): void {
  // exit() joins the threads of name lookups, however long the name server is silent; a new program in the process's
  // place, or its death, waits for nothing. A green step has no lookup under way that anybody waits for: it can wait.
  if (host.exitCode === 1 && host.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    if (host.platform !== 'win32') host.execve?.('/bin/sh', ['sh', '-c', 'exit 1'], {})
    host.kill(host.pid, 'SIGKILL')
  }
  host.exit()
}

async function attempt(main: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await main()
  } catch (error) {
    return error instanceof InputError ? redOutcome('An input is wrong', error.message) : unexpected(error)
  }
}

function unexpected(error: unknown): Outcome {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return redOutcome(
    'The action failed',
    `This action made a mistake (${name}: ${oneLine(message)}). Please report it in the issues of its repository.`,
  )
}

const redOutcome = (title: string, error: string): Outcome => ({
  outputs: {},
  error,
  summary: { title, paragraphs: [error] },
})

function tell({ outputs, error: told, summary }: Outcome, host: NodeJS.Process, { hide }: Secrets): void {
  const error = told === undefined ? undefined : hide(told)
  let message = error
  try {
    for (const [name, value] of Object.entries(outputs)) if (value !== undefined) core.setOutput(name, value)
    if (error !== undefined) core.setOutput('error-message', logLine(error))
  } catch (fault) {
    const unwritten = `The outputs could not be handed to the runner (${oneLine((fault as Error).message)}).`
    message = error === undefined ? unwritten : `${error} ${unwritten}`
  }
  if (message !== undefined) core.error(logLine(message))
  if (summary) writeSummary(summary, hide, host.env['GITHUB_STEP_SUMMARY'])
  if (message === undefined) host.exitCode = 0
}
