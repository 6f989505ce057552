import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { runAction, type StepResult } from '../process/run-action.js'
import { Dice } from './dice.js'
import { judgeDisk, plant, treeOf } from './disk.js'
import { createScenario } from './create-scenario.js'
import { downloadScenario } from './download-scenario.js'
import type { Frame } from './course.js'
import { itemsOf, judge, type Case } from './judge.js'
import { barredBy, startServers, type Servers } from './servers.js'
import type { Report, Scenario, Violation, Way } from './types.js'
import { anyWay, waitScenario } from './wait-scenario.js'

const SCENARIOS = { wait: waitScenario, create: createScenario, download: downloadScenario }

/** Plays one run of a built action against scripted faults, and judges it. */
export async function playFaults(action: Case['action'], seed: number): Promise<Report> {
  const dice = new Dice(seed)
  const way = anyWay(dice)
  const servers = await startServers(seed, dice, way)
  try {
    const scenario = SCENARIOS[action](dice, servers.world)
    servers.play(scenario.plans)
    return await play(action, seed, way, scenario, servers)
  } finally {
    await servers.stop()
  }
}

async function play(
  action: Case['action'],
  seed: number,
  way: Way,
  scenario: Scenario,
  servers: Servers,
): Promise<Report> {
  const { service, world, exchanges } = servers
  const workspace = path.join(servers.folder, 'workspace')
  mkdirSync(workspace)
  plant(workspace, scenario.files ?? {})
  const before = treeOf(workspace)
  const wallOffsetMs = Date.now() - service.now()
  const startMs = service.now()
  const step = await withinReason(
    scenario.timeoutMs,
    runAction(
      action,
      { ...scenario.inputs, ...servers.inputs, 'timeout-seconds': scenario.timeoutMs / 1000 },
      {
        workspace,
        env: servers.env,
        ...(scenario.cancelAtMs !== undefined && { interrupt: { signal: 'SIGINT', when: scenario.cancelAtMs } }),
      },
    ),
  )
  if (!step)
    return {
      kind: action,
      seed,
      green: false,
      requests: exchanges.length,
      story: '',
      violations: [{ kind: 'wrong', text: 'never ended' }],
    }
  const endMs = service.now()
  // Whatever is still on its way may arrive, and would be a request after the end.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const size = scenario.inputs['file-size']
  const fileSize = typeof size === 'number' ? size : undefined
  const extension = String(scenario.inputs['file-extension'] ?? '').trim()
  const items = itemsOf(exchanges, world, fileSize, fileSize === 0 || /^csv$/i.test(extension))
  const frame: Frame = {
    startMs,
    endMs,
    timeoutMs: scenario.timeoutMs,
    cancelledAtMs: step.afterInterruptMs === undefined ? undefined : endMs - step.afterInterruptMs,
    givenToken: world.credential === 'app' ? undefined : world.accessToken,
    intervalMs: scenario.intervalMs,
    wallOffsetMs,
    serviceUrl: world.url,
    spreadMs: Number(scenario.inputs['parallel-jobs'] ?? 1) > 1 ? Infinity : 0,
    connectMs: way.kind === 'proxy' ? (way.delayMs ?? 0) : 0,
    barred: isTaken(scenario) ? 'at-once' : barredBy(way),
    lostEnds: action === 'create',
    fileRefused: (body) => fileSize !== undefined && body.length !== fileSize,
  }
  const verdict = judge({ action, step, world, items, exchanges, frame, fileSize })
  const violations: Violation[] = [...verdict.violations]
  if (action === 'download') {
    const { last } = verdict.course
    const served =
      verdict.green && last?.meaning.kind === 'file'
        ? {
            body: last.meaning.body,
            directory: path.resolve(workspace, String(scenario.inputs['directory'] ?? '').trim()),
            name: String(scenario.inputs['file-name'] ?? ''),
            extension: String(scenario.inputs['file-extension'] ?? ''),
          }
        : undefined
    violations.push(
      ...judgeDisk(before, treeOf(workspace), workspace, step, served).map(
        (text) => ({ kind: 'wrong', text }) as const,
      ),
    )
    if (served && createHash('sha256').update(served.body).digest('hex') !== step.outputs['sha256']) {
      violations.push({ kind: 'wrong', text: 'the sum is wrong' })
    }
  }
  return {
    kind: action,
    seed,
    violations,
    green: step.exitCode === 0,
    requests: exchanges.length,
    story: tell(way, scenario, frame, items, exchanges, step),
  }
}

/** The name of the file is taken, and nothing may be replaced. */
function isTaken({ inputs, files = {} }: Scenario): boolean {
  const name = String(inputs['file-name'] ?? '').trim()
  const target = path.join(String(inputs['directory'] ?? '').trim(), `${name}.${String(inputs['file-extension'])}`)
  return name !== '' && Object.hasOwn(files, target.replaceAll('\\', '/')) && inputs['overwrite'] !== 'true'
}

async function withinReason(timeoutMs: number, step: Promise<StepResult>): Promise<StepResult | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs + 20_000)
  })
  try {
    return await Promise.race([step, limit])
  } finally {
    clearTimeout(timer)
  }
}

function tell(
  way: Way,
  { inputs, timeoutMs, cancelAtMs }: Scenario,
  { startMs, endMs }: Frame,
  items: ReturnType<typeof itemsOf>,
  exchanges: Servers['exchanges'],
  step: StepResult,
): string {
  const brief = (value: unknown, most = 400): string => {
    const text = JSON.stringify(value, (_, inner: unknown) =>
      Buffer.isBuffer(inner) ? `${inner.length} bytes` : inner,
    )
    return text.length > most ? `${text.slice(0, most)}…` : text
  }
  const since = (ms: number | undefined): string => (ms === undefined ? '?' : String(Math.round(ms - startMs)))
  return [
    `${way.kind} ${brief(way)} timeout ${timeoutMs} cancel ${cancelAtMs ?? '-'} ended ${since(endMs)} exit ${step.exitCode}`,
    `inputs ${brief(inputs)}`,
    ...items.map(
      (item, i) =>
        `  ${since(item.atMs)}-${since(item.seen.knownMs)} ${item.call} ${item.meaning.kind} <- ${brief(exchanges[i]?.answer)}`,
    ),
    ...step.lines.map((line) => `  | ${line.slice(0, 600)}`),
    `outputs ${brief(step.outputs, 1500)}`,
  ].join('\n')
}
