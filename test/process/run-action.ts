import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * The path of the Node.js that runs the actions. It has the runner's version if its npm package is installed (on Linux);
 * otherwise it is the Node.js of the tests.
 */
export const RUNNER_NODE = runnerNode()

function runnerNode(): string {
  const require = createRequire(import.meta.url)
  try {
    const binary = path.join(
      path.dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)),
      'bin/node',
    )
    return existsSync(binary) ? binary : process.execPath
  } catch {
    return process.execPath
  }
}

/** Names and values as a workflow writes them below `with:`. An undefined value is not given. */
export type Inputs = Readonly<Record<string, string | number | boolean | undefined>>

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Where the action runs, as GITHUB_WORKSPACE; a new temporary folder by default, removed afterwards. */
  readonly workspace?: string
  /** Sends a signal, once: when the output so far matches, after a number of milliseconds, or when a promise resolves. */
  readonly interrupt?: { readonly signal: NodeJS.Signals; readonly when: RegExp | number | Promise<void> }
  /** The folder with the built actions; by default that of the environment variable DIST, or else `dist`. */
  readonly dist?: string
  /** After how long a process that has not ended is killed; a minute by default. */
  readonly killAfterMs?: number
  /** Options of Node.js itself. */
  readonly nodeArguments?: readonly string[]
}

const DEFAULT_KILL_AFTER_MS = 60_000

/** Makes Node.js run the code of a module before the action, in the same process. */
export const preloading = (code: string): Required<Pick<RunOptions, 'nodeArguments'>> => ({
  nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(code)}`],
})

/** What a workflow would see of a step. */
export interface StepResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly outputs: Readonly<Record<string, string>>
  /** The texts of the `::error::` commands, unescaped. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly masks: readonly string[]
  /** Everything on stdout and stderr, line by line as the runner reads it, without empty lines. */
  readonly lines: readonly string[]
  /** The lines without the workflow commands (`::NAME::`). */
  readonly log: readonly string[]
  readonly summary: string
  readonly durationMs: number
  /** The time from the signal to the end. Missing if no signal was sent. */
  readonly afterInterruptMs?: number
}

/**
 * Runs a built action as the runner would: a child process, inputs in the environment, files for outputs and summary. But
 * an input that is not given does not get its default from `action.yml`.
 */
export async function runAction(
  action: 'wait' | 'create' | 'download' | 'export',
  inputs: Inputs,
  options: RunOptions = {},
): Promise<StepResult> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'feishu-step-'))
  const files = { output: path.join(scratch, 'output'), summary: path.join(scratch, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const workspace = options.workspace ?? mkdtempSync(path.join(tmpdir(), 'feishu-workspace-'))
  const startedAtMs = performance.now()
  let interruptedAtMs: number | undefined
  try {
    const child = spawn(
      RUNNER_NODE,
      [
        ...(options.nodeArguments ?? []),
        path.join(options.dist ?? process.env['DIST'] ?? path.join(ROOT, 'dist'), action, 'index.js'),
      ],
      {
        cwd: workspace,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: workspace,
          GITHUB_OUTPUT: files.output,
          GITHUB_STEP_SUMMARY: files.summary,
          ...Object.fromEntries(
            Object.entries(inputs)
              .filter(([, value]) => value !== undefined)
              .map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]),
          ),
          ...options.env,
        },
      },
    )
    const killTimer = setTimeout(() => child.kill('SIGKILL'), options.killAfterMs ?? DEFAULT_KILL_AFTER_MS).unref()
    const { interrupt } = options
    const sendSignal = (): void => {
      if (!interrupt || interruptedAtMs !== undefined) return
      interruptedAtMs = performance.now()
      child.kill(interrupt.signal)
    }
    if (typeof interrupt?.when === 'number') setTimeout(sendSignal, interrupt.when).unref()
    if (interrupt?.when instanceof Promise) void interrupt.when.then(sendSignal)
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        text += chunk
        if (interrupt?.when instanceof RegExp && interrupt.when.test(text)) sendSignal()
      })
    }
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, killedBy) => resolve([code, killedBy]))
    })
    const endedAtMs = performance.now()
    clearTimeout(killTimer)
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '')
    return {
      exitCode,
      signal,
      outputs: parseOutputs(readFileSync(files.output, 'utf8')),
      errors: commandTexts(lines, 'error'),
      warnings: commandTexts(lines, 'warning'),
      masks: commandTexts(lines, 'add-mask'),
      lines,
      log: lines.filter((line) => !line.startsWith('::')),
      summary: readFileSync(files.summary, 'utf8'),
      durationMs: endedAtMs - startedAtMs,
      ...(interruptedAtMs !== undefined && { afterInterruptMs: endedAtMs - interruptedAtMs }),
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    if (options.workspace === undefined) rmSync(workspace, { recursive: true, force: true })
  }
}

/**
 * Reads the file of outputs in the form that `@actions/core` writes: `name<<DELIMITER`, the value, `DELIMITER`, each on
 * new lines. On Windows, a new line begins after CRLF.
 */
function parseOutputs(text: string): Record<string, string> {
  const entries = text.matchAll(
    /^(?<name>[^\n]+?)<<(?<end>ghadelimiter_[\w-]+)(?<eol>\r?\n)(?<value>[^]*?)\k<eol>\k<end>$/gm,
  )
  return Object.fromEntries(Array.from(entries, ({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? '']))
}

/** The texts of all workflow commands with this name (`error` for `::error::TEXT`), unescaped. */
function commandTexts(lines: readonly string[], name: string): string[] {
  return lines.flatMap((line) => {
    const match = new RegExp(`^\\s*::${name}(?: [^:]*)?::(.*)$`).exec(line)
    if (!match) return []
    // `%25` comes last: it gives a `%`, which is not the start of another escape.
    return [(match[1] ?? '').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%')]
  })
}
