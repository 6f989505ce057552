import * as core from '@actions/core'
import { systemClock, type Clock } from '../polling/clock.js'
import type { StopReason } from '../polling/deadline.js'
import { formatDuration, oneLine, quoted } from '../text.js'
import { startBackstop } from './backstop.js'
import { InputError, listUnknownInputs, refuseUnderscores, type InputReader } from './inputs.js'
import { actionsLog, type Log } from './log.js'
import { logLine } from './safe-text.js'
import { Secrets } from './secrets.js'
import { writeSummary, type Summary } from './summary.js'

/** Step outputs by name; an undefined one is not set. */
export type Outputs = Readonly<Record<string, string | number | boolean | undefined>>

/** How an action ended, and what it reports to the workflow. */
export interface Outcome {
  readonly outputs: Outputs
  /** What went wrong and what to do, in sentences on one line. If it is set, the step fails. */
  readonly error?: string
  readonly summary?: Summary | readonly Summary[]
}

/** What an action gets from the runner. */
export interface ActionTools {
  readonly log: Log
  readonly clock: Clock
  /** Aborted when the workflow is cancelled. */
  readonly cancel: AbortSignal
  readonly mask: (secret: string) => void
  readonly random: () => number
  /**
   * Sets the function that returns the outputs so far. This function is called if the run is overdue, or fails by a
   * mistake of this action.
   */
  readonly keepOutputs: (readOutputs: () => Outputs) => void
  /** The workspace, to which relative paths refer. */
  readonly workspace: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

// Pipes need some time to drain, but a connection to a dead proxy would keep the process alive for minutes. So the process
// is ended after this time, if it has not ended before.
const DRAIN_MS = 300

/**
 * Runs an action: reads its inputs, writes outputs, annotation and summary, and sets the exit code. A failed step has
 * one error annotation and the output `error-message`. A cancelled step keeps its outputs. A run that does not end at
 * its timeout or after a cancel is overdue (see `startBackstop`). Then the step fails, with the outputs so far.
 * @param readInputs reads and checks the inputs; throws InputError for a bad input. It also reads the inputs that it does
 * not need: an input that is never read counts as unknown
 */
export async function runAction<I extends { readonly timeoutMs: number }>(
  host: NodeJS.Process,
  readInputs: (read: InputReader, tools: ActionTools) => I,
  run: (inputs: I, tools: ActionTools) => Promise<Outcome>,
): Promise<void> {
  // The exit code is 1 until everything is reported, in case the process ends before.
  host.exitCode = 1
  const cancel = new AbortController()
  // The runner sends SIGINT, and SIGTERM 7.5 s later. Neither must end the process before the outputs are written.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.on(signal, () => cancel.abort('cancelled'))
  // If nobody reads the log any more, stdout emits an error. Without this listener, the step would fail.
  host.stdout.on('error', () => undefined)
  let readOutputsSoFar = (): Outputs => ({})
  // An error that does not reject `main`, such as one thrown in an event listener, also ends the run.
  const stray = new Promise<Outcome>((resolve) => {
    host.on('uncaughtException', (error) => resolve(mistakeOutcome(error, readOutputsSoFar)))
  })
  // The runners of GitHub, act, Gitea and Forgejo set GITHUB_ACTIONS. `setSecret` passes the secret to the runner by
  // printing it. Without a runner, the secret would stay in the output.
  const secrets = new Secrets(host.env['GITHUB_ACTIONS'] === 'true' ? core.setSecret : () => undefined)
  const main = async (): Promise<Outcome> => {
    const tools: ActionTools = {
      log: actionsLog(secrets.hide),
      clock: systemClock,
      cancel: cancel.signal,
      mask: secrets.mask,
      random: Math.random,
      keepOutputs: (readOutputs) => {
        readOutputsSoFar = readOutputs
      },
      workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
      environment: host.env,
    }
    const { inputs, names } = readInputsAndNames((read) => readInputs(read, tools), host.env)
    warnOfUnknownInputs(names, tools)
    const backstop = startBackstop(tools.clock, inputs.timeoutMs, tools.cancel)
    const overdue = backstop.overdue.then((reason) => overdueOutcome(reason, inputs.timeoutMs, readOutputsSoFar()))
    return Promise.race([run(inputs, tools), overdue]).finally(() => backstop.release())
  }
  const outcome = await Promise.race([catchErrors(main, () => readOutputsSoFar()), stray])
  report(outcome, host, secrets)
  setTimeout(() => leave(host), DRAIN_MS).unref()
}

/**
 * Reads the inputs, and collects their names. Every action reads all its inputs, so no other name exists.
 * @throws InputError, also if a workflow writes `base_url` instead of `base-url`
 */
function readInputsAndNames<I>(
  readInputs: (read: InputReader) => I,
  environment: NodeJS.ProcessEnv,
): { readonly inputs: I; readonly names: ReadonlySet<string> } {
  const names = new Set<string>()
  try {
    const inputs = readInputs((name) => {
      names.add(name)
      return core.getInput(name)
    })
    return { inputs, names }
  } finally {
    // Also when `readInputs` threw: an input that is written with underscores looks empty, which may be why it threw.
    // An error thrown here replaces that of `readInputs`, and names the true cause.
    refuseUnderscores(names, environment)
  }
}

/** Warns of inputs that do not exist. Under a runner this is left to the runner: GitHub's knows action.yml, and warns. */
function warnOfUnknownInputs(names: ReadonlySet<string>, { environment, log }: ActionTools): void {
  if (environment['GITHUB_ACTIONS'] === 'true') return
  for (const name of listUnknownInputs(names, environment)) {
    log.warning(`Input ${quoted(name, 60)} does not exist and is ignored. The inputs are: ${[...names].join(', ')}.`)
  }
}

// The resources that occupy a thread: DNS lookups and disk operations.
const THREAD_RESOURCES: ReadonlySet<string> = new Set([
  'GetAddrInfoReqWrap',
  'FSReqPromise',
  'FSReqCallback',
  'CloseReq',
])

/** Ends the process immediately, even if it still waits for something. */
function leave(host: NodeJS.Process): void {
  // exit() waits for DNS lookups and disk operations, even if the name server or the disk never answers. After a success,
  // none of them hangs.
  if (host.exitCode === 1 && host.getActiveResourcesInfo().some((name) => THREAD_RESOURCES.has(name))) {
    // A shell that replaces this process does not wait, and exits with 1, too.
    if (host.platform !== 'win32') host.execve?.('/bin/sh', ['sh', '-c', 'exit 1'], {})
    // Reached on Windows, and on a Node.js without `execve`.
    host.kill(host.pid, 'SIGKILL')
  }
  host.exit()
}

/** Runs `main`. If it throws, the outcome is that of a failed step. Never rejects. */
async function catchErrors(main: () => Promise<Outcome>, readOutputs: () => Outputs): Promise<Outcome> {
  try {
    return await main()
  } catch (error) {
    return error instanceof InputError
      ? failedOutcome('An input is wrong', error.message)
      : mistakeOutcome(error, readOutputs)
  }
}

/** The outcome for an error that only a mistake of this action can cause. @param readOutputs returns the outputs so far */
function mistakeOutcome(error: unknown, readOutputs: () => Outputs): Outcome {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  let outputs: Outputs = {}
  try {
    outputs = readOutputs()
  } catch {
    // `readOutputs` itself may have the mistake.
  }
  return failedOutcome(
    'The action failed',
    `This action made a mistake (${name}: ${oneLine(message)}). Please report it in the issues of its repository.`,
    outputs,
  )
}

/** The outcome of a run that is overdue (see `runAction`). @param outputs the outputs so far */
function overdueOutcome(reason: StopReason, timeoutMs: number, outputs: Outputs): Outcome {
  const end =
    reason === 'cancelled'
      ? 'Cancelled: the step did not end by itself'
      : `Time is up: the step did not end within ${formatDuration(timeoutMs)} (\`timeout-seconds\`)`
  const why = 'Something still waits that cannot be interrupted, usually for a disk that does not answer.'
  const cure =
    'Check the disks and network drives of the runner; a temporary file (`.feishu-export-….part`) may be left there.'
  return failedOutcome('The step did not end', `${end}. ${why} ${cure}`, outputs)
}

const failedOutcome = (title: string, error: string, outputs: Outputs = {}): Outcome => ({
  outputs,
  error,
  summary: { title, paragraphs: [error] },
})

/**
 * Writes outputs, annotation and summary. Sets the exit code to 0 if the outcome has no error and the outputs could be
 * written.
 */
function report({ outputs, error: rawError, summary }: Outcome, host: NodeJS.Process, { hide }: Secrets): void {
  const error = rawError === undefined ? undefined : hide(rawError)
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
