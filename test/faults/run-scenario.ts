import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { POSIX_SIGNALS } from '../platform.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { checkDisk, readTree, writeFiles, type ServedFile } from './check-disk.js'
import { checkRun, classifyExchanges, type FinishedRun, type RunCheck } from './check-run.js'
import { chooseTransport } from './common-plans.js'
import { generateCreateScenario } from './create-scenario.js'
import { generateDownloadScenario } from './download-scenario.js'
import { RandomSource } from './random-source.js'
import { findBlock, startServers, type Servers } from './servers.js'
import { formatLog, formatValue } from './transcript.js'
import type { ClassifiedExchange, Report, RunContext, Scenario, Transport, Violation } from './types.js'
import { generateWaitScenario } from './wait-scenario.js'
import { varyWireShapes } from './wire-shapes.js'

// XORed with the seed for the draws of the wire shapes: the scenario itself is the same with and without them.
const WIRE_SHAPES_SEED = 0x51_7cc1
// A step that still runs so long after its timeout would never end by itself.
const MAX_OVERTIME_MS = 20_000
// A request that the step sent just before its end takes a moment to arrive.
const LAST_REQUEST_MS = 30
const MAX_OUTPUTS_CHARACTERS = 1500

const GENERATE = { wait: generateWaitScenario, create: generateCreateScenario, download: generateDownloadScenario }

/**
 * Runs a built action against the scripted answers of a generated scenario, and checks it.
 * @param withWireShapes whether some answers get another shape (`varyWireShapes`)
 */
export async function runScenario(
  action: FinishedRun['action'],
  seed: number,
  withWireShapes: boolean,
): Promise<Report> {
  const random = new RandomSource(seed)
  const transport = chooseTransport(random)
  const servers = await startServers(seed, random, transport)
  try {
    const generated = GENERATE[action](random, servers.world)
    const scenario = withWireShapes ? varyWireShapes(generated, new RandomSource(seed ^ WIRE_SHAPES_SEED)) : generated
    servers.script(scenario.plans)
    return await runAgainst(action, seed, transport, scenario, servers)
  } finally {
    await servers.stop()
  }
}

/**
 * Runs the action against servers that are already scripted, and checks it. A step that never ends is a violation in
 * the report.
 */
async function runAgainst(
  action: FinishedRun['action'],
  seed: number,
  transport: Transport,
  scenario: Scenario,
  servers: Servers,
): Promise<Report> {
  const { service, world, exchanges } = servers
  const workspace = path.join(servers.folder, 'workspace')
  mkdirSync(workspace)
  writeFiles(workspace, scenario.files ?? {})
  const before = readTree(workspace)
  const wallOffsetMs = Date.now() - service.now()
  const startMs = service.now()
  const step = await withTimeLimit(scenario.timeoutMs, startStep(action, scenario, servers, workspace))
  if (!step)
    return {
      kind: action,
      seed,
      green: false,
      requests: exchanges.length,
      transcript: '',
      violations: [{ kind: 'wrong', text: 'never ended' }],
    }
  const endMs = service.now()
  await new Promise((resolve) => setTimeout(resolve, LAST_REQUEST_MS))
  const fileSize = readFileSize(scenario)
  const classified = classifyExchanges(exchanges, world, fileSize, mayFileBeEmpty(scenario))
  const context: RunContext = {
    ...readContext(action, scenario, servers, transport),
    startMs,
    endMs,
    cancelledAtMs: step.afterInterruptMs === undefined ? undefined : endMs - step.afterInterruptMs,
    wallOffsetMs,
  }
  const check = checkRun({ action, step, world, classified, exchanges, context })
  const violations: Violation[] = [...check.violations]
  if (action === 'download') {
    const served = findServedFile(check, scenario, workspace)
    for (const text of checkDisk(before, readTree(workspace), workspace, step, served))
      violations.push({ kind: 'wrong', text })
  }
  return {
    kind: action,
    seed,
    violations,
    green: step.exitCode === 0,
    requests: exchanges.length,
    transcript: formatTranscript(transport, scenario, context, classified, exchanges, step),
  }
}

/** Starts the built action with the inputs of the scenario, and cancels it if the scenario says so. */
function startStep(
  action: FinishedRun['action'],
  { inputs, timeoutMs, cancelAtMs }: Scenario,
  servers: Servers,
  workspace: string,
): Promise<StepResult> {
  const isCancelled = cancelAtMs !== undefined && POSIX_SIGNALS.isMet
  return runAction(
    action,
    { ...inputs, ...servers.inputs, 'timeout-seconds': timeoutMs / 1000 },
    { workspace, env: servers.env, ...(isCancelled && { interrupt: { signal: 'SIGINT', when: cancelAtMs } }) },
  )
}

/** The part of the context that follows from the scenario and its servers. The rest is measured. */
function readContext(
  action: FinishedRun['action'],
  scenario: Scenario,
  { world }: Servers,
  transport: Transport,
): Omit<RunContext, 'startMs' | 'endMs' | 'cancelledAtMs' | 'wallOffsetMs'> {
  const fileSize = readFileSize(scenario)
  return {
    timeoutMs: scenario.timeoutMs,
    givenToken: world.credential === 'app' ? undefined : world.accessToken,
    intervalMs: scenario.intervalMs,
    serviceUrl: world.url,
    maxFirstDelayMs: Number(scenario.inputs['parallel-jobs'] ?? 1) > 1 ? Infinity : 0,
    connectMs: transport.kind === 'proxy' ? (transport.delayMs ?? 0) : 0,
    blocked: isTargetBlocked(scenario) ? 'at-once' : findBlock(transport),
    secondLostAnswerEnds: action === 'create',
    isFileRefused: (body) => fileSize !== undefined && body.length !== fileSize,
  }
}

/** @returns the `file-size` input in bytes, undefined if it is missing or no number */
function readFileSize({ inputs }: Scenario): number | undefined {
  const size = inputs['file-size']
  return typeof size === 'number' ? size : undefined
}

/** Whether a file without bytes is right: the size in the inputs says 0, or it is the csv of a sheet, which can be empty. */
function mayFileBeEmpty({ inputs }: Scenario): boolean {
  const extension = String(inputs['file-extension'] ?? '').trim()
  return inputs['file-size'] === 0 || /^csv$/i.test(extension)
}

/** The file that the step must have saved. @returns undefined if the step was right to fail */
function findServedFile(check: RunCheck, { inputs }: Scenario, workspace: string): ServedFile | undefined {
  const { last } = check.expected
  if (!check.green || last?.answerClass.kind !== 'file') return undefined
  return {
    body: last.answerClass.body,
    directory: path.resolve(workspace, String(inputs['directory'] ?? '').trim()),
    name: String(inputs['file-name'] ?? ''),
    extension: String(inputs['file-extension'] ?? ''),
  }
}

/**
 * Whether the target file of a download exists and may not be replaced. False when the service chooses the name. Only a
 * plain name can be that of an existing file (see `generateDownloadScenario`), and the action does not change such a name.
 */
function isTargetBlocked({ inputs, files = {} }: Scenario): boolean {
  const name = String(inputs['file-name'] ?? '').trim()
  const target = path.join(String(inputs['directory'] ?? '').trim(), `${name}.${String(inputs['file-extension'])}`)
  return name !== '' && Object.hasOwn(files, target.replaceAll('\\', '/')) && inputs['overwrite'] !== 'true'
}

/** Waits for a step. @returns undefined if it is still running {@link MAX_OVERTIME_MS} after its timeout */
async function withTimeLimit(timeoutMs: number, step: Promise<StepResult>): Promise<StepResult | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs + MAX_OVERTIME_MS)
  })
  try {
    return await Promise.race([step, limit])
  } finally {
    clearTimeout(timer)
  }
}

function formatTranscript(
  transport: Transport,
  { inputs, timeoutMs, cancelAtMs }: Scenario,
  { startMs, endMs }: RunContext,
  classified: readonly ClassifiedExchange[],
  exchanges: Servers['exchanges'],
  step: StepResult,
): string {
  const since = (ms: number | undefined): string => (ms === undefined ? '?' : String(Math.round(ms - startMs)))
  return [
    `${transport.kind} ${formatValue(transport)} timeout ${timeoutMs} cancel ${cancelAtMs ?? '-'} ended ${since(endMs)} exit ${step.exitCode}`,
    `inputs ${formatValue(inputs)}`,
    ...classified.map(
      ({ atMs, observed, role, answerClass }, i) =>
        `  ${since(atMs)}-${since(observed.completeAtMs)} ${role} ${answerClass.kind} <- ${formatValue(exchanges[i]?.answer)}`,
    ),
    ...formatLog(step.lines),
    `outputs ${formatValue(step.outputs, MAX_OUTPUTS_CHARACTERS)}`,
  ].join('\n')
}
