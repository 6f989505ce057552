import diagnostics from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import type { ClientRequest } from 'node:http'
import { createRandom } from '../../emulator/index.js'
import { VirtualClock } from '../../polling/virtual-clock.js'
import { closeHandles, installDiskHooks, newDiskRun, withDiskRun } from './disk-hooks.js'
import type { Runner, RunPlace, RunPlan, RunResult } from './run-types.js'

// Before the action's modules are loaded: they take the calls of node:fs/promises as they are then.
installDiskHooks()
const { readExportInputs } = await import('../../../src/export/inputs.js')
const { run } = await import('../../../src/export/run.js')
const { parseSources } = await import('../../../src/export/sources/source-lines.js')

// Node 20 warns of more than ten listeners of an abort signal.
EventEmitter.defaultMaxListeners = 1000

let requestsUnderWay = 0
diagnostics.subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest }
  requestsUnderWay++
  request.once('close', () => requestsUnderWay--)
})

// Promises go on, and a request is on its way from one side to the other, for some turns of the event loop.
const QUIET_TURNS = 4
// What waits for the clock with its request open would wait for ever.
const MAX_WAIT_MS = 3_000

// Calls to the disk that are under way.
const DISK_RESOURCES: ReadonlySet<string> = new Set(['FSReqPromise', 'FSReqCallback', 'CloseReq'])
const isDiskBusy = (): boolean => process.getActiveResourcesInfo().some((name) => DISK_RESOURCES.has(name))

const MAX_BUSY_TURNS = 5
const nextTimer = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function waitUntilQuiet(isBusy: () => boolean): Promise<void> {
  const startedAtMs = performance.now()
  for (let turns = 0, busyTurns = 0; turns < QUIET_TURNS;) {
    // On a busy machine, turns without a pause would take the processor from those who are waited for.
    await (busyTurns > MAX_BUSY_TURNS ? nextTimer() : nextTurn())
    busyTurns = isBusy() ? busyTurns + 1 : 0
    turns = busyTurns > 0 ? 0 : turns + 1
    if (performance.now() - startedAtMs > MAX_WAIT_MS) return
  }
}

const silentLog = {
  info: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  group: () => undefined,
  endGroup: () => undefined,
}

/** Runs the action in this process, on a clock that takes no time. A killed run is left as it is: its calls never return. */
export class InProcessRunner implements Runner {
  private startsAtMs = Date.UTC(2026, 10, 23)
  private runs = 0

  constructor(private readonly place: RunPlace) {}

  wallMs(): number {
    return this.startsAtMs
  }

  skip(durationMs: number): void {
    this.startsAtMs += durationMs
  }

  async run({ inputs, disk, end }: RunPlan): Promise<RunResult> {
    const { emulator, workspace, seed } = this.place
    const cancel = new AbortController()
    let onDeath: () => void = () => undefined
    const death = new Promise<'killed'>((resolve) => (onDeath = () => resolve('killed')))
    const diskRun = newDiskRun(disk, () => {
      diskRun.isDead = true
      onDeath()
    })
    let seenMs = 0
    const clock = new VirtualClock({
      epochMs: this.startsAtMs,
      settle: () => {
        emulator.advance(clock.nowMs() - seenMs)
        seenMs = clock.nowMs()
        return waitUntilQuiet(() => !diskRun.isDead && (requestsUnderWay > 0 || isDiskBusy()))
      },
    })
    const tools = {
      ...{ log: silentLog, clock, cancel: cancel.signal, mask: () => undefined, workspace, environment: {} },
      ...{ random: createRandom(seed * 1000 + this.runs++), keepOutputs: () => undefined },
    }
    const read = (name: string): string => String(inputs[name] ?? '')
    const settings = readExportInputs(read, tools.mask, workspace)
    const sources = parseSources([{ text: settings.sourcesText }], settings.baseUrl)
    const outcome = await withDiskRun(diskRun, () => {
      if (end) clock.after(end.afterMs, () => (end.kind === 'kill' ? diskRun.die() : cancel.abort('cancelled')))
      return clock.run(Promise.race([run({ ...settings, sources }, tools), death]))
    })
    this.startsAtMs += Math.ceil(clock.nowMs())
    const facts = { isDiskFaulty: diskRun.refused > 0 }
    if (outcome === 'killed') {
      cancel.abort('killed')
      await waitUntilQuiet(() => requestsUnderWay > 0 || isDiskBusy())
      closeHandles(diskRun)
      return { ...facts, isKilled: true, exitCode: undefined, outputs: {}, errors: [] }
    }
    const outputs = Object.fromEntries(Object.entries(outcome.outputs).map(([name, value]) => [name, String(value)]))
    const errors = outcome.error === undefined ? [] : [outcome.error]
    return { ...facts, isKilled: false, exitCode: errors.length, outputs, errors }
  }
}
