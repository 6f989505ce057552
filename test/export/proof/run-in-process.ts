import diagnostics from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import type { ClientRequest } from 'node:http'
import { createRandom } from '../../emulator/index.js'
import { VirtualClock } from '../../polling/virtual-clock.js'
import { closeHandles, installDiskHooks, newDiskRun, withDiskRun } from './disk-hooks.js'
import type { Runner, RunPlace, RunPlan, RunResult } from './run-types.js'

// Before the action's modules are loaded: they keep the functions of node:fs/promises that they import.
installDiskHooks()
const { readExportInputs } = await import('../../../src/export/inputs.js')
const { run } = await import('../../../src/export/run.js')
const { parseSources } = await import('../../../src/export/sources/source-lines.js')

// Node 20 prints a warning for more than ten listeners of an abort signal.
EventEmitter.defaultMaxListeners = 1000

let requestsUnderWay = 0
diagnostics.subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest }
  requestsUnderWay++
  request.once('close', () => requestsUnderWay--)
})

// After this many turns of the event loop without a request or a call to the disk, no promise can continue without a
// timer.
const QUIET_TURNS = 4
// A request may stay open until a timer of the virtual clock ends it. After this many turns that wait only for requests,
// the clock goes on. A limit in time would let the clock jump to the deadline of the run on a machine that stalls.
const MAX_REQUEST_TURNS = 2_000

// The names that Node.js has for calls to the disk that have not returned yet.
const DISK_RESOURCES: ReadonlySet<string> = new Set(['FSReqPromise', 'FSReqCallback', 'CloseReq'])
const isDiskBusy = (): boolean => process.getActiveResourcesInfo().some((name) => DISK_RESOURCES.has(name))

// After this many busy turns, each further one waits for a timer. Turns without a pause would take processor time from
// the work that is waited for.
const MAX_BUSY_TURNS = 5
const nextTimer = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Waits until nothing was busy for {@link QUIET_TURNS} turns, but for requests alone at most {@link MAX_REQUEST_TURNS}
 * turns. Calls to the disk always end.
 */
async function waitUntilQuiet(isBusy: () => boolean): Promise<void> {
  let requestTurns = 0
  for (let quietTurns = 0, busyTurns = 0; quietTurns < QUIET_TURNS && requestTurns < MAX_REQUEST_TURNS;) {
    await (busyTurns >= MAX_BUSY_TURNS ? nextTimer() : nextTurn())
    busyTurns = isBusy() ? busyTurns + 1 : 0
    quietTurns = busyTurns > 0 ? 0 : quietTurns + 1
    if (busyTurns > 0 && !isDiskBusy()) requestTurns++
  }
}

const silentLog = {
  info: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  group: () => undefined,
  endGroup: () => undefined,
}

/**
 * Runs the action in this process, on a clock that takes no time. The calls of a killed run to the disk never return.
 */
export class InProcessRunner implements Runner {
  /** When the next run begins. */
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
    // Resolves when the run is killed: at a call to the disk (`disk.kill`) or after a time (`end`).
    const death = new Promise<'killed'>((resolve) => (onDeath = () => resolve('killed')))
    const die = (): void => {
      diskRun.isDead = true
      onDeath()
    }
    const diskRun = newDiskRun(disk, die)
    // How far the emulator's clock was put forward.
    let advancedMs = 0
    const clock = new VirtualClock({
      epochMs: this.startsAtMs,
      settle: () => {
        emulator.advance(clock.nowMs() - advancedMs)
        advancedMs = clock.nowMs()
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
      // Ends the open requests of the killed run.
      cancel.abort('killed')
      await waitUntilQuiet(() => requestsUnderWay > 0 || isDiskBusy())
      closeHandles(diskRun)
      return { ...facts, isKilled: true, exitCode: undefined, outputs: {}, errors: [] }
    }
    const outputs = Object.fromEntries(Object.entries(outcome.outputs).map(([name, value]) => [name, String(value)]))
    const errors = outcome.error === undefined ? [] : [outcome.error]
    return { ...facts, isKilled: false, exitCode: errors.length === 0 ? 0 : 1, outputs, errors }
  }
}
